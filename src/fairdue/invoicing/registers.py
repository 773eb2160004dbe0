"""Frozen rows about number series, each number that was drawn, and recurring invoices; part of the door out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from fairdue.foundation.sqlfiles import sql

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fairdue.foundation.context import Ctx


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """A number series with one of its periods, as the register shows it."""

    id: UUID
    creditor_id: UUID
    creditor_name: str
    kind: str
    pattern: str
    yearly: bool
    year_starts: int
    active: bool
    period: str | None
    last: int | None
    first_number: str | None
    last_number: str | None
    first_on: date | None
    last_on: date | None
    count: int
    voided: int
    """Numbers that stand on no document and are explained."""

    @property
    def gapless(self) -> bool:
        """Whether every number drawn stands on a document or is explained."""
        return (self.last or 0) == self.count + self.voided


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One number of a creditor, in order: the document that carries it, or why none does."""

    series_id: UUID
    kind: str
    period: str
    counter: int
    number: str
    day: date
    invoice_id: UUID | None
    type: str
    reason: str
    by: str
    debtor_name: str
    gross: int | None
    """Minor units; none for a number that stands on no document."""
    currency: str | None


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A recurring invoice."""

    id: UUID
    creditor_id: UUID
    debtor_id: UUID
    debtor_name: str
    name: str
    currency: str
    every: str
    count: int
    next_on: date
    ends_on: date | None
    issues: bool
    state: str
    drafted: int


def _run(name: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql("invoicing", name), parameters)
        return cursor.fetchall()


def series(ctx: Ctx, *, creditor: UUID | None = None) -> list[SeriesRow]:
    """Return the register of number series, one row a period."""
    return [SeriesRow(*row) for row in _run("series", {"tenant": ctx.tenant, "creditor": creditor})]


def register(
    ctx: Ctx, *, creditor: UUID, kind: str = "", period: str = "", voided: bool = False,
    after: tuple[Any, ...] | None = None, limit: int = 1000,
) -> list[RegisterRow]:  # fmt: skip
    """Return every number of a creditor in order, or the voided ones only.

    `after` is (series, period, counter) of the last row before.
    """
    series_, last, counter = after or (None, "", 0)
    parameters = {
        "tenant": ctx.tenant, "creditor": creditor, "kind": kind, "period": period, "voided": voided,
        "limit": limit, "after_series": series_, "after_period": last, "after": counter,
    }  # fmt: skip
    return [RegisterRow(*row) for row in _run("register", parameters)]


def plan_key(row: PlanRow) -> tuple[int, str, str]:
    """Return the place of a plan in its list."""
    return int(row.state == "ended"), row.next_on.isoformat(), str(row.id)


def plans(
    ctx: Ctx, *, creditor: UUID | None = None, plan: UUID | None = None, after: tuple[Any, ...] | None = None,
    limit: int = 200,
) -> list[PlanRow]:  # fmt: skip
    """Return recurring invoices, those that are due next first; ended ones last. `after` is the `plan_key` before."""
    ended, next_on, last = after or (None, None, None)
    parameters = {
        "tenant": ctx.tenant, "creditor": creditor, "plan": plan, "limit": limit,
        "after_ended": ended, "after_on": next_on, "after_id": last,
    }  # fmt: skip
    return [PlanRow(*row) for row in _run("plans", parameters)]
