"""Delivery: an issued document to its buyer by a channel, with the outcome as a fact."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.core.findings import RefusedError, refuse
from fairdue.core.invoice.delivery import Way
from fairdue.foundation import clock
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.jobs import defer
from fairdue.foundation.permissions import Permission
from fairdue.invoicing.models import Delivery, Invoice
from fairdue.invoicing.services.routing import routed, wanted_formats
from fairdue.invoicing.services.sending import Asked, queue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fairdue.foundation.context import Ctx

State = Delivery.State
ROUTE = "invoicing.route"
"""The job that writes what channels carry."""


@command("invoicing.deliver_invoice", Permission.INVOICES_ISSUE)
def deliver_invoice(
    ctx: Ctx, *, invoice: UUID, today: date, channel: str = "", recipient: str = "", key: str | None = None
) -> UUID:
    """Queue a document for delivery by `channel`, or by the one that law and wishes choose.

    Refuses documents that the official rules refuse, and buyers that cannot be reached by this channel.
    """
    del key
    asked = Asked(channel, "Chosen by hand.", recipient) if channel else _chosen(ctx, invoice, recipient)
    done = queue(ctx, {invoice: asked}, today)
    if invoice in done.refused:
        raise done.refused[invoice]
    return done.deliveries[invoice]


def _chosen(ctx: Ctx, invoice: UUID, recipient: str) -> Asked:
    choice = routed(ctx, [invoice]).get(invoice)
    if choice is None:
        return Asked(Way.EMAIL, "", recipient)
    if choice.way is None:
        raise refuse("delivery.channel", "channel", choice.why)
    return Asked(choice.way, choice.why, recipient)


def told(refused: RefusedError) -> str:
    """Return why something cannot be sent, in words alone: no field of any form is meant."""
    return " ".join(dict.fromkeys(finding.message for finding in refused.findings))


@command("invoicing.deliver_invoices")
def deliver_invoices(ctx: Ctx, *, asked: Mapping[UUID, Asked], today: date, key: str | None = None) -> list[UUID]:
    """Queue many documents, each by its channel; what cannot go is noted as failed. Returns what is on its way."""
    del key
    done = queue(ctx, asked, today)
    for invoice, refused in done.refused.items():
        note_undeliverable(ctx, invoice=invoice, reason=told(refused), today=today, channel=asked[invoice].channel)
    return list(done.deliveries)


@command("invoicing.retry_deliveries", Permission.INVOICES_ISSUE)
def retry_deliveries(ctx: Ctx, *, invoices: list[UUID], today: date, key: str | None = None) -> list[UUID]:
    """Deliver invoices again whose last delivery failed, each by the channel that is right today.

    All or nothing; the findings name the invoices that cannot be delivered, and why. One whose channel carries a file
    that is not there is written first and delivered when it is; it is not among the deliveries that are returned.
    """
    del key
    rows = Invoice.objects.filter(id__in=invoices, delivery=Invoice.Delivery.FAILED)
    failed = sorted(rows.values_list("id", flat=True))
    lacking = wanted_formats(ctx, failed)
    if lacking:
        Invoice.objects.filter(id__in=list(lacking)).update(delivery=Invoice.Delivery.NONE)
        defer(ctx, ROUTE, invoices=[str(one) for one in lacking])
    return [deliver_invoice(ctx, invoice=one, today=today) for one in failed if one not in lacking]


@command("invoicing.note_sent")
def note_sent(ctx: Ctx, *, delivery: UUID, reference: str, today: date, key: str | None = None) -> UUID:
    """Note that a delivery was handed over under `reference`; whether it arrives is told later."""
    del key
    row = Delivery.objects.select_for_update().get(id=delivery)
    if row.state != State.QUEUED:
        return delivery
    row.state, row.reference = State.SENT, reference[:120]
    row.save(update_fields=["state", "reference"])
    Invoice.objects.filter(id=row.invoice_id).update(delivery=Invoice.Delivery.SENT)
    invoice = Invoice.objects.get(id=row.invoice_id)
    payload = {"number": invoice.number, "channel": row.channel, "reference": row.reference}
    record(ctx, NewFact("delivery.handed_over", today, invoice.id, invoice.creditor_id, invoice.debtor_id, payload))
    return delivery


@command("invoicing.end_delivery")
def end_delivery(ctx: Ctx, *, delivery: UUID, reason: str, today: date, key: str | None = None) -> UUID:
    """Note how a delivery ended: delivered, or failed for `reason`. A second call changes nothing.

    One that was delivered may still come back (a bounce); one that failed stays failed.
    """
    del key
    row = Delivery.objects.select_for_update().get(id=delivery)
    if row.state == State.FAILED or (row.state == State.DELIVERED and not reason):
        return delivery
    invoice = Invoice.objects.select_for_update().get(id=row.invoice_id)
    row.state = State.FAILED if reason else State.DELIVERED
    row.reason, row.ended_at = reason[:500], clock.now()
    row.save(update_fields=["state", "reason", "ended_at"])
    if not Delivery.objects.filter(invoice_id=invoice.id, attempt__gt=row.attempt).exists():
        invoice.delivery = row.state
        invoice.delivered_at = None if reason else row.ended_at
        invoice.save(update_fields=["delivery", "delivered_at"])
    _tell(ctx, invoice, row.channel, row.recipient, reason, today)
    return delivery


@command("invoicing.note_undeliverable")
def note_undeliverable(
    ctx: Ctx, *, invoice: UUID, reason: str, today: date, channel: str = "email", key: str | None = None
) -> UUID:
    """Note that an invoice could not even be queued, so that a person sees it in the monitor."""
    del key
    row = Invoice.objects.select_for_update().get(id=invoice)
    row.delivery = Invoice.Delivery.FAILED
    row.save(update_fields=["delivery"])
    attempt = Delivery.objects.filter(invoice_id=invoice).count() + 1
    Delivery.objects.create(
        tenant_id=ctx.tenant, creditor_id=row.creditor_id, invoice_id=invoice, channel=channel, recipient="",
        attempt=attempt, state=State.FAILED, reason=reason[:500], ended_at=clock.now(),
    )  # fmt: skip
    _tell(ctx, row, channel, "", reason, today)
    return invoice


def _tell(ctx: Ctx, invoice: Invoice, channel: str, recipient: str, reason: str, today: date) -> None:
    payload = {"number": invoice.number, "channel": channel, "recipient": recipient}
    if reason:
        payload["reason"] = reason
    name = "delivery.failed" if reason else "invoice.delivered"
    record(ctx, NewFact(name, today, invoice.id, invoice.creditor_id, invoice.debtor_id, payload))
