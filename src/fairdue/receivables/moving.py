"""When two records of a customer are merged, what is owed moves to the record that stays.

Items and credits change their debtor; holds that are in force are placed again on the survivor and
released on the merged record, so that nobody is contacted in between. The journal and the allocations
keep the debtor they were posted with: they are history.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.foundation.facts import consume
from fairdue.receivables.models import Credit, Hold, OpenItem
from fairdue.receivables.services import HoldDraft, place_holds, release_holds

if TYPE_CHECKING:
    from datetime import date

    from fairdue.foundation.context import Ctx
    from fairdue.foundation.facts import FactRow


@consume("receivables.move_to_survivor", "debtor.merged")
def move_to_survivor(ctx: Ctx, facts: list[FactRow]) -> None:
    """Move items, credits and holds of each merged record; a second time there is nothing left to move."""
    for fact in facts:
        survivor, merged = UUID(fact.payload["survivor"]), UUID(fact.payload["merged"])
        _move_holds(ctx, survivor, merged, fact.happened_on)
        OpenItem.objects.filter(debtor_id=merged).update(debtor_id=survivor)
        Credit.objects.filter(debtor_id=merged).update(debtor_id=survivor)


def _move_holds(ctx: Ctx, survivor: UUID, merged: UUID, today: date) -> None:
    rows = list(Hold.objects.select_for_update().filter(debtor_id=merged, released_on__isnull=True).order_by("id"))
    if not rows:
        return
    drafts = [
        HoldDraft(
            row.creditor_id, survivor, row.reason, row.from_on, row.item_id, row.until_on, row.amount, row.note,
            row.source_id,
        )
        for row in rows
    ]  # fmt: skip
    place_holds(ctx, holds=drafts, today=today)
    release_holds(ctx, holds=[row.id for row in rows], today=today)
