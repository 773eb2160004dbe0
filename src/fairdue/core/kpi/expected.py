"""Cash expected in the coming weeks, from due dates, promises and each debtor's habit.

Source: docs/rules/aging.md. A promise beats habit; habit is the debtor's value-weighted days late. What is
past its expected day is expected in the first week, and what is more than `DOUBTFUL_DAYS` beyond it is named
doubtful and not expected at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

DOUBTFUL_DAYS = 90
WEEK = 7


@dataclass(frozen=True, slots=True)
class Awaited:
    """An open amount with what is known about when it comes."""

    open: int
    due: date
    habit_days: int = 0
    promised_for: date | None = None
    held: bool = False
    """Disputed, insolvent, claimed: nothing is expected."""


@dataclass(frozen=True, slots=True)
class Expected:
    """Amounts by week from `as_of`, later, and doubtful; they sum to everything open."""

    weeks: tuple[int, ...]
    later: int
    doubtful: int

    @property
    def total(self) -> int:
        """What the weeks shown bring."""
        return sum(self.weeks)


def expected_on(item: Awaited, as_of: date) -> date | None:
    """Return the day on which the amount is expected, at least tomorrow; None when it is doubtful."""
    if item.held:
        return None
    promised = item.promised_for
    day = promised if promised is not None and promised > as_of else item.due + timedelta(item.habit_days)
    if (as_of - day).days > DOUBTFUL_DAYS:
        return None
    return max(day, as_of + timedelta(days=1))


def cash_expected(items: Iterable[Awaited], as_of: date, weeks: int = 13) -> Expected:
    """Return what comes in each of the coming `weeks`; the first begins the day after `as_of`."""
    sums = [0] * weeks
    later = doubtful = 0
    for item in items:
        day = expected_on(item, as_of)
        if day is None:
            doubtful += item.open
        elif (week := ((day - as_of).days - 1) // WEEK) < weeks:
            sums[week] += item.open
        else:
            later += item.open
    return Expected(tuple(sums), later, doubtful)
