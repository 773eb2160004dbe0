"""Open items: the command that makes receivables, one or a hundred thousand at a time."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, connection

from fairdue.core.findings import Finding, RefusedError, refuse
from fairdue.core.ledger import AccountRole, Entry, against, functional_of
from fairdue.core.money import Money
from fairdue.foundation.arrays import columns
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record, record_all
from fairdue.foundation.ids import uuid7
from fairdue.foundation.tabular.dates import OTHER_AGE, is_of_another_age
from fairdue.parties.following import merged_records
from fairdue.parties.selectors import books as books_of
from fairdue.receivables.models import OpenItem
from fairdue.receivables.services.books import Rates
from fairdue.receivables.services.posting import post

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairdue.foundation.context import Ctx

_COLUMNS = (
    ("id", "uuid"), ("creditor_id", "uuid"), ("debtor_id", "uuid"), ("kind", "text"), ("number", "text"),
    ("currency", "text"), ("amount", "bigint"), ("residual", "bigint"), ("functional_amount", "bigint"),
    ("functional_residual", "bigint"), ("net_amount", "bigint"), ("issued_on", "date"), ("due_on", "date"),
    ("delivered_on", "date"), ("reference", "text"), ("order_number", "text"), ("end_to_end_id", "text"),
    ("discount_percent", "numeric"), ("discount_until", "date"), ("parent_id", "uuid"), ("notes", "text"),
)  # fmt: skip
_INSERT = (
    f"INSERT INTO open_item (tenant_id, {', '.join(name for name, _ in _COLUMNS)}) "
    f"SELECT %s, i.* FROM unnest({', '.join(f'%s::{kind}[]' for _, kind in _COLUMNS)}) AS i"
)


@dataclass(frozen=True, slots=True)
class OpenItemDraft:
    """A receivable about to be opened. Amounts are minor units of `currency`, gross and net of tax.

    `contra` are the counter-accounts with positive amounts that sum to `amount` (revenue and tax for an
    invoice, opening balances for an import). The item of an invoice gets the invoice's id.
    """

    creditor: UUID
    debtor: UUID
    kind: str
    number: str
    currency: str
    amount: int
    net_amount: int
    issued_on: date
    due_on: date
    contra: tuple[tuple[AccountRole, int], ...]
    booked_on: date | None = None
    delivered_on: date | None = None
    reference: str = ""
    order_number: str = ""
    end_to_end_id: str = ""
    discount_percent: Decimal | None = None
    discount_until: date | None = None
    parent: UUID | None = None
    notes: str = ""
    id: UUID = field(default_factory=uuid7)


def _check(drafts: Sequence[OpenItemDraft]) -> None:
    findings = [
        Finding(code, f"items[{index}].{path}", f"{draft.number}: {sentence}")
        for index, draft in enumerate(drafts)
        for wrong, code, path, sentence in (
            (draft.amount <= 0, "open_item.amount", "amount", "the amount is not positive"),
            (draft.due_on < draft.issued_on, "open_item.due", "due_on", "it is due before it is issued"),
            (is_of_another_age(draft.issued_on, draft.due_on), "open_item.day", "due_on", OTHER_AGE),
            (not draft.number.strip(), "open_item.number", "number", "it has no number"),
            (not 0 <= draft.net_amount <= draft.amount, "open_item.net", "net_amount", "net is not within gross"),
        )
        if wrong
    ]
    if findings:
        raise RefusedError(*findings)


@command("receivables.open_items")
def open_items(ctx: Ctx, *, items: Sequence[OpenItemDraft], today: date, key: str | None = None) -> list[UUID]:
    """Open items, post them and record `open_item.opened` for each; returns their ids in order.

    Refuses amounts that are not positive, numbers that the creditor has used, missing exchange rates and
    closed periods; all or nothing.
    """
    del key
    return open_within(ctx, items, today)


def open_within(ctx: Ctx, items: Sequence[OpenItemDraft], today: date) -> list[UUID]:
    """Do what `open_items` does as a part of the caller's command, which must not go on after a refusal."""
    _check(items)
    moved = merged_records(ctx, (item.debtor for item in items))
    items = [replace(item, debtor=moved[item.debtor]) if item.debtor in moved else item for item in items]
    books = books_of(ctx, (item.creditor for item in items))
    rates = Rates()
    functional = [_functional(item, books, rates) for item in items]
    rows = [_row(item, value) for item, value in zip(items, functional, strict=True)]
    try:
        with connection.cursor() as cursor:
            cursor.execute(_INSERT, [ctx.tenant, *columns(rows)])
    except IntegrityError as error:
        if "open_item_number" in str(error):
            raise refuse("open_item.duplicate", "number", _duplicate(error)) from error
        raise
    post(ctx, [_entry(item, value) for item, value in zip(items, functional, strict=True)])
    record_all(ctx, [_opened(item, today) for item in items])
    return [item.id for item in items]


def _functional(item: OpenItemDraft, books: dict[UUID, str], rates: Rates) -> int:
    if item.creditor not in books:
        raise refuse("creditor.unknown", "creditor", "There is no such creditor.")
    home = books[item.creditor]
    return functional_of(item.amount, item.currency, home, rates.get(item.currency, home, item.issued_on))


def _duplicate(error: Exception) -> str:
    detail = str(getattr(getattr(error.__cause__, "diag", None), "message_detail", "") or "")
    number = detail.rpartition("=(")[2].partition(")")[0].rpartition(", ")[2]
    return f"The number {number} is used by another open item of this creditor."


def _row(item: OpenItemDraft, functional: int) -> tuple[Any, ...]:
    Money(item.amount, item.currency)
    return (
        item.id, item.creditor, item.debtor, item.kind, item.number, item.currency, item.amount, item.amount,
        functional, functional, item.net_amount, item.issued_on, item.due_on, item.delivered_on, item.reference,
        item.order_number, item.end_to_end_id, item.discount_percent, item.discount_until, item.parent, item.notes,
    )  # fmt: skip


def _entry(item: OpenItemDraft, functional: int) -> Entry:
    contra = tuple((role, -part) for role, part in item.contra)
    lines = against(AccountRole.RECEIVABLE, item.debtor, item.amount, functional, contra)
    return Entry(
        item.creditor, item.booked_on or item.issued_on, f"open_{item.kind}", item.currency, lines, item.id, item.number
    )


def _opened(item: OpenItemDraft, today: date) -> NewFact:
    payload = {
        "number": item.number, "kind": item.kind, "due_on": item.due_on.isoformat(), "reference": item.reference,
        "issued_on": item.issued_on.isoformat(),
        "amount": {"minor": item.amount, "currency": item.currency},
        "net": {"minor": item.net_amount, "currency": item.currency},
    }  # fmt: skip
    if item.delivered_on:
        payload["delivered_on"] = item.delivered_on.isoformat()
    return NewFact("open_item.opened", today, item.id, item.creditor, item.debtor, payload)


CHANGEABLE = ("due_on", "reference", "order_number", "end_to_end_id", "discount_percent", "discount_until", "notes")


@command("receivables.change_item")
def change_item(ctx: Ctx, *, item: UUID, changes: dict[str, Any], today: date, key: str | None = None) -> UUID:
    """Change what may change about an open item (due date, references, discount terms, notes) and record it."""
    del key
    unknown = changes.keys() - set(CHANGEABLE)
    if unknown:
        raise refuse("open_item.frozen", min(unknown), f"{', '.join(sorted(unknown))} cannot be changed any more.")
    row = OpenItem.objects.select_for_update().get(id=item)
    if changes.get("due_on", row.due_on) < row.issued_on:
        raise refuse("open_item.due", "due_on", "It cannot be due before it is issued.")
    if is_of_another_age(*(value for value in changes.values() if isinstance(value, date))):
        raise refuse("open_item.day", "due_on", f"It cannot be changed: {OTHER_AGE}.")
    before = {name: str(getattr(row, name)) for name in changes}
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(update_fields=list(changes))
    words = ", ".join(f"{name} {before[name]} → {value}" for name, value in changes.items())
    record(ctx, NewFact("open_item.changed", today, item, row.creditor_id, row.debtor_id,
                        {"number": row.number, "changes": words, "due_on": row.due_on}))  # fmt: skip
    return item
