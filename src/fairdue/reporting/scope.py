"""What a report is about: as of which day, as known when, of which creditor or debtor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from fairdue.core.findings import refuse
from fairdue.core.kpi.aging import DEFAULT_BOUNDS
from fairdue.foundation.sqlfiles import sql
from fairdue.foundation.tabular.dates import is_of_another_age

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairdue.foundation.context import Ctx


@dataclass(frozen=True, slots=True)
class Scope:
    """The business date, the instant of knowledge (None: now), and whose receivables; all when left out.

    `debtors` narrows the aging and what is unapplied to some customers.
    """

    as_of: date
    recorded: datetime | None = None
    creditor: UUID | None = None
    debtor: UUID | None = None
    bounds: tuple[int, ...] = DEFAULT_BOUNDS
    debtors: tuple[UUID, ...] | None = None

    def ago(self, days: int) -> date:
        """Return the day so many days before; refuses a day from which none can be counted."""
        if is_of_another_age(self.as_of):
            raise refuse("report.day", "as_of", "Choose a day of the years 1970 to 2199.")
        return self.as_of - timedelta(days=days)

    def parameters(self, ctx: Ctx, **more: object) -> dict[str, Any]:
        """Return the parameters of a statement of this room; refuses a day from which no weeks can be counted."""
        return {
            "tenant": ctx.tenant, "as_of": self.ago(0), "recorded": self.recorded, "creditor": self.creditor,
            "debtor": self.debtor, "debtors": None if self.debtors is None else list(self.debtors), **more,
        }  # fmt: skip


def rows_of(name: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Return the rows of one of the room's statements."""
    with connection.cursor() as cursor:
        cursor.execute(sql("reporting", name), parameters)
        return cursor.fetchall()


def rows_over(parts: Sequence[str], name: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Return the rows of a statement over others, each of which it knows by the name of its file.

    `stood` is read from the maintained residual where nothing is to be rolled back.
    """
    files = {part: part for part in parts}
    if "stood" in files and _stands(parameters):
        files["stood"] = "stood_now"
    named = ",\n".join(f"{part} AS (\n{sql('reporting', files[part])})" for part in parts)
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {named}\nSELECT * FROM (\n{sql('reporting', name)}) found", parameters)
        return cursor.fetchall()


def _stands(parameters: dict[str, Any]) -> bool:
    """Tell whether what is open now is what stood open: asked as known now, and nothing is effective later."""
    return parameters["recorded"] is None and not rows_of("undone", parameters)[0][0]
