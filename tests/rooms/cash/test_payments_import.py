"""Past payments from a table: each once, allocated as the file says."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from fairdue.cash.services import import_payments
from fairdue.core.findings import RefusedError
from fairdue.foundation.tabular.formats.payments import PaymentRow
from fairdue.parties.models import Debtor
from fairdue.receivables import selectors
from tests import make
from tests.rooms.cash.conftest import TODAY, lines, verified

PAID = TODAY - timedelta(days=60)


def payment(ref, amount, *allocations, debtor="", on=PAID, currency="EUR"):
    return PaymentRow(ref, on, currency, amount, "Kaufmann KG", "", "old", debtor, allocations)


def test_past_payments_settle_the_items_that_they_name_on_their_own_day(ctx, books):
    with ctx.open():
        item = make.item(ctx, books, 11900, number="R1", issued_on=PAID - timedelta(days=30))
        rows = [payment("P1", 10000, ("R1", 10000)), payment("P2", 1900, ("R1", 1900), on=TODAY)]
        made = import_payments(ctx, creditor=books.creditor, payments=rows, today=TODAY)
        assert (len(made), make.residual(item)) == (2, 0)
        then = selectors.balances(ctx, as_of=PAID, creditor=books.creditor)
        assert [row.open for row in then] == [1900]
        assert import_payments(ctx, creditor=books.creditor, payments=rows, today=TODAY) == []
        assert [line.state for line in lines(books.creditor)] == ["applied", "applied"]
    assert verified(ctx) == []


def test_what_is_not_allocated_goes_on_account_or_waits(ctx, books):
    with ctx.open():
        external = Debtor.objects.get(id=books.debtor).external_id
        rows = [payment("P1", 5000, debtor=external), payment("P2", 700)]
        import_payments(ctx, creditor=books.creditor, payments=rows, today=TODAY)
        assert {line.bank_reference: line.state for line in lines(books.creditor)} == {
            "P1": "on_account", "P2": "received",
        }  # fmt: skip
        assert [row.unapplied for row in selectors.credits_(ctx, debtors=[books.debtor])] == [5000]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (payment("P1", 5000, ("nothing", 5000)), "there is no open item nothing in EUR"),
        (payment("P1", 5000, debtor="nobody"), "there is no customer nobody"),
        (payment("P1", -5000), "the amount is not positive"),
        (payment("P1", 20000, ("R1", 20000)), "not within the residual"),
    ],
)
def test_what_cannot_be_is_refused_by_name(ctx, books, row, says):
    with ctx.open():
        make.item(ctx, books, 11900, number="R1", issued_on=date(2025, 1, 1))
        with pytest.raises(RefusedError, match=says):
            import_payments(ctx, creditor=books.creditor, payments=[row], today=TODAY)
        assert lines(books.creditor) == []
