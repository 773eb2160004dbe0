"""Cash expected by week, and the items behind each week: one rule, summed or listed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fairdue.core.kpi.expected import DOUBTFUL_DAYS, WEEK, Expected
from fairdue.reporting.aging import NIL
from fairdue.reporting.figures import MONTHS, POINTS, Window, trend_of
from fairdue.reporting.scope import Scope, rows_over

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fairdue.foundation.context import Ctx
    from fairdue.reporting.figures import Figures

WEEKS = 13
SOON = 4
HABIT_DAYS = 365
AWAITED = ("stood", "taken", "pledged", "awaited")
"""The statements over which cash expected is summed or listed."""
LATER, DOUBTFUL = -1, -2
"""Beside the weeks: after the last of them, and not expected at all."""
type Key = tuple[date, UUID, int]
_FIRST: Key = (date.min, NIL, DOUBTFUL - 1)
WHY = {
    "promise": "promised", "habit": "due date and the customer's habit", "due": "due date",
    "doubtful": f"more than {DOUBTFUL_DAYS} days past its day", "held": "held: disputed, insolvent or claimed",
}  # fmt: skip
"""What the day of an item rests on, in words."""


@dataclass(frozen=True, slots=True)
class ExpectedRow:
    """What of one item is expected on a day; an item that is held in part stands twice. Minor units of `currency`.

    `week` counts from 0, `LATER` and `DOUBTFUL` beside them; `day` of what is doubtful is the day that it rests on.
    """

    item_id: UUID
    number: str
    creditor_id: UUID
    creditor_name: str
    debtor_id: UUID
    debtor_name: str
    issued_on: date
    due_on: date
    day: date
    week: int
    why: str
    currency: str
    amount: int

    @property
    def key(self) -> Key:
        """Where the next page goes on."""
        return self.day, self.item_id, self.week


def week_days(as_of: date, week: int) -> tuple[date, date]:
    """Return the first and the last day of a week; the first week begins the day after `as_of`."""
    first = as_of + timedelta(days=WEEK * week + 1)
    return first, first + timedelta(days=WEEK - 1)


def _parameters(ctx: Ctx, scope: Scope, **more: object) -> dict[str, Any]:
    """Return the parameters of what is awaited; a habit is that of the year before the day."""
    return scope.parameters(ctx, doubtful=DOUBTFUL_DAYS, since=scope.ago(HABIT_DAYS), **more)


def cash_expected(ctx: Ctx, scope: Scope, *, weeks: int = WEEKS) -> dict[str, Expected]:
    """Return what is expected in each of the coming weeks, later, and what is doubtful, per currency."""
    return _by_week(rows_over(AWAITED, "expected", _parameters(ctx, scope, weeks=weeks)), weeks)


def _by_week(rows: Iterable[tuple[Any, ...]], weeks: int) -> dict[str, Expected]:
    """Return lines of SQL (currency, week, amount) as what is expected per currency."""
    sums: dict[str, dict[int, int]] = defaultdict(dict)
    for currency, week, amount in rows:
        sums[currency][week] = amount
    return {
        currency: Expected(tuple(found.get(week, 0) for week in range(weeks)), found.get(-1, 0), found.get(-2, 0))
        for currency, found in sorted(sums.items())
    }


def trend_and_expected(ctx: Ctx, scope: Scope) -> tuple[dict[str, list[Figures]], dict[str, Expected]]:
    """Return the trend of the figures and the cash expected, as `trend` and `cash_expected` do, in one statement."""
    parameters = _parameters(ctx, scope, weeks=WEEKS, windows=POINTS - 1 + MONTHS) | {"since": None}
    rows = rows_over((*AWAITED, "history", "expected"), "outlook", parameters)
    months: dict[str, list[Window]] = defaultdict(list)
    for row in sorted((row[1:] for row in rows if row[0] == "month"), key=lambda row: row[:2]):
        months[row[0]].append(Window(*row))
    return trend_of(months), _by_week((row[1:3] + row[5:6] for row in rows if row[0] == "week"), WEEKS)


def expected_items(
    ctx: Ctx, scope: Scope, *, weeks: tuple[int, ...] | None = None, currency: str | None = None,
    after: Key | None = None, limit: int | None = 100,
) -> list[ExpectedRow]:  # fmt: skip
    """Return the items behind some weeks (None: all), by the day on which they are expected; `limit` None for all."""
    day, item, week = after or _FIRST
    parameters = _parameters(
        ctx, scope, weeks=WEEKS, chosen=None if weeks is None else list(weeks), currency=currency,
        after_day=day, after_id=item, after_week=week, limit=limit,
    )  # fmt: skip
    found = [ExpectedRow(*row) for row in rows_over((*AWAITED, "expected_parts"), "expected_items", parameters)]
    return sorted(found, key=lambda row: row.key)
