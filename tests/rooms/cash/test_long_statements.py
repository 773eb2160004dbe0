"""A statement that is too long to be held is written in chunks: the same lines in the same order, or none at all."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection

from fairdue.cash.formats import read
from fairdue.cash.models import BankLine, BankStatement
from fairdue.cash.services import statements
from fairdue.core.findings import RefusedError
from fairdue.foundation.models import Fact
from tests.rooms.cash.conftest import entry, import_file, lines, statement, verified
from tests.wire.camt_files import Detail, Ntry, Stmt, camt, other_message


@pytest.fixture(autouse=True)
def short_memory(monkeypatch):
    monkeypatch.setattr(statements, "MOST_HELD", 2)
    monkeypatch.setattr(statements, "CHUNK", 2)


def entries(first, count):
    return tuple(entry(f"{at}.00", f"RE-{at}") for at in range(first, first + count))


def two_statements(second_closes="26.00"):
    return camt(
        8,
        Stmt(entries(1, 5), opening="0.00", closing="15.00", name="1"),
        Stmt(entries(11, 1), opening="15.00", closing=second_closes, name="2"),
    )


def test_the_lines_of_every_statement_come_in_their_order(bank):
    with bank.ctx.open():
        assert len(import_file(bank.ctx, two_statements())) == 2
        rows = BankLine.objects.order_by("id").values_list("amount", "remittance")
        assert [amount for amount, _ in rows] == [100, 200, 300, 400, 500, 1100]
        assert [fact.payload["lines"] for fact in Fact.objects.filter(type="bank_statement.imported")] == [5, 1]
        import_file(bank.ctx, two_statements())
        assert BankLine.objects.count() == 6
    assert verified(bank.ctx) == []


def test_a_statement_that_does_not_add_up_takes_the_proven_one_before_it_along(bank):
    with bank.ctx.open(), pytest.raises(RefusedError):
        import_file(bank.ctx, two_statements(second_closes="27.00"))
    with bank.ctx.open():
        assert (BankLine.objects.count(), BankStatement.objects.count()) == (0, 0)


def test_the_payments_of_a_batch_stay_together(bank):
    parts = tuple(Detail(f"{at}.00", name=f"P{at}", text=(f"RE-{at}",)) for at in (10, 20, 30, 40, 50))
    batch = Ntry("150.00", reference="BATCH-1", details=parts)
    with bank.ctx.open():
        import_file(bank.ctx, other_message(statement(Ntry("150.00", reference="BATCH-1")), "054"))
        import_file(bank.ctx, statement(entry("1.00", "RE-1"), batch, entry("2.00", "RE-2")))
        assert sorted(line.amount for line in lines(bank.creditor)) == [100, 200, 15000]
        told = Fact.objects.get(type="bank_line.told_again")
        assert [one["amount"]["minor"] for one in told.payload["payments"]] == [1000, 2000, 3000, 4000, 5000]
    assert verified(bank.ctx) == []


def test_an_entry_that_agrees_best_is_found_in_whichever_chunk_it_stands(bank):
    """Two entries over one amount: the notification is the second one's, which comes in another chunk."""
    with bank.ctx.open():
        import_file(bank.ctx, other_message(statement(entry("5.00", "RE-9", reference="SECOND")), "054"))
        first = entry("5.00", "RE-1", reference="")
        import_file(bank.ctx, statement(first, *entries(1, 4), entry("5.00", "RE-9", reference="SECOND")))
        texts = [line.remittance for line in lines(bank.creditor) if line.amount == 500]
        assert sorted(texts) == ["RE-1", "RE-9"]
    assert verified(bank.ctx) == []


@pytest.mark.parametrize(("large", "idle"), [(0, "1h"), (10**6, "1min")])
def test_only_a_large_file_may_be_read_for_longer_than_a_transaction_may_idle(bank, monkeypatch, large, idle):
    monkeypatch.setattr(statements, "LARGE", large)
    with bank.ctx.open(), connection.cursor() as cursor:
        import_file(bank.ctx, two_statements())
        cursor.execute("SHOW idle_in_transaction_session_timeout")
        assert cursor.fetchone() == (idle,)
    with bank.ctx.open(), connection.cursor() as cursor:
        cursor.execute("SHOW idle_in_transaction_session_timeout")
        assert cursor.fetchone() == ("1min",)


@pytest.mark.parametrize(("told", "times"), [("", 2), ("2026-03-09", 3), ("2026-01-30", 2)])
def test_a_long_file_is_read_a_third_time_only_where_another_message_told_something_of_its_days(
    bank, monkeypatch, told, times
):
    readings = []
    monkeypatch.setattr(statements, "read", lambda *given: readings.append(1) or read(*given))
    with bank.ctx.open():
        if told:
            other = replace(entry("77.00", "RE-77", reference="OTHER"), booked=told)
            import_file(bank.ctx, other_message(statement(other), "054"))
        readings.clear()
        import_file(bank.ctx, statement(*entries(1, 6)))
        assert len(lines(bank.creditor)) == 6 + bool(told)
    assert len(readings) == times
