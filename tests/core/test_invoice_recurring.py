"""The spans of recurring invoices: a table whose last column is the answer, and what holds for all of them."""

import itertools
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairdue.core.invoice.recurring import Every, due_spans, next_start

PAGE = Path(__file__).parents[2] / "docs" / "rules" / "recurring.md"
NEXT = [row for row in PAGE.read_text().splitlines() if row.startswith("| 20")]


@pytest.mark.parametrize("row", NEXT)
def test_the_next_span_begins_on(row):
    start, every, count, anchor, answer = (part.strip() for part in row.strip("| ").split("|"))
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


def test_the_page_has_its_rows():
    assert len(NEXT) == 11


def test_nothing_is_due_before_the_plan_begins():
    assert due_spans(date(2026, 5, 1), Every.MONTH, 1, 1, date(2026, 4, 30), None) == []
