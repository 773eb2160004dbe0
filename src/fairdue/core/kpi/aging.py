"""Aging: open amounts by days past due.

Source: docs/rules/aging.md. An item is due through its due date: on the day after, it is one day past due.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

DEFAULT_BOUNDS = (0, 30, 60, 90)
"""Not yet due, 1 to 30, 31 to 60, 61 to 90, more than 90 days past due."""


@dataclass(frozen=True, slots=True)
class Aged:
    """An open amount and its due date; credits are negative."""

    due: date
    open: int
    currency: str


@dataclass(frozen=True, slots=True)
class Aging:
    """The open amounts of one currency by bucket; the buckets sum to `total`."""

    currency: str
    buckets: tuple[int, ...]

    @property
    def total(self) -> int:
        """Everything open."""
        return sum(self.buckets)

    @property
    def overdue(self) -> int:
        """Everything past due."""
        return sum(self.buckets[1:])


def days_past_due(due: date, as_of: date) -> int:
    """Return the days since the due date; zero or less is not past due."""
    return (as_of - due).days


def bucket_of(days: int, bounds: tuple[int, ...] = DEFAULT_BOUNDS) -> int:
    """Return the place of the bucket that holds `days` past due; each bound is the last day of its bucket."""
    return bisect_left(bounds, days)


def labels(bounds: tuple[int, ...] = DEFAULT_BOUNDS) -> tuple[str, ...]:
    """Return the names of the buckets: "not due", "1-30", ..., "over 90"."""
    middle = [f"{low + 1}-{high}" for low, high in itertools.pairwise(bounds)]
    return ("not due", *middle, f"over {bounds[-1]}")


def age(items: Iterable[Aged], as_of: date, bounds: tuple[int, ...] = DEFAULT_BOUNDS) -> tuple[Aging, ...]:
    """Return the aging of each currency, by currency code, in one pass."""
    sums: dict[str, list[int]] = {}
    for item in items:
        row = sums.setdefault(item.currency, [0] * (len(bounds) + 1))
        row[bucket_of(days_past_due(item.due, as_of), bounds)] += item.open
    return tuple(Aging(currency, tuple(sums[currency])) for currency in sorted(sums))
