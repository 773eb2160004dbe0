"""What money on account answers: an item that opens, and money that goes on account, look for each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairdue.cash.account.uses import propose_uses
from fairdue.foundation.facts import FactRow, consume

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx


@consume("cash.meet_items", "open_item.opened", "cash.put_on_account", "cash.use_reversed", batch=500)
def meet_items(ctx: Ctx, facts: list[FactRow]) -> None:
    """Propose the money on account of the customers concerned; who has none costs one statement."""
    debtors = {fact.debtor_id for fact in facts if fact.debtor_id}
    propose_uses(ctx, debtors=sorted(debtors), today=max(fact.happened_on for fact in facts))
