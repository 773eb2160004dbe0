"""Orders read back with what is left of each line, and their deliveries."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404
from pydantic import BaseModel, Field

from fairdue.api import values
from fairdue.api.paging import DEFAULT_LIMIT, Cursor, Limit, Page, decode, page
from fairdue.api.resources.invoices import orders
from fairdue.api.routing import Call, Resource
from fairdue.foundation.permissions import Permission
from fairdue.invoicing import selectors
from fairdue.invoicing.services import Delivered, note_deliveries

RESOURCES: list[Resource] = []
"""The routes stand on the resource of `invoices`."""


class OrderOut(BaseModel):
    """An order in a list."""

    id: UUID
    creditor: UUID
    debtor: UUID
    number: str
    ordered_on: date
    currency: str
    buyer_reference: str
    closed_on: date | None


class OrderLineOut(BaseModel):
    """A line of an order; quantities and the price without tax are decimal strings, `left` may still be billed."""

    id: UUID
    position: int
    article: str
    description: str
    quantity: str
    billed: str
    left: str
    unit: str
    price: str
    category: str
    rate: str | None
    delivered_on: date | None
    delivery_note: str
    nature: str


class OrderDetail(OrderOut):
    """An order with its lines."""

    lines: list[OrderLineOut]


class DeliveryIn(values.Body):
    """When a line of an order was delivered, and with which delivery note; empty takes away what was noted."""

    line: UUID
    delivery_note: values.Word = ""
    delivered_on: values.Day | None = None


class DeliveriesIn(values.Body):
    """The last deliveries of lines of one order."""

    deliveries: list[DeliveryIn] = Field(min_length=1, max_length=1000)


def _line(row: selectors.OrderLineRow) -> OrderLineOut:
    plain: dict[str, Any] = {name: format(getattr(row, name), "f") for name in ("quantity", "billed", "left", "price")}
    rate = None if row.rate is None else format(row.rate, "f")
    return values.wire(OrderLineOut, row, rate=rate, **plain)


def _found(call: Call, order: UUID) -> selectors.OrderRow:
    rows = selectors.orders(call.ctx, order=order)
    if not rows:
        raise Http404
    return rows[0]


def _detail(call: Call, order: UUID) -> OrderDetail:
    row = _found(call, order)
    return values.wire(OrderDetail, row, lines=[_line(line) for line in selectors.order_lines(call.ctx, order)])


@orders.get("", Permission.INVOICES_VIEW, Page[OrderOut])
def list_orders(
    call: Call, creditor: UUID | None = None, state: str | None = None, number: str | None = None,
    cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT,
) -> Page[OrderOut]:  # fmt: skip
    """List orders, newest first; `state` is open, billed or closed, `number` what the number begins with."""
    rows = selectors.orders(
        call.ctx, filters={"state": state or "", "q": number or ""}, creditor=creditor,
        after=decode(cursor, date, UUID), limit=limit + 1,
    )  # fmt: skip
    return page(rows, limit, lambda row: values.wire(OrderOut, row), lambda row: (row.ordered_on, row.id))


@orders.get("/{order}", Permission.INVOICES_VIEW, OrderDetail)
def get_order(call: Call, order: UUID) -> OrderDetail:
    """Get one order with what is left to bill of each line."""
    return _detail(call, order)


@orders.post("/{order}/deliveries", Permission.INVOICES_DRAFT, OrderDetail)
def note_the_deliveries(call: Call, order: UUID, body: DeliveriesIn) -> OrderDetail:
    """Note when lines of an order were delivered and with which delivery note; drafts carry it from then on."""
    lines = {line.id for line in selectors.order_lines(call.ctx, order)}
    if not lines or not lines.issuperset(one.line for one in body.deliveries):
        raise Http404
    found = [Delivered(one.line, one.delivery_note, one.delivered_on) for one in body.deliveries]
    note_deliveries(call.ctx, deliveries=found, today=call.today)
    return _detail(call, order)
