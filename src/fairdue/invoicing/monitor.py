"""Frozen rows about deliveries and what the buyer's side answered; part of the door out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection
from django.db.models import Count

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
    return dict(rows.values_list("creditor_id").annotate(count=Count("id")))


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One batch of the print shop: its file, whose invoices, how many of them are delivered or came back."""

    file: UUID
    creditor_id: UUID
    count: int
    waiting: int
    """Invoices that nobody has said are in the post."""
    failed: int
    made_at: datetime


_BATCHES = """
SELECT d.reference::uuid, d.creditor_id, count(*), count(*) FILTER (WHERE d.state = 'sent'),
       count(*) FILTER (WHERE d.state = 'failed'), min(f.created_at)
FROM invoice_delivery d
JOIN stored_file f ON f.tenant_id = d.tenant_id AND f.id = d.reference::uuid
WHERE d.tenant_id = %(tenant)s AND d.channel = 'print' AND d.reference <> ''
  AND (%(creditor)s::uuid IS NULL OR d.creditor_id = %(creditor)s::uuid)
  AND (%(file)s::uuid IS NULL OR f.id = %(file)s::uuid)
  AND (%(after)s::timestamptz IS NULL OR (f.created_at, f.id) < (%(after)s::timestamptz, %(after_id)s::uuid))
GROUP BY 1, 2 HAVING NOT %(waiting)s OR count(*) FILTER (WHERE d.state = 'sent') > 0
ORDER BY 6 DESC, 1 DESC LIMIT %(limit)s
"""


def batches(
    ctx: Ctx, *, creditor: UUID | None = None, file: UUID | None = None, waiting: bool = False,
    after: tuple[Any, ...] | None = None, limit: int = 200,
) -> list[BatchLine]:  # fmt: skip
    """Return the batches of the print shop, newest first; `after` is (instant, file) of the last one before.

    `file` asks for one batch, `waiting` for those that nobody has said are in the post.
    """
    parameters = {
        "tenant": ctx.tenant, "creditor": creditor, "file": file, "waiting": waiting, "limit": limit,
        "after": after[0] if after else None, "after_id": after[1] if after else None,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_BATCHES, parameters)
        return [BatchLine(*row) for row in cursor.fetchall()]


def print_batches(ctx: Ctx, *, creditor: UUID | None = None) -> list[tuple[UUID, UUID, int]]:
    """Return (file, creditor, count) of batches that are not in the post yet."""
    return [(one.file, one.creditor_id, one.waiting) for one in batches(ctx, creditor=creditor, waiting=True)]


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """What the buyer's side said about an invoice, as the inbox of answers shows it."""

    id: UUID
    invoice_id: UUID
    number: str
    debtor_name: str
    kind: str
    source: str
    reason: str
    happened_on: date
    recorded_at: datetime


_ANSWERS = """
SELECT e.id, e.invoice_id, i.number, b.name, e.kind, e.source, e.reason, e.happened_on, e.recorded_at
FROM invoice_event e
JOIN invoice i ON i.tenant_id = e.tenant_id AND i.id = e.invoice_id
JOIN debtor b ON b.tenant_id = i.tenant_id AND b.id = i.debtor_id
WHERE e.tenant_id = %(tenant)s
  AND (%(creditor)s::uuid IS NULL OR e.creditor_id = %(creditor)s::uuid)
  AND (%(kind)s = '' OR e.kind = %(kind)s)
  AND (%(q)s = '' OR starts_with(b.search_name, %(q)s) OR starts_with(i.number, %(q_number)s))
  AND (%(after)s::timestamptz IS NULL OR (e.recorded_at, e.id) < (%(after)s::timestamptz, %(after_id)s::uuid))
ORDER BY e.recorded_at DESC, e.id DESC LIMIT %(limit)s
"""


def answers(
    ctx: Ctx, *, filters: Mapping[str, str] | None = None, creditor: UUID | None = None,
    after: tuple[Any, ...] | None = None, limit: int = 50,
) -> list[AnswerLine]:  # fmt: skip
    """Return one page of what buyers' sides said, newest first. Filters: q, kind; `after` is (instant, id)."""
    asked = dict(filters or {})
    q = asked.get("q", "")
    parameters = {
        "tenant": ctx.tenant, "creditor": creditor, "kind": asked.get("kind", ""), "q": normal_name(q) if q else "",
        "q_number": q.upper(), "after": after[0] if after else None, "after_id": after[1] if after else None,
        "limit": limit,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERS, parameters)
        return [AnswerLine(*row) for row in cursor.fetchall()]


def events(ctx: Ctx, invoice: UUID) -> list[EventLine]:
    """Return what the buyer's side said about an invoice, in order."""
    rows = InvoiceEvent.objects.filter(tenant_id=ctx.tenant, invoice_id=invoice).order_by("recorded_at", "id")
    return [EventLine(*row) for row in rows.values_list("kind", "source", "reason", "happened_on")]
