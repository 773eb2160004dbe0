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
from fairdue.invoicing.models import Draft, Order
from fairdue.invoicing.prepaid import refuse_twice
from fairdue.invoicing.services.drafts import billing_of, keep, supplied

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx
    from fairdue.invoicing.services.drafts import Billing

MOST = 200


@command("invoicing.draft_from_orders", Permission.INVOICES_DRAFT)
def draft_from_orders(
    ctx: Ctx, *, orders: Sequence[UUID], today: date, term: str | None = None, key: str | None = None
) -> UUID:
    """Draft one invoice over several open orders of one customer; each line names its order.

    The invoice covers the days from the first to the last delivery; each line keeps its own day, its order and its
    delivery note. Refuses orders of several customers or currencies, closed ones, more than 200, and one with
    prepayments: its final invoice deducts them.
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
    refuse_twice(rows)
    draft = Draft(
        tenant_id=ctx.tenant, creditor_id=first.creditor_id, debtor_id=first.debtor_id, currency=first.currency,
        order_id=first.id if len(rows) == 1 else None, content=_content(parts),
        term=term or str(buyer.term_days), written_by=ctx.actor,
        billed=[pair for _, billing in parts for pair in billing.billed],
    )  # fmt: skip
    return keep(ctx, draft, seller, buyer, today)


def _content(parts: Sequence[tuple[Order, Billing]]) -> dict[str, Any]:
    lines: list[dict[str, Any]] = []
    for order, billing in parts:
        day = billing.content.get("delivery", {}).get("day")
        supply = {"period": {"start": day, "end": day}} if day else {}
        named = {"order": {"number": order.number, "day": order.ordered_on.isoformat()}}
        for line in billing.content["lines"]:
            lines.append(supply | line | named | {"id": str(len(lines) + 1)})
    references = {order.buyer_reference for order, _ in parts if order.buyer_reference}
    content: dict[str, Any] = {"lines": lines, **supplied(lines)}
    if len(references) == 1:
        content["references"] = {"buyer": references.pop()}
    return content
