"""Number series: opening them, and drawing numbers inside the transaction that issues."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from fairdue.core.findings import RefusedError, refuse
from fairdue.core.invoice.numbering import NumberFormat, check_format
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.ids import uuid7
from fairdue.foundation.permissions import Permission
from fairdue.foundation.sqlfiles import sql
from fairdue.invoicing.models import Series

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

SERIES_WORDS = {
    "invoice": "Invoices", "credit_note": "Credit notes", "corrected": "Corrected invoices",
    "prepayment": "Prepayment invoices", "self_billed": "Self-billed invoices",
}  # fmt: skip
DEFAULTS = {Series.Kind.INVOICE: "RE-{yyyy}-{n:5}", Series.Kind.CREDIT_NOTE: "GS-{yyyy}-{n:5}"}


_ACTIVE = (
    "SELECT id, pattern, yearly, year_starts FROM number_series "
    "WHERE tenant_id = %s AND creditor_id = %s AND kind = %s AND active"
)


@dataclass(frozen=True, slots=True)
class Drawn:
    """Numbers drawn in one go, in order."""

    series: UUID
    period: str
    counters: tuple[int, ...]
    numbers: tuple[str, ...]


@command("invoicing.open_series", Permission.SETTINGS_EDIT)
def open_series(
    ctx: Ctx, *, creditor: UUID, kind: str, pattern: str, today: date, yearly: bool = True, year_starts: int = 1,
    key: str | None = None,
) -> UUID:  # fmt: skip
    """Open a number series for one kind of document; it takes the place of the active one of its kind.

    Refuses patterns that cannot number invoices and patterns that the creditor has used before.
    """
    del key
    form = NumberFormat(pattern, yearly, year_starts)
    if kind not in Series.Kind.values:
        raise refuse("series.kind", "kind", f"{kind!r} is none of {', '.join(Series.Kind.values)}.")
    found = check_format(form)
    if found:
        raise RefusedError(*found)
    Series.objects.filter(creditor_id=creditor, kind=kind, active=True).update(active=False)
    try:
        with transaction.atomic():
            row = Series.objects.create(
                tenant_id=ctx.tenant, creditor_id=creditor, kind=kind, pattern=form.pattern, yearly=form.yearly,
                year_starts=form.year_starts,
            )  # fmt: skip
    except IntegrityError as error:
        sentence = f"The pattern {form.pattern} was used by this creditor before; numbers would repeat."
        raise refuse("series.repeated", "pattern", sentence) from error
    record(ctx, NewFact("series.opened", today, row.id, creditor, payload={"pattern": form.pattern, "kind": kind}))
    return row.id


def _active(ctx: Ctx, creditor: UUID, kind: str, today: date) -> tuple[UUID, NumberFormat]:
    if found := _found(ctx, creditor, kind):
        return found
    if kind not in DEFAULTS:
        return _active(ctx, creditor, Series.Kind.INVOICE, today)
    pattern = DEFAULTS[Series.Kind(kind)]
    fresh = Series(tenant_id=ctx.tenant, creditor_id=creditor, kind=kind, pattern=pattern)
    Series.objects.bulk_create([fresh], ignore_conflicts=True)
    found = _found(ctx, creditor, kind)
    if found is None:
        raise refuse("series.none", "series", "No number series is active; open one with a new pattern.")
    if found[0] == fresh.id:
        record(ctx, NewFact("series.opened", today, fresh.id, creditor, payload={"pattern": pattern, "kind": kind}))
    return found


def _found(ctx: Ctx, creditor: UUID, kind: str) -> tuple[UUID, NumberFormat] | None:
    with connection.cursor() as cursor:
        cursor.execute(_ACTIVE, [ctx.tenant, creditor, kind])
        row = cursor.fetchone()
    return (row[0], NumberFormat(*row[1:])) if row else None


def draw(ctx: Ctx, creditor: UUID, kind: str, today: date, count: int) -> Drawn:
    """Draw `count` numbers for documents of day `today`; the counter row stays locked until commit.

    A rollback gives them back, so the series has no gaps. A counter that outgrows its pattern refuses.
    """
    series, form = _active(ctx, creditor, kind, today)
    parameters: dict[str, Any] = {
        "tenant": ctx.tenant, "id": uuid7(), "creditor": creditor, "series": series,
        "period": form.period(today), "count": count,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(sql("invoicing", "draw"), parameters)
        row: tuple[int] | None = cursor.fetchone()
    assert row is not None
    counters = tuple(range(row[0] - count + 1, row[0] + 1))
    return Drawn(series, form.period(today), counters, tuple(form.number(one, today) for one in counters))
