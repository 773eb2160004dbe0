"""Credit notes: taking back an issued invoice, whole or in part, with its reference."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Sum

from fairdue.core.findings import RefusedError, errors, refuse
from fairdue.core.invoice import atcud
from fairdue.core.invoice.check import check
from fairdue.core.invoice.countries.registry import known
from fairdue.core.invoice.model import DocumentType, Line, Minor, Note, PaymentTerms, PrecedingInvoice
from fairdue.core.invoice.totals import totals
from fairdue.core.invoice.wire import from_wire
from fairdue.core.money import decimal_of
from fairdue.foundation.commands import command
from fairdue.foundation.ids import uuid7
from fairdue.foundation.permissions import Permission
from fairdue.invoicing import masterdata
from fairdue.invoicing.composing import coded
from fairdue.invoicing.models import Draft, Invoice, Settlement
from fairdue.invoicing.prepaid import cleared_numbers
from fairdue.invoicing.services.correcting import replaced_by
from fairdue.invoicing.services.drafts import give_back
from fairdue.invoicing.services.issuing import Ready, issue
from fairdue.receivables import selectors as heart
from fairdue.receivables import services as receivables

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fairdue.core.invoice.model import Invoice as Content
    from fairdue.foundation.context import Ctx


@command("invoicing.credit_invoice", Permission.INVOICES_ISSUE)
def credit_invoice(
    ctx: Ctx, *, invoice: UUID, reason: str, today: date, quantities: dict[str, str] | None = None,
    key: str | None = None,
) -> UUID:  # fmt: skip
    """Issue a credit note on an invoice and apply it: everything, or `quantities` {line id: quantity}.

    Refuses more than is left of the invoice after earlier credit notes.
    """
    del key
    row: Invoice | None = Invoice.objects.select_for_update().filter(id=invoice).first()
    if row is None or row.type == DocumentType.CREDIT_NOTE:
        raise refuse("credit.no_invoice", "invoice", "Only an issued invoice can be credited.")
    _still_there(row)
    note = _coded(ctx, row, _note(row, reason, today, quantities))
    found = errors(check(note, ours=True))
    if found:
        raise RefusedError(*found)
    computed = totals(note)
    _within(row, computed.gross)
    ready = Ready(row.creditor_id, row.debtor_id, note, computed, uuid7(), row.order_id, None, row.id)
    issue(ctx, [ready], today)
    _apply(ctx, row, ready, today)
    return ready.id


@command("invoicing.cancel_invoice", Permission.INVOICES_ISSUE)
def cancel_invoice(ctx: Ctx, *, invoice: UUID, reason: str, today: date, key: str | None = None) -> UUID:
    """Take back a whole invoice by a credit note; what it billed of orders may be billed again.

    The invoice stays as it is, with its number. Refuses one that was credited or replaced in part or whole.
    """
    del key
    if not reason.strip():
        raise refuse("cancel.reason", "reason", "A cancelled invoice needs a reason; the credit note states it.")
    note = credit_invoice(ctx, invoice=invoice, reason=reason, today=today)
    draft = Draft.objects.select_for_update().filter(invoice_id=invoice, state=Draft.State.ISSUED).first()
    if draft is not None and draft.billed:
        give_back(draft.billed)
        draft.state = Draft.State.CANCELLED
        draft.save(update_fields=["state"])
    return note


def _still_there(row: Invoice) -> None:
    """Refuse to credit what a corrected invoice has replaced or a final invoice has deducted."""
    if replaced_by(row):
        raise refuse(
            "credit.replaced", "invoice", f"{row.number} was replaced by a corrected invoice; credit that one."
        )
    final = Settlement.objects.filter(prepayment_id=row.id).values_list("final_id", flat=True).first()
    if final is not None:
        number = Invoice.objects.values_list("number", flat=True).get(id=final)
        raise refuse("credit.settled", "invoice", f"{row.number} is deducted from {number}; credit the final invoice.")


def _note(row: Invoice, reason: str, today: date, quantities: Mapping[str, str] | None) -> Content:
    original, unreadable = from_wire(row.content)
    if original is None:
        raise RefusedError(*unreadable)
    whole = quantities is None
    return replace(
        original,
        type=DocumentType.CREDIT_NOTE,
        number="",
        issued=today,
        preceding=(PrecedingInvoice(row.number, row.issued_on, cleared_numbers([row.id]).get(row.id, "")),),
        notes=(*([Note(reason)] if reason.strip() else []), *_standing(original)),
        terms=PaymentTerms(),
        payment=None,
        prepaid=Minor(0),
        lines=original.lines if quantities is None else _lines(original.lines, quantities),
        adjustments=original.adjustments if whole else (),
        rounding=original.rounding if whole else Minor(0),
    )


def _standing(original: Content) -> tuple[Note, ...]:
    """Return the notes with a subject that the law of the seller wants on every document (France: BR-FR-05)."""
    pack = known(original.seller.address.country)
    subjects = {one.subject for one in pack.notes} - {""} if pack else set()
    return tuple(note for note in original.notes if note.subject in subjects)


def _coded(ctx: Ctx, row: Invoice, note: Content) -> Content:
    """Return the note with the document code that Portugal wants of its series too."""
    if note.seller.address.country != atcud.COUNTRY:
        return note
    return coded(note, masterdata.sellers(ctx, [row.creditor_id])[row.creditor_id])


def _lines(lines: Sequence[Line], quantities: Mapping[str, str]) -> tuple[Line, ...]:
    known = {line.id: line for line in lines}
    picked = []
    for line, text in quantities.items():
        quantity = Decimal(text)
        if line not in known or not quantity.is_finite() or not 0 < quantity <= known[line].quantity:
            raise refuse("credit.quantity", f"quantities.{line}", "This is not within the quantity of the line.")
        part = known[line]
        whole = quantity == part.quantity
        picked.append(part if whole else replace(part, quantity=quantity, adjustments=()))
    return tuple(picked)


def _within(row: Invoice, gross: int) -> None:
    before = Invoice.objects.filter(preceding_id=row.id, type=DocumentType.CREDIT_NOTE).aggregate(sum=Sum("gross"))
    left = row.gross - (before["sum"] or 0)
    if not 0 < gross <= left:
        sentence = (
            f"{decimal_of(gross, row.currency)} is not within the {decimal_of(left, row.currency)} left to credit."
        )
        raise refuse("credit.exceeds", "quantities", sentence)


def _apply(ctx: Ctx, row: Invoice, note: Ready, today: date) -> None:
    item = next(iter(heart.items(ctx, ids=[row.id])), None)
    amount = min(item.residual if item else 0, note.owed)
    if amount > 0:
        line = receivables.Applied(row.id, amount, note.id, reason=f"credit note on {row.number}")
        receivables.allocate(ctx, lines=[line], effective_on=today, today=today)
