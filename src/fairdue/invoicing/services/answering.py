"""What the buyer's side answers: life-cycle events, reports on mail that came back, answers of a transmitter."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction

from fairdue.core.findings import RefusedError, refuse
from fairdue.core.invoice.delivery import Told, told_by
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.mail.bounces import read_report
from fairdue.foundation.models import OutgoingMail
from fairdue.foundation.permissions import Permission
from fairdue.invoicing.formats.tree import parse
from fairdue.invoicing.models import Delivery, Invoice, InvoiceEvent
from fairdue.invoicing.services.delivering import end_delivery
from fairdue.parties import services as parties

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx
    from fairdue.foundation.mail.bounces import Fate

FACTS = {
    Told.OPENED: "invoice.opened", Told.REJECTED: "invoice.rejected", Told.REFUSED: "invoice.refused",
    Told.APPROVED: "invoice.approved", Told.PAID: "invoice.payment_announced",
}  # fmt: skip
"""Delivered and rejected end the delivery too, which tells of them itself."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: to which document handed over, its code, why, when, and its own identity."""

    reference: str
    code: str
    reason: str
    on: date | None
    id: str


@command("invoicing.note_event", Permission.INVOICES_ISSUE)
def note_event(
    ctx: Ctx, *, invoice: UUID, code: str, source: str, reference: str, happened_on: date, reason: str = "",
    today: date, key: str | None = None,
) -> UUID | None:  # fmt: skip
    """Take what the buyer's side says about an invoice, once for each `reference` of a `source`.

    `code` is a word of ours or a code of a network; refuses one that says nothing known, rejections and refusals
    without a reason, and days that have not come. Returns none for an answer that was taken already.
    """
    del key
    told = told_by(code)
    if told is None:
        raise refuse("event.code", "code", f"{code!r} is no answer that is known.")
    if told in {Told.REJECTED, Told.REFUSED} and not reason.strip():
        raise refuse("event.reason", "reason", "A rejection needs its reason.")
    if happened_on > today:
        raise refuse("event.day", "happened_on", "This day has not come yet.")
    row = Invoice.objects.select_for_update().get(id=invoice)
    event = _kept(ctx, row, told, source, reference, reason, happened_on)
    if event is None:
        return None
    last = Delivery.objects.filter(invoice_id=invoice).order_by("-attempt").first()
    if last is not None and last.state != Delivery.State.FAILED and told in {Told.DELIVERED, Told.REJECTED}:
        end_delivery(ctx, delivery=last.id, reason=reason if told is Told.REJECTED else "", today=today)
    if told in FACTS:
        payload = {"number": row.number, "source": source, "code": code} | ({"reason": reason} if reason else {})
        record(ctx, NewFact(FACTS[told], happened_on, invoice, row.creditor_id, row.debtor_id, payload))
    return event


def _kept(
    ctx: Ctx, row: Invoice, told: Told, source: str, reference: str, reason: str, happened_on: date
) -> UUID | None:
    """Keep an event; none for one that was kept before."""
    try:
        with transaction.atomic():
            event = InvoiceEvent.objects.create(
                tenant_id=ctx.tenant, creditor_id=row.creditor_id, invoice_id=row.id, kind=told.value,
                source=source[:40], reference=reference[:120], reason=reason[:500], happened_on=happened_on,
            )  # fmt: skip
    except IntegrityError:
        return None
    return UUID(str(event.id))


@command("invoicing.note_opened", Permission.INVOICES_VIEW)
def note_opened(ctx: Ctx, *, invoice: UUID, source: str, today: date, key: str | None = None) -> UUID | None:
    """Note that the customer opened a document, once for each place where that can be seen; none after the first."""
    del key
    reference = f"opened:{invoice}"
    known = InvoiceEvent.objects.filter(invoice_id=invoice, source=source, reference=reference).exists()
    row = None if known else Invoice.objects.filter(id=invoice).first()
    if row is None:
        return None
    event = _kept(ctx, row, Told.OPENED, source, reference, "", today)
    if event is not None:
        payload = {"number": row.number, "source": source, "code": Told.OPENED.value}
        record(ctx, NewFact(FACTS[Told.OPENED], today, invoice, row.creditor_id, row.debtor_id, payload))
    return event


@command("invoicing.take_bounce", Permission.INVOICES_ISSUE)
def take_bounce(ctx: Ctx, *, content: bytes, today: date, key: str | None = None) -> UUID | None:
    """Read a mail as a delivery report; a delivery that came back fails and its address is unverified.

    Returns the delivery; none where the report is about none of ours, or about a trouble that passes.
    Refuses what is no report.
    """
    del key
    report = read_report(content)
    if report is None or not report.fates:
        raise refuse("bounce.form", "message", "This is no delivery report (RFC 3464).")
    delivery = _delivery_of(report.tokens, report.message_id)
    final = next((one for one in report.fates if one.permanent or one.action == "delivered"), None)
    if delivery is None or final is None:
        return None
    invoice = Invoice.objects.get(id=delivery.invoice_id)
    reason = f"{final.status} {final.detail}".strip() or "came back" if final.permanent else ""
    parties.note_delivery(
        ctx, debtor=invoice.debtor_id, what="email", value=delivery.recipient, arrived=not final.permanent,
        source="delivery report", detail=reason, today=today,
    )  # fmt: skip
    end_delivery(ctx, delivery=delivery.id, reason=_told(final, reason), today=today)
    return delivery.id


def _told(fate: Fate, reason: str) -> str:
    return f"{fate.recipient} came back: {reason}" if fate.permanent else ""


def _delivery_of(tokens: tuple[UUID, ...], message_id: str) -> Delivery | None:
    found: Delivery | None = Delivery.objects.filter(id__in=tokens).first() if tokens else None
    if found is None and message_id:
        mail = OutgoingMail.objects.filter(message_id=message_id, kind="invoice").first()
        named = mail.context.get("delivery") if mail else None
        found = Delivery.objects.filter(id=named).first() if named else None
    return found


@command("invoicing.take_answers", Permission.INVOICES_ISSUE)
def take_answers(
    ctx: Ctx, *, channel: str, name: str, content: bytes, today: date, key: str | None = None
) -> list[UUID]:
    """Take a file of answers of a transmitter: a message of SdI, or CSV `reference,code,reason,date,id`.

    All or nothing; returns the events that are new. Refuses files in another form and answers to nothing of ours.
    """
    del key
    answers = read_answers(name, content)
    if not answers:
        raise refuse("answer.form", "file", f"{name} is no answer that can be read: SdI XML, or CSV with a head.")
    known = dict(
        Delivery.objects.filter(channel=channel, reference__in=[one.reference for one in answers]).values_list(
            "reference", "invoice_id"
        )
    )
    if missing := [one.reference for one in answers if one.reference not in known]:
        raise refuse("answer.unknown", "reference", f"Nothing was handed over by this channel as {', '.join(missing)}.")
    done = [
        note_event(
            ctx, invoice=known[one.reference], code=one.code, source=channel, reference=one.id or f"{name}:{n}",
            happened_on=one.on or today, reason=one.reason, today=today,
        )
        for n, one in enumerate(answers)
    ]  # fmt: skip
    return [one for one in done if one is not None]


def read_answers(name: str, content: bytes) -> list[Answer]:
    """Read answers; an empty list where the file is in no known form."""
    return _sdi(name, content) if content.lstrip()[:1] == b"<" else _table(content)


_SDI = {"RicevutaConsegna": "RC", "NotificaScarto": "NS", "RicevutaScarto": "NS", "NotificaEsito": ""}


def _sdi(name: str, content: bytes) -> list[Answer]:
    """Read one message of SdI (form of its messages v1.1, unconfirmed: written without a recorded one)."""
    try:
        root = parse(content)
    except RefusedError:
        return []
    kind = root.tag.rpartition("}")[2]
    texts = {
        node.tag.rpartition("}")[2]: (node.text or "").strip() for node in root.iter() if isinstance(node.tag, str)
    }
    code = _SDI.get(kind)
    reference = texts.get("NomeFile", "")
    if code is None or not reference:
        return []
    errors = [
        " ".join((child.text or "").strip() for child in node)
        for node in root.iter()
        if isinstance(node.tag, str) and node.tag.rpartition("}")[2] == "Errore"
    ]
    reason = "; ".join(errors) or texts.get("Descrizione", "") or texts.get("Note", "")
    code = code or texts.get("Esito", "")
    return [Answer(reference, code, reason or ("refused" if code == "EC02" else ""), None, name)]


def _table(content: bytes) -> list[Answer]:
    try:
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
        return [
            Answer(
                row["reference"].strip(), row["code"].strip(), (row.get("reason") or "").strip(),
                date.fromisoformat(row["date"].strip()) if (row.get("date") or "").strip() else None,
                (row.get("id") or "").strip(),
            )
            for row in rows
        ]  # fmt: skip
    except (csv.Error, ValueError, KeyError, AttributeError):
        return []
