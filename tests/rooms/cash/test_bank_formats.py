"""Files of every format come in by one door; accounts and currencies are found as banks write them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from fairdue.cash.models import BankAccount, BankStatement
from fairdue.core.findings import RefusedError
from fairdue.receivables.services import add_rates
from fairdue.receivables.services.books import RateDraft
from tests import make
from tests.rooms.cash.conftest import TODAY, entry, import_file, lines, statement, verified
from tests.wire.test_mt940 import entry as mt_entry
from tests.wire.test_mt940 import mt940
from tests.wire.test_ofx_qif import QIF
from tests.wire.test_us_files import LAYOUTS, lockbox, nacha, slip

MT_HEAD = ":20:START\r\n:25:{}\r\n:28C:5/1\r\n:60F:C260301EUR0,00\r\n"


def german(account, total="119,00"):
    return mt940(mt_entry("2603020302CR119,00NTRF//B1", "RE-1"), total=total, head=MT_HEAD.format(account))


@pytest.mark.parametrize("number", ["DE02120300000000202051", "12030000/0000202051", "12030000/202051EUR"])
def test_an_account_is_found_by_its_sort_code_and_number(bank, number):
    with bank.ctx.open():
        import_file(bank.ctx, german(number))
        (line,) = lines(bank.creditor)
        assert (line.amount, line.bank_reference, line.state) == (11900, "B1", "received")
        assert BankStatement.objects.get().format == "MT940"


def test_a_statement_that_is_there_in_another_format_is_refused(bank):
    with bank.ctx.open():
        import_file(bank.ctx, statement(entry("119.00", "RE-1")))
        with pytest.raises(RefusedError, match=r"from a file in the format camt\.053"):
            import_file(bank.ctx, german("DE02120300000000202051").replace(b"C260302EUR", b"C260302EUR"))
        assert len(lines(bank.creditor)) == 1
        import_file(bank.ctx, german("DE02120300000000202051"), take_findings=True)
        assert len(lines(bank.creditor)) == 2


def test_another_statement_of_the_day_in_another_format_is_not_the_same(bank):
    with bank.ctx.open():
        import_file(bank.ctx, statement(entry("118.00", "RE-1")))
        import_file(bank.ctx, german("DE02120300000000202051"))
        assert len(lines(bank.creditor)) == 2


def test_a_file_without_currency_takes_that_of_the_account(bank):
    with bank.ctx.open():
        import_file(bank.ctx, QIF.format("25/03/2026").encode(), creditor=bank.creditor)
        (line,) = lines(bank.creditor)
        assert (line.amount, line.currency) == (111900, "EUR")


def test_a_file_without_currency_is_refused_where_the_account_has_no_hundredths(ctx, books):
    from fairdue.cash.services import add_bank_account

    with ctx.open():
        add_bank_account(ctx, creditor=books.creditor, number="JP1", currency="JPY", today=TODAY)
        with pytest.raises(RefusedError, match="no hundredths"):
            import_file(ctx, QIF.format("25/03/2026").encode(), creditor=books.creditor)


def test_cheques_of_a_lockbox_name_their_invoices(ctx, books):
    from fairdue.cash.services import add_bank_account
    from fairdue.receivables.services import add_rates
    from fairdue.receivables.services.books import RateDraft

    with ctx.open():
        add_rates(ctx, rates=[RateDraft("USD", "EUR", dt.date(2026, 3, 1), Decimal("0.90"), "test")])
        add_bank_account(ctx, creditor=books.creditor, number="0068751", currency="USD", today=TODAY)
        content = lockbox((11900, "ACME INC", [slip(LAYOUTS[0], ("INV-4711", 11900))]))
        import_file(ctx, content, creditor=books.creditor)
        import_file(ctx, content, creditor=books.creditor)
        (line,) = lines(books.creditor)
        assert (line.payer_name, line.documents) == ("ACME INC", [["INV-4711", 11900]])
    assert verified(ctx) == []


def test_a_returned_debit_waits_for_a_person(ctx, books):
    from fairdue.cash.services import add_bank_account

    with ctx.open():
        add_bank_account(ctx, creditor=books.creditor, number="1", currency="USD", today=TODAY)
        import_file(ctx, nacha(("26", 11900, "ACME INC", "R01")), creditor=books.creditor)
        (line,) = lines(books.creditor)
        assert (line.amount, line.return_code, line.state, line.credit_id) == (-11900, "R01", "received", None)


def on(day, content):
    return content.replace(b"2026-03-02</Dt></Dt></Bal>", day.encode() + b"</Dt></Dt></Bal>")


def gaps():
    rows = BankStatement.objects.order_by("imported_at")
    return [[one["code"] for one in row.findings if one["code"] == "statement.gap"] for row in rows]


def test_a_missing_statement_shows_by_its_balances(bank):
    first = statement(entry("100.00", "a"), opening="0.00")
    second = on("2026-03-03", statement(entry("20.00", "b"), opening="100.00"))
    fourth = on("2026-03-05", statement(entry("5.00", "d"), opening="130.00"))
    with bank.ctx.open():
        import_file(bank.ctx, first)
        import_file(bank.ctx, second)
        import_file(bank.ctx, first)
        assert gaps() == [[], [], []]
        import_file(bank.ctx, fourth)
        assert gaps() == [[], [], [], ["statement.gap"]]
        (finding,) = BankStatement.objects.order_by("-imported_at")[0].findings
        assert "opens with 130.00 EUR, and the statement of 3 Mar 2026 closed with 120.00 EUR" in finding["message"]


US_DAY = b"date,amount,currency,payer,remittance,reference\n2026-03-02,119.00,USD,Acme Inc,RE-1,B1\n"


def test_a_file_without_an_account_goes_to_the_creditors_account_in_its_currency(bank):
    with bank.ctx.open():
        add_rates(bank.ctx, rates=[RateDraft("USD", "EUR", dt.date(2026, 3, 1), Decimal("0.92"), "t")])
        for creditor in (bank.creditor, make.creditor(bank.ctx, name="Südwind GmbH")):
            import_file(bank.ctx, US_DAY, creditor=creditor)
            (line,) = lines(creditor)
            account = BankAccount.objects.get(id=line.account_id)
            assert (line.currency, account.currency, account.creditor_id) == ("USD", "USD", creditor)
