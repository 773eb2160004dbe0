"""What collections answers to money that went back: a call, new details, a dispute, a hold, or a look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from fairdue.collections.formats import amount as amount_words
from fairdue.collections.locks import lock_items
from fairdue.collections.services.disputes import open_dispute
from fairdue.collections.services.tasks import open_task
from fairdue.core.contact import HoldReason
from fairdue.core.returned import NextStep
from fairdue.foundation.facts import FactRow, consume
from fairdue.receivables.services import HoldDraft, place_holds, release_holds

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

TASKS = {
    NextStep.RETRY: ("follow_up", "call and agree on how it will be paid"),
    NextStep.NEW_DETAILS: ("master_data", "ask for a new account or mandate"),
    NextStep.DISPUTE: ("follow_up", "ask what is contested"),
    NextStep.DECEASED: ("master_data", "everything is on hold: find out about the estate"),
    NextStep.DUPLICATE: ("follow_up", "look whether it was paid twice"),
    NextStep.CORRECT: ("follow_up", "our order was wrong: correct it and collect again"),
    NextStep.RECALLED: ("follow_up", "the payer called it back: ask how it will be paid"),
    NextStep.ASK: ("follow_up", "find out why and decide on the next step"),
}
"""The task of each step: its kind, and what to do."""


@consume("collections.answer_returns", "payment.returned", "payment.return_undone", "debit.rejected", batch=1)
def answer_returns(ctx: Ctx, facts: list[FactRow]) -> None:
    """Answer each return once by the step that its reason asks for; an undone return lifts its hold."""
    for fact in facts:
        if fact.type == "payment.return_undone":
            if fact.subject_id:
                release_holds(ctx, source=fact.subject_id, today=fact.happened_on)
        elif fact.debtor_id is not None:
            _answer(ctx, fact, fact.debtor_id)


def _answer(ctx: Ctx, fact: FactRow, debtor: UUID) -> None:
    payload, today = fact.payload, fact.happened_on
    step = NextStep(payload["step"])
    kind, todo = TASKS[step]
    open_task(
        ctx, debtor=debtor, kind=kind, reason=_reason(payload, todo), due_on=today, today=today,
        dedup=f"returned:{fact.id}", source=fact.subject_id,
    )  # fmt: skip
    if step is NextStep.DISPUTE:
        for item in lock_items(ctx, [UUID(str(one)) for one in payload["items"]]):
            if item.residual > 0:
                open_dispute(
                    ctx, item=item.id, reason="other", note=f"payment returned: {payload['reason']}", today=today,
                    source=uuid5(fact.id, str(item.id)),
                )  # fmt: skip
    if step is NextStep.DECEASED and fact.creditor_id is not None:
        hold = HoldDraft(fact.creditor_id, debtor, HoldReason.MANUAL, today, note="payer deceased, told by the bank",
                         source=fact.subject_id)  # fmt: skip
        place_holds(ctx, holds=[hold], today=today)


def _reason(payload: dict[str, Any], todo: str) -> str:
    money = amount_words(payload["amount"]["minor"], payload["amount"]["currency"], "en")
    numbers = f" for {payload['numbers']}" if payload["numbers"] else ""
    return f"payment of {money}{numbers} went back ({payload['code']} {payload['reason']}): {todo}"
