"""The figures over the list of invoices: what is open, what is overdue, what was paid of late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import connection

from fairdue.foundation.sqlfiles import sql

if TYPE_CHECKING:
    from uuid import UUID

    from fairdue.foundation.context import Ctx

PAID_DAYS = 30
"""Days back, today included, that count as paid of late."""


@dataclass(frozen=True, slots=True)
class Totals:
    """Invoices of one currency: how many and how much, minor units."""

    currency: str
    open_count: int
    open: int
    overdue_count: int
    overdue: int
    paid_count: int
    paid: int
    """Money that was applied within the last days; credit notes are no money."""


def totals(ctx: Ctx, *, today: date, creditor: UUID | None = None) -> list[Totals]:
    """Return the totals of each currency, the one with the most open first."""
    parameters = {
        "tenant": ctx.tenant, "creditor": creditor, "today": today, "since": today - timedelta(days=PAID_DAYS - 1),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(sql("invoicing", "totals"), parameters)
        return [Totals(*row) for row in cursor.fetchall()]
