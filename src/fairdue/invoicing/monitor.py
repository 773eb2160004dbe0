"""Frozen rows about deliveries and what the buyer's side answered; part of the door out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from fairdue.core.parties.names import normal_name
from fairdue.foundation.sqlfiles import sql
from fairdue.invoicing.models import Delivery, InvoiceEvent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fairdue.foundation.context import Ctx


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """One delivery as the monitor shows it; `payable` in minor units of `currency`."""

    id: UUID
    invoice_id: UUID
    creditor_id: UUID
    debtor_id: UUID
    debtor_name: str
    number: str
    payable: int
    currency: str
    channel: str
    recipient: str
    attempt: int
    state: str
    reason: str
    why: str
    reference: str
    created_at: datetime
    ended_at: datetime | None
    last: bool
    """Whether no later attempt replaced it."""

    @property
    def retryable(self) -> bool:
        """Whether it may be delivered again."""
        return self.state == Delivery.State.FAILED and self.last


@dataclass(frozen=True, slots=True)
class EventLine:
    """What the buyer's side said about an invoice."""

    kind: str
    source: str
    reason: str
    happened_on: date


def deliveries(
    ctx: Ctx, *, filters: Mapping[str, str] | None = None, creditor: UUID | None = None,
    after: tuple[Any, ...] | None = None, limit: int = 50,
) -> list[DeliveryLine]:  # fmt: skip
    """Return one page of deliveries, newest first. Filters: q, state, channel; `after` is (instant, id)."""
    asked = dict(filters or {})
    q = asked.get("q", "")
    parameters = {
        "tenant": ctx.tenant, "creditor": creditor, "state": asked.get("state", ""),
        "channel": asked.get("channel", ""), "q": normal_name(q) if q else "", "q_number": q.upper(),
        "after": after[0] if after else None, "after_id": after[1] if after else None, "limit": limit,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(sql("invoicing", "deliveries"), parameters)
        return [DeliveryLine(*row) for row in cursor.fetchall()]


def failed(ctx: Ctx, invoices: list[UUID]) -> list[DeliveryLine]:
    """Return the last deliveries of these invoices that failed."""
    found = {row.invoice_id: row for row in _of(ctx, invoices) if row.retryable}
    return [found[one] for one in invoices if one in found]


def _of(ctx: Ctx, invoices: list[UUID]) -> list[DeliveryLine]:
    wanted = set(invoices)
    return [row for row in deliveries(ctx, filters={"state": "failed"}, limit=10_000) if row.invoice_id in wanted]


def waiting_for_print(ctx: Ctx) -> dict[UUID, int]:
    """Return how many invoices of each creditor wait for the print shop."""
    rows = Delivery.objects.filter(tenant_id=ctx.tenant, channel="print", state=Delivery.State.QUEUED)
    counts: dict[UUID, int] = {}
    for creditor in rows.values_list("creditor_id", flat=True):
        counts[creditor] = counts.get(creditor, 0) + 1
    return counts


def print_batches(ctx: Ctx, *, creditor: UUID | None = None) -> list[tuple[UUID, UUID, int]]:
    """Return (file, creditor, count) of batches that are not in the post yet."""
    rows = Delivery.objects.filter(tenant_id=ctx.tenant, channel="print", state=Delivery.State.SENT)
    rows = rows.filter(creditor_id=creditor) if creditor else rows
    counts: dict[tuple[str, UUID], int] = {}
    for reference, owner in rows.values_list("reference", "creditor_id").order_by("reference"):
        counts[reference, owner] = counts.get((reference, owner), 0) + 1
    return [(UUID(reference), owner, count) for (reference, owner), count in counts.items()]


def events(ctx: Ctx, invoice: UUID) -> list[EventLine]:
    """Return what the buyer's side said about an invoice, in order."""
    rows = InvoiceEvent.objects.filter(tenant_id=ctx.tenant, invoice_id=invoice).order_by("recorded_at", "id")
    return [EventLine(*row) for row in rows.values_list("kind", "source", "reason", "happened_on")]
