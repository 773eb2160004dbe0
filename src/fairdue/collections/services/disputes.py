"""Disputes: opened with a reason, owned, clocked on our side or theirs, resolved with an outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.collections.locks import lock_items
from fairdue.collections.models import Dispute
from fairdue.core.contact import HoldReason
from fairdue.core.findings import refuse
from fairdue.core.money import Money
from fairdue.core.promise import add_bank_days
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.permissions import Permission
from fairdue.receivables.services import HoldDraft, place_holds, release_holds

if TYPE_CHECKING:
    from datetime import date

    from fairdue.foundation.context import Ctx

ANSWER_BANK_DAYS = 5


@command("collections.open_dispute", Permission.COLLECTIONS_ACT)
def open_dispute(
    ctx: Ctx, *, item: UUID, reason: str, today: date, amount: int | None = None, note: str = "",
    owner: UUID | None = None, source: UUID | None = None, key: str | None = None,
) -> UUID:  # fmt: skip
    """Open a dispute over an item, or over `amount` minor units of it; only that part is held.

    With `source` (a deduction, a portal entry) it is opened once. Refuses an unknown reason and an amount
    that is not within the residual.
    """
    del key
    if reason not in Dispute.Reason.values:
        raise refuse("dispute.reason", "reason", f"{reason!r} is not a reason of a dispute.")
    if source and (known := Dispute.objects.filter(source_id=source).first()):
        return UUID(str(known.id))
    rows = lock_items(ctx, [item])
    if not rows:
        raise refuse("dispute.item", "item", "There is no such open item.")
    row = rows[0]
    if amount is not None and not 0 < amount <= row.residual:
        residual = Money(row.residual, row.currency)
        raise refuse("dispute.amount", "amount", f"The contested amount must be within the open {residual}.")
    part = None if amount == row.residual else amount
    dispute = Dispute.objects.create(
        tenant_id=ctx.tenant, creditor_id=row.creditor_id, debtor_id=row.debtor_id, item_id=item,
        currency=row.currency, amount=part, reason=reason, note=note, owner_id=owner, clock_since=today,
        answer_by=add_bank_days(today, ANSWER_BANK_DAYS), opened_on=today, opened_by=ctx.actor, source_id=source,
    )  # fmt: skip
    hold = HoldDraft(
        row.creditor_id, row.debtor_id, HoldReason.DISPUTE, today, item, None, part, note[:300], dispute.id
    )
    place_holds(ctx, holds=[hold], today=today)
    payload = _payload(dispute, row.residual) | {"number": row.number, "note": note}
    record(ctx, NewFact("dispute.opened", today, dispute.id, row.creditor_id, row.debtor_id, payload))
    return UUID(str(dispute.id))


def _payload(dispute: Dispute, residual: int) -> dict[str, object]:
    minor = residual if dispute.amount is None else dispute.amount
    return {
        "amount": {"minor": minor, "currency": dispute.currency},
        "reason": str(Dispute.Reason(dispute.reason).label),
        "reason_code": dispute.reason,
        "item": str(dispute.item_id),
        "whole": dispute.amount is None,
        **_clock(dispute),
    }


def _clock(dispute: Dispute) -> dict[str, object]:
    """Return whose turn it is, since when and until when."""
    return {"turn": dispute.clock, "clock_since": dispute.clock_since, "answer_by": dispute.answer_by}


@command("collections.move_dispute", Permission.COLLECTIONS_ACT)
def move_dispute(
    ctx: Ctx, *, dispute: UUID, today: date, clock: str | None = None, owner: UUID | None = None,
    answer_by: date | None = None, key: str | None = None,
) -> UUID:  # fmt: skip
    """Hand a dispute to another owner, or put the clock on the other side."""
    del key
    row = _open(dispute)
    if clock is not None and clock != row.clock:
        row.clock, row.clock_since = Dispute.Clock(clock), today
        row.answer_by = add_bank_days(today, ANSWER_BANK_DAYS)
    row.owner_id = owner or row.owner_id
    row.answer_by = answer_by or row.answer_by
    row.save(update_fields=["clock", "clock_since", "answer_by", "owner_id"])
    payload = {"clock": "us" if row.clock == Dispute.Clock.OURS else "the customer",
               "owner": str(row.owner_id or "nobody"), **_clock(row)}  # fmt: skip
    record(ctx, NewFact("dispute.moved", today, row.id, row.creditor_id, row.debtor_id, payload))
    return dispute


@command("collections.resolve_dispute", Permission.COLLECTIONS_ACT)
def resolve_dispute(
    ctx: Ctx, *, dispute: UUID, outcome: str, today: date, note: str = "", key: str | None = None
) -> UUID:
    """Resolve a dispute; its hold ends today. A credit note or write-off is made where it belongs."""
    del key
    if outcome not in Dispute.Outcome.values:
        raise refuse("dispute.outcome", "outcome", f"{outcome!r} is not an outcome of a dispute.")
    row = _open(dispute)
    residual = lock_items(ctx, [row.item_id])[0].residual
    row.resolved_on, row.outcome, row.resolution = today, outcome, note
    row.save(update_fields=["resolved_on", "outcome", "resolution"])
    release_holds(ctx, source=dispute, today=today)
    payload = _payload(row, residual) | {
        "outcome": str(Dispute.Outcome(outcome).label), "days": (today - row.opened_on).days, "note": note
    }  # fmt: skip
    record(ctx, NewFact("dispute.resolved", today, row.id, row.creditor_id, row.debtor_id, payload))
    return dispute


def _open(dispute: UUID) -> Dispute:
    row: Dispute | None = Dispute.objects.select_for_update().filter(id=dispute).first()
    if row is None:
        raise refuse("dispute.unknown", "dispute", "There is no such dispute.")
    if row.resolved_on is not None:
        raise refuse("dispute.resolved", "dispute", f"It was resolved on {row.resolved_on} already.")
    return row
