"""Many documents queued for delivery at once: as many statements as for one, and each failure its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests import make
from tests.make import LINE

from fairdue.core.findings import refuse
from fairdue.foundation.jobs.queue import JOBS
from fairdue.foundation.models import Fact, OutgoingMail
from fairdue.invoicing import channels, services
from fairdue.invoicing.models import Delivery, Document, Invoice
from fairdue.invoicing.services import Asked
from fairdue.parties.models import Creditor, Debtor

TODAY = date(2026, 3, 2)


@pytest.fixture
def invoices(ctx, books):
    """Five issued and written invoices of five customers; the third has no e-mail address."""
    with ctx.open():
        Creditor.objects.filter(id=books.creditor).update(
            street="Weg 1", postcode="10115", city="Berlin", vat_id="DE129273398", email="ar@nordwind.example",
            iban="DE75512108001245126199", settings={"formats": ["factur-x"], "delivery": "email"},
        )  # fmt: skip
        people = [make.debtor(ctx, books.creditor, email=f"ap{n}@kaufmann.example" if n != 2 else "") for n in range(5)]
        Debtor.objects.update(street="Platz 2", postcode="20095", city="Hamburg")
        drafts = [
            services.write_draft(
                ctx, creditor=books.creditor, debtor=one, currency="EUR", today=TODAY,
                content={"lines": [LINE], "delivery": {"day": "2026-03-01"}},
            )
            for one in people
        ]  # fmt: skip
        done = services.issue_invoices(ctx, drafts=drafts, today=TODAY)
    JOBS["invoicing.render"].work(ctx, invoices=[str(one) for one in done])
    return done


def asked(invoices, channel="email"):
    return {one: Asked(channel, "Because.") for one in invoices}


def test_those_that_can_go_are_queued_and_the_others_say_why(ctx, invoices):
    with ctx.open():
        done = services.deliver_invoices(ctx, asked=asked(invoices), today=TODAY)
        assert len(done) == 4
        states = dict(Invoice.objects.values_list("id", "delivery"))
        assert [states[one] for one in invoices] == ["queued", "queued", "failed", "queued", "queued"]
        [fact] = Fact.objects.filter(type="delivery.failed")
        assert (fact.subject_id, "no e-mail address" in fact.payload["reason"]) == (invoices[2], True)
        mails = OutgoingMail.objects.order_by("recipient").values_list("recipient", flat=True)
        assert list(mails) == [f"ap{n}@kaufmann.example" for n in (0, 1, 3, 4)]
        rows = Delivery.objects.filter(state="queued").values_list("attempt", "why")
        assert list(rows) == [(1, "Because.")] * 4


def test_a_further_attempt_is_counted_and_an_invalid_document_stays(ctx, invoices):
    with ctx.open():
        services.deliver_invoices(ctx, asked=asked(invoices[:2]), today=TODAY)
        Document.objects.filter(invoice_id=invoices[1]).update(state="invalid")
        services.deliver_invoices(ctx, asked=asked(invoices[:2]), today=TODAY)
        rows = Delivery.objects.order_by("invoice_id", "attempt").values_list("invoice_id", "attempt", "state")
        assert sorted(rows) == sorted([
            (invoices[0], 1, "queued"), (invoices[0], 2, "queued"),
            (invoices[1], 1, "queued"), (invoices[1], 2, "failed"),
        ])  # fmt: skip


def test_a_channel_that_refuses_one_parcel_takes_the_others(ctx, invoices, monkeypatch):
    @dataclass(frozen=True)
    class Picky:
        code: str = "picky"
        format: str = "factur-x"

        def send(self, ctx, parcel):
            if parcel.invoice == invoices[1]:
                raise refuse("delivery.picky", "channel", "Not this one.")

    monkeypatch.setitem(channels.CHANNELS, "picky", Picky())
    wanted = {one: Asked("picky", recipient="somebody") for one in invoices[:3]}
    with ctx.open():
        assert set(services.deliver_invoices(ctx, asked=wanted, today=TODAY)) == {invoices[0], invoices[2]}
        assert Delivery.objects.filter(invoice_id=invoices[1]).get().reason == "Not this one."


def test_many_cost_no_more_statements_than_one(ctx, invoices):
    counts = []
    with ctx.open():
        for some in (invoices[:1], [invoices[1], *invoices[3:]]):
            with CaptureQueriesContext(connection) as said:
                services.deliver_invoices(ctx, asked=asked(some), today=TODAY)
            counts.append(len(said))
    assert counts[0] == counts[1]


def test_an_invoice_that_does_not_exist_is_an_error(ctx, invoices):
    with ctx.open(), pytest.raises(Invoice.DoesNotExist):
        services.deliver_invoice(ctx, invoice=UUID(int=5), channel="email", today=TODAY)
