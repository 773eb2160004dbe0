"""DSO, best possible DSO, ADD, CEI, cash expected, promises kept: sums by SQL, figures by the core."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from fairdue.core.kpi.dso import (
    Countback,
    MonthSales,
    best_possible_dso,
    collection_effectiveness,
    days_delinquent,
    dso_countback,
    dso_simple,
)
from fairdue.core.kpi.figures import quotient
from fairdue.core.kpi.promises import KeptRate
from fairdue.reporting.scope import Scope, rows_over

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fairdue.foundation.context import Ctx

MONTHS = 3
"""The length of the period of DSO and CEI: the N that is printed beside them."""
COUNTBACK_MONTHS = 12
PROMISE_DAYS = 90
POINTS = 12
"""The month ends of a trend."""


@dataclass(frozen=True, slots=True)
class Window:
    """One month up to a day: what was open at its end, what of it not yet due, and the sales in it."""

    currency: str
    back: int
    ends_on: date
    days: int
    receivable: int
    not_due: int
    sales: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one currency at the end of `ends_on`, over the `months` before it."""

    currency: str
    ends_on: date
    months: int
    days: int
    beginning: int
    sales: int
    receivable: int
    not_due: int
    dso: Decimal | None
    best_possible: Decimal | None
    delinquent: Decimal | None
    countback: Countback
    effectiveness: Decimal | None

    @property
    def overdue(self) -> int:
        """What was past due, less what was unapplied."""
        return self.receivable - self.not_due


def history(ctx: Ctx, scope: Scope, *, windows: int = COUNTBACK_MONTHS) -> dict[str, list[Window]]:
    """Return the windows of each currency, the newest first: one statement."""
    found: dict[str, list[Window]] = defaultdict(list)
    for row in rows_over(("taken",), "history", scope.parameters(ctx, windows=windows, since=None)):
        found[row[0]].append(Window(*row))
    return dict(found)


def figures_of(windows: Sequence[Window], *, months: int = MONTHS) -> Figures:
    """Return the figures at the end of the first of `windows` (newest first)."""
    newest, period = windows[0], windows[:months]
    before = windows[months].receivable if len(windows) > months else 0
    sales, days = sum(w.sales for w in period), sum(w.days for w in period)
    dso = dso_simple(newest.receivable, sales, days)
    best = best_possible_dso(newest.not_due, sales, days)
    return Figures(
        newest.currency, newest.ends_on, months, days, before, sales, newest.receivable, newest.not_due, dso, best,
        days_delinquent(dso, best),
        dso_countback(newest.receivable, [MonthSales(w.sales, w.days) for w in windows[:COUNTBACK_MONTHS]]),
        collection_effectiveness(before, sales, newest.receivable, newest.not_due, months=months),
    )  # fmt: skip


def figures(ctx: Ctx, scope: Scope, *, months: int = MONTHS) -> list[Figures]:
    """Return the figures of each currency on the day."""
    windows = max(months, COUNTBACK_MONTHS)
    return [figures_of(rows, months=months) for rows in history(ctx, scope, windows=windows).values()]


def trend(ctx: Ctx, scope: Scope, *, points: int = POINTS, months: int = MONTHS) -> dict[str, list[Figures]]:
    """Return the figures of the month ends up to the day, oldest first: one statement for all."""
    return trend_of(history(ctx, scope, windows=points - 1 + months), points=points, months=months)


def trend_of(
    rows: Mapping[str, Sequence[Window]], *, points: int = POINTS, months: int = MONTHS
) -> dict[str, list[Figures]]:
    """Return the figures at the end of each of the newest `points` windows of each currency, oldest first."""
    return {
        currency: [figures_of(found[back:], months=months) for back in reversed(range(points))]
        for currency, found in rows.items()
    }


def promises_kept(ctx: Ctx, scope: Scope, *, days: int = PROMISE_DAYS) -> dict[str, KeptRate]:
    """Return promises due in the `days` up to the day and how many were kept, per currency."""
    parameters = scope.parameters(ctx, from_on=scope.ago(days))
    return {row[0]: KeptRate(*row[1:]) for row in rows_over(("pledged",), "promises", parameters)}


def days_late(ctx: Ctx, scope: Scope, *, days: int = PROMISE_DAYS) -> dict[str, Decimal | None]:
    """Return the value-weighted days late of what was paid in the `days` up to the day, per currency."""
    parameters = scope.parameters(ctx, since=scope.ago(days))
    return {currency: quotient(late, paid) for currency, late, paid in rows_over(("taken",), "days_late", parameters)}
