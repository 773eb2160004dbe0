"""Voided numbers: a number that stands on no document, with the reason that the register shows.

A number is never taken back. Where one was used up outside (a spoiled form, a document of another system that
shares the series), it is drawn here like any other and explained, so that the register has no gap.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.core.findings import refuse
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.permissions import Permission
from fairdue.invoicing import masterdata
from fairdue.invoicing.models import Series, VoidedNumber
from fairdue.invoicing.services.series import draw

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx


@command("invoicing.void_number", Permission.INVOICES_ISSUE)
def void_number(ctx: Ctx, *, creditor: UUID, kind: str, reason: str, today: date, key: str | None = None) -> str:
    """Draw the next number of a creditor's series of `kind` and void it for `reason`; returns the number."""
    del key
    if not reason.strip():
        raise refuse("number.reason", "reason", "A voided number needs a reason; the register shows it.")
    if kind not in Series.Kind.values:
        raise refuse("number.kind", "kind", f"{kind!r} is none of {', '.join(Series.Kind.values)}.")
    if creditor not in masterdata.sellers(ctx, [creditor]):
        raise refuse("creditor.unknown", "creditor", "There is no such creditor.")
    drawn = draw(ctx, creditor, kind, today, 1)
    row = VoidedNumber.objects.create(
        tenant_id=ctx.tenant, creditor_id=creditor, series_id=drawn.series, period=drawn.period,
        counter=drawn.counters[0], number=drawn.numbers[0], reason=reason.strip()[:300], voided_on=today,
        voided_by=ctx.actor,
    )  # fmt: skip
    payload = {"number": row.number, "reason": row.reason}
    record(ctx, NewFact("number.voided", today, row.id, creditor, payload=payload))
    return row.number
