"""When two records of a customer are merged: claims that wait move, and limits are taken over.

Decisions on limits are never changed. A survivor without any gets the merged record's again, as rows of its
own; a survivor with its own keeps those, for the insurer decided on that party, and a fact says which were left.
Indemnified claims are vouchers and stay as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.foundation.facts import NewFact, consume, record
from fairdue.insurance.models import Claim, LimitDecision

if TYPE_CHECKING:
    from datetime import date

    from fairdue.foundation.context import Ctx
    from fairdue.foundation.facts import FactRow


@consume("insurance.follow_merge", "debtor.merged", batch=1)
def follow_merge(ctx: Ctx, facts: list[FactRow]) -> None:
    """Move what waits and take over limits; a second time there is nothing left to do."""
    for fact in facts:
        survivor, merged = UUID(fact.payload["survivor"]), UUID(fact.payload["merged"])
        Claim.objects.filter(debtor_id=merged, indemnified_on=None).update(debtor_id=survivor)
        _take_over(ctx, survivor, merged, fact.happened_on)


def _take_over(ctx: Ctx, survivor: UUID, merged: UUID, today: date) -> None:
    theirs = list(LimitDecision.objects.filter(debtor_id=merged).order_by("recorded_at", "id"))
    own = set(LimitDecision.objects.filter(debtor_id=survivor).values_list("policy_id", flat=True))
    taken = [row for row in theirs if row.policy_id not in own]
    for policy, creditor in sorted({(row.policy_id, row.creditor_id) for row in theirs} - _places(taken), key=str):
        record(ctx, NewFact("limit.left_behind", today, survivor, creditor, survivor, {"policy": str(policy)}))
    LimitDecision.objects.bulk_create(
        LimitDecision(
            tenant_id=ctx.tenant, creditor_id=row.creditor_id, policy_id=row.policy_id, debtor_id=survivor,
            acts_on=row.acts_on, change=row.change, amount=row.amount, percentage=row.percentage,
            until_on=row.until_on, note=f"taken over at the merge: {row.note}"[:300],
        )
        for row in taken
    )  # fmt: skip
    for policy, creditor in sorted(_places(taken), key=str):
        record(ctx, NewFact("limit.taken_over", today, survivor, creditor, survivor, {"policy": str(policy)}))


def _places(rows: list[LimitDecision]) -> set[tuple[UUID, UUID]]:
    return {(row.policy_id, row.creditor_id) for row in rows}
