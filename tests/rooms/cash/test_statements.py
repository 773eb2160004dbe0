"""Bank files in: whole or not at all, once however often."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from fairdue.cash.models import BankLine, BankStatement
from fairdue.core.findings import RefusedError
from fairdue.foundation.models import Fact
from fairdue.receivables import selectors
from tests.rooms.cash.conftest import TODAY, entry, import_file, lines, statement, verified
from tests.wire.camt_files import Detail, Ntry, Stmt, camt


def balances(ctx, creditor):
    rows = selectors.trial_balance(ctx, creditor=creditor, as_of=TODAY)
    return {row.code: row.balance for row in rows if row.balance}


def test_each_line_is_received_and_its_money_waits_as_unapplied_cash(bank):
    with bank.ctx.open():
        import_file(bank.ctx, statement(entry("119.00", "RE-1"), entry("50.00", "RE-2")))
        first, second = lines(bank.creditor)
        assert (first.amount, first.state, second.amount) == (11900, "received", 5000)
        assert first.credit_id is not None
        assert balances(bank.ctx, bank.creditor) == {"1200": 16900, "1590": -16900}
        assert Fact.objects.filter(type="bank_line.received").count() == 2
    assert verified(bank.ctx) == []


def test_the_same_statement_again_changes_nothing(bank):
    content = statement(entry("119.00", "RE-1"), entry("119.00", "RE-1"))
    with bank.ctx.open():
        import_file(bank.ctx, content)
        import_file(bank.ctx, content)
        import_file(bank.ctx, content.replace(b"2026-03-02/1", b"copy of it"))
        assert [line.amount for line in lines(bank.creditor)] == [11900, 11900]
        assert balances(bank.ctx, bank.creditor) == {"1200": 23800, "1590": -23800}
        assert BankStatement.objects.count() == 3


def test_a_statement_that_does_not_add_up_is_refused_whole(bank):
    with bank.ctx.open():
        with pytest.raises(RefusedError, match=r"0\.01 EUR is unexplained"):
            import_file(bank.ctx, statement(entry("119.00"), closing="119.01"))
        assert lines(bank.creditor) == []
        assert BankStatement.objects.count() == 0
        import_file(bank.ctx, statement(entry("119.00"), closing="119.01"), take_findings=True)
        (row,) = BankStatement.objects.all()
        assert (row.complete, row.findings[0]["code"]) == (False, "camt.balance.mismatch")


def test_an_unknown_account_asks_whose_it_is(ctx, books):
    content = statement(entry("119.00"), account="DE89370400440532013000")
    with ctx.open():
        with pytest.raises(RefusedError, match="say which creditor"):
            import_file(ctx, content)
        import_file(ctx, content, creditor=books.creditor)
        assert len(lines(books.creditor)) == 1


def test_an_account_belongs_to_one_creditor(bank):
    from tests import make

    with bank.ctx.open():
        other = make.creditor(bank.ctx, name="Other GmbH")
        with pytest.raises(RefusedError, match="belongs to another creditor"):
            import_file(bank.ctx, statement(entry("119.00")), creditor=other)


def test_money_that_is_not_booked_or_not_from_customers_is_kept_apart(bank):
    fee = Ntry("5.00", sign="DBIT", extra="<AddtlNtryInf>Fee</AddtlNtryInf>")
    back = Ntry("80.00", sign="DBIT", reversal=True, details=(Detail("80.00", returned="AM04", end_to_end="E1"),))
    pending = Ntry("70.00", status="PDNG", details=(Detail("70.00"),))
    content = camt(8, Stmt((entry("119.00"), fee, back, pending), opening="0.00", closing="34.00"))
    with bank.ctx.open():
        import_file(bank.ctx, content)
        states = {line.amount: (line.state, line.credit_id is not None) for line in lines(bank.creditor)}
        assert states == {
            11900: ("received", True),
            -500: ("not_receivable", False),
            -8000: ("received", False),
            7000: ("held_back", False),
        }
        assert balances(bank.ctx, bank.creditor) == {"1200": 11900, "1590": -11900}


def test_the_payers_account_is_sealed_and_shown_masked(bank):
    with bank.ctx.open():
        import_file(bank.ctx, statement(entry("119.00")))
        (line,) = lines(bank.creditor)
        assert line.payer_masked == "DE… 5030"
        assert b"DE02500105170137075030" not in bytes(line.payer_sealed)
        assert len(line.payer_blind) == 64


def test_what_the_bank_said_cannot_be_changed(bank):
    with bank.ctx.open():
        import_file(bank.ctx, statement(entry("119.00")))
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            BankLine.objects.update(amount=1)
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            connection.cursor().execute("DELETE FROM bank_line")
        assert lines(bank.creditor)[0].amount == 11900


def test_another_tenant_sees_nothing_of_it(bank, other_ctx):
    with bank.ctx.open():
        import_file(bank.ctx, statement(entry("119.00")))
    with other_ctx.open():
        assert BankLine.objects.count() == 0
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM bank_line")
            assert cursor.fetchone() == (0,)


def test_a_thousand_lines_take_as_many_statements_as_ten(bank):
    from django.test.utils import CaptureQueriesContext

    counts = []
    for size, opening in ((10, "0.00"), (1000, "1000.00")):
        entries = tuple(entry("1.00", f"RE-{size}-{at}") for at in range(size))
        with bank.ctx.open(), CaptureQueriesContext(connection) as queries:
            import_file(bank.ctx, statement(*entries, opening=opening))
        counts.append(len(queries))
    assert counts[0] == counts[1]
