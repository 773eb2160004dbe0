"""What refunds answer: money that came twice opens a task, a rejected proposal waits again."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.cash.models import BankLine, CashApplication, Refund
from fairdue.cash.refunding.tasks import open_refund
from fairdue.core.matching import Step
from fairdue.foundation.facts import FactRow, consume

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx


@consume("cash.open_refunds", "cash.put_on_account", batch=1)
def open_refunds(ctx: Ctx, facts: list[FactRow]) -> None:
    """Open the task for a payment that names only what was paid before; money that was used meanwhile opens none."""
    for fact in facts:
        done = CashApplication.objects.filter(line_id=fact.subject_id, reversed_on__isnull=True).first()
        if done is None or done.proposal is None or done.proposal.step != Step.PAID_ALREADY:
            continue
        credit = BankLine.objects.get(id=done.line_id).credit
        if credit is not None and 0 < done.on_account <= credit.unapplied:
            open_refund(
                ctx, credit=credit.id, amount=done.on_account, kind=Refund.Kind.DUPLICATE, today=fact.happened_on,
                reason=f"paid twice: {done.proposal.reason}",
            )  # fmt: skip


@consume("cash.refund_rejected", "approval.rejected", batch=1)
def reopen_rejected(ctx: Ctx, facts: list[FactRow]) -> None:
    """Let a refund that the second person did not approve wait again."""
    del ctx
    for fact in facts:
        waits = Refund.objects.filter(approval_id=UUID(str(fact.payload["approval"])), state=Refund.State.PROPOSED)
        waits.update(state=Refund.State.OPEN, approval_id=None)
