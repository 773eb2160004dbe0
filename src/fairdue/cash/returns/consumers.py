"""What returned money answers: an imported statement settles the returns in it that leave no doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairdue.cash.returns.settling import settle_returns
from fairdue.foundation.facts import FactRow, consume

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx


@consume("cash.settle_returns", "bank_statement.imported", batch=1)
def settle(ctx: Ctx, facts: list[FactRow]) -> None:
    """Settle the returns of each statement; one that finds nothing sure waits for a person."""
    for fact in facts:
        settle_returns(ctx, statement=fact.subject_id, today=fact.happened_on)
