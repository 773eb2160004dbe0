"""What the buyer's side says about paying: an announced payment waits a few bank days, an approval ends a refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairdue.collections.locks import lock_items
from fairdue.collections.models import Dispute
from fairdue.collections.plausible import BANK_DAYS
from fairdue.collections.services.disputes import resolve_dispute
from fairdue.core.contact import HoldReason
from fairdue.core.promise import add_bank_days
from fairdue.foundation.facts import FactRow, consume
from fairdue.foundation.facts.reading import FactFilter, logged_facts
from fairdue.receivables import selectors as receivables
from fairdue.receivables.services import HoldDraft, place_holds

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

REFUSALS = ("invoice.refused", "invoice.rejected")


@consume("collections.hold_announced", "invoice.payment_announced", batch=1)
def hold_announced(ctx: Ctx, facts: list[FactRow]) -> None:
    """Hold an invoice that its buyer says is paid for a few bank days, once: money is booked from the bank only."""
    for fact in facts:
        rows = lock_items(ctx, [fact.subject_id]) if fact.subject_id else []
        if not rows or rows[0].residual <= 0:
            continue
        item = rows[0]
        if any(one.source_id == item.id for one in receivables.holds(ctx, debtors=[item.debtor_id])):
            continue
        hold = HoldDraft(
            item.creditor_id, item.debtor_id, HoldReason.PLAUSIBLE_PAYMENT, fact.happened_on, item.id,
            add_bank_days(fact.happened_on, BANK_DAYS), source=item.id,
            note=f"the customer says it is paid ({fact.payload.get('source', '')})",
        )  # fmt: skip
        place_holds(ctx, holds=[hold], today=fact.happened_on)


@consume("collections.withdraw_refusals", "invoice.approved", batch=1)
def withdraw_refusals(ctx: Ctx, facts: list[FactRow]) -> None:
    """Resolve what an answer had contested when the buyer approves the invoice after all; other disputes stay."""
    for fact in facts:
        if fact.subject_id is None:
            continue
        refusals = [one.id for kind in REFUSALS for one in logged_facts(ctx, _of(fact, kind))]
        for dispute in Dispute.objects.filter(item_id=fact.subject_id, source_id__in=refusals, resolved_on=None):
            note = f"approved after all ({fact.payload.get('source', '')})"
            resolve_dispute(ctx, dispute=dispute.id, outcome="withdrawn", note=note, today=fact.happened_on)


def _of(fact: FactRow, kind: str) -> FactFilter:
    return FactFilter(subject=fact.subject_id, type=kind)
