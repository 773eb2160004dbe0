"""What cash answers: items that open, change or move get their keys, so that payments find them.

A line waits no more whose money another room took.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.cash.bulk import index_credit_notes, index_items, index_names, unindex
from fairdue.cash.services.taken import close_taken
from fairdue.foundation.facts import FactRow, consume

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx


@consume("cash.index_items", "open_item.opened", "open_item.changed", batch=1000)
def index(ctx: Ctx, facts: list[FactRow]) -> None:
    """Write the keys of items that opened, and anew those of items that changed."""
    changed = [fact.subject_id for fact in facts if fact.type == "open_item.changed" and fact.subject_id]
    unindex(ctx, changed)
    index_items(ctx, [fact.subject_id for fact in facts if fact.subject_id])


@consume("cash.index_credit_notes", "credit.recorded", batch=1000)
def index_notes(ctx: Ctx, facts: list[FactRow]) -> None:
    """Write the keys of credit notes; payments have none."""
    notes: list[UUID] = [
        fact.subject_id for fact in facts if fact.payload.get("kind") == "credit_note" and fact.subject_id
    ]
    index_credit_notes(ctx, notes)


@consume("cash.index_names", "debtor.created", "debtor.changed", batch=1000)
def index_debtors(ctx: Ctx, facts: list[FactRow]) -> None:
    """Write the words of customers' names, anew where master data changed."""
    ids = [fact.subject_id for fact in facts if fact.subject_id]
    unindex(ctx, [fact.subject_id for fact in facts if fact.type == "debtor.changed" and fact.subject_id])
    index_names(ctx, ids)


@consume("cash.close_taken", "credit.withdrawn", batch=1000)
def close(ctx: Ctx, facts: list[FactRow]) -> None:
    """Close the lines that wait for a match of money that is gone: the indemnity of a claim, a refund elsewhere."""
    gone = {fact.subject_id: str(fact.payload["reason"]) for fact in facts if fact.subject_id}
    close_taken(ctx, gone, max(fact.happened_on for fact in facts))
