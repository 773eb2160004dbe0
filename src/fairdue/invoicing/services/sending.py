"""Queueing documents for delivery: one or many, each by its channel; those that cannot go say why."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import Count

from fairdue.core.findings import RefusedError, refuse
from fairdue.core.invoice.delivery import Way
from fairdue.core.money import decimal_of
from fairdue.foundation.ids import uuid7
from fairdue.foundation.mail.bounces import envelope_for
from fairdue.invoicing import channels, masterdata
from fairdue.invoicing.channels.wording import letter
from fairdue.invoicing.documents.words import words
from fairdue.invoicing.models import Delivery, Document, Invoice
from fairdue.invoicing.reaching import peppol_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from fairdue.foundation.context import Ctx
    from fairdue.invoicing.masterdata import Buyer, Seller

MAILED = {Way.EMAIL, Way.PORTAL}
_LACKING = {
    Way.EMAIL: "has no e-mail address", Way.PORTAL: "has no e-mail address", Way.PRINT: "has no postal address",
    Way.PEPPOL: "has no Peppol id",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """How one invoice is to go."""

    channel: str
    why: str = ""
    recipient: str = ""
    """In place of the one that master data know."""


@dataclass(frozen=True, slots=True)
class Queued:
    """The deliveries that are on their way, and why the other invoices are not."""

    deliveries: dict[UUID, UUID] = field(default_factory=dict)
    refused: dict[UUID, RefusedError] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Ready:
    """One delivery about to be queued."""

    delivery: Delivery
    parcel: channels.Parcel


def queue(ctx: Ctx, asked: Mapping[UUID, Asked], today: date) -> Queued:
    """Queue documents for delivery, however many there are; one that cannot go holds no other back.

    Refused are documents that the rules refuse or that are not written yet, and buyers that cannot be reached.
    """
    result = Queued()
    ready: dict[str, list[_Ready]] = defaultdict(list)
    for row, outcome in _prepared(ctx, asked, today):
        if isinstance(outcome, RefusedError):
            result.refused[row] = outcome
        else:
            ready[asked[row].channel].append(outcome)
    for code, group in ready.items():
        _send(ctx, code, group, result)
    Invoice.objects.filter(id__in=list(result.deliveries)).update(delivery=Invoice.Delivery.QUEUED)
    return result


def _prepared(ctx: Ctx, asked: Mapping[UUID, Asked], today: date) -> Iterator[tuple[UUID, _Ready | RefusedError]]:
    rows = list(Invoice.objects.select_for_update().filter(id__in=list(asked)).order_by("id"))
    if len(rows) < len(asked):
        raise Invoice.DoesNotExist
    documents = Document.objects.filter(invoice_id__in=list(asked)).defer("record")
    files = {(one.invoice_id, one.format): one for one in documents}
    sellers = masterdata.sellers(ctx, [row.creditor_id for row in rows])
    buyers = masterdata.buyers(ctx, [row.debtor_id for row in rows])
    before = Delivery.objects.filter(invoice_id__in=list(asked)).values("invoice_id").annotate(count=Count("attempt"))
    attempts = {one["invoice_id"]: one["count"] for one in before}
    for row in rows:
        try:
            way = asked[row.id]
            document = files.get((row.id, channels.by_code(way.channel).format))
            seller, buyer = sellers[row.creditor_id], buyers[row.debtor_id]
            attempt = attempts.get(row.id, 0) + 1
            yield row.id, _ready(ctx, row, way, document, seller, buyer, attempt, today)
        except RefusedError as refused:
            yield row.id, refused


def _ready(
    ctx: Ctx, row: Invoice, asked: Asked, document: Document | None, seller: Seller, buyer: Buyer, attempt: int,
    today: date,
) -> _Ready:  # fmt: skip
    if document is None:
        form = channels.by_code(asked.channel).format
        raise refuse("delivery.document", "invoice", f"{row.number} is not rendered as {form} yet.")
    if document.state == Document.State.INVALID:
        raise refuse("delivery.invalid", "invoice", f"The official rules refuse {row.number}; see its findings.")
    target = asked.recipient or recipient_of(asked.channel, buyer)
    if not target:
        lacks = _LACKING.get(Way(asked.channel), "cannot be reached")
        raise refuse("delivery.address", "recipient", f"{buyer.party.name} {lacks}.")
    delivery = Delivery(
        tenant_id=ctx.tenant, id=uuid7(), creditor_id=row.creditor_id, invoice_id=row.id, channel=asked.channel,
        recipient=target[:254], attempt=attempt, why=asked.why[:300],
    )  # fmt: skip
    return _Ready(delivery, _parcel(row, delivery, document.file_id, seller, buyer.language, today))


def _send(ctx: Ctx, code: str, group: Sequence[_Ready], result: Queued) -> None:
    """Queue one channel's deliveries together; where the channel refuses, each alone."""
    try:
        with transaction.atomic():
            Delivery.objects.bulk_create([one.delivery for one in group])
            channels.send_many(ctx, channels.by_code(code), [one.parcel for one in group])
    except RefusedError as refused:
        if len(group) == 1:
            result.refused[group[0].parcel.invoice] = refused
            return
        for one in group:
            _send(ctx, code, [one], result)
    else:
        result.deliveries.update({one.parcel.invoice: one.delivery.id for one in group})


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


def _parcel(
    row: Invoice, delivery: Delivery, file: UUID, seller: Seller, language: str, today: date
) -> channels.Parcel:
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
        template.subject.format(**places), template.text.format(**places), (file,), today,
        str(seller.settings.get("mail_from") or ""), envelope_for(bounce, delivery.id) if "@" in bounce else "",
    )  # fmt: skip
