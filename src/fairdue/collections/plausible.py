"""Nobody is reminded of what has probably been paid: a proposed payment holds its items for a few bank days."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.collections.locks import lock_items
from fairdue.core.contact import HoldReason
from fairdue.core.promise import add_bank_days
from fairdue.foundation.facts import FactRow, consume
from fairdue.receivables import selectors as receivables
from fairdue.receivables.services import HoldDraft, place_holds, release_holds

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

PLAUSIBLE_FROM = 5_000
"""Confidence (basis points) from which a proposed payment is plausible: more likely right than wrong."""
BANK_DAYS = 5
"""So long a person has to decide; then the items are chased again."""


@consume("collections.hold_plausible", "cash.proposed", "cash.use_proposed", batch=500)
def hold_plausible(ctx: Ctx, facts: list[FactRow]) -> None:
    """Hold the items of plausible payments that nobody has posted; a payment holds an item once."""
    asked = {
        (UUID(str(item)), fact.subject_id): fact
        for fact in facts
        if fact.subject_id and not fact.payload.get("automatic") and fact.payload["confidence"] >= PLAUSIBLE_FROM
        for item in fact.payload["item_ids"]
    }
    if not asked:
        return
    items = {row.id: row for row in lock_items(ctx, sorted({item for item, _ in asked})) if row.residual > 0}
    debtors = {row.debtor_id for row in items.values()}
    known = {(row.item_id, row.source_id) for row in receivables.holds(ctx, debtors=debtors)}
    holds = [
        HoldDraft(
            items[item].creditor_id, items[item].debtor_id, HoldReason.PLAUSIBLE_PAYMENT, fact.happened_on, item,
            add_bank_days(fact.happened_on, BANK_DAYS), note="a payment that was not posted yet", source=line,
        )
        for (item, line), fact in asked.items()
        if item in items and (item, line) not in known
    ]  # fmt: skip
    if holds:
        place_holds(ctx, holds=holds, today=max(fact.happened_on for fact in asked.values()))


@consume(
    "collections.free_plausible", "cash.allocated", "cash.put_on_account", "cash.refused", "cash.set_aside",
    "cash.use_accepted", "cash.use_refused", "payment.returned", batch=1,
)  # fmt: skip
def free_plausible(ctx: Ctx, facts: list[FactRow]) -> None:
    """Let items go as soon as somebody has decided about the payment."""
    for fact in facts:
        line = fact.payload.get("original") if fact.type == "payment.returned" else fact.subject_id
        if line:
            release_holds(ctx, source=UUID(str(line)), today=fact.happened_on)
