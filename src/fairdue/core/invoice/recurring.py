"""Recurring invoices: the spans that a plan bills, one after the other, without a gap.

A span of months keeps the day on which the plan began: a plan from 31 January goes on at 28 February and
31 March. The last day of a span is the day before the next one begins.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

MONTHS_A_YEAR = 12


class Every(StrEnum):
    """The unit in which a plan counts."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


MONTHS = {Every.MONTH: 1, Every.QUARTER: 3, Every.YEAR: MONTHS_A_YEAR}


@dataclass(frozen=True, slots=True)
class Span:
    """The days that one invoice of a plan covers, both ends included."""

    start: date
    end: date


def next_start(start: date, every: Every, count: int, anchor: int) -> date:
    """Return the first day of the next span; `anchor` is the day of the month on which the plan began."""
    if every is Every.WEEK:
        return start + timedelta(weeks=count)
    years, month = divmod(start.month - 1 + MONTHS[every] * count, MONTHS_A_YEAR)
    year = start.year + years
    return date(year, month + 1, min(anchor, calendar.monthrange(year, month + 1)[1]))


def due_spans(next_on: date, every: Every, count: int, anchor: int, today: date, ends_on: date | None) -> list[Span]:
    """Return the spans that have begun by `today`, oldest first; none begins after `ends_on`."""
    spans = []
    start = next_on
    while start <= today and (ends_on is None or start <= ends_on):
        following = next_start(start, every, count, anchor)
        spans.append(Span(start, following - timedelta(days=1)))
        start = following
    return spans
