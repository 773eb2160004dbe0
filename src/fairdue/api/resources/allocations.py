"""Allocations: credits on items, many to many, and taking them back."""

from datetime import date, datetime
from http import HTTPStatus
from typing import Literal
from uuid import UUID

from django.http import Http404
from pydantic import BaseModel, Field

from fairdue.api import values
from fairdue.api.paging import DEFAULT_LIMIT, Cursor, Limit, Page, decode, page
from fairdue.api.resources.debtors import LARGEST_BULK
from fairdue.api.routing import Call, Resource
from fairdue.core.findings import refuse
from fairdue.foundation.permissions import Permission
from fairdue.receivables import selectors
from fairdue.receivables.pages import group_exists
from fairdue.receivables.services import Applied, allocate, reverse_allocations, stay_within_limit

allocations = Resource("/allocations", "allocations")
RESOURCES = [allocations]


class AllocationOut(BaseModel):
    """One allocation; `group` is what a reversal names."""

    id: UUID
    kind: str
    item: UUID | None
    item_number: str | None
    credit: UUID | None
    credit_number: str | None
    currency: str
    amount: values.Amount
    effective_on: date
    recorded_at: values.Instant
    group: UUID
    reason: str
    reversed: bool
    is_reversal: bool


class LineIn(values.Body):
    """A part of a credit on a part of an item, or an early-payment discount (no credit).

    `amount` is in the item's currency, `credit_amount` in the credit's and needed only when they differ.
    """

    item: UUID
    amount: values.Amount
    credit: UUID | None = None
    credit_amount: values.Amount | None = None
    kind: Literal["applied", "discount"] = "applied"
    reason: values.Text = ""


class AllocationIn(values.Body):
    """Lines that are booked together and undone together."""

    lines: list[LineIn] = Field(min_length=1, max_length=LARGEST_BULK)
    effective_on: values.Day | None = None


class ReversalIn(values.Body):
    """Why allocations are taken back."""

    reason: values.Name
    effective_on: values.Day | None = None


class GroupOut(BaseModel):
    """The group of the rows that were written."""

    group: UUID


def _show(row: selectors.AllocationRow) -> AllocationOut:
    return AllocationOut(
        id=row.id, kind=row.kind, item=row.item_id, item_number=row.item_number, credit=row.credit_id,
        credit_number=row.credit_number, currency=row.currency, amount=values.amount(row.amount, row.currency),
        effective_on=row.effective_on, recorded_at=row.recorded_at, group=row.group_id, reason=row.reason,
        reversed=row.reversed, is_reversal=row.is_reversal,
    )  # fmt: skip


@allocations.get("", Permission.CASH_VIEW, Page[AllocationOut])
def list_allocations(
    call: Call, item: UUID | None = None, credit: UUID | None = None, debtor: UUID | None = None,
    cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT,
) -> Page[AllocationOut]:  # fmt: skip
    """List the allocations of an item, a credit or a customer, newest first."""
    if (item, credit, debtor) == (None, None, None):
        raise refuse("allocation.filter", "", "Name an item, a credit or a debtor.")
    rows = selectors.allocations(
        call.ctx, item=item, credit=credit, debtor=debtor, after=decode(cursor, datetime, UUID), limit=limit + 1
    )
    return page(rows, limit, _show, lambda row: (row.recorded_at.isoformat(), row.id))


@allocations.post("", Permission.CASH_APPLY, GroupOut, status=HTTPStatus.CREATED, money=True)
def allocate_lines(call: Call, body: AllocationIn) -> GroupOut:
    """Allocate credits to items, all lines or none; nothing is over-allocated.

    A discount beyond the agreed one counts as a write-off: above the tenant's limit a second person must approve.
    """
    item_ids = {line.item for line in body.lines}
    items = {row.id: row for row in selectors.items(call.ctx, ids=item_ids, limit=len(item_ids))}
    credit_ids = {line.credit for line in body.lines if line.credit}
    found = selectors.credits_(call.ctx, ids=credit_ids, only_unapplied=False, limit=max(1, len(credit_ids)))
    credits_ = {row.id: row for row in found}

    def applied(line: LineIn, path: str) -> Applied:
        item = items.get(line.item)
        if item is None:
            raise refuse("allocation.item", f"{path}.item", "There is no such open item.")
        if (line.credit is None) == (line.kind == "applied"):
            raise refuse("allocation.credit", f"{path}.credit", "A discount has no credit, everything else has one.")
        credit = credits_.get(line.credit) if line.credit else None
        if line.credit and credit is None:
            raise refuse("allocation.credit", f"{path}.credit", "There is no such payment or credit note.")
        part = None
        if line.credit_amount is not None and credit is not None:
            part = values.minor(line.credit_amount, credit.currency, f"{path}.credit_amount")
        amount = values.minor(line.amount, item.currency, f"{path}.amount")
        return Applied(line.item, amount, line.credit, part, line.kind, line.reason)

    lines = values.each(body.lines, applied, "lines")
    day = body.effective_on or call.today
    group = allocate(call.ctx, lines=lines, effective_on=day, today=call.today)
    if discounted := {line.item for line in lines if line.credit is None}:
        stay_within_limit(call.ctx, discounted, "lines")
    return GroupOut(group=group)


@allocations.post("/{group}/reverse", Permission.CASH_APPLY, GroupOut, money=True)
def reverse_a_group(call: Call, group: UUID, body: ReversalIn) -> GroupOut:
    """Take back every allocation of a group that still stands; the items are open again."""
    if not group_exists(call.ctx, group):
        raise Http404
    mirror = reverse_allocations(
        call.ctx, group=group, reason=body.reason, effective_on=body.effective_on or call.today, today=call.today
    )
    return GroupOut(group=mirror)
