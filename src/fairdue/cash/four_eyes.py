"""Steps of the cash room that a second person approves."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fairdue.foundation.approvals import approval
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.permissions import Permission
from fairdue.receivables import selectors as receivables
from fairdue.receivables.services import withdraw_credit

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx


@approval("refund", Permission.REFUND_APPROVE)
def carry_out_refund(ctx: Ctx, payload: dict[str, Any], today: date) -> object:
    """Take the approved money out of the payment; the transfer itself is the bank's."""
    credit, amount = UUID(payload["credit"]), int(payload["amount"])
    group = withdraw_credit(
        ctx, credit=credit, amount=amount, effective_on=today, today=today, reason=payload["reason"]
    )
    row = receivables.credits_(ctx, ids=[credit], only_unapplied=False)[0]
    money = {"minor": amount, "currency": payload["currency"]}
    about = {"amount": money, "reason": payload["reason"]}
    record(ctx, NewFact("cash.refund_paid", today, credit, row.creditor_id, row.debtor_id, about))
    return group
