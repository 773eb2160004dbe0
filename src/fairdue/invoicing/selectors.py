"""The door out: frozen rows about orders, drafts, invoices, documents and series. Call in a tenant's context."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from fairdue.core.parties.names import normal_name
from fairdue.foundation.sqlfiles import sql
from fairdue.invoicing.models import Delivery, Document, Draft, Invoice, Order, OrderLine
from fairdue.invoicing.registers import PlanRow, RegisterRow, SeriesRow, plans, register, series
from fairdue.invoicing.runs import (
    Outlook,
    Progress,
    RunFinding,
    RunRow,
    outlook,
    refused_drafts,
    run_findings,
    run_missing,
    run_progress,
    run_unwritten,
    runs,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fairdue.core.invoice.model import Invoice as Content
    from fairdue.foundation.context import Ctx


__all__ = [
    "Outlook",
    "PlanRow",
    "Progress",
    "RegisterRow",
    "RunFinding",
    "RunRow",
    "SeriesRow",
    "outlook",
    "plans",
    "refused_drafts",
    "register",
    "run_findings",
    "run_missing",
    "run_progress",
    "run_unwritten",
    "runs",
    "series",
]
"""What stands in `registers` and `runs` and belongs to the door out as well."""


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """An issued document in a list; amounts are minor units of `currency`."""

    id: UUID
    creditor_id: UUID
    debtor_id: UUID
    debtor_name: str
    number: str
    type: str
    issued_on: date
    due_on: date
    currency: str
    net: int
    tax: int
    gross: int
    payable: int
    residual: int
    """What is open of an invoice, or not yet applied of a credit note."""
    delivery: str
    documents: str | None
    """The worst verdict on its documents; none while none is rendered."""

    @property
    def credit(self) -> bool:
        """Whether it is a credit note."""
        return self.type == "381"


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A rendered file with its verdict."""

    id: UUID
    format: str
    file_id: UUID
    sha256: str
    state: str
    record: dict[str, Any]
    checked_at: datetime | None


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One attempt to deliver."""

    id: UUID
    channel: str
    recipient: str
    attempt: int
    state: str
    reason: str
    created_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class InvoicePage:
    """Everything that the page of one document shows."""

    row: InvoiceRow
    content: dict[str, Any]
    sha256: str
    order_id: UUID | None
    preceding_id: UUID | None
    preceding_number: str
    credit_notes: tuple[tuple[UUID, str, int], ...]
    documents: tuple[DocumentRow, ...]
    deliveries: tuple[DeliveryRow, ...]


@dataclass(frozen=True, slots=True)
class DraftRow:
    """An open draft in a list."""

    id: UUID
    creditor_id: UUID
    debtor_id: UUID
    debtor_name: str
    order_id: UUID | None
    order_number: str | None
    state: str
    currency: str
    gross: int | None
    errors: int
    warnings: int
    term: str
    written_by: str
    created_at: datetime
    invoice_id: UUID | None


@dataclass(frozen=True, slots=True)
class DraftPage:
    """A draft with its content."""

    id: UUID
    creditor_id: UUID
    debtor_id: UUID
    order_id: UUID | None
    state: str
    content: dict[str, Any]
    term: str
    currency: str
    invoice_id: UUID | None
    billed: bool
    """Whether its lines are those of orders and stay as they are."""
    changed_at: datetime
    changed_by: str
    """The actor of the last change; who wrote it where nobody changed it since."""
    amends_id: UUID | None
    """The issued invoice whose place it takes."""

    @property
    def stamp(self) -> str:
        """What changes with each change of the draft."""
        return self.changed_at.isoformat()


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order in a list; sums are Decimals in major units of its currency."""

    id: UUID
    creditor_id: UUID
    debtor_id: UUID
    debtor_name: str
    number: str
    ordered_on: date
    currency: str
    buyer_reference: str
    closed_on: date | None
    lines: int
    net: Decimal
    billed: Decimal

    @property
    def left(self) -> Decimal:
        """What may still be billed."""
        return self.net - self.billed


@dataclass(frozen=True, slots=True)
class OrderLineRow:
    """One line of an order."""

    id: UUID
    position: int
    article: str
    description: str
    quantity: Decimal
    billed: Decimal
    unit: str
    price: Decimal
    category: str
    rate: Decimal | None
    delivered_on: date | None
    delivery_note: str
    nature: str

    @property
    def left(self) -> Decimal:
        """The quantity that may still be billed."""
        return self.quantity - self.billed

    @property
    def left_text(self) -> str:
        """The same in plain digits, for a field."""
        return format(self.left.normalize(), "f")


SORTS = {"issued": ("i.issued_on", "date"), "due": ("i.due_on", "date"), "number": ("i.number", "text"),
         "gross": ("i.gross", "bigint")}  # fmt: skip


def _run(statement: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def _searched(q: str) -> dict[str, str]:
    return {"q": normal_name(q) if q else "", "q_number": q.upper()}


def invoices(
    ctx: Ctx, *, today: date, sort: str = "issued", descending: bool = True, filters: Mapping[str, str] | None = None,
    creditor: UUID | None = None, debtor: UUID | None = None, after: tuple[Any, ...] | None = None, limit: int = 50,
) -> list[InvoiceRow]:  # fmt: skip
    """Return one page of issued documents. `after` is (sort value, id) of the last row before it.

    Filters: q, state (open, overdue, paid, invalid), kind (380, 381, 384), delivery, since, until.
    """
    asked = dict(filters or {})
    column, kind = SORTS[sort]
    statement = sql("invoicing", "invoices").replace("{sort}", column).replace("{type}", kind)
    statement = statement.replace("{direction}", "DESC" if descending else "ASC")
    statement = statement.replace("{compare}", "<" if descending else ">")
    parameters = {
        "tenant": ctx.tenant, "creditor": creditor, "debtor": debtor, "today": today,
        "since": asked.get("since") or None, "until": asked.get("until") or None,
        "kind": asked.get("kind", ""), "delivery": asked.get("delivery", ""), "state": asked.get("state", ""),
        "after": after[0] if after else None, "after_id": after[1] if after else None, "limit": limit,
        **_searched(asked.get("q", "")),
    }  # fmt: skip
    return [InvoiceRow(*row) for row in _run(statement, parameters)]


def cursor_of(row: InvoiceRow, sort: str) -> tuple[Any, ...]:
    """Return where the next page begins after `row`."""
    values = {"issued": row.issued_on, "due": row.due_on, "number": row.number, "gross": row.gross}
    return values[sort], row.id


def invoice(ctx: Ctx, invoice_id: UUID, *, today: date) -> InvoicePage | None:
    """Return everything about one issued document, none where there is no such document."""
    record: Invoice | None = Invoice.objects.filter(id=invoice_id).first()
    if record is None:
        return None
    filters = {"q": record.number, "kind": record.type}
    row = next(
        one for one in invoices(ctx, today=today, filters=filters, debtor=record.debtor_id) if one.id == invoice_id
    )
    preceding = Invoice.objects.filter(id=record.preceding_id).values_list("number", flat=True).first()
    notes = Invoice.objects.filter(preceding_id=invoice_id).order_by("id").values_list("id", "number", "gross")
    documents = Document.objects.filter(invoice_id=invoice_id).order_by("format").values_list(
        "id", "format", "file_id", "sha256", "state", "record", "checked_at"
    )  # fmt: skip
    deliveries = Delivery.objects.filter(invoice_id=invoice_id).order_by("attempt").values_list(
        "id", "channel", "recipient", "attempt", "state", "reason", "created_at", "ended_at"
    )  # fmt: skip
    return InvoicePage(
        row, record.content, record.sha256, record.order_id, record.preceding_id, preceding or "", tuple(notes),
        tuple(DocumentRow(*one) for one in documents), tuple(DeliveryRow(*one) for one in deliveries),
    )  # fmt: skip


def document(ctx: Ctx, invoice_id: UUID, code: str) -> DocumentRow | None:
    """Return one document of an invoice by its format."""
    found = Document.objects.filter(tenant_id=ctx.tenant, invoice_id=invoice_id, format=code).values_list(
        "id", "format", "file_id", "sha256", "state", "record", "checked_at"
    )  # fmt: skip
    return next((DocumentRow(*one) for one in found), None)


def drafts(
    ctx: Ctx, *, filters: Mapping[str, str] | None = None, creditor: UUID | None = None,
    after: tuple[Any, ...] | None = None, limit: int = 50,
) -> list[DraftRow]:  # fmt: skip
    """Return open drafts, newest first; filters: q, state (ready, errors)."""
    asked = dict(filters or {})
    parameters = {
        "tenant": ctx.tenant, "creditor": creditor, "state": asked.get("state", ""),
        "after_id": after[0] if after else None, "limit": limit, **_searched(asked.get("q", "")),
    }  # fmt: skip
    return [DraftRow(*row) for row in _run(sql("invoicing", "drafts"), parameters)]


def open_drafts(ctx: Ctx) -> int:
    """Return how many drafts wait."""
    return Draft.objects.filter(tenant_id=ctx.tenant, state=Draft.State.OPEN).count()


def draft(ctx: Ctx, draft_id: UUID) -> DraftPage | None:
    """Return one draft with its content."""
    row = Draft.objects.filter(tenant_id=ctx.tenant, id=draft_id).first()
    if row is None:
        return None
    return DraftPage(
        row.id, row.creditor_id, row.debtor_id, row.order_id, row.state, row.content, row.term, row.currency,
        row.invoice_id, bool(row.billed), row.changed_at, row.changed_by or row.written_by,
        row.amends_id,
    )  # fmt: skip


def orders(
    ctx: Ctx, *, filters: Mapping[str, str] | None = None, creditor: UUID | None = None, order: UUID | None = None,
    after: tuple[Any, ...] | None = None, limit: int = 50,
) -> list[OrderRow]:  # fmt: skip
    """Return orders, newest first; filters: q, state (open, billed, closed)."""
    asked = dict(filters or {})
    parameters = {
        "tenant": ctx.tenant, "creditor": creditor, "id": order, "state": asked.get("state", ""),
        "after": after[0] if after else None, "after_id": after[1] if after else None, "limit": limit,
        **_searched(asked.get("q", "")),
    }  # fmt: skip
    return [OrderRow(*row) for row in _run(sql("invoicing", "orders"), parameters)]


def order_lines(ctx: Ctx, order: UUID) -> list[OrderLineRow]:
    """Return the lines of an order."""
    rows = OrderLine.objects.filter(tenant_id=ctx.tenant, order_id=order).order_by("position").values_list(
        "id", "position", "article", "description", "quantity", "billed", "unit", "price", "category", "rate",
        "delivered_on", "delivery_note", "nature",
    )  # fmt: skip
    return [OrderLineRow(*row) for row in rows]


def order_known(ctx: Ctx, creditor: UUID, number: str) -> bool:
    """Tell whether a creditor has accepted an order of this number."""
    return bool(Order.objects.filter(tenant_id=ctx.tenant, creditor_id=creditor, number=number).exists())


def composed(ctx: Ctx, content: dict[str, Any], *, creditor: UUID, debtor: UUID, currency: str, term: str,
             today: date) -> tuple[Content | None, tuple[Any, ...]]:  # fmt: skip
    """Return the invoice that this content would give today with its findings; keeps nothing."""
    from fairdue.invoicing import masterdata
    from fairdue.invoicing.addressing import doubtful
    from fairdue.invoicing.composing import compose

    seller, buyer = masterdata.pair(ctx, creditor, debtor)
    invoice_, findings = compose(content, currency, term, seller, buyer, today)
    return invoice_, (*findings, *doubtful([(seller, buyer)], today)[0])


def seller_look(ctx: Ctx, creditor: UUID) -> Any:
    """Return how the documents of a creditor look."""
    from fairdue.invoicing import masterdata

    return masterdata.sellers(ctx, [creditor])[creditor].look


@lru_cache(maxsize=64)
def _drawn(content: str, look: str) -> tuple[bytes, ...]:
    from fairdue.core.invoice.totals import totals
    from fairdue.core.invoice.wire import from_wire
    from fairdue.invoicing.documents.pdf import pages
    from fairdue.invoicing.documents.sheet import Look

    invoice_, _ = from_wire(json.loads(content))
    return tuple(pages(invoice_, totals(invoice_), Look(**json.loads(look)))) if invoice_ else ()


def page_images(ctx: Ctx, content: dict[str, Any], creditor: UUID) -> tuple[bytes, ...]:
    """Return the pages of an invoice (JSON form) in its creditor's look as SVG; none where it cannot be set."""
    look = seller_look(ctx, creditor)
    return _drawn(json.dumps(content, sort_keys=True), json.dumps(asdict(look)))


def draft_images(ctx: Ctx, draft_id: UUID, *, today: date) -> tuple[bytes, ...]:
    """Return the pages that a draft would have today; none while it cannot be computed."""
    from fairdue.core.invoice.wire import to_wire
    from fairdue.invoicing.composing import sums

    row = draft(ctx, draft_id)
    if row is None:
        return ()
    invoice_, _ = composed(
        ctx, row.content, creditor=row.creditor_id, debtor=row.debtor_id, currency=row.currency, term=row.term,
        today=today,
    )  # fmt: skip
    return page_images(ctx, to_wire(invoice_), row.creditor_id) if invoice_ and sums(invoice_) else ()
