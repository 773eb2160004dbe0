"""Open items: list, open in bulk, change what may change, write off."""

from datetime import date
from http import HTTPStatus
from typing import Any, Literal
from uuid import UUID

from django.http import Http404
from pydantic import BaseModel, Field

from fairdue.api import values
from fairdue.api.paging import DEFAULT_LIMIT, Cursor, Limit, Page, decode, page
from fairdue.api.resources.debtors import LARGEST_BULK
from fairdue.api.routing import Call, Resource
from fairdue.core.findings import refuse
from fairdue.core.ledger import AccountRole
from fairdue.foundation.permissions import Permission
from fairdue.parties import selectors as parties
from fairdue.receivables import selectors
from fairdue.receivables.pages import item_page
from fairdue.receivables.services import OpenItemDraft, change_item, open_items, propose_write_off, write_off

items = Resource("/open-items", "open items")
RESOURCES = [items]


class ItemOut(BaseModel):
    """One receivable with its residual."""

    id: UUID
    creditor: UUID
    debtor: UUID
    debtor_name: str
    kind: str
    number: str
    currency: str
    amount: values.Amount
    residual: values.Amount
    net_amount: values.Amount
    issued_on: date
    due_on: date
    delivered_on: date | None
    reference: str
    order_number: str
    parent: UUID | None
    days_overdue: int


class ItemIn(values.Body):
    """A receivable to open. Name the customer by `debtor` (id) or by `debtor_number` (the external id).

    `booking` says against what: `sale` posts revenue and tax, `opening` the opening balance of a take-over.
    """

    creditor: UUID
    debtor: UUID | None = None
    debtor_number: values.Word | None = None
    kind: Literal["invoice", "interest", "fee", "compensation"] = "invoice"
    number: values.Word
    currency: values.Currency
    amount: values.Amount
    net_amount: values.Amount | None = None
    issued_on: values.Day
    due_on: values.Day
    delivered_on: values.Day | None = None
    reference: values.Word | None = None
    order_number: values.Word | None = None
    end_to_end_id: values.Word | None = None
    discount_percent: values.Percent | None = None
    discount_until: values.Day | None = None
    parent: UUID | None = None
    notes: values.Text = ""
    booking: Literal["sale", "opening"] = "sale"
    booked_on: values.Day | None = None


class ItemsIn(values.Body):
    """Receivables to open, all or none."""

    items: list[ItemIn] = Field(min_length=1, max_length=LARGEST_BULK)


class Ids(BaseModel):
    """Ids in the order of the request."""

    ids: list[UUID]


class ItemChanges(values.Body):
    """What may change about an open item."""

    due_on: values.Day | None = None
    reference: values.Text | None = None
    order_number: values.Text | None = None
    end_to_end_id: values.Text | None = None
    discount_percent: values.Percent | None = None
    discount_until: values.Day | None = None
    notes: values.Text | None = None


class WriteOffIn(values.Body):
    """A part to give up, with the reason that is kept."""

    amount: values.Amount
    reason: values.Name
    effective_on: values.Day | None = None


class WriteOffOut(BaseModel):
    """The group by which a booked write-off is reversed, or the approval that waits for a second person."""

    group: UUID | None = None
    approval: UUID | None = None


_INCOME = {
    "invoice": AccountRole.REVENUE, "interest": AccountRole.INTEREST_INCOME, "fee": AccountRole.FEE_INCOME,
    "compensation": AccountRole.FEE_INCOME,
}  # fmt: skip


def show(row: selectors.ItemRow, today: date) -> ItemOut:
    """Return an item as the wire shows it; an item with nothing left is not overdue."""
    amounts: dict[str, Any] = {
        name: values.amount(getattr(row, name), row.currency) for name in ("amount", "residual", "net_amount")
    }
    plain: dict[str, Any] = {
        name: getattr(row, name)
        for name in ("id", "debtor_name", "kind", "number", "currency", "issued_on", "due_on", "delivered_on",
                     "reference", "order_number")
    }  # fmt: skip
    return ItemOut(
        **plain, **amounts, creditor=row.creditor_id, debtor=row.debtor_id, parent=row.parent_id,
        days_overdue=max(0, row.days_overdue(today)) if row.residual else 0,
    )  # fmt: skip


def found(call: Call, item: UUID) -> selectors.ItemRow:
    """Return the item; what is not there and what is not yours is not found."""
    rows = selectors.items(call.ctx, ids=[item])
    if not rows:
        raise Http404
    return rows[0]


class Customers:
    """The customers that a bulk body names, looked up in a few statements however many there are."""

    def __init__(self, call: Call, wanted: list[tuple[UUID, UUID | None, str | None]]) -> None:
        self._by_id = parties.debtors(call.ctx, {debtor for _, debtor, _ in wanted if debtor})
        self._creditors = {row.id for row in parties.creditors(call.ctx)}
        numbers: dict[UUID, set[str]] = {}
        for creditor, _, number in wanted:
            if number is not None:
                numbers.setdefault(creditor, set()).add(number)
        self._by_number = {one: parties.debtors_by_external_id(call.ctx, one, some) for one, some in numbers.items()}

    def of(self, creditor: UUID, debtor: UUID | None, number: str | None, path: str) -> UUID:
        """Return the customer; refuse one of another creditor's, none, or both names at once."""
        if creditor not in self._creditors:
            raise refuse("creditor.unknown", f"{path}.creditor", "There is no such creditor.")
        if (debtor is None) == (number is None):
            raise refuse("debtor.named", f"{path}.debtor", "Name the customer by either debtor or debtor_number.")
        if number is not None:
            known = self._by_number[creditor].get(number)
        else:
            row = self._by_id.get(debtor) if debtor else None
            known = row.id if row and row.creditor_id == creditor else None
        if known is None:
            raise refuse("debtor.unknown", f"{path}.debtor", "This creditor has no such customer.")
        return known


def _contra(one: ItemIn, gross: int, net: int) -> tuple[tuple[AccountRole, int], ...]:
    if one.booking == "opening":
        return ((AccountRole.OPENING, gross),)
    parts = ((_INCOME[one.kind], net), (AccountRole.TAX, gross - net))
    return tuple((role, part) for role, part in parts if part)


def _draft(one: ItemIn, customers: Customers, parents: dict[UUID, UUID], path: str) -> OpenItemDraft:
    gross = values.minor(one.amount, one.currency, f"{path}.amount")
    net = gross if one.net_amount is None else values.minor(one.net_amount, one.currency, f"{path}.net_amount")
    if not 0 <= net <= gross:
        raise refuse("open_item.net", f"{path}.net_amount", f"{one.number}: net is not within gross.")
    debtor = customers.of(one.creditor, one.debtor, one.debtor_number, path)
    if one.parent is not None and parents.get(one.parent) != debtor:
        raise refuse("open_item.unknown", f"{path}.parent", "This customer has no such item.")
    return OpenItemDraft(
        one.creditor, debtor, one.kind, one.number,
        one.currency, gross, net, one.issued_on, one.due_on, _contra(one, gross, net), booked_on=one.booked_on,
        delivered_on=one.delivered_on, reference=one.reference or "", order_number=one.order_number or "",
        end_to_end_id=one.end_to_end_id or "", discount_percent=values.percent(one.discount_percent),
        discount_until=one.discount_until, parent=one.parent, notes=one.notes,
    )  # fmt: skip


@items.get("", Permission.INVOICES_VIEW, Page[ItemOut])
def list_items(
    call: Call, creditor: UUID | None = None, debtor: UUID | None = None, open_only: bool = False,  # noqa: FBT001, FBT002 - a query parameter
    due_before: values.Day | None = None, number: str | None = None, reference: str | None = None,
    cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT,
) -> Page[ItemOut]:  # fmt: skip
    """List open items; settled ones too unless `open_only`."""
    after = decode(cursor, UUID)
    rows = item_page(
        call.ctx, after=after[0] if after else None, limit=limit + 1, creditor=creditor, debtor=debtor,
        only_open=open_only, due_before=due_before, number=number, reference=reference,
    )  # fmt: skip
    return page(rows, limit, lambda row: show(row, call.today), lambda row: (row.id,))


@items.post("", Permission.IMPORTS_RUN, Ids, status=HTTPStatus.CREATED, money=True)
def open_many_items(call: Call, body: ItemsIn) -> Ids:
    """Open items and post them, all or none; every finding names its row."""
    customers = Customers(call, [(one.creditor, one.debtor, one.debtor_number) for one in body.items])
    named = {one.parent for one in body.items if one.parent}
    parents = {row.id: row.debtor_id for row in selectors.items(call.ctx, ids=named, limit=max(1, len(named)))}
    drafts = values.each(body.items, lambda one, path: _draft(one, customers, parents, path), "items")
    return Ids(ids=open_items(call.ctx, items=drafts, today=call.today))


@items.get("/{item}", Permission.INVOICES_VIEW, ItemOut)
def get_item(call: Call, item: UUID) -> ItemOut:
    """Get one open item."""
    return show(found(call, item), call.today)


@items.patch("/{item}", Permission.INVOICES_ISSUE, ItemOut)
def change_an_item(call: Call, item: UUID, body: ItemChanges) -> ItemOut:
    """Change the due date, references, discount terms or notes of an item."""
    found(call, item)
    changes = body.model_dump(exclude_none=True)
    if "discount_percent" in changes:
        changes["discount_percent"] = values.percent(changes["discount_percent"])
    change_item(call.ctx, item=item, changes=changes, today=call.today)
    return show(found(call, item), call.today)


@items.post("/{item}/write-off", Permission.WRITE_OFF, WriteOffOut, money=True)
def write_off_a_part(call: Call, item: UUID, body: WriteOffIn) -> WriteOffOut:
    """Write off a part of an item, up to the tenant's limit."""
    row = found(call, item)
    group = write_off(
        call.ctx, item=item, amount=values.minor(body.amount, row.currency, "amount"), reason=body.reason,
        effective_on=body.effective_on or call.today, today=call.today,
    )  # fmt: skip
    return WriteOffOut(group=group)


@items.post("/{item}/propose-write-off", Permission.WRITE_OFF, WriteOffOut, money=True)
def propose_a_write_off(call: Call, item: UUID, body: WriteOffIn) -> WriteOffOut:
    """Propose a write-off of any amount for a second person's approval."""
    row = found(call, item)
    approval = propose_write_off(
        call.ctx, item=item, amount=values.minor(body.amount, row.currency, "amount"), reason=body.reason,
        today=call.today,
    )  # fmt: skip
    return WriteOffOut(approval=approval)
