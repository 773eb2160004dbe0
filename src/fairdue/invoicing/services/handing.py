"""Hand files over: to the transmitter's folder or the access point, and to the print shop in batches."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.core.findings import refuse
from fairdue.core.invoice.delivery import Told, Way, told_by
from fairdue.core.money import decimal_of
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.files import load, store
from fairdue.foundation.models import Tenant
from fairdue.foundation.permissions import Permission
from fairdue.foundation.tabular.cells import guarded
from fairdue.invoicing import channels, masterdata
from fairdue.invoicing.channels import access_point, folder
from fairdue.invoicing.formats.registry import by_code
from fairdue.invoicing.models import Delivery, Document, Invoice
from fairdue.invoicing.services.answering import note_event
from fairdue.invoicing.services.delivering import end_delivery, note_sent
from fairdue.parties import services as parties

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

MOST = 2_000
"""Invoices in one print batch."""


def hand_over(ctx: Ctx, delivery: UUID, today: date) -> None:
    """Hand one file over, outside any transaction, and note the outcome in another; may run twice."""
    with ctx.open():
        row = Delivery.objects.get(id=delivery)
        invoice = Invoice.objects.get(id=row.invoice_id)
        code = channels.by_code(row.channel).format
        _, content = load(ctx, Document.objects.get(invoice_id=invoice.id, format=code).file_id)
        seller, _ = masterdata.pair(ctx, invoice.creditor_id, invoice.debtor_id)
        slug = Tenant.objects.get(id=ctx.tenant).slug
    if row.state != Delivery.State.QUEUED:
        return
    reason, reference = "", ""
    try:
        if row.channel == Way.PEPPOL:
            sender = str(seller.settings.get("peppol_id") or "")
            reference = access_point.submit(str(row.id), sender, row.recipient, content).id
        else:
            name = folder.name_for(seller.party.vat_id, row.id.hex, invoice.number, by_code(code).suffix)
            reference = folder.put(folder.place(slug, row.channel, "out"), name, content).name
    except (access_point.RefusedByPointError, ValueError) as error:
        reason = str(error)
    with ctx.open():
        if reason:
            end_delivery(ctx, delivery=delivery, reason=reason, today=today)
        else:
            note_sent(ctx, delivery=delivery, reference=reference, today=today)


def poll(ctx: Ctx, today: date) -> int:
    """Ask the access point about what it has not told the end of; returns how many answers were new."""
    with ctx.open():
        waiting = list(Delivery.objects.filter(channel=Way.PEPPOL, state=Delivery.State.SENT).order_by("id")[:500])
    new = 0
    for row in waiting if access_point.address() else ():
        try:
            state = access_point.status(row.reference)
        except (access_point.AwayError, access_point.RefusedByPointError):
            continue
        told = told_by(state.code) or (Told.REJECTED if state.code == "failed" else None)
        if told is not None:
            with ctx.open():
                made = note_event(
                    ctx, invoice=row.invoice_id, code=told.value, source="peppol", happened_on=today, today=today,
                    reference=f"{row.reference}:{told.value}", reason=state.reason or "no reason given",
                )  # fmt: skip
            new += made is not None
    return new


@command("invoicing.make_print_batch", Permission.INVOICES_ISSUE)
def make_print_batch(ctx: Ctx, *, creditor: UUID, today: date, key: str | None = None) -> UUID:
    """Bind what waits for the print shop into one zip: the PDFs by number and `index.csv`; returns the file.

    The deliveries are handed over under the batch; `confirm_print_batch` says when they are in the post.
    """
    del key
    rows = list(
        Delivery.objects.select_for_update()
        .filter(creditor_id=creditor, channel=Way.PRINT, state=Delivery.State.QUEUED)
        .order_by("created_at", "id")[:MOST]
    )
    if not rows:
        raise refuse("print.empty", "creditor", "Nothing waits for the print shop.")
    invoices = {one.id: one for one in Invoice.objects.filter(id__in=[row.invoice_id for row in rows])}
    rows.sort(key=lambda row: invoices[row.invoice_id].number)
    code = channels.by_code(Way.PRINT).format
    files = dict(Document.objects.filter(invoice_id__in=invoices, format=code).values_list("invoice_id", "file_id"))
    buffer, index = io.BytesIO(), io.StringIO()
    table = csv.writer(index)
    table.writerow(["position", "file", "number", "debtor", "address", "amount", "currency", "delivery"])
    names = masterdata.buyers(ctx, [one.debtor_id for one in invoices.values()])
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as pack:
        for position, row in enumerate(rows, 1):
            one = invoices[row.invoice_id]
            name = f"{position:04d}-{one.number.replace('/', '-')}.pdf"
            pack.writestr(name, load(ctx, files[one.id])[1])
            amount = decimal_of(one.payable, one.currency)
            said = [guarded(text) for text in (one.number, names[one.debtor_id].party.name, row.recipient)]
            table.writerow([position, name, *said, amount, one.currency, row.id])
        pack.writestr("index.csv", index.getvalue())
    file = store(
        ctx, content=buffer.getvalue(), name=f"print-{today.isoformat()}.zip", media_type="application/zip",
        creditor=creditor,
    )  # fmt: skip
    for row in rows:
        note_sent(ctx, delivery=row.id, reference=str(file.id), today=today)
    payload = {"file": str(file.id), "count": len(rows)}
    record(ctx, NewFact("print_batch.made", today, file.id, creditor, None, payload))
    return file.id


@command("invoicing.confirm_print_batch", Permission.INVOICES_ISSUE)
def confirm_print_batch(ctx: Ctx, *, batch: UUID, today: date, key: str | None = None) -> UUID:
    """Note that a batch is in the post: its invoices are delivered. Refuses an unknown batch, or one confirmed."""
    del key
    rows = list(Delivery.objects.filter(channel=Way.PRINT, reference=str(batch), state=Delivery.State.SENT))
    if not rows:
        raise refuse("print.decided", "batch", "There is no such batch, or it is in the post already.")
    for row in rows:
        end_delivery(ctx, delivery=row.id, reason="", today=today)
    return batch


@command("invoicing.note_returned_letter", Permission.INVOICES_ISSUE)
def note_returned_letter(ctx: Ctx, *, invoice: UUID, reason: str, today: date, key: str | None = None) -> UUID:
    """Note that a letter came back: the delivery failed, and the postal address is unverified."""
    del key
    row = Delivery.objects.filter(invoice_id=invoice, channel=Way.PRINT).order_by("-attempt").first()
    if row is None:
        raise refuse("print.letter", "invoice", "This invoice was never sent by post.")
    debtor = Invoice.objects.get(id=invoice).debtor_id
    end_delivery(ctx, delivery=row.id, reason=reason or "the letter came back", today=today)
    parties.verify_value(ctx, debtor=debtor, what="address", state="returned", source="returned letter", today=today)
    return row.id
