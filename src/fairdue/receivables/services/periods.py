"""Periods: months of the books that are closed and, with a reason, opened again."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.core.findings import refuse
from fairdue.foundation import clock
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.permissions import Permission
from fairdue.receivables.models import Period

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx


def _locked(ctx: Ctx, creditor: UUID, month: date) -> Period:
    month = month.replace(day=1)
    Period.objects.bulk_create([Period(tenant_id=ctx.tenant, creditor_id=creditor, month=month)], ignore_conflicts=True)
    return Period.objects.select_for_update().get(creditor_id=creditor, month=month)


def _set(period: Period, status: str, actor: str) -> None:
    period.status, period.closed_by = status, actor
    period.closed_at = clock.now() if status == "closed" else None
    period.save(update_fields=["status", "closed_by", "closed_at"])


@command("receivables.close_period", Permission.PERIOD_CLOSE)
def close_period(ctx: Ctx, *, creditor: UUID, month: date, today: date, key: str | None = None) -> UUID:
    """Close a month: from now on the database refuses entries into it."""
    del key
    if month.replace(day=1) >= today.replace(day=1):
        raise refuse("period.not_over", "month", f"{month:%B %Y} is not over yet.")
    period = _locked(ctx, creditor, month)
    if period.status == "open":
        _set(period, "closed", ctx.actor)
        record(ctx, NewFact("period.closed", today, period.id, creditor, None, {"month": f"{month:%Y-%m}"}))
    return period.id


@command("receivables.reopen_period", Permission.PERIOD_CLOSE)
def reopen_period(ctx: Ctx, *, creditor: UUID, month: date, today: date, reason: str, key: str | None = None) -> UUID:
    """Open a closed month again; the reason is kept."""
    del key
    if not reason.strip():
        raise refuse("period.reason", "reason", "Opening a closed month needs a reason.")
    period = _locked(ctx, creditor, month)
    if period.status == "closed":
        _set(period, "open", "")
        payload = {"month": f"{month:%Y-%m}", "reason": reason}
        record(ctx, NewFact("period.reopened", today, period.id, creditor, None, payload))
    return period.id
