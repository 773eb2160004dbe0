"""Orders, drafts, and the invoices and credit notes that were issued from them."""

from datetime import date
from decimal import Decimal
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from pydantic import BaseModel, Field

from fairdue.api import values
from fairdue.api.paging import DEFAULT_LIMIT, Cursor, Limit, Page, decode, page
from fairdue.api.problems import FindingOut, out
from fairdue.api.resources.debtors import LARGEST_BULK
from fairdue.api.resources.items import Customers, Ids
from fairdue.api.routing import Call, Resource
from fairdue.foundation.files import load
from fairdue.foundation.permissions import Permission
from fairdue.invoicing import selectors
from fairdue.invoicing.services import (
    OrderDraft,
    OrderLineDraft,
    accept_orders,
    change_draft,
    credit_invoice,
    deliver_invoice,
    discard_draft,
    draft_from_order,
    issue_invoices,
    preview_issue,
    write_draft,
)

orders = Resource("/orders", "invoicing")
drafts = Resource("/drafts", "invoicing")
invoices = Resource("/invoices", "invoicing")
RESOURCES = [orders, drafts, invoices]
_SUMS = ("net", "tax", "gross", "payable", "residual")


class OrderLineIn(values.Body):
    """A line of an order; quantity, price and VAT rate are decimal strings, the price without tax."""

    description: values.Text
    quantity: values.Amount
    price: values.Amount
    rate: values.Percent | None = "0"
    category: values.Word = ""
    """A VAT category; left out, it is decided from the law when the order is drafted."""
    unit: values.Word = "C62"
    article: values.Text = ""
    delivered_on: values.Day | None = None
    delivery_note: values.Word = ""
    nature: values.Word = ""


class OrderIn(values.Body):
    """An order to accept."""

    creditor: UUID
    debtor: UUID | None = None
    debtor_number: values.Word | None = None
    number: values.Word
    ordered_on: values.Day
    currency: values.Currency
    buyer_reference: values.Text = ""
    lines: list[OrderLineIn] = Field(min_length=1, max_length=1000)


class OrdersIn(values.Body):
    """Orders to accept, all or none."""

    orders: list[OrderIn] = Field(min_length=1, max_length=LARGEST_BULK)


class OrderDraftIn(values.Body):
    """Which quantities of an order are billed, by line; everything that is left when empty."""

    quantities: dict[UUID, values.Amount] | None = None


class DraftIn(values.Body):
    """An invoice about to be issued; `content` is its JSON form (docs/reference) without the parties."""

    creditor: UUID
    debtor: UUID
    currency: values.Currency
    content: dict[str, Any]


class DraftChange(values.Body):
    """The new content of a draft."""

    content: dict[str, Any]


class DraftOut(BaseModel):
    """A draft with its content."""

    id: UUID
    creditor: UUID
    debtor: UUID
    order: UUID | None
    state: str
    currency: str
    content: dict[str, Any]
    invoice: UUID | None


class PreviewOut(BaseModel):
    """What issuing a draft today would give."""

    draft: UUID
    debtor: UUID
    currency: str
    gross: values.Amount | None
    due_on: date | None
    findings: list[FindingOut]


class Previews(BaseModel):
    """The previews in the order of the request."""

    data: list[PreviewOut]


class DraftsIn(values.Body):
    """Drafts by id."""

    drafts: list[UUID] = Field(min_length=1, max_length=LARGEST_BULK)


class InvoiceOut(BaseModel):
    """An issued document; `residual` is what is open of an invoice, or not yet applied of a credit note."""

    id: UUID
    creditor: UUID
    debtor: UUID
    debtor_name: str
    number: str
    type: str
    issued_on: date
    due_on: date
    currency: str
    net: values.Amount
    tax: values.Amount
    gross: values.Amount
    payable: values.Amount
    residual: values.Amount
    delivery: str


class InvoiceDetail(InvoiceOut):
    """An issued document with its content, frozen, and the formats it was rendered in."""

    sha256: str
    content: dict[str, Any]
    formats: list[str]


class CreditIn(values.Body):
    """Why an invoice is credited, and which quantities by line id; all of it when left out."""

    reason: values.Name
    quantities: dict[str, values.Amount] | None = None


class DeliveryIn(values.Body):
    """How a document is delivered; left out, by the channel that law and wishes choose, to the customer's address."""

    channel: values.Text = ""
    recipient: values.Text = ""


class Made(BaseModel):
    """The id of what was made."""

    id: UUID


class Reason(values.Body):
    """Why."""

    reason: values.Name


def _found(call: Call, invoice: UUID) -> selectors.InvoicePage:
    found = selectors.invoice(call.ctx, invoice, today=call.today)
    if found is None:
        raise Http404
    return found


def _draft(call: Call, draft: UUID) -> DraftOut:
    row = selectors.draft(call.ctx, draft)
    if row is None:
        raise Http404
    return values.wire(DraftOut, row)


@orders.post("", Permission.INVOICES_DRAFT, Ids, status=HTTPStatus.CREATED)
def accept_many_orders(call: Call, body: OrdersIn) -> Ids:
    """Accept orders, all or none; every finding names its order."""
    customers = Customers(call, [(one.creditor, one.debtor, one.debtor_number) for one in body.orders])

    def order(one: OrderIn, path: str) -> OrderDraft:
        lines = tuple(
            OrderLineDraft(
                line.description, Decimal(line.quantity), Decimal(line.price), values.percent(line.rate),
                line.category, line.unit, line.article, position, line.delivered_on, line.delivery_note, line.nature,
            )
            for position, line in enumerate(one.lines, 1)
        )  # fmt: skip
        debtor = customers.of(one.creditor, one.debtor, one.debtor_number, path)
        return OrderDraft(one.creditor, debtor, one.number, one.ordered_on, one.currency, lines, one.buyer_reference)

    return Ids(ids=accept_orders(call.ctx, orders=values.each(body.orders, order, "orders"), today=call.today))


@orders.post("/{order}/draft", Permission.INVOICES_DRAFT, Made, status=HTTPStatus.CREATED)
def draft_an_order(call: Call, order: UUID, body: OrderDraftIn) -> Made:
    """Draft an invoice for an order, or for a part of it."""
    if not selectors.orders(call.ctx, order=order):
        raise Http404
    quantities = None if body.quantities is None else {str(line): q for line, q in body.quantities.items()}
    return Made(id=draft_from_order(call.ctx, order=order, quantities=quantities, today=call.today))


@drafts.post("", Permission.INVOICES_DRAFT, DraftOut, status=HTTPStatus.CREATED)
def write_a_draft(call: Call, body: DraftIn) -> DraftOut:
    """Keep a draft; it may be incomplete. `POST /v1/drafts/preview` says what is missing."""
    debtor = Customers(call, [(body.creditor, body.debtor, None)]).of(body.creditor, body.debtor, None, "")
    made = write_draft(
        call.ctx, creditor=body.creditor, debtor=debtor, content=body.content, currency=body.currency,
        today=call.today,
    )  # fmt: skip
    return _draft(call, made)


@drafts.post("/preview", Permission.INVOICES_VIEW, Previews)
def preview_issuing(call: Call, body: DraftsIn) -> Previews:
    """Say what issuing these drafts today would give, with every finding; nothing is written."""
    rows = preview_issue(call.ctx, drafts=body.drafts, today=call.today)
    return Previews(
        data=[
            PreviewOut(
                draft=row.draft, debtor=row.debtor, currency=row.currency, due_on=row.due_on,
                gross=None if row.gross is None else values.amount(row.gross, row.currency),
                findings=[out(finding) for finding in row.findings],
            )
            for row in rows
        ]
    )  # fmt: skip


@drafts.get("/{draft}", Permission.INVOICES_VIEW, DraftOut)
def get_draft(call: Call, draft: UUID) -> DraftOut:
    """Get one draft."""
    return _draft(call, draft)


@drafts.put("/{draft}", Permission.INVOICES_DRAFT, DraftOut)
def change_a_draft(call: Call, draft: UUID, body: DraftChange) -> DraftOut:
    """Replace the content of an open draft."""
    _draft(call, draft)
    change_draft(call.ctx, draft=draft, content=body.content, today=call.today)
    return _draft(call, draft)


@drafts.post("/{draft}/discard", Permission.INVOICES_DRAFT, DraftOut)
def discard_a_draft(call: Call, draft: UUID, body: Reason) -> DraftOut:
    """Discard an open draft and give its quantities back to the order."""
    _draft(call, draft)
    discard_draft(call.ctx, draft=draft, reason=body.reason, today=call.today)
    return _draft(call, draft)


@invoices.get("", Permission.INVOICES_VIEW, Page[InvoiceOut])
def list_invoices(
    call: Call, creditor: UUID | None = None, debtor: UUID | None = None, state: str | None = None,
    cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT,
) -> Page[InvoiceOut]:  # fmt: skip
    """List issued documents, oldest first; `state` is open, overdue, paid or invalid."""
    rows = selectors.invoices(
        call.ctx, today=call.today, creditor=creditor, debtor=debtor, filters={"state": state} if state else {},
        descending=False, after=decode(cursor, date, UUID), limit=limit + 1,
    )  # fmt: skip
    return page(
        rows, limit, lambda row: values.wire(InvoiceOut, row, row.currency, _SUMS),
        lambda row: selectors.cursor_of(row, "issued"),
    )  # fmt: skip


@invoices.post("", Permission.INVOICES_ISSUE, Ids, status=HTTPStatus.CREATED, money=True)
def issue_many_invoices(call: Call, body: DraftsIn) -> Ids:
    """Issue drafts: number, freeze, open the items, post; all or none."""
    return Ids(ids=issue_invoices(call.ctx, drafts=body.drafts, today=call.today))


@invoices.get("/{invoice}", Permission.INVOICES_VIEW, InvoiceDetail)
def get_invoice(call: Call, invoice: UUID) -> InvoiceDetail:
    """Get one issued document with its frozen content."""
    found = _found(call, invoice)
    return values.wire(
        InvoiceDetail, found.row, found.row.currency, _SUMS, sha256=found.sha256, content=found.content,
        formats=[one.format for one in found.documents],
    )  # fmt: skip


@invoices.get("/{invoice}/documents/{code}", Permission.INVOICES_VIEW, None)
def download_document(call: Call, invoice: UUID, code: str) -> HttpResponse:
    """Download a rendered file; `formats` of the invoice lists what there is."""
    found = selectors.document(call.ctx, invoice, code)
    if found is None:
        raise Http404
    row, content = load(call.ctx, found.file_id)
    name = "".join(letter for letter in row.name if letter.isalnum() or letter in "-_.") or "document"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type=row.media_type, headers=headers)


@invoices.post("/{invoice}/credit", Permission.INVOICES_ISSUE, Made, status=HTTPStatus.CREATED, money=True)
def credit_an_invoice(call: Call, invoice: UUID, body: CreditIn) -> Made:
    """Issue a credit note on an invoice, whole or in part, and apply it."""
    _found(call, invoice)
    made = credit_invoice(call.ctx, invoice=invoice, reason=body.reason, quantities=body.quantities, today=call.today)
    return Made(id=made)


@invoices.post("/{invoice}/deliver", Permission.INVOICES_ISSUE, Made, status=HTTPStatus.ACCEPTED)
def deliver_an_invoice(call: Call, invoice: UUID, body: DeliveryIn) -> Made:
    """Queue the delivery of a document; how it ends is a fact."""
    _found(call, invoice)
    delivery = deliver_invoice(
        call.ctx, invoice=invoice, channel=body.channel, recipient=body.recipient, today=call.today
    )
    return Made(id=delivery)
