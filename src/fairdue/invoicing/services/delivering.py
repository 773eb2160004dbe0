"""Delivery: an issued document to its buyer by a channel, with the outcome as a fact."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.core.findings import refuse
from fairdue.core.invoice.delivery import Way
from fairdue.core.money import decimal_of
from fairdue.foundation import clock
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.mail.bounces import envelope_for
from fairdue.foundation.permissions import Permission
from fairdue.invoicing import channels, masterdata
from fairdue.invoicing.channels.wording import letter
from fairdue.invoicing.documents.words import words
from fairdue.invoicing.models import Delivery, Document, Invoice
from fairdue.invoicing.reaching import peppol_id
from fairdue.invoicing.services.routing import routed

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx
    from fairdue.invoicing.masterdata import Buyer, Seller

State = Delivery.State
MAILED = {Way.EMAIL, Way.PORTAL}
_LACKING = {
    Way.EMAIL: "has no e-mail address", Way.PORTAL: "has no e-mail address", Way.PRINT: "has no postal address",
    Way.PEPPOL: "has no Peppol id",
}  # fmt: skip


@command("invoicing.deliver_invoice", Permission.INVOICES_ISSUE)
def deliver_invoice(
    ctx: Ctx, *, invoice: UUID, today: date, channel: str = "", recipient: str = "", key: str | None = None
) -> UUID:
    """Queue a document for delivery by `channel`, or by the one that law and wishes choose.

    Refuses documents that the official rules refuse, and buyers that cannot be reached by this channel.
    """
    del key
    row: Invoice = Invoice.objects.select_for_update().get(id=invoice)
    chosen, why = channel, "Chosen by hand." if channel else ""
    if not chosen:
        choice = routed(ctx, [invoice]).get(invoice)
        chosen, why = (choice.way or "", choice.why) if choice else (Way.EMAIL, "")
        if not chosen:
            raise refuse("delivery.channel", "channel", why)
    way = channels.by_code(chosen)
    document = Document.objects.filter(invoice_id=invoice, format=way.format).first()
    if document is None:
        raise refuse("delivery.document", "invoice", f"{row.number} is not rendered as {way.format} yet.")
    if document.state == Document.State.INVALID:
        raise refuse("delivery.invalid", "invoice", f"The official rules refuse {row.number}; see its findings.")
    seller, buyer = masterdata.pair(ctx, row.creditor_id, row.debtor_id)
    target = recipient or recipient_of(chosen, buyer)
    if not target:
        lacks = _LACKING.get(Way(chosen), "cannot be reached")
        raise refuse("delivery.address", "recipient", f"{buyer.party.name} {lacks}.")
    attempt = Delivery.objects.filter(invoice_id=invoice).count() + 1
    delivery = Delivery.objects.create(
        tenant_id=ctx.tenant, creditor_id=row.creditor_id, invoice_id=invoice, channel=chosen, recipient=target[:254],
        attempt=attempt, why=why[:300],
    )  # fmt: skip
    parcel = _parcel(row, delivery, document.file_id, seller, buyer.language)
    way.send(ctx, replace(parcel, today=today))
    row.delivery = Invoice.Delivery.QUEUED
    row.save(update_fields=["delivery"])
    return delivery.id


def recipient_of(way: str, buyer: Buyer) -> str:
    """Return where a channel finds the buyer; empty where it does not."""
    place = buyer.party.address
    if way in MAILED:
        return buyer.email
    if way == Way.PRINT:
        line = f"{place.postcode} {place.city}".strip()
        return ", ".join(part for part in (place.street, line, place.country) if part) if line else ""
    if way == Way.PEPPOL:
        return peppol_id(buyer)
    return f"{way} transmitter"


def _parcel(row: Invoice, delivery: Delivery, file: UUID, seller: Seller, language: str) -> channels.Parcel:
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
    bounce = str(seller.settings.get("bounce_address") or "")
    return channels.Parcel(
        delivery.id, row.id, row.creditor_id, row.debtor_id, delivery.recipient, seller.email,
        template.subject.format(**places), template.text.format(**places), (file,), row.issued_on,
        str(seller.settings.get("mail_from") or ""), envelope_for(bounce, delivery.id) if "@" in bounce else "",
    )  # fmt: skip


@command("invoicing.retry_deliveries", Permission.INVOICES_ISSUE)
def retry_deliveries(ctx: Ctx, *, invoices: list[UUID], today: date, key: str | None = None) -> list[UUID]:
    """Deliver invoices again whose last delivery failed, each by the channel that is right today.

    All or nothing; the findings name the invoices that cannot be delivered, and why.
    """
    del key
    failed = Invoice.objects.filter(id__in=invoices, delivery=Invoice.Delivery.FAILED).values_list("id", flat=True)
    return [deliver_invoice(ctx, invoice=one, today=today) for one in sorted(failed)]


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
