"""Customers with what they owe: rows for the list, and how one of them pays. Call inside a tenant's context."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from fairdue.foundation.sqlfiles import sql
from fairdue.parties.searching import patterns_for

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fairdue.foundation.context import Ctx

SORTS = {
    "name": ("d.search_name", "text"),
    "overdue": ("coalesce(s.overdue, 0)", "bigint"),
    "open": ("coalesce(s.open, 0)", "bigint"),
}
"""Column of the list → (expression, type of its cursor)."""
_PAGE = """AND (%(after_id)s::uuid IS NULL OR ({sort}, d.id) {compare} (%(after)s::{type}, %(after_id)s::uuid))
      ORDER BY {sort} {direction}, d.id {direction} LIMIT %(limit)s"""
_OF_THE_PAGE = "AND debtor_id IN (SELECT id FROM chosen)"
HABIT_DAYS = 365


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer in the list; `open` and `overdue` in minor units of the creditor's books (`currency`)."""

    id: UUID
    creditor_id: UUID
    creditor_name: str
    name: str
    external_id: str
    country: str
    city: str
    currency: str
    open: int
    overdue: int
    oldest_due_on: date | None
    items: int
    credit_limit: int | None
    limit_currency: str
    search_name: str
    owed: int
    """What is open in the currency of its items; in that of the books where they have several."""
    owed_late: int
    owed_in: str

    @property
    def over_limit(self) -> bool:
        """Whether more is open than the limit allows (known only in the currency of the books)."""
        return self.credit_limit is not None and self.limit_currency == self.currency and self.open > self.credit_limit


@dataclass(frozen=True, slots=True)
class Habit:
    """How a customer pays: days after the due date, weighted by amount, over `items` items of a year.

    Open items that are past due count with the days until today, so that who never pays does not look good.
    """

    days_late: int
    items: int


def customers(
    ctx: Ctx, *, today: date, sort: str = "name", descending: bool = False, filters: Mapping[str, str] | None = None,
    creditor: UUID | None = None, after: tuple[Any, ...] | None = None, limit: int = 50,
) -> list[CustomerRow]:  # fmt: skip
    """Return one page of customers. `after` is (sort value, id) of the last row before it.

    Filters: q (any part of name, number, VAT number, e-mail), state (open, overdue, over_limit, clear), kind, country.
    """
    asked = dict(filters or {})
    by_name = sort == "name" and not asked.get("state")
    column, kind = SORTS[sort]
    statement = sql("receivables", "customers")
    for mark, text in (
        ("{page}", _PAGE if by_name else ""), ("{whose}", _OF_THE_PAGE if by_name else ""), ("{sort}", column),
        ("{type}", kind), ("{direction}", "DESC" if descending else "ASC"), ("{compare}", "<" if descending else ">"),
    ):  # fmt: skip
        statement = statement.replace(mark, text)
    parameters = {
        "tenant": ctx.tenant, "creditor": creditor, "today": today, "kind": asked.get("kind", ""),
        "country": asked.get("country", ""), "state": asked.get("state", ""),
        "q": patterns_for(asked.get("q", "")) or None, "after": after[0] if after else None,
        "after_id": after[1] if after else None, "limit": limit,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [CustomerRow(*row) for row in cursor.fetchall()]


def cursor_of(row: CustomerRow, sort: str) -> tuple[Any, ...]:
    """Return where the next page begins after `row`."""
    values: dict[str, Any] = {"name": row.search_name, "overdue": row.overdue, "open": row.open}
    return values[sort], row.id


def payment_habit(ctx: Ctx, debtors: Iterable[UUID], *, today: date) -> Habit | None:
    """Return how the records of one customer paid what fell due in the last year; None without such items."""
    parameters: dict[str, Any] = {"tenant": ctx.tenant, "debtors": list(debtors), "today": today, "days": HABIT_DAYS}
    with connection.cursor() as cursor:
        cursor.execute(sql("receivables", "habit"), parameters)
        weighted, amount, items = cursor.fetchone() or (0, 0, 0)
    return Habit(int((2 * weighted + amount) // (2 * amount)), items) if amount else None
