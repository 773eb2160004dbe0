"""Delivery: an issued document to its buyer by a channel, with the outcome as a fact."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.core.findings import refuse
from fairdue.core.money import decimal_of
from fairdue.foundation import clock
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.permissions import Permission
from fairdue.invoicing import channels, masterdata
from fairdue.invoicing.channels.wording import letter
from fairdue.invoicing.documents.words import words
from fairdue.invoicing.models import Delivery, Document, Invoice

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx


@command("invoicing.deliver_invoice", Permission.INVOICES_ISSUE)
def deliver_invoice(
    ctx: Ctx, *, invoice: UUID, today: date, channel: str = "email", recipient: str = "", key: str | None = None
) -> UUID:
    """Queue a document for delivery; the recipient is the debtor's e-mail address unless another is given.

    Refuses documents that the official rules refuse, and buyers without an address to deliver to.
    """
    del key, today
    row: Invoice = Invoice.objects.select_for_update().get(id=invoice)
    way = channels.by_code(channel)
    document = Document.objects.filter(invoice_id=invoice, format=way.format).first()
    if document is None:
        raise refuse("delivery.document", "invoice", f"{row.number} is not rendered yet.")
    if document.state == Document.State.INVALID:
        raise refuse("delivery.invalid", "invoice", f"The official rules refuse {row.number}; see its findings.")
    seller, buyer = masterdata.pair(ctx, row.creditor_id, row.debtor_id)
    target = recipient or buyer.email
    if not target:
        raise refuse("delivery.address", "recipient", f"{buyer.party.name} has no e-mail address.")
    attempt = Delivery.objects.filter(invoice_id=invoice).count() + 1
    delivery = Delivery.objects.create(
        tenant_id=ctx.tenant, creditor_id=row.creditor_id, invoice_id=invoice, channel=channel, recipient=target,
        attempt=attempt,
    )  # fmt: skip
    way.send(ctx, _parcel(row, delivery, document.file_id, seller, buyer.language))
    row.delivery = Invoice.Delivery.QUEUED
    row.save(update_fields=["delivery"])
    return delivery.id


def _parcel(row: Invoice, delivery: Delivery, file: UUID, seller: masterdata.Seller, language: str) -> channels.Parcel:
    text = words(language)
    places = {
        "number": row.number,
        "seller": seller.party.name,
        "issued": text.date(row.issued_on),
        "due": text.date(row.due_on),
        "amount": f"{text.number(decimal_of(row.payable, row.currency))}\u00a0{row.currency}",
        "preceding": ", ".join(one["number"] for one in row.content.get("preceding", ())),
    }
    template = letter(language, credit=row.type == "381")
    return channels.Parcel(
        delivery.id, row.id, row.creditor_id, row.debtor_id, delivery.recipient, seller.email,
        template.subject.format(**places), template.text.format(**places), (file,),
    )  # fmt: skip


@command("invoicing.end_delivery")
def end_delivery(ctx: Ctx, *, delivery: UUID, reason: str, today: date, key: str | None = None) -> UUID:
    """Note how a queued delivery ended: delivered, or failed for `reason`. A second call changes nothing."""
    del key
    row = Delivery.objects.select_for_update().get(id=delivery)
    if row.state != Delivery.State.QUEUED:
        return delivery
    invoice = Invoice.objects.select_for_update().get(id=row.invoice_id)
    row.state = Delivery.State.FAILED if reason else Delivery.State.DELIVERED
    row.reason, row.ended_at = reason[:500], clock.now()
    row.save(update_fields=["state", "reason", "ended_at"])
    invoice.delivery = row.state
    if not reason:
        invoice.delivered_at = row.ended_at
    invoice.save(update_fields=["delivery", "delivered_at"])
    _tell(ctx, invoice, row.channel, row.recipient, reason, today)
    return delivery


@command("invoicing.note_undeliverable")
def note_undeliverable(ctx: Ctx, *, invoice: UUID, reason: str, today: date, key: str | None = None) -> UUID:
    """Note that an invoice could not even be queued, so that a person sees it."""
    del key
    row = Invoice.objects.select_for_update().get(id=invoice)
    row.delivery = Invoice.Delivery.FAILED
    row.save(update_fields=["delivery"])
    _tell(ctx, row, "email", "", reason, today)
    return invoice


def _tell(ctx: Ctx, invoice: Invoice, channel: str, recipient: str, reason: str, today: date) -> None:
    payload = {"number": invoice.number, "channel": channel, "recipient": recipient}
    if reason:
        payload["reason"] = reason
    name = "delivery.failed" if reason else "invoice.delivered"
    record(ctx, NewFact(name, today, invoice.id, invoice.creditor_id, invoice.debtor_id, payload))
