"""Bulk runs over HTTP: started, watched, refused by rule, repeated, cancelled."""

from uuid import uuid4

import pytest

from fairdue.foundation.context import Ctx
from fairdue.foundation.jobs.queue import JOBS
from fairdue.invoicing.models import Invoice
from fairdue.invoicing.services import note_unwritten
from tests.api.calling import codes
from tests.api.test_rooms import shop as shop  # noqa: PLC0414 - a fixture, found by its name
from tests.make import LINE


@pytest.fixture
def drafts(api, shop):
    """Two sound drafts and one with a unit that nobody knows."""

    def write(unit):
        body = {
            "creditor": str(shop.creditor), "debtor": str(shop.debtor), "currency": "EUR",
            "content": {"lines": [LINE | {"unit": unit}], "delivery": {"day": "2026-03-01"}},
        }  # fmt: skip
        answer = api.post("/drafts", body)
        assert answer.status_code == 201, answer.content
        return answer.json()["id"]

    return [write(unit) for unit in ("C62", "pieces", "C62")]


def carried_out(ctx, run):
    JOBS["invoicing.issue_chunk"].work(Ctx(ctx.tenant), run=run, chunk=0)


def test_a_run_is_started_watched_and_repeated(api, ctx, shop, drafts):
    started = api.post("/invoice-runs", {"creditor": str(shop.creditor)})
    assert started.status_code == 201, started.content
    run = started.json()["id"]
    assert (started.json()["stage"], started.json()["waiting"], started.json()["drafts"]) == ("issuing", 3, 3)
    carried_out(ctx, run)
    shown = api.get(f"/invoice-runs/{run}").json()
    assert (shown["issued"], shown["refused"], shown["waiting"]) == (2, 1, 0)
    assert shown["files"]["wanted"] == 2 * len({"factur-x", "ubl"})
    [rule] = shown["refused_by"]
    assert (rule["code"], rule["path"], rule["count"], rule["drafts"]) == ("BR-CL-23", "lines[].unit", 1, [drafts[1]])
    again = api.post(f"/invoice-runs/{run}/repeat", {})
    assert (again.status_code, again.json()["drafts"]) == (201, 1)
    assert [one["id"] for one in api.get("/invoice-runs").json()["data"]] == [again.json()["id"], run]
    assert api.get(f"/invoice-runs?creditor={uuid4()}").json()["data"] == []


def test_a_run_over_nothing_is_refused_and_one_is_cancelled(api, shop, drafts):
    run = api.post("/invoice-runs", {"drafts": drafts[:2]}).json()["id"]
    assert codes(api.post("/invoice-runs", {"drafts": drafts[:2]})) == ["run.empty"]
    cancelled = api.post(f"/invoice-runs/{run}/cancel", {}).json()
    assert (cancelled["cancelled"], cancelled["waiting"], cancelled["stage"]) == (2, 0, "done")
    assert api.post("/invoice-runs", {"drafts": drafts[:2]}).status_code == 201
    assert api.post("/invoice-runs", {"creditor": str(uuid4())}).status_code == 404
    for address in ("/cancel", "/repeat"):
        assert api.post(f"/invoice-runs/{uuid4()}{address}", {}).status_code == 404
    assert api.get(f"/invoice-runs/{uuid4()}").status_code == 404


def test_files_that_were_given_up_are_named_and_written_again(api, ctx, shop, drafts):
    run = api.post("/invoice-runs", {"drafts": drafts[:1]}).json()["id"]
    carried_out(ctx, run)
    assert codes(api.post(f"/invoice-runs/{run}/retry", {})) == ["run.written"]
    with ctx.open():
        invoice = Invoice.objects.get()
        for code in ("factur-x", "ubl"):
            note_unwritten(ctx, invoice=invoice.id, code=code, reason="No room.", today=invoice.issued_on, fault=True)
    shown = api.get(f"/invoice-runs/{run}").json()
    assert (shown["stage"], shown["files"]["unwritten"]) == ("done", 2)
    assert shown["failed_files"][0] == {
        "invoice": str(invoice.id), "number": invoice.number, "format": "factur-x", "reason": "No room.",
    }  # fmt: skip
    again = api.post(f"/invoice-runs/{run}/retry", {}).json()
    assert (again["stage"], again["files"]["unwritten"], again["failed_files"]) == ("writing", 0, [])
