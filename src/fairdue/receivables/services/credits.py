"""Credits: payments, credit notes and indemnities, before they are applied to items."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from fairdue.core.findings import refuse
from fairdue.core.ledger import AccountRole, Entry, against, functional_of
from fairdue.core.money import Money
from fairdue.foundation.arrays import columns
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record, record_all
from fairdue.foundation.ids import uuid7
from fairdue.foundation.tabular.dates import OTHER_AGE, is_of_another_age
from fairdue.parties.following import merged_records
from fairdue.parties.selectors import books as books_of
from fairdue.receivables.models import Credit
from fairdue.receivables.services.books import Rates
from fairdue.receivables.services.posting import post

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairdue.foundation.context import Ctx

_COLUMNS = (
    ("id", "uuid"), ("creditor_id", "uuid"), ("debtor_id", "uuid"), ("kind", "text"), ("number", "text"),
    ("currency", "text"), ("amount", "bigint"), ("unapplied", "bigint"), ("functional_amount", "bigint"),
    ("functional_unapplied", "bigint"), ("received_on", "date"), ("source_id", "uuid"),
)  # fmt: skip
_INSERT = (
    f"INSERT INTO credit (tenant_id, {', '.join(name for name, _ in _COLUMNS)}) "
    f"SELECT %s, c.* FROM unnest({', '.join(f'%s::{kind}[]' for _, kind in _COLUMNS)}) AS c"
)


def account_of(kind: str) -> AccountRole:
    """Return where a credit waits to be applied: a credit note lowers receivables at once."""
    return AccountRole.RECEIVABLE if kind == Credit.Kind.CREDIT_NOTE else AccountRole.UNAPPLIED_CASH


@dataclass(frozen=True, slots=True)
class CreditDraft:
    """A credit about to be recorded; minor units of `currency`.

    `contra` are counter-accounts with positive amounts that sum to `amount`: bank for a payment, revenue
    and tax for a credit note, insurer for an indemnity. `source` is recorded once per kind.
    """

    creditor: UUID
    debtor: UUID | None
    kind: str
    number: str
    currency: str
    amount: int
    received_on: date
    contra: tuple[tuple[AccountRole, int], ...]
    source: UUID | None = None
    booked_on: date | None = None
    functional: int | None = None
    """What the bank credited in the currency of the books, when it says so; else by the day's rate."""
    id: UUID = field(default_factory=uuid7)


@command("receivables.record_credits")
def record_credits(ctx: Ctx, *, credits_: Sequence[CreditDraft], today: date, key: str | None = None) -> list[UUID]:
    """Record credits, post them and record `credit.recorded` for each; all or nothing."""
    del key
    for draft in credits_:
        if draft.amount <= 0:
            raise refuse("credit.amount", "amount", f"{draft.number}: the amount is not positive.")
        if is_of_another_age(draft.received_on, draft.booked_on or draft.received_on):
            raise refuse("credit.day", "received_on", f"{draft.number}: {OTHER_AGE}.")
        Money(draft.amount, draft.currency)
    moved = merged_records(ctx, (draft.debtor for draft in credits_))
    credits_ = [replace(draft, debtor=moved.get(draft.debtor, draft.debtor)) if moved and draft.debtor else draft
                for draft in credits_]  # fmt: skip
    books = books_of(ctx, (draft.creditor for draft in credits_))
    rates = Rates()
    functional = [_functional(draft, books, rates) for draft in credits_]
    rows: list[tuple[Any, ...]] = [
        (c.id, c.creditor, c.debtor, c.kind, c.number, c.currency, c.amount, c.amount, value, value,
         c.received_on, c.source)
        for c, value in zip(credits_, functional, strict=True)
    ]  # fmt: skip
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_INSERT, [ctx.tenant, *columns(rows)])
    except IntegrityError as error:
        if "credit_source" in str(error):
            raise refuse("credit.duplicate", "source", "This payment or credit note is recorded already.") from error
        raise
    post(ctx, [_entry(c, value) for c, value in zip(credits_, functional, strict=True)])
    record_all(ctx, [_recorded(draft, today) for draft in credits_])
    return [draft.id for draft in credits_]


def _functional(draft: CreditDraft, books: dict[UUID, str], rates: Rates) -> int:
    if draft.functional is not None:
        return draft.functional
    if draft.creditor not in books:
        raise refuse("creditor.unknown", "creditor", "There is no such creditor.")
    home = books[draft.creditor]
    return functional_of(draft.amount, draft.currency, home, rates.get(draft.currency, home, draft.received_on))


def _entry(draft: CreditDraft, functional: int) -> Entry:
    lines = against(account_of(draft.kind), draft.debtor, -draft.amount, -functional, draft.contra)
    return Entry(
        draft.creditor, draft.booked_on or draft.received_on, f"record_{draft.kind}", draft.currency, lines,
        draft.id, draft.number,
    )  # fmt: skip


def _recorded(draft: CreditDraft, today: date) -> NewFact:
    payload = {
        "number": draft.number, "kind": draft.kind, "received_on": draft.received_on.isoformat(),
        "amount": {"minor": draft.amount, "currency": draft.currency}, "source": str(draft.source or ""),
    }  # fmt: skip
    return NewFact("credit.recorded", today, draft.id, draft.creditor, draft.debtor, payload)


@command("receivables.assign_credit")
def assign_credit(ctx: Ctx, *, credit: UUID, debtor: UUID | None, today: date, key: str | None = None) -> UUID:
    """Put an unapplied credit on account of a debtor, or take it back (None)."""
    del key
    debtor = merged_records(ctx, [debtor]).get(debtor, debtor) if debtor else None
    row = Credit.objects.select_for_update().get(id=credit)
    if row.debtor_id != debtor:
        row.debtor_id = debtor
        row.save(update_fields=["debtor_id"])
        record(ctx, NewFact("credit.assigned", today, row.id, row.creditor_id, debtor, {"number": row.number}))
    return credit


@command("receivables.assign_credits")
def assign_credits(ctx: Ctx, *, owners: Sequence[tuple[UUID, UUID]], today: date, key: str | None = None) -> list[UUID]:
    """Put many unapplied credits on account, each of its (credit, debtor) pair; returns those that changed."""
    del key
    moved = merged_records(ctx, (debtor for _, debtor in owners))
    wanted = {credit: moved.get(debtor, debtor) for credit, debtor in owners}
    found = [
        row
        for row in Credit.objects.select_for_update().filter(id__in=list(wanted)).order_by("id")
        if row.debtor_id != wanted[row.id]
    ]
    for row in found:
        row.debtor_id = wanted[row.id]
    if found:
        Credit.objects.bulk_update(found, ["debtor_id"])
    record_all(ctx, [
        NewFact("credit.assigned", today, row.id, row.creditor_id, row.debtor_id, {"number": row.number})
        for row in found
    ])  # fmt: skip
    return [row.id for row in found]
