"""Orders: accepting them, and deciding that the rest will not be billed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.core.findings import Finding, RefusedError, refuse
from fairdue.core.invoice.model import VatCategory
from fairdue.core.invoice.units import UNITS
from fairdue.core.money import CURRENCIES
from fairdue.core.vat.supply import Nature
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record, record_all
from fairdue.foundation.ids import uuid7
from fairdue.foundation.permissions import Permission
from fairdue.invoicing import masterdata
from fairdue.invoicing.models import Order, OrderLine

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fairdue.foundation.context import Ctx


LONGEST_NOTE = 60
"""Letters of the number of a delivery note."""


@dataclass(frozen=True, slots=True)
class OrderLineDraft:
    """One line of an order; the price is net, in major units of the order's currency."""

    description: str
    quantity: Decimal
    price: Decimal
    rate: Decimal | None = Decimal(0)
    category: str = VatCategory.STANDARD
    unit: str = "C62"
    article: str = ""
    position: int = 0
    """Zero takes its place in the list."""
    delivered_on: date | None = None
    delivery_note: str = ""
    nature: str = ""
    """Goods or a kind of services; without a category the law decides by it."""


@dataclass(frozen=True, slots=True)
class OrderDraft:
    """An order about to be accepted."""

    creditor: UUID
    debtor: UUID
    number: str
    ordered_on: date
    currency: str
    lines: tuple[OrderLineDraft, ...]
    buyer_reference: str = ""
    id: UUID = field(default_factory=uuid7)


def order_findings(orders: Sequence[OrderDraft]) -> Iterator[Finding]:
    """Yield everything that keeps orders from being accepted, as far as it shows on themselves."""
    for index, order in enumerate(orders):
        path = f"orders[{index}]"
        if not order.number.strip():
            yield Finding("order.number", f"{path}.number", "The order has no number.")
        if order.currency not in CURRENCIES:
            yield Finding("order.currency", f"{path}.currency", f"{order.currency!r} is not a currency of ISO 4217.")
        if not order.lines:
            yield Finding("order.lines", f"{path}.lines", f"Order {order.number} has no line.")
        for number, line in enumerate(order.lines):
            yield from _line_findings(line, f"{path}.lines[{number}]")


def _line_findings(line: OrderLineDraft, path: str) -> Iterator[Finding]:
    if line.quantity <= 0:
        yield Finding("order.quantity", f"{path}.quantity", "The quantity is above zero.")
    if line.price < 0:
        yield Finding("order.price", f"{path}.price", "The price is not negative.")
    if line.unit not in UNITS:
        yield Finding("order.unit", f"{path}.unit", f"{line.unit!r} is not a unit of UN/ECE Recommendation 20.")
    if line.category and line.category not in set(VatCategory):
        yield Finding("order.category", f"{path}.category", f"{line.category!r} is not a VAT category.")
    if line.nature and line.nature not in set(Nature):
        sentence = f"{line.nature!r} is neither goods nor a kind of services: {', '.join(Nature)}."
        yield Finding("order.nature", f"{path}.nature", sentence)
    if len(line.delivery_note.strip()) > LONGEST_NOTE:
        sentence = f"The number of a delivery note has at most {LONGEST_NOTE} letters."
        yield Finding("order.delivery_note", f"{path}.delivery_note", sentence)
    if not line.description.strip():
        yield Finding("order.description", f"{path}.description", "The line says nothing about the item.")


@command("invoicing.accept_orders", Permission.INVOICES_DRAFT)
def accept_orders(ctx: Ctx, *, orders: Sequence[OrderDraft], today: date, key: str | None = None) -> list[UUID]:
    """Accept orders with their lines; all or nothing. Refuses numbers that the creditor has used."""
    del key
    found = list(order_findings(orders))
    known = masterdata.buyers(ctx, [order.debtor for order in orders])
    found += [
        Finding("debtor.unknown", f"orders[{index}].debtor", "This creditor has no such customer.")
        for index, order in enumerate(orders)
        if order.debtor not in known or known[order.debtor].creditor_id != order.creditor
    ]
    numbers = {(order.creditor, order.number) for order in orders}
    taken = Order.objects.filter(number__in=[number for _, number in numbers]).values_list("creditor_id", "number")
    found += [
        Finding("order.duplicate", "number", f"Order {number} was accepted before.")
        for creditor, number in taken
        if (creditor, number) in numbers
    ]
    if len(numbers) < len(orders):
        found.append(Finding("order.duplicate", "number", "Two orders have the same number."))
    if found:
        raise RefusedError(*found)
    Order.objects.bulk_create([
        Order(
            tenant_id=ctx.tenant, id=order.id, creditor_id=order.creditor, debtor_id=order.debtor,
            number=order.number, ordered_on=order.ordered_on, currency=order.currency,
            buyer_reference=order.buyer_reference,
        )
        for order in orders
    ])  # fmt: skip
    OrderLine.objects.bulk_create(
        [_row(ctx, order, *numbered) for order in orders for numbered in enumerate(order.lines, 1)]
    )
    record_all(ctx, [
        NewFact("order.accepted", today, order.id, order.creditor, order.debtor, {"number": order.number})
        for order in orders
    ])  # fmt: skip
    return [order.id for order in orders]


def _row(ctx: Ctx, order: OrderDraft, place: int, line: OrderLineDraft) -> OrderLine:
    outside = line.category == VatCategory.OUTSIDE_SCOPE
    return OrderLine(
        tenant_id=ctx.tenant, creditor_id=order.creditor, order_id=order.id, position=line.position or place,
        article=line.article, description=line.description, quantity=line.quantity, unit=line.unit,
        price=line.price, category=line.category, rate=None if outside else line.rate,
        delivered_on=line.delivered_on, delivery_note=line.delivery_note.strip(),
        nature=line.nature,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Delivered:
    """When a line of an order was delivered, and with which delivery note."""

    line: UUID
    note: str = ""
    on: date | None = None


@command("invoicing.note_deliveries", Permission.INVOICES_DRAFT)
def note_deliveries(ctx: Ctx, *, deliveries: Sequence[Delivered], today: date, key: str | None = None) -> int:
    """Note the last delivery of order lines; drafts written from now on carry it. Return how many lines changed.

    Refuses lines of closed and unknown orders. Drafts and invoices that stand keep what they carry.
    """
    del key
    wanted = {one.line: one for one in deliveries}
    rows = list(
        OrderLine.objects.select_for_update(of=("self",))
        .filter(id__in=list(wanted), order__closed_on__isnull=True)
        .select_related("order")
        .order_by("id")
    )
    if len(rows) < len(wanted):
        raise refuse("order.closed", "deliveries", "One of these lines is of no open order.")
    if any(len(one.note.strip()) > LONGEST_NOTE for one in deliveries):
        raise refuse("order.delivery_note", "deliveries", f"A delivery note has at most {LONGEST_NOTE} letters.")
    changed = [row for row in rows if _noted(row, wanted[row.id])]
    OrderLine.objects.bulk_update(changed, ["delivered_on", "delivery_note"])
    by_order: dict[UUID, list[OrderLine]] = {}
    for row in changed:
        by_order.setdefault(row.order_id, []).append(row)
    record_all(ctx, [
        NewFact("order.delivered", today, order, lines[0].creditor_id, lines[0].order.debtor_id, {
            "number": lines[0].order.number,
            "notes": ", ".join(dict.fromkeys(line.delivery_note for line in lines if line.delivery_note)) or "-",
        })
        for order, lines in by_order.items()
    ])  # fmt: skip
    return len(changed)


def _noted(row: OrderLine, given: Delivered) -> bool:
    """Write a delivery into a line; tell whether that changes anything."""
    before = (row.delivery_note, row.delivered_on)
    row.delivery_note, row.delivered_on = given.note.strip(), given.on
    return before != (row.delivery_note, row.delivered_on)


@command("invoicing.close_order", Permission.INVOICES_DRAFT)
def close_order(ctx: Ctx, *, order: UUID, reason: str, today: date, key: str | None = None) -> UUID:
    """Decide that what is left of an order will not be billed."""
    del key
    row = Order.objects.select_for_update().filter(id=order).first()
    if row is None or row.closed_on is not None:
        raise refuse("order.closed", "order", "There is no such open order.")
    row.closed_on = today
    row.save(update_fields=["closed_on"])
    payload = {"number": row.number, "reason": reason}
    record(ctx, NewFact("order.closed", today, order, row.creditor_id, row.debtor_id, payload))
    return order
