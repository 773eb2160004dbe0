"""Collective invoices: what is left of several orders of one customer on one invoice (Art. 223 VAT Directive)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fairdue.core.findings import refuse
from fairdue.foundation.commands import command
from fairdue.foundation.permissions import Permission
from fairdue.invoicing import masterdata
from fairdue.invoicing.documents.words import words
from fairdue.invoicing.models import Draft, Order
from fairdue.invoicing.services.drafts import billing_of, keep

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx
    from fairdue.invoicing.services.drafts import Billing

MOST = 200


@command("invoicing.draft_from_orders", Permission.INVOICES_DRAFT)
def draft_from_orders(
    ctx: Ctx, *, orders: Sequence[UUID], today: date, term: str | None = None, key: str | None = None
) -> UUID:
    """Draft one invoice over several open orders of one customer; each line names its order.

    The invoice covers the days from the first to the last delivery. Refuses orders of several customers or
    currencies, closed ones and more than 200.
    """
    del key
    rows = list(Order.objects.filter(id__in=list(orders), closed_on__isnull=True).order_by("ordered_on", "number"))
    if not rows or len(rows) < len(set(orders)) or len(rows) > MOST:
        raise refuse("order.closed", "orders", f"Name 1 to {MOST} open orders; one of these is closed or unknown.")
    if len({(row.debtor_id, row.creditor_id, row.currency) for row in rows}) > 1:
        raise refuse("order.mixed", "orders", "A collective invoice is for one customer in one currency.")
    first = rows[0]
    seller, buyer = masterdata.pair(ctx, first.creditor_id, first.debtor_id)
    parts = [(row, billing_of(row, None)) for row in rows]
    draft = Draft(
        tenant_id=ctx.tenant, creditor_id=first.creditor_id, debtor_id=first.debtor_id, currency=first.currency,
        order_id=first.id if len(rows) == 1 else None, content=_content(parts, words(buyer.language)),
        term=term or str(buyer.term_days), written_by=ctx.actor,
        billed=[pair for _, billing in parts for pair in billing.billed],
    )  # fmt: skip
    return keep(ctx, draft, seller, buyer, today)


def _content(parts: Sequence[tuple[Order, Billing]], text: Any) -> dict[str, Any]:
    lines: list[dict[str, Any]] = []
    days: list[str] = []
    for order, billing in parts:
        day = billing.content.get("delivery", {}).get("day")
        days += [day] if day else []
        for line in billing.content["lines"]:
            note = text["from_order"].format(order=order.number, date=text.date(order.ordered_on))
            lines.append({**line, "id": str(len(lines) + 1), "note": note})
    references = {order.buyer_reference for order, _ in parts if order.buyer_reference}
    content: dict[str, Any] = {"lines": lines}
    if len(references) == 1:
        content["references"] = {"buyer": references.pop()}
    if days:
        content["period"] = {"start": min(days), "end": max(days)}
    return content
