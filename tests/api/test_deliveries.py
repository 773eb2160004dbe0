"""Deliveries over HTTP and on the command line, with the same words and refusals."""

from __future__ import annotations

import json
from uuid import UUID

from fairdue.cli.main import main
from fairdue.foundation.models import Tenant
from fairdue.invoicing import services
from fairdue.parties.models import Creditor, Debtor
from tests import make
from tests.api.calling import codes
from tests.api.test_invoice_documents import issued
from tests.api.test_rooms import draft
from tests.api.test_rooms import shop as shop  # noqa: PLC0414 - a fixture, found by its name

NOWHERE = "00000000-0000-7000-8000-000000000000"


def failed(ctx, api, shop):
    invoice = issued(api, draft(api, shop))
    with ctx.open():
        services.note_undeliverable(ctx, invoice=UUID(invoice), reason="no such mailbox", today=make.TODAY)
    return invoice


def test_deliveries_are_listed_with_their_reason_and_only_to_their_tenant(ctx, api, stranger, shop):
    invoice = failed(ctx, api, shop)
    [row] = api.get("/deliveries?state=failed").json()["data"]
    assert (row["invoice"], row["state"], row["reason"]) == (invoice, "failed", "no such mailbox")
    assert stranger.get("/deliveries").json()["data"] == []
    assert codes(api.post("/deliveries/retry", {"invoices": [invoice]})) == ["delivery.document"]


def test_an_answer_is_taken_once_and_of_ones_own_invoices_only(api, stranger, shop):
    invoice = issued(api, draft(api, shop))
    event = {"invoice": invoice, "code": "AP", "source": "peppol", "reference": "m1", "happened_on": "2026-03-02"}
    first = api.post("/deliveries/events", event)
    assert first.status_code == 201, first.content
    assert first.json()["id"]
    assert api.post("/deliveries/events", event).json()["id"] is None
    assert codes(api.post("/deliveries/events", event | {"code": "RE", "reference": "m2"})) == ["event.reason"]
    assert stranger.post("/deliveries/events", event | {"reference": "m3"}).status_code == 404


def test_what_cannot_be_read_is_refused(api, shop):
    assert codes(api.post("/deliveries/bounces", {"message": "Subject: away"})) == ["bounce.form"]
    answers = {"channel": "sdi", "name": "a.xml", "content": "<broken"}
    assert codes(api.post("/deliveries/answers", answers)) == ["answer.form"]
    assert codes(api.post("/deliveries/print-batches", {"creditor": str(shop.creditor)})) == ["print.empty"]
    assert codes(api.post(f"/deliveries/print-batches/{NOWHERE}/posted", {})) == ["print.decided"]
    invoice = issued(api, draft(api, shop))
    assert codes(api.post("/deliveries/returned-letters", {"invoice": invoice})) == ["print.letter"]


def test_the_command_line_does_the_same(ctx, api, shop, capsys, tmp_path):
    failed(ctx, api, shop)
    scope = ["--tenant", Tenant.objects.get(id=ctx.tenant).slug]
    capsys.readouterr()
    assert main(["delivery", "list", "--state", "failed", "--json", *scope]) == 0
    [row] = json.loads(capsys.readouterr().out)
    assert row["reason"] == "no such mailbox"
    for words, code in ((["retry"], "delivery.document"), (["print"], "creditor.needed"),
                        (["posted", NOWHERE], "print.decided")):  # fmt: skip
        assert main(["delivery", *words, *scope]) == 1, code
    mail = tmp_path / "away.eml"
    mail.write_text("Subject: away\n\nI am away.")
    assert main(["delivery", "bounces", str(mail), *scope]) == 1
    assert main(["delivery", "answers", "--channel", "sdi", str(mail), *scope]) == 1


def test_a_customer_is_looked_at_from_the_command_line(ctx, api, shop, capsys):
    with ctx.open():
        code = Creditor.objects.get(id=shop.creditor).code
        number = Debtor.objects.get(id=shop.debtor).external_id
    scope = ["--tenant", Tenant.objects.get(id=ctx.tenant).slug, "--creditor", code, "--today", "2026-03-02"]
    capsys.readouterr()
    assert main(["delivery", "verify", number, "--json", *scope]) == 0
    rows = {(row["what"], row["layer"]): row for row in json.loads(capsys.readouterr().out)}
    assert rows["address", "syntax"]["outcome"] == "passed"
    assert rows["email", "domain"]["outcome"] == "not checked"
    with ctx.open():
        assert Debtor.objects.get(id=shop.debtor).email_state == "well_formed"
    assert main(["delivery", "verify", "nobody", *scope]) == 1
