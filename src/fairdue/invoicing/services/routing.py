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


def wanted_formats(ctx: Ctx, invoices: Sequence[UUID]) -> dict[UUID, str]:
    """Return the formats that the channels of invoices carry and that are not written; those lacking nothing stay out.

    Formats of the creditor are left to the job that writes them.
    """
    ways = routed(ctx, invoices)
    codes = {invoice: channels.by_code(choice.way).format for invoice, choice in ways.items() if choice.way}
    owners = dict(Invoice.objects.filter(id__in=list(codes)).values_list("id", "creditor_id"))
    sellers = masterdata.sellers(ctx, list(owners.values()))
    there = set(Document.objects.filter(invoice_id__in=list(codes)).values_list("invoice_id", "format"))
    return {
        invoice: code
        for invoice, code in codes.items()
        if (invoice, code) not in there and code not in sellers[owners[invoice]].formats
    }
