"""Promise-kept rate, by count and by value.

Kept: fully met by the promised day plus grace. Promises that we cancelled count nowhere, those not yet due
(with grace) neither. Source: docs/rules/dso.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from fairdue.core.kpi.figures import percentage

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Promised:
    """A promise of an amount by a day, and the day on which it was fully met, if it was."""

    amount: int
    by: date
    met_on: date | None = None
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class KeptRate:
    """Promises due and kept, and the rate in per cent by count and by value (None: none was due)."""

    due: int
    kept: int
    due_amount: int
    kept_amount: int

    @property
    def by_count(self) -> Decimal | None:
        """Kept of due promises."""
        return percentage(self.kept, self.due)

    @property
    def by_value(self) -> Decimal | None:
        """Kept of due money."""
        return percentage(self.kept_amount, self.due_amount)


def kept_rate(promises: Iterable[Promised], as_of: date, grace_days: int = 1) -> KeptRate:
    """Return how many of the promises due by `as_of` were kept."""
    due = kept = due_amount = kept_amount = 0
    grace = timedelta(days=grace_days)
    for promise in promises:
        met = promise.met_on is not None and promise.met_on <= min(promise.by + grace, as_of)
        if promise.cancelled or (promise.by + grace >= as_of and not met):
            continue
        due += 1
        due_amount += promise.amount
        if met:
            kept += 1
            kept_amount += promise.amount
    return KeptRate(due, kept, due_amount, kept_amount)
