"""The spans of recurring invoices: a table whose last column is the answer, and what holds for all of them."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairdue.core.invoice.recurring import Every, due_spans, next_start

NEXT = """
2026-01-31 | month | 1 | 31 | 2026-02-28
2026-02-28 | month | 1 | 31 | 2026-03-31
2028-01-30 | month | 1 | 30 | 2028-02-29
2026-12-15 | month | 1 | 15 | 2027-01-15
2026-11-01 | month | 2 | 1 | 2027-01-01
2026-01-01 | quarter | 1 | 1 | 2026-04-01
2026-10-01 | quarter | 2 | 1 | 2027-04-01
2028-02-29 | year | 1 | 29 | 2029-02-28
2029-02-28 | year | 3 | 29 | 2032-02-29
2026-12-28 | week | 1 | 28 | 2027-01-04
2026-01-05 | week | 4 | 5 | 2026-02-02
"""


@pytest.mark.parametrize("row", NEXT.strip().splitlines())
def test_the_next_span_begins_on(row):
    start, every, count, anchor, answer = (part.strip() for part in row.split("|"))
    assert next_start(date.fromisoformat(start), Every(every), int(count), int(anchor)) == date.fromisoformat(answer)


@given(
    st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.sampled_from(Every), st.integers(1, 6), st.integers(0, 900),
    st.none() | st.dates(date(2020, 1, 1), date(2032, 1, 1)),
)  # fmt: skip
def test_spans_follow_each_other_without_gap_and_begin_by_today(start, every, count, days, ends_on):
    today = start + timedelta(days=days)
    spans = due_spans(start, every, count, start.day, today, ends_on)
    assert bool(spans) == (ends_on is None or start <= ends_on)
    for one, other in itertools.pairwise(spans):
        assert other.start == one.end + timedelta(days=1)
    assert all(one.start <= today and one.start <= one.end for one in spans)
    if spans and ends_on is None:
        assert spans[-1].end >= today


def test_nothing_is_due_before_the_plan_begins():
    assert due_spans(date(2026, 5, 1), Every.MONTH, 1, 1, date(2026, 4, 30), None) == []
