"""Settlements that came with imported items, and making room when the real payments are imported later.

An item imported as paid is settled by an imported payment against opening balances. When the file of past
payments names the item, that settlement is taken back as far as the real payment explains it, on the day
it counted from, so that no as-of balance ever shows the item open in between.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.core.ledger import AccountRole, Entry, Line, carrying_part
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record_all
from fairdue.foundation.ids import uuid7
from fairdue.foundation.permissions import Permission
from fairdue.receivables.models import Allocation, Credit
from fairdue.receivables.services.allocations import (
    Applied,
    _entries,
    _Ledger,
    _mirror,
    _priced,
    _taken_back,
    allocate,
    insert_allocations,
)
from fairdue.receivables.services.credits import account_of
from fairdue.receivables.services.posting import post

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from fairdue.foundation.context import Ctx

REASON = "imported as settled"
TAKEN_BACK = "the real payment was imported"


@dataclass(frozen=True, slots=True)
class _Taken:
    """An imported settlement and how much of it goes; the rest is applied again."""

    row: Allocation
    amount: int


def _settlements(items: Iterable[UUID]) -> dict[UUID, list[Allocation]]:
    """Return the imported settlements that stand, by item; two queries."""
    made = Allocation.objects.filter(item_id__in=list(items), reason=REASON, reversal_of_id__isnull=True)
    rows = list(made.order_by("id"))
    undone = set(
        Allocation.objects.filter(reversal_of_id__in=[row.id for row in rows]).values_list("reversal_of_id", flat=True)
    )
    found: dict[UUID, list[Allocation]] = defaultdict(list)
    for row in rows:
        if row.id not in undone:
            found[row.item_id].append(row)
    return found


def imported_settlements(ctx: Ctx, items: Iterable[UUID]) -> dict[UUID, int]:
    """Return what of each item counts as paid only because its import said so; minor units."""
    del ctx
    return {item: sum(row.amount for row in rows) for item, rows in _settlements(items).items()}


@command("receivables.make_room", Permission.IMPORTS_RUN)
def make_room(ctx: Ctx, *, paid: Mapping[UUID, Sequence[tuple[date, int]]], today: date) -> int:
    """Take imported settlements back for real payments (day, amount) of items; returns how many were touched.

    A payment from before the settlement explains a part of it: that part goes and what was open stays
    open. A later payment is new money: it takes what is open first. Set-based; what a settlement keeps is
    applied again from the same imported payment.
    """
    settled = _settlements(paid)
    ledger = _Ledger(settled, [row.credit_id for rows in settled.values() for row in rows])
    taken: list[_Taken] = []
    for item, rows in settled.items():
        last = max(row.effective_on for row in rows)
        explained = sum(amount for day, amount in paid[item] if day <= last)
        missing = max(explained, sum(amount for _, amount in paid[item]) - ledger.items[item].residual)
        for row in rows:
            part = min(missing, row.amount)
            if part > 0:
                taken.append(_Taken(row, part))
                missing -= part
    if not taken:
        return 0
    _take_back(ctx, ledger, taken, today)
    again = [
        Applied(one.row.item_id, one.row.amount - one.amount, one.row.credit_id, reason=REASON, group=uuid7())
        for one in taken
        if one.amount < one.row.amount
    ]
    if again:
        allocate(ctx, lines=again, effective_on=min(one.row.effective_on for one in taken), today=today)
    _withdraw(ctx, taken, today)
    return len(taken)


def _take_back(ctx: Ctx, ledger: _Ledger, taken: list[_Taken], today: date) -> None:
    mirror = uuid7()
    rows = [one.row for one in taken]
    insert_allocations(ctx, [_mirror(row, row.effective_on, mirror, TAKEN_BACK) for row in rows])
    priced = [_priced(row) for row in rows]
    post(
        ctx,
        [
            entry
            for row, one in zip(rows, priced, strict=True)
            for entry in _entries(ledger, one, row.effective_on, mirror, sign=-1)
        ],
    )
    record_all(ctx, [_taken_back(ledger, one, today, mirror, TAKEN_BACK) for one in priced])


def _withdraw(ctx: Ctx, taken: list[_Taken], today: date) -> None:
    """Take the freed parts of the imported payments out of the books again."""
    known = {row.id: row for row in Credit.objects.filter(id__in=[one.row.credit_id for one in taken])}
    group = uuid7()
    rows, entries, facts = [], [], []
    for one in taken:
        credit = known[one.row.credit_id]
        functional = carrying_part(one.amount, credit.unapplied, credit.functional_unapplied)
        on = max(one.row.effective_on, credit.received_on)
        rows.append((
            uuid7(), credit.creditor_id, credit.debtor_id, Allocation.Kind.WITHDRAWAL, None, credit.id, 0, one.amount,
            0, functional, on, None, group, TAKEN_BACK, "",
        ))  # fmt: skip
        lines = (
            Line(account_of(credit.kind), one.amount, functional, credit.debtor_id),
            Line(AccountRole.OPENING, -one.amount, -functional),
        )
        entries.append(Entry(credit.creditor_id, on, "withdrawal", credit.currency, lines, group, credit.number))
        payload = {
            "number": credit.number, "amount": {"minor": one.amount, "currency": credit.currency}, "reason": TAKEN_BACK,
        }  # fmt: skip
        facts.append(NewFact("credit.withdrawn", today, credit.id, credit.creditor_id, credit.debtor_id, payload))
    insert_allocations(ctx, rows)
    post(ctx, entries)
    record_all(ctx, facts)
