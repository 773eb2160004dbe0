"""What billed an order: its drafts and documents; its prepayments stand in `prepaid`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.core.invoice.model import DocumentType
from fairdue.invoicing.models import Draft, Invoice

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx


@dataclass(frozen=True, slots=True)
class Billing:
    """A document of an order, or a draft of one: a draft has no number, and no `gross` while it cannot be computed."""

    id: UUID
    number: str
    type: str
    day: date
    gross: int | None
    """With VAT, in minor units of the order's currency."""


def billings(ctx: Ctx, order: UUID, debtor: UUID) -> list[Billing]:
    """Return what bills an order of a debtor: issued documents in order of issue, then open drafts."""
    wanted = {"tenant_id": ctx.tenant, "debtor_id": debtor, "order_id": order}
    issued = Invoice.objects.filter(**wanted).exclude(type=DocumentType.PREPAYMENT).order_by("issued_on", "number")
    drafts = Draft.objects.filter(**wanted, state=Draft.State.OPEN).order_by("created_at")
    return [Billing(*row) for row in issued.values_list("id", "number", "type", "issued_on", "gross")] + [
        Billing(row.id, "", row.content.get("type", ""), row.created_at.date(), row.gross)
        for row in drafts
        if row.content.get("type") != DocumentType.PREPAYMENT
    ]
