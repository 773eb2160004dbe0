"""Take money that is no customer's out of unapplied cash, many credits at a time, and bring it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.core.findings import refuse
from fairdue.core.ledger import AccountRole, Entry, Line
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record_all
from fairdue.foundation.ids import uuid7
from fairdue.receivables.models import Allocation, Credit
from fairdue.receivables.services.allocations import insert_allocations
from fairdue.receivables.services.credits import account_of
from fairdue.receivables.services.posting import post

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx


@command("receivables.withdraw_credits")
def withdraw_credits(
    ctx: Ctx, *, credits_: Sequence[UUID], today: date, reason: str, contra: AccountRole = AccountRole.BANK
) -> list[UUID]:
    """Withdraw everything that is not applied of each credit; returns a group for each, in order.

    Refuses a credit of which something is applied already.
    """
    found = {row.id: row for row in Credit.objects.select_for_update().filter(id__in=list(credits_)).order_by("id")}
    rows = [found[one] for one in credits_]
    for row in rows:
        if row.unapplied != row.amount:
            raise refuse("credit.exceeds", "credit", f"A part of {row.number} is applied; take that back first.")
    groups = [uuid7() for _ in rows]
    made = [
        (row, group, max(today.replace(day=1), row.received_on), row.functional_unapplied)
        for row, group in zip(rows, groups, strict=True)
    ]
    insert_allocations(ctx, [_row(row, group, on, worth, reason) for row, group, on, worth in made])
    post(ctx, [_entry(row, group, on, worth, contra) for row, group, on, worth in made])
    record_all(ctx, [_fact("credit.withdrawn", row, today, reason) for row in rows])
    return groups


@command("receivables.restore_credit")
def restore_credit(ctx: Ctx, *, group: UUID, today: date, reason: str) -> UUID:
    """Bring withdrawn money back: it is unapplied again. Refuses a second time; returns the mirror's group."""
    gone = Allocation.objects.filter(
        group_id=group, kind=Allocation.Kind.WITHDRAWAL, reversal_of_id__isnull=True
    ).first()
    row = Credit.objects.select_for_update().filter(id=gone.credit_id).first() if gone else None
    if gone is None or row is None or Allocation.objects.filter(reversal_of_id=gone.id).exists():
        raise refuse("allocation.nothing_to_reverse", "group", "There is nothing left of this to take back.")
    mirror, on = uuid7(), max(today, gone.effective_on)
    worth = gone.functional_credit
    insert_allocations(ctx, [(
        uuid7(), row.creditor_id, row.debtor_id, gone.kind, None, row.id, 0, -gone.credit_amount, 0, -worth, on,
        gone.id, mirror, reason[:200], "",
    )])  # fmt: skip
    waiting = Line(account_of(row.kind), -gone.credit_amount, -worth, row.debtor_id)
    lines = (waiting, Line(AccountRole.BANK, gone.credit_amount, worth))
    post(ctx, [Entry(row.creditor_id, on, "withdrawal", row.currency, lines, mirror, row.number)])
    record_all(ctx, [_fact("credit.restored", row, today, reason)])
    return mirror


def _row(row: Credit, group: UUID, on: date, worth: int, reason: str) -> tuple[object, ...]:
    return (
        uuid7(), row.creditor_id, row.debtor_id, Allocation.Kind.WITHDRAWAL, None, row.id, 0, row.amount, 0, worth, on,
        None, group, reason[:200], "",
    )  # fmt: skip


def _entry(row: Credit, group: UUID, on: date, worth: int, contra: AccountRole) -> Entry:
    waiting = Line(account_of(row.kind), row.amount, worth, row.debtor_id)
    lines = (waiting, Line(contra, -row.amount, -worth))
    return Entry(row.creditor_id, on, "withdrawal", row.currency, lines, group, row.number)


def _fact(kind: str, row: Credit, today: date, reason: str) -> NewFact:
    payload = {"number": row.number, "amount": {"minor": row.amount, "currency": row.currency}, "reason": reason}
    return NewFact(kind, today, row.id, row.creditor_id, row.debtor_id, payload)
