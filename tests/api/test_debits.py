"""Direct debits over HTTP: preview, order, file, cancel; mandates."""

from __future__ import annotations

from fairdue.cash.models import DirectDebit
from tests.api.calling import codes
from tests.rooms.cash.conftest import bank  # noqa: F401
from tests.rooms.cash.test_direct_debit import due, payer  # noqa: F401


def test_a_run_from_its_preview_to_its_cancellation(api, payer, monkeypatch):  # noqa: F811
    from fairdue.foundation import clock
    from tests import make

    monkeypatch.setattr(clock, "today", lambda *_: make.TODAY)
    with payer.ctx.open():
        item = due(payer)
    body = {"creditor": str(payer.creditor), "collect_on": "2026-03-16"}
    shown = api.post("/debit-runs/preview", body).json()
    assert (shown["count"], shown["amount"], shown["collects"][0]["item"]) == (1, "119.00", str(item))
    made = api.post("/debit-runs", body)
    assert made.status_code == 201, made.content
    (row,) = api.get("/debit-runs").json()["data"]
    assert (row["id"], row["amount"], row["failed"]) == (made.json()["id"], "119.00", 0)
    assert row["reference"] in api.get(f"/debit-runs/{row['id']}/file").json()["content"]
    assert api.post(f"/debit-runs/{row['id']}/cancel", {"reason": "wrong day"}).status_code == 200
    again = api.post(f"/debit-runs/{row['id']}/cancel", {"reason": "wrong day"})
    assert codes(again) == ["debit_run.cancelled"]
    with payer.ctx.open():
        assert DirectDebit.objects.get().state == "cancelled"


def test_a_mandate_is_listed_stopped_and_released(api, payer):  # noqa: F811
    (row,) = api.get("/mandates").json()["data"]
    assert (row["reference"], row["state"], row["approved"], row["lapses_on"]) == ("M-1", "active", True, "2028-01-10")
    assert api.post(f"/mandates/{row['id']}/stop", {"reason": "asked"}).status_code == 200
    assert api.post(f"/mandates/{row['id']}/release", {}).status_code == 200
    assert api.post(f"/mandates/{payer.debtor}/release", {}).status_code == 404
    body = {"debtor": str(payer.debtor), "account": str(payer.account), "signed_on": "2025-01-01"}
    assert codes(api.post("/mandates", body)) == ["mandate.active"]
