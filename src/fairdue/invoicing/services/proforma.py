"""Pro forma invoices: a draft on paper before it is issued. It has no number, is not kept and claims nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.core.findings import RefusedError, errors, refuse
from fairdue.foundation.commands import command
from fairdue.foundation.permissions import Permission
from fairdue.invoicing import masterdata
from fairdue.invoicing.composing import compose, sums
from fairdue.invoicing.documents.pdf import render
from fairdue.invoicing.documents.sheet import PRO_FORMA
from fairdue.invoicing.models import Draft

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx


@command("invoicing.pro_forma", Permission.INVOICES_VIEW)
def pro_forma(ctx: Ctx, *, draft: UUID, today: date) -> bytes:
    """Return an open draft as a pro forma PDF of `today`; refuses one that cannot be computed. Nothing is written."""
    row: Draft | None = Draft.objects.filter(id=draft, state=Draft.State.OPEN).first()
    if row is None:
        raise refuse("draft.closed", "draft", "This draft is issued or discarded.")
    seller, buyer = masterdata.pair(ctx, row.creditor_id, row.debtor_id)
    invoice, found = compose(row.content, row.currency, row.term, seller, buyer, today)
    computed = sums(invoice)
    if invoice is None or computed is None:
        raise RefusedError(*errors(found))
    look = replace(seller.look, title=PRO_FORMA)
    return render(replace(invoice, payment=None), computed, look).content
