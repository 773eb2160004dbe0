"""Intraday report, notification and statement tell the same money; it is booked once, in any order."""

from __future__ import annotations

from itertools import permutations

import pytest

from fairdue.cash.models import BankLine, BankStatement
from fairdue.cash.services import statements
from fairdue.foundation.models import Fact
from tests.rooms.cash.conftest import entry, import_file, lines, statement, verified
from tests.wire.camt_files import Detail, Ntry, other_message


@pytest.fixture(autouse=True, params=["held", "streamed"])
def way(request, monkeypatch):
    """Every story is told twice: with statements that are held as a whole, and with ones too long for that."""
    if request.param == "streamed":
        monkeypatch.setattr(statements, "MOST_HELD", 0)
        monkeypatch.setattr(statements, "CHUNK", 1)


BATCH = Ntry("150.00", reference="BATCH-1")
PARTS = Ntry(
    "150.00",
    reference="BATCH-1",
    details=(Detail("100.00", name="A", text=("RE-1",)), Detail("50.00", name="B", text=("RE-2",))),
)


def money(bank):
    return sum(line.amount for line in lines(bank.creditor) if line.credit_id)


def test_a_notification_with_details_comes_before_the_batch_of_the_statement(bank):
    with bank.ctx.open():
        import_file(bank.ctx, other_message(statement(PARTS), "054"))
        import_file(bank.ctx, statement(BATCH))
        assert [(line.amount, line.remittance) for line in lines(bank.creditor)] == [(10000, "RE-1"), (5000, "RE-2")]
        fact = Fact.objects.get(type="bank_line.told_again")
        assert (fact.subject_id, fact.payload["kind"]) == (lines(bank.creditor)[0].id, "statement")
    assert verified(bank.ctx) == []


def test_the_batch_of_the_statement_comes_before_its_details(bank):
    with bank.ctx.open():
        import_file(bank.ctx, statement(BATCH))
        import_file(bank.ctx, other_message(statement(PARTS), "054"))
        assert [line.amount for line in lines(bank.creditor)] == [15000]
        payments = Fact.objects.get(type="bank_line.told_again").payload["payments"]
        assert [(one["amount"]["minor"], one["payer"], one["remittance"]) for one in payments] == [
            (10000, "A", ["RE-1"]),
            (5000, "B", ["RE-2"]),
        ]
        late = BankStatement.objects.get(format__startswith="camt.054").findings
        assert [one["code"] for one in late] == ["statement.late_details"]


def test_an_intraday_report_is_no_money_until_the_statement_has_it(bank):
    with bank.ctx.open():
        import_file(bank.ctx, other_message(statement(entry("119.00", "RE-1")), "052"))
        (provisional,) = lines(bank.creditor)
        assert (provisional.state, provisional.credit_id) == ("held_back", None)
        import_file(bank.ctx, statement(entry("119.00", "RE-1")))
        states = dict(BankLine.objects.values_list("state", "credit_id"))
        assert states["not_receivable"] is None
        assert states["received"] is not None
        assert Fact.objects.get(type="bank_line.superseded").subject_id == provisional.id


def test_an_intraday_report_after_the_statement_adds_nothing(bank):
    with bank.ctx.open():
        import_file(bank.ctx, statement(entry("119.00", "RE-1")))
        import_file(bank.ctx, other_message(statement(entry("119.00", "RE-1")), "052"))
        assert [line.state for line in lines(bank.creditor)] == ["received"]


def test_an_entry_known_under_its_own_key_does_not_hide_another_over_the_amount(bank):
    """The bank's reference gives the second entry one key in both messages; the first is other money."""
    notified = entry("119.00", "RE-2", reference="SECOND")
    with bank.ctx.open():
        import_file(bank.ctx, other_message(statement(notified), "054"))
        for _ in range(2):
            import_file(bank.ctx, statement(entry("119.00", "RE-1"), notified))
            assert sorted(line.remittance for line in lines(bank.creditor)) == ["RE-1", "RE-2"]
            assert money(bank) == 23800


def test_twins_of_a_statement_are_two_although_one_was_notified(bank):
    twin = entry("119.00", "RE-1")
    first = other_message(statement(twin, name="first"), "054")
    second = other_message(statement(twin, name="second"), "054")
    with bank.ctx.open():
        import_file(bank.ctx, first)
        import_file(bank.ctx, statement(twin, twin))
        assert money(bank) == 23800
        import_file(bank.ctx, first)
        import_file(bank.ctx, second)
        import_file(bank.ctx, statement(twin, twin))
        assert money(bank) == 23800


def test_twins_on_two_statements_of_a_day_each_meet_one_notification(bank):
    twin = entry("119.00", "RE-1")
    with bank.ctx.open():
        import_file(bank.ctx, other_message(statement(twin), "054"))
        import_file(bank.ctx, statement(twin, opening="0.00"))
        import_file(bank.ctx, statement(twin, opening="119.00"))
        assert money(bank) == 23800


def test_other_money_of_the_same_amount_and_day_is_not_the_same(bank):
    with bank.ctx.open():
        import_file(bank.ctx, other_message(statement(entry("119.00", reference="A", end_to_end="X1")), "054"))
        import_file(bank.ctx, statement(entry("119.00", reference="B", end_to_end="X2")))
        assert money(bank) == 23800


@pytest.mark.parametrize("order", list(permutations(("052", "053", "054"))), ids="-".join)
def test_the_order_of_the_messages_does_not_matter(bank, order):
    whole = statement(entry("119.00", "RE-1"), entry("119.00", "RE-1"), entry("20.00", "RE-2", reference="R-2"))
    files = {"053": whole, "052": other_message(whole, "052"), "054": other_message(whole, "054")}
    with bank.ctx.open():
        for message in order * 2:
            import_file(bank.ctx, files[message])
        assert money(bank) == 25800
        assert not BankLine.objects.filter(state="held_back").exists()
    assert verified(bank.ctx) == []
