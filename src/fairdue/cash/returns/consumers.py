"""What returned money answers: a statement settles the returns in it, a second person's no is the bank's answer."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.cash.returns.recalls import follow_rejection
from fairdue.cash.returns.settling import settle_returns
from fairdue.foundation.facts import FactRow, consume

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx


@consume("cash.settle_returns", "bank_statement.imported", batch=1)
def settle(ctx: Ctx, facts: list[FactRow]) -> None:
    """Settle the returns of each statement; one that finds nothing sure waits for a person."""
    for fact in facts:
        settle_returns(ctx, statement=fact.subject_id, today=fact.happened_on)


@consume("cash.recall_rejected", "approval.rejected", batch=1)
def answer_rejected(ctx: Ctx, facts: list[FactRow]) -> None:
    """Answer the bank's request for a payment that a second person does not let go back."""
    for fact in facts:
        follow_rejection(ctx, waits=UUID(str(fact.payload["approval"])), by=fact.actor, today=fact.happened_on)
