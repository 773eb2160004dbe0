"""What direct debits answer: money that came or went back, plans whose instalments are to be collected."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.cash.directdebit.answering import collected, returned
from fairdue.cash.directdebit.instalments import drop_instalments, plan_instalments
from fairdue.foundation.facts import FactRow, consume

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx


@consume("cash.debits_settled", "cash.allocated", "payment.returned", batch=1)
def settle(ctx: Ctx, facts: list[FactRow]) -> None:
    """Note on collections that their money has come, or has gone back."""
    for fact in facts:
        if fact.type == "cash.allocated":
            collected([UUID(str(one)) for one in fact.payload.get("item_ids", ())], fact.happened_on)
        else:
            items = [UUID(str(one)) for one in fact.payload["items"]]
            returned(ctx, items, str(fact.payload["code"]), fact.happened_on)


@consume("cash.collect_instalments", "plan.agreed", "plan.broken", "plan.completed", "promise.cancelled", batch=1)
def collect(ctx: Ctx, facts: list[FactRow]) -> None:
    """Plan the collections of a plan that is to be paid by direct debit; a plan that ends collects no more."""
    for fact in facts:
        if fact.subject_id is None or fact.debtor_id is None:
            continue
        if fact.type != "plan.agreed":
            drop_instalments(fact.subject_id)
        elif fact.payload.get("method") == "direct_debit":
            plan_instalments(ctx, fact.payload, fact.subject_id, fact.debtor_id, fact.happened_on)
