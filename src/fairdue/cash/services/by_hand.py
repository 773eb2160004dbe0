"""What a person decides about a line: other items, on account, or not a receivable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fairdue.cash.bulk import items_in
from fairdue.cash.models import BankLine, CashApplication, CashProposal
from fairdue.cash.services.applying import Use, apply, lock_lines, set_aside
from fairdue.core.findings import refuse
from fairdue.core.matching import AdjustmentKind, Allocation
from fairdue.core.matching.deductions import REASONS
from fairdue.foundation import clock
from fairdue.foundation.commands import command
from fairdue.foundation.ids import uuid7
from fairdue.foundation.permissions import Permission
from fairdue.receivables.services import stay_within_limit

if TYPE_CHECKING:
    from fairdue.core.matching import Item
    from fairdue.foundation.context import Ctx


@dataclass(frozen=True, slots=True)
class Chosen:
    """An item that a person chose, with cash onto it and, if wanted, an adjustment beside it; minor units.

    For a credit note `amount` is what is used of it, negative. `settles` is what falls off an item in
    another currency.
    """

    item: UUID
    amount: int
    adjustment: int = 0
    adjustment_kind: AdjustmentKind = AdjustmentKind.NONE
    settles: int | None = None
    deduction: str = ""
    """Our reason (`core.matching.deductions`) why the customer kept the rest back: it stays open and is contested."""


@command("cash.change", Permission.CASH_APPLY)
def change(
    ctx: Ctx, *, line: UUID, chosen: Sequence[Chosen], today: date, debtor: UUID | None = None, key: str | None = None
) -> UUID:
    """Allocate a line to items that a person chose; what is left goes on account of their debtor.

    Refuses more than the payment, an unknown item, a rest of items of several debtors without `debtor`, and more given
    away of an item than the role of who acts may. Returns the application.
    """
    del key
    if not chosen:
        raise refuse("cash.nothing_chosen", "chosen", "No open item is chosen.")
    row = lock_lines([line])[line]
    known = _known(ctx, row, [one.item for one in chosen])
    debtors = {known[str(one.item)].debtor for one in chosen}
    rest = row.amount - sum(one.amount for one in chosen)
    if rest < 0:
        raise refuse("cash.conservation", "chosen", "The chosen items take more than the payment.")
    if rest and len(debtors) > 1 and debtor is None:
        raise refuse("cash.nobody", "debtor", "Say on whose account the rest goes.")
    owner = debtor or UUID(min(debtors))
    allocations = tuple(
        Allocation(str(one.item), one.amount, one.adjustment, one.adjustment_kind, one.settles) for one in chosen
    )
    how = CashApplication.How.CHANGED
    proposal = _decided_otherwise(ctx, row)
    use = Use(row, allocations, rest, owner, how, proposal, _kept_back(chosen, known), uuid7())
    made = apply(ctx, [use], today)[0]
    stay_within_limit(ctx, [one.item for one in chosen if one.adjustment], "chosen")
    return made


def _kept_back(chosen: Sequence[Chosen], known: dict[str, Item]) -> tuple[dict[str, Any], ...]:
    """Return what stays open of the items that a person called short, with the reason; refuse an unknown one."""
    found = []
    for one in chosen:
        if not one.deduction:
            continue
        if one.deduction not in REASONS:
            raise refuse("cash.deduction", "deduction", f"Reasons are {', '.join(REASONS)}.")
        item = known[str(one.item)]
        left = item.residual - one.adjustment - (one.amount if one.settles is None else one.settles)
        if left > 0 and one.settles is None:
            found.append({"item": item.id, "number": item.number, "amount": left, "reason": one.deduction,
                          "said": "by hand"})  # fmt: skip
    return tuple(found)


def _known(ctx: Ctx, row: BankLine, ids: Sequence[UUID]) -> dict[str, Item]:
    known = {item.id: item for item in items_in(ctx, row.creditor_id, ids, [])}
    if any(str(one) not in known for one in ids):
        raise refuse("cash.item", "chosen", "There is no such open item of this creditor.")
    return known


def _decided_otherwise(ctx: Ctx, row: BankLine) -> UUID | None:
    """Close the open proposal of a line as changed by a person."""
    proposal = CashProposal.objects.select_for_update().filter(line_id=row.id, state="open").first()
    if proposal is None:
        return None
    proposal.state, proposal.decided_by, proposal.decided_at = CashProposal.State.CHANGED, ctx.actor, clock.now()
    proposal.save(update_fields=["state", "decided_by", "decided_at"])
    return UUID(str(proposal.id))


@command("cash.put_on_account", Permission.CASH_APPLY)
def put_on_account(ctx: Ctx, *, line: UUID, debtor: UUID, today: date, key: str | None = None) -> UUID:
    """Put a whole line on account of a debtor; returns the application."""
    del key
    row = lock_lines([line])[line]
    use = Use(row, (), row.amount, debtor, CashApplication.How.ON_ACCOUNT, _decided_otherwise(ctx, row))
    return apply(ctx, [use], today)[0]


@command("cash.not_receivable", Permission.CASH_APPLY)
def not_receivable(ctx: Ctx, *, line: UUID, reason: str, today: date, key: str | None = None) -> UUID:
    """Say that a line is no customer's payment: its money leaves unapplied cash again; returns the application."""
    del key
    if not reason.strip():
        raise refuse("cash.reason", "reason", "Say what the money is instead.")
    row = lock_lines([line])[line]
    how, why = CashApplication.How.NOT_RECEIVABLE, reason.strip()[:200]
    use = Use(row, (), row.amount, None, how, _decided_otherwise(ctx, row), why=why)
    return set_aside(ctx, [use], today)[0]
