"""A customer who opens the document of an invoice in the portal: told once, as a fact that the invoice page shows."""

from __future__ import annotations

from fairdue.foundation.jobs import drain
from fairdue.foundation.models import Fact
from fairdue.invoicing import monitor, services
from tests import make
from tests.make import LINE


def issued(ctx, books):
    with ctx.open():
        make.able_to_bill(books, settings={"formats": ["ubl"], "delivery": "none"})
        draft = services.write_draft(
            ctx, creditor=books.creditor, debtor=books.debtor, currency="EUR", today=make.TODAY,
            content={"lines": [LINE], "delivery": {"day": "2026-03-01"}},
        )  # fmt: skip
        invoice = services.issue_invoice(ctx, draft=draft, today=make.TODAY)
    drain()
    return invoice


def test_opening_a_document_is_a_fact_once(ctx, debtor_books, guest):
    invoice = issued(ctx, debtor_books.books)
    for _ in range(2):
        assert guest.get(f"/p/document/{invoice}").status_code == 200
    with ctx.open():
        [fact] = Fact.objects.filter(subject_id=invoice, type="invoice.opened")
        assert (fact.actor, fact.payload["source"]) == (f"portal:{debtor_books.debtor}", "portal")
        assert [(one.kind, one.source) for one in monitor.events(ctx, invoice)] == [("opened", "portal")]


def test_what_cannot_be_opened_tells_nothing(ctx, debtor_books, guest):
    with ctx.open():
        other = make.books(ctx)
    invoice = issued(ctx, other)
    assert guest.get(f"/p/document/{invoice}").status_code == 404
    with ctx.open():
        assert not Fact.objects.filter(subject_id=invoice, type="invoice.opened").exists()
