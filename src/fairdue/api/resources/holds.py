"""Holds: why something is not chased, from when until when."""

from datetime import date
from http import HTTPStatus
from uuid import UUID

from pydantic import BaseModel, Field

from fairdue.api import values
from fairdue.api.paging import DEFAULT_LIMIT, Cursor, Limit, Page, decode, page
from fairdue.api.resources.debtors import LARGEST_BULK
from fairdue.api.resources.items import Ids
from fairdue.api.routing import Call, Resource
from fairdue.core.contact import HoldReason
from fairdue.core.findings import refuse
from fairdue.foundation.permissions import Permission
from fairdue.parties import selectors as parties
from fairdue.receivables import selectors
from fairdue.receivables.pages import hold_page
from fairdue.receivables.services import HoldDraft, place_holds, release_holds

holds = Resource("/holds", "holds")
RESOURCES = [holds]


class HoldOut(BaseModel):
    """A hold that is not released; `amount` limits it to a part of the item."""

    id: UUID
    debtor: UUID
    item: UUID | None
    reason: str
    note: str
    amount: values.Amount | None
    from_on: date
    until_on: date | None
    source: UUID | None


class HoldIn(values.Body):
    """A hold to place on one item, or without `item` on everything of a customer; `until_on` is the first free day."""

    debtor: UUID
    item: UUID | None = None
    reason: HoldReason
    note: values.Text = ""
    amount: values.Amount | None = None
    from_on: values.Day | None = None
    until_on: values.Day | None = None


class HoldsIn(values.Body):
    """Holds to place, all or none."""

    holds: list[HoldIn] = Field(min_length=1, max_length=LARGEST_BULK)


class ReleaseIn(values.Body):
    """Holds to release from today on."""

    holds: list[UUID] = Field(min_length=1, max_length=LARGEST_BULK)


@holds.get("", Permission.WORKLIST_VIEW, Page[HoldOut])
def list_holds(
    call: Call, debtor: UUID | None = None, cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT
) -> Page[HoldOut]:
    """List the holds that are not released."""
    after = decode(cursor, UUID)
    rows = hold_page(call.ctx, after=after[0] if after else None, limit=limit + 1, debtor=debtor)
    held = {row.item_id for row in rows if row.item_id and row.amount is not None}
    items = {row.id: row.currency for row in selectors.items(call.ctx, ids=held, limit=max(1, len(held)))}

    def show(row: selectors.HoldRow) -> HoldOut:
        part = None
        if row.item_id is not None and row.amount is not None:
            part = values.amount(row.amount, items[row.item_id])
        return HoldOut(
            id=row.id, debtor=row.debtor_id, item=row.item_id, reason=row.reason, note=row.note, amount=part,
            from_on=row.from_on, until_on=row.until_on, source=row.source_id,
        )  # fmt: skip

    return page(rows, limit, show, lambda row: (row.id,))


@holds.post("", Permission.CREDIT_EDIT, Ids, status=HTTPStatus.CREATED)
def place_many_holds(call: Call, body: HoldsIn) -> Ids:
    """Place holds, all or none."""
    debtors = parties.debtors(call.ctx, {one.debtor for one in body.holds})
    wanted = {one.item for one in body.holds if one.item}
    items = {row.id: row for row in selectors.items(call.ctx, ids=wanted, limit=max(1, len(wanted)))}

    def draft(one: HoldIn, path: str) -> HoldDraft:
        debtor = debtors.get(one.debtor)
        if debtor is None:
            raise refuse("debtor.unknown", f"{path}.debtor", "There is no such customer.")
        item = items.get(one.item) if one.item else None
        if one.item and (item is None or item.debtor_id != debtor.id):
            raise refuse("open_item.unknown", f"{path}.item", "This customer has no such item.")
        part = None
        if one.amount is not None:
            if item is None:
                raise refuse("hold.amount", f"{path}.amount", "A part can be held of one item only.")
            part = values.minor(one.amount, item.currency, f"{path}.amount")
        return HoldDraft(
            debtor.creditor_id, debtor.id, one.reason.value, one.from_on or call.today, one.item, one.until_on,
            part, one.note,
        )  # fmt: skip

    drafts = values.each(body.holds, draft, "holds")
    return Ids(ids=place_holds(call.ctx, holds=drafts, today=call.today))


@holds.post("/release", Permission.CREDIT_EDIT, Ids)
def release_many_holds(call: Call, body: ReleaseIn) -> Ids:
    """Release holds from today on; answers which were released."""
    return Ids(ids=release_holds(call.ctx, holds=body.holds, today=call.today))
