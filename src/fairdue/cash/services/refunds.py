"""Refunds: money on account goes back after a second person has approved."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.core.findings import refuse
from fairdue.core.money import Money
from fairdue.foundation.approvals import propose
from fairdue.foundation.commands import command
from fairdue.foundation.permissions import Permission
from fairdue.receivables import selectors as receivables

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx


@command("cash.propose_refund", Permission.REFUND_PROPOSE)
def propose_refund(ctx: Ctx, *, credit: UUID, amount: int, reason: str, today: date, key: str | None = None) -> UUID:
    """Propose to pay `amount` minor units of an unapplied payment back; returns the approval that waits."""
    del key
    found = receivables.credits_(ctx, ids=[credit])
    if not found or found[0].kind != "payment":
        raise refuse("refund.credit", "credit", "There is no payment with money left.")
    row = found[0]
    if not 0 < amount <= row.unapplied:
        left = Money(row.unapplied, row.currency)
        raise refuse("refund.amount", "amount", f"Only {left} of {row.number} is not applied.")
    if not reason.strip():
        raise refuse("refund.reason", "reason", "A refund needs a reason.")
    return propose(
        ctx,
        kind="refund",
        subject=credit,
        title=f"Pay back {Money(amount, row.currency)} of {row.number}",
        payload={"credit": str(credit), "amount": amount, "currency": row.currency, "reason": reason},
        today=today,
        creditor=row.creditor_id,
        debtor=row.debtor_id,
    )
