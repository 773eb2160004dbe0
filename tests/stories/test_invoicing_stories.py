"""Three stories of pillar 1, told on a virtual clock; each step says what the invoicing clerk would check by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core import mail
from django.db import DatabaseError, connection, transaction

from fairdue.core.findings import RefusedError
from fairdue.foundation.facts.reading import FactFilter, logged_facts
from fairdue.foundation.files import load
from fairdue.foundation.jobs import drain
from fairdue.foundation.verifying import verify_tenant
from fairdue.invoicing import selectors, services
from fairdue.invoicing.formats.registry import read
from fairdue.parties.models import Creditor, Debtor
from fairdue.receivables import selectors as heart
from tests import make


@pytest.fixture
def nordwind(ctx, books):
    """Nordwind GmbH of Berlin, complete enough to issue, with one customer in Hamburg."""
    with ctx.open():
        Creditor.objects.filter(id=books.creditor).update(
            street="Weg 1", postcode="10115", city="Berlin", vat_id="DE129273398", email="ar@nordwind.example",
            iban="DE75512108001245126199", bic="SOGEDEFF",
        )  # fmt: skip
        Debtor.objects.filter(id=books.debtor).update(
            street="Platz 2", postcode="20095", city="Hamburg", email=f"ap{ctx.tenant}@kaufmann.example"
        )
    return books


def page_of(ctx, invoice, today):
    with ctx.open():
        return selectors.invoice(ctx, invoice, today=today)


def letters_to(recipient):
    return [message.subject for message in mail.outbox if message.to == [recipient]]


def sound(ctx):
    with ctx.open():
        return list(verify_tenant(ctx))


def test_an_order_is_billed_in_two_parts_over_the_turn_of_the_year(ctx, nordwind):
    mail.outbox.clear()
    # In December Kaufmann orders ten cutters and a day of training.
    with ctx.open():
        lines = (
            services.OrderLineDraft("Cutter FK 40", Decimal(10), Decimal("249.90"), Decimal(19), article="FK-40"),
            services.OrderLineDraft("Training", Decimal(1), Decimal("960.00"), Decimal(19), unit="DAY"),
        )
        accepted = services.OrderDraft(
            nordwind.creditor, nordwind.debtor, "PO-7781", date(2026, 12, 1), "EUR", lines, "KST 300"
        )
        [order] = services.accept_orders(ctx, orders=[accepted], today=date(2026, 12, 1))
        cutter, training = (str(line.id) for line in selectors.order_lines(ctx, order))

    # Four cutters leave the house; they are billed on 15 December with 30 days to pay.
    with ctx.open():
        first = services.draft_from_order(ctx, order=order, quantities={cutter: "4"}, today=date(2026, 12, 15))
        first = services.issue_invoice(ctx, draft=first, today=date(2026, 12, 15), key="first part")
    drain()
    page = page_of(ctx, first, date(2026, 12, 16))
    assert (page.row.number, page.row.net, page.row.gross) == ("RE-2026-00001", 99960, 118952)
    assert page.row.due_on == date(2027, 1, 14)
    assert [document.state for document in page.documents] == ["valid", "valid"]
    assert page.row.delivery == "delivered"
    assert letters_to(f"ap{ctx.tenant}@kaufmann.example") == ["Rechnung RE-2026-00001 von Nordwind GmbH"]

    # The colleague who wants to bill seven more is told that six are left; nothing is numbered.
    with ctx.open(), pytest.raises(RefusedError, match="within the 6"):
        services.draft_from_order(ctx, order=order, quantities={cutter: "7"}, today=date(2027, 1, 4))

    # In January the rest goes out; the new year begins with number one.
    with ctx.open():
        rest = services.draft_from_order(ctx, order=order, today=date(2027, 1, 5))
        rest = services.issue_invoice(ctx, draft=rest, today=date(2027, 1, 5))
    drain()
    page = page_of(ctx, rest, date(2027, 1, 6))
    assert (page.row.number, page.row.net) == ("RE-2027-00001", 6 * 24990 + 96000)
    assert page.content["references"] == {"order": "PO-7781", "buyer": "KST 300"}
    with ctx.open():
        assert [line.left for line in selectors.order_lines(ctx, order)] == [0, 0]
        register = {row.period: (row.count, row.gapless) for row in selectors.series(ctx)}
        assert register == {"2026": (1, True), "2027": (1, True)}
        assert sum(row.open for row in heart.balances(ctx, as_of=date(2027, 1, 6))) == 118952 + page.row.gross
    assert training
    assert sound(ctx) == []


ABROAD = [
    # what is sold, to whom, category, VAT number needed, wording on the document
    ("Consulting", "FR", "fr", "AE", "FR40303265045", "Autoliquidation"),
    ("Milling head", "FR", "en", "K", "FR40303265045", "Intra-Community supply, exempt under Article 138"),
    ("Milling head", "US", "en", "G", "", "Export outside the EU, exempt under Article 146"),
]


@pytest.mark.parametrize("item, country, language, category, vat_id, wording", ABROAD)
def test_a_sale_abroad_carries_its_wording_or_is_not_issued(
    ctx, nordwind, item, country, language, category, vat_id, wording
):
    today = date(2026, 5, 4)
    with ctx.open():
        buyer = make.debtor(
            ctx, nordwind.creditor, name="Ateliers Lefèvre", country=country, language=language, city="Lyon",
            street="2 quai Rambaud", postcode="69002",
        )  # fmt: skip
        line = {
            "id": "1",
            "name": item,
            "quantity": "2",
            "unit": "C62",
            "price": "750",
            "category": category,
            "rate": "0",
        }
        content = {"lines": [line], "delivery": {"day": "2026-05-02", "address": {"country": country, "city": "Lyon"}}}

        # Where the tax depends on the buyer's number, nothing is issued without it.
        draft = services.write_draft(
            ctx, creditor=nordwind.creditor, debtor=buyer, content=content, currency="EUR", today=today
        )
        if vat_id:
            with pytest.raises(RefusedError, match="VAT identifier"), transaction.atomic():
                services.issue_invoice(ctx, draft=draft, today=today)
            assert selectors.series(ctx) == []
            Debtor.objects.filter(id=buyer).update(vat_id=vat_id)

        # With it, the same draft goes out without tax.
        invoice = services.issue_invoice(ctx, draft=draft, today=today)
    drain()
    page = page_of(ctx, invoice, today)
    assert (page.row.number, page.row.tax, page.row.gross) == ("RE-2026-00001", 0, 150000)
    assert [document.state for document in page.documents] == ["valid", "valid"]

    # The buyer's own system reads the wording out of the hybrid file.
    with ctx.open():
        document = selectors.document(ctx, invoice, "factur-x")
        _, content = load(ctx, document.file_id)
    received, unreadable = read(content)
    assert unreadable == ()
    [why] = received.exemptions
    assert why.category == category
    assert why.reason.startswith(wording)
    assert sound(ctx) == []


def test_a_wrong_invoice_is_never_changed_and_always_put_right(ctx, nordwind):
    mail.outbox.clear()
    billed, credited = date(2026, 6, 1), date(2026, 6, 9)
    line = {
        "id": "1",
        "name": "Milling",
        "quantity": "20",
        "unit": "HUR",
        "price": "95.00",
        "category": "S",
        "rate": "19",
    }

    # Twenty hours are billed; the customer's mailbox is not known, which a person must see.
    with ctx.open():
        Debtor.objects.filter(id=nordwind.debtor).update(email="")
        draft = services.write_draft(
            ctx, creditor=nordwind.creditor, debtor=nordwind.debtor, currency="EUR", today=billed,
            content={"lines": [line], "delivery": {"day": "2026-05-29"}},
        )  # fmt: skip
        wrong = services.issue_invoice(ctx, draft=draft, today=billed)
    drain()
    assert page_of(ctx, wrong, billed).row.delivery == "failed"
    with ctx.open():
        services.deliver_invoice(ctx, invoice=wrong, recipient=f"boss{ctx.tenant}@kaufmann.example", today=billed)
    drain()
    assert page_of(ctx, wrong, billed).row.delivery == "delivered"
    assert letters_to(f"boss{ctx.tenant}@kaufmann.example") == ["Rechnung RE-2026-00001 von Nordwind GmbH"]

    # It was twelve hours. Nobody can change the invoice, not even with the database's own language.
    with ctx.open(), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE invoice SET content = jsonb_set(content, '{lines,0,quantity}', '\"12\"')")

    # Eight hours are credited, with the number and date of what they correct; the open item shrinks at once.
    with ctx.open():
        note = services.credit_invoice(
            ctx, invoice=wrong, reason="8 hours were not worked", quantities={"1": "8"}, today=credited, key="credit"
        )
        again = services.credit_invoice(
            ctx, invoice=wrong, reason="8 hours were not worked", quantities={"1": "8"}, today=credited, key="credit"
        )
        assert note == again
        assert make.residual(wrong) == 12 * 9500 * 119 // 100
    drain()
    page = page_of(ctx, note, credited)
    assert (page.row.number, page.row.gross, page.preceding_number) == ("GS-2026-00001", 90440, "RE-2026-00001")
    assert page.content["preceding"] == [{"number": "RE-2026-00001", "day": "2026-06-01"}]
    assert {document.state for document in page.documents} == {"valid"}

    # The customer pays the rest; the books know revenue of twelve hours and nothing open.
    with ctx.open():
        from fairdue.receivables.services import Applied, allocate

        paid = make.payment(ctx, nordwind, 135660, on=date(2026, 6, 20))
        allocate(ctx, lines=[Applied(wrong, 135660, paid)], effective_on=date(2026, 6, 20), today=date(2026, 6, 20))
        books = {
            row.code: row.debit - row.credit
            for row in heart.trial_balance(ctx, creditor=nordwind.creditor, as_of=date(2026, 6, 30))
        }
        assert (books.get("1400", 0), books["4400"], books["1770"]) == (0, -114000, -21660)
        told = [fact.type for fact in logged_facts(ctx, FactFilter(subject=wrong))]
    assert told.count("delivery.failed") == told.count("invoice.delivered") == told.count("invoice.issued") == 1
    assert sound(ctx) == []
