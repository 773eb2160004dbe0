"""A file of a bank with several accounts and currencies: each line comes to its own account, and once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from fairdue.cash import selectors
from fairdue.cash.models import BankAccount, BankLine, BankStatement
from fairdue.receivables.services import add_rates
from fairdue.receivables.services.books import RateDraft
from tests.rooms.cash.conftest import import_file

HEAD = "date,amount,currency,own_account,name,payment ref\n"
ROWS = (
    "2026-03-02,10.00,EUR,DE89370400440532013000,Kaufmann KG,R1\n"
    "2026-03-02,12.00,USD,DE89370400440532013000,Kaufmann KG,R2\n"
    "2026-03-03,20.00,EUR,DE89370400440532013000,Kaufmann KG,R3\n"
    "2026-03-03,7.50,CHF,CH9300762011623852957,Kaufmann KG,R4\n"
)


def test_each_line_is_of_its_account_and_currency(bank):
    with bank.ctx.open():
        days = (date(2026, 3, 2), date(2026, 3, 3))
        add_rates(bank.ctx, rates=[
            RateDraft(one, "EUR", day, Decimal("0.9"), "test") for one in ("USD", "CHF") for day in days
        ])  # fmt: skip
        made = import_file(bank.ctx, (HEAD + ROWS).encode(), creditor=bank.creditor, format_code="csv")
        assert len(made) == 3
        accounts = {row.id: (row.number, row.currency) for row in BankAccount.objects.all()}
        found = {(row.bank_reference, *accounts[row.account_id], row.currency, row.amount)
                 for row in BankLine.objects.filter(bank_reference__in=["R1", "R2", "R3", "R4"])}  # fmt: skip
        german, swiss = "DE89370400440532013000", "CH9300762011623852957"
        assert found == {
            ("R1", german, "EUR", "EUR", 10_00), ("R2", german, "USD", "USD", 12_00),
            ("R3", german, "EUR", "EUR", 20_00), ("R4", swiss, "CHF", "CHF", 7_50),
        }  # fmt: skip
        shown = {(row.currency, row.booked) for row in selectors.statements(bank.ctx) if row.id in made}
        assert shown == {("EUR", 30_00), ("USD", 12_00), ("CHF", 7_50)}
        again = import_file(bank.ctx, (HEAD + ROWS).encode(), creditor=bank.creditor, format_code="csv")
        assert BankStatement.objects.filter(id__in=again).count() == len(again)
        assert BankLine.objects.filter(bank_reference__startswith="R").count() == 4
