"""Which channel each invoice takes, and which file that channel still lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.invoicing import channels, masterdata
from fairdue.invoicing.models import Document, Invoice
from fairdue.invoicing.reaching import choice_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairdue.core.invoice.delivery import Choice
    from fairdue.foundation.context import Ctx


def routed(ctx: Ctx, invoices: Sequence[UUID]) -> dict[UUID, Choice]:
    """Return the channel of each invoice with the reason; those of creditors that do not deliver are left out."""
    rows = list(Invoice.objects.filter(id__in=list(invoices)))
    sellers = masterdata.sellers(ctx, [row.creditor_id for row in rows])
    buyers = masterdata.buyers(ctx, [row.debtor_id for row in rows])
    found = {row.id: choice_for(sellers[row.creditor_id], buyers[row.debtor_id], row.issued_on) for row in rows}
    return {invoice: choice for invoice, choice in found.items() if choice is not None}


def wanted_format(ctx: Ctx, invoice: UUID) -> str:
    """Return the format that the channel of an invoice carries and that is not written; empty where nothing lacks.

    Formats of the creditor are left to the job that writes them.
    """
    choice = routed(ctx, [invoice]).get(invoice)
    if choice is None or choice.way is None:
        return ""
    code = channels.by_code(choice.way).format
    row = Invoice.objects.get(id=invoice)
    usual = masterdata.sellers(ctx, [row.creditor_id])[row.creditor_id].formats
    written = Document.objects.filter(invoice_id=invoice, format=code).exists()
    return "" if written or code in usual else code
