"""Corrected invoices (384): a draft that replaces an issued invoice, and the reversal of what it replaces.

Source: VAT Directive Art. 219; UNTDID 1001, 384 "revised information differing from an earlier submission". The
corrected invoice takes the place of the whole original: in the books the original is reversed by a credit of
what is left of it, money that was paid on it moves to the corrected one.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Sum

from fairdue.core.findings import refuse
from fairdue.core.invoice.model import DocumentType, VatCategory
from fairdue.core.ledger import AccountRole
from fairdue.foundation.commands import command
from fairdue.foundation.permissions import Permission
from fairdue.invoicing import masterdata
from fairdue.invoicing.composing import OWNED
from fairdue.invoicing.models import Draft, Invoice
from fairdue.invoicing.services.drafts import keep
from fairdue.receivables import selectors as heart
from fairdue.receivables import services as receivables

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

AMENDABLE = frozenset({DocumentType.INVOICE, DocumentType.CORRECTED, DocumentType.SELF_BILLED})


@command("invoicing.draft_correction", Permission.INVOICES_DRAFT)
def draft_correction(ctx: Ctx, *, invoice: UUID, reason: str, today: date, key: str | None = None) -> UUID:
    """Draft the corrected invoice that will replace an issued one; it begins with the content of the original."""
    del key
    row = amendable(ctx, invoice)
    if Draft.objects.filter(amends_id=invoice, state=Draft.State.OPEN).exists():
        raise refuse("correction.open", "invoice", f"A correction of {row.number} is being written already.")
    content: dict[str, Any] = {name: value for name, value in row.content.items() if name not in OWNED}
    payment = {name: value for name, value in content.get("payment", {}).items() if name != "reference"}
    notes = [{"text": reason.strip()}] if reason.strip() else []
    content |= {
        "type": DocumentType.CORRECTED.value,
        "preceding": [{"number": row.number, "day": row.issued_on.isoformat()}],
        "notes": [*notes, *content.get("notes", [])],
        "terms": {name: value for name, value in content.get("terms", {}).items() if name != "due"},
    }
    if payment:
        content["payment"] = payment
    seller, buyer = masterdata.pair(ctx, row.creditor_id, row.debtor_id)
    draft = Draft(
        tenant_id=ctx.tenant, creditor_id=row.creditor_id, debtor_id=row.debtor_id, order_id=row.order_id,
        content=content, currency=row.currency, term=str(buyer.term_days), written_by=ctx.actor, amends_id=invoice,
    )  # fmt: skip
    return keep(ctx, draft, seller, buyer, today)


def amendable(ctx: Ctx, invoice: UUID, currency: str = "") -> Invoice:
    """Return an issued invoice under lock that may be replaced; refuses others with the reason."""
    row: Invoice | None = Invoice.objects.select_for_update().filter(id=invoice).first()
    if row is None or row.type not in AMENDABLE:
        raise refuse("correction.no_invoice", "invoice", "Only an issued invoice can be corrected.")
    if replaced_by(row):
        raise refuse("correction.replaced", "invoice", f"{row.number} was replaced by a corrected invoice already.")
    if left_of(row)[0] <= 0:
        raise refuse("correction.credited", "invoice", f"{row.number} was credited whole; there is nothing to correct.")
    if currency and currency != row.currency:
        raise refuse("correction.currency", "currency", f"{row.number} is in {row.currency}; so is its correction.")
    del ctx
    return row


def replaced_by(row: Invoice) -> bool:
    """Tell whether a corrected invoice has taken the place of this one."""
    return bool(Invoice.objects.filter(preceding_id=row.id, type=DocumentType.CORRECTED).exists())


def left_of(row: Invoice) -> tuple[int, int, int]:
    """Return gross, net and tax of an invoice less its credit notes, in minor units."""
    notes = Invoice.objects.filter(preceding_id=row.id, type=DocumentType.CREDIT_NOTE)
    taken = notes.aggregate(gross=Sum("gross"), net=Sum("net"), tax=Sum("tax"))
    return row.gross - (taken["gross"] or 0), row.net - (taken["net"] or 0), row.tax - (taken["tax"] or 0)


def reverse_replaced(ctx: Ctx, original: Invoice, corrected: UUID, today: date) -> None:
    """Reverse the original in the books and carry what was paid on it to the corrected invoice."""
    number = Invoice.objects.values_list("number", flat=True).get(id=corrected)
    gross, net, tax = left_of(original)
    if any(line.get("category") == VatCategory.SPLIT.value for line in original.content["lines"]):
        gross, tax = gross - tax, 0  # The buyer pays that tax to the treasury; it never was in the books.
    contra = tuple(part for part in ((AccountRole.REVENUE, net), (AccountRole.TAX, tax)) if part[1])
    draft = receivables.CreditDraft(
        original.creditor_id, original.debtor_id, "credit_note", number, original.currency, gross, today, contra,
        source=corrected,
    )  # fmt: skip
    receivables.record_credits(ctx, credits_=[draft], today=today)
    items = {item.id: item.residual for item in heart.items(ctx, ids=[original.id, corrected])}
    first = min(gross, items.get(original.id, 0))
    second = min(gross - first, items.get(corrected, 0))
    shares = ((original.id, first, f"replaced by {number}"), (corrected, second, f"paid on {original.number}"))
    lines = [receivables.Applied(item, amount, draft.id, reason=why) for item, amount, why in shares if amount > 0]
    if lines:
        receivables.allocate(ctx, lines=lines, effective_on=today, today=today)
