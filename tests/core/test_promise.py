"""Kept, partly kept or broken follows from what arrived."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairdue.core.findings import RefusedError
from fairdue.core.money import Money
from fairdue.core.promise import (
    Frequency,
    Instalment,
    PlanState,
    Promise,
    PromiseState,
    Receipt,
    add_bank_days,
    equal_instalments,
    plan_verdict,
    promise_verdict,
)

PAGE = Path(__file__).parents[2] / "docs" / "rules" / "promise.md"
MADE = date(2026, 3, 2)
PROMISE = Promise(100_00, date(2026, 3, 6), MADE)


def table():
    lines = PAGE.read_text("utf-8").partition("## Worked numbers")[2].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return [dict(zip(rows[0], row, strict=True)) for row in rows[2:]]


def receipt(text):
    on, _, amount = text.partition(":")
    return Receipt(date.fromisoformat(on), Money.parse(amount, "EUR").minor)


@pytest.mark.parametrize("row", table(), ids=lambda row: f"{row['today']} {row['receipts']}")
def test_the_worked_rows_of_the_rules_page(row):
    receipts = [receipt(text) for text in row["receipts"].split()]
    found = promise_verdict(PROMISE, receipts, date.fromisoformat(row["today"]))
    assert found.state == row["state"]
    assert found.missing_minor == Money.parse(row["missing"], "EUR").minor
    assert found.last_day == date(2026, 3, 9)


RECEIPTS = st.lists(
    st.builds(Receipt, st.dates(date(2026, 2, 25), date(2026, 3, 20)), st.integers(1, 120_00)), max_size=6
)


@given(RECEIPTS, st.integers(0, 30), st.randoms())
def test_a_settled_promise_stays_as_it_is(receipts, later, chance):
    end = date(2026, 3, 10)
    settled = promise_verdict(PROMISE, receipts, end)
    mixed = list(receipts)
    chance.shuffle(mixed)
    assert promise_verdict(PROMISE, mixed, end + timedelta(days=later)) == settled
    assert settled.state is not PromiseState.OPEN
    assert settled.missing_minor == max(100_00 - settled.received_minor, 0)


def test_a_promise_that_we_took_back_counts_neither_way():
    taken_back = Promise(100_00, date(2026, 3, 6), MADE, cancelled=True)
    assert promise_verdict(taken_back, [], date(2026, 4, 1)).state is PromiseState.CANCELLED


@pytest.mark.parametrize(
    "day, count, answer",
    [("2026-03-06", 1, "2026-03-09"), ("2026-03-06", 0, "2026-03-06"), ("2026-04-02", 2, "2026-04-07")],
)
def test_bank_days_skip_weekends_and_closed_days(day, count, answer):
    closed = frozenset({date(2026, 4, 3)})
    assert add_bank_days(date.fromisoformat(day), count, closed) == date.fromisoformat(answer)


@given(st.integers(1, 10**9), st.integers(1, 60), st.sampled_from(Frequency))
def test_instalments_lose_nothing_and_come_in_order(total, count, frequency):
    if total < count:
        return
    plan = equal_instalments(total, count, date(2026, 1, 31), frequency)
    assert sum(part.amount_minor for part in plan) == total
    days = [part.due_on for part in plan]
    assert days == sorted(set(days))
    assert max(p.amount_minor for p in plan) - min(p.amount_minor for p in plan) <= 1


def test_monthly_instalments_keep_their_day():
    plan = equal_instalments(100_00, 4, date(2026, 12, 31), Frequency.MONTHLY)
    assert [part.due_on.isoformat() for part in plan] == [
        "2026-12-31",
        "2027-01-31",
        "2027-02-28",
        "2027-03-31",
    ]
    assert equal_instalments(3, 2, date(2026, 3, 2), Frequency.TWO_WEEKLY)[1] == Instalment(date(2026, 3, 16), 1)
    assert equal_instalments(3, 2, date(2026, 3, 2), Frequency.WEEKLY)[1].due_on == date(2026, 3, 9)


@pytest.mark.parametrize("total, count", [(100, 0), (2, 3)])
def test_a_plan_of_nothing_is_refused(total, count):
    with pytest.raises(RefusedError):
        equal_instalments(total, count, MADE, Frequency.WEEKLY)


PLAN = (Instalment(date(2026, 3, 6), 50_00), Instalment(date(2026, 4, 6), 50_00))
BROKEN_SINCE = date(2026, 3, 10)


@pytest.mark.parametrize(
    "today, receipts, states, whole, broken_since",
    [
        ("2026-03-05", [], ["open", "open"], "running", None),
        ("2026-03-10", ["2026-03-05:50.00"], ["kept", "open"], "running", None),
        ("2026-03-10", ["2026-03-05:70.00"], ["kept", "open"], "running", None),
        ("2026-03-10", ["2026-03-05:20.00"], ["partly_kept", "open"], "broken", BROKEN_SINCE),
        ("2026-03-10", [], ["broken", "open"], "broken", BROKEN_SINCE),
        ("2026-05-01", ["2026-03-05:50.00"], ["kept", "broken"], "broken", date(2026, 4, 8)),
        ("2026-05-01", ["2026-03-05:100.00"], ["kept", "kept"], "completed", None),
        ("2026-05-01", ["2026-04-30:100.00"], ["broken", "broken"], "completed", BROKEN_SINCE),
        ("2026-05-01", ["2026-04-01:60.00"], ["broken", "partly_kept"], "broken", BROKEN_SINCE),
    ],
)
def test_what_becomes_of_a_plan(today, receipts, states, whole, broken_since):
    facts = [receipt(text) for text in receipts]
    found = plan_verdict(PLAN, facts, made_on=MADE, today=date.fromisoformat(today))
    assert (list(found.instalments), found.state, found.broken_since) == (
        states,
        PlanState(whole),
        broken_since,
    )
