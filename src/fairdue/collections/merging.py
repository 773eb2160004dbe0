"""When two records of a customer are merged, its work goes on under the record that stays.

Promises, disputes, steps, calls and open tasks move; messages that were sent move so that the pause between
two contacts counts for both. A message that was not sent is cancelled: the next run writes it anew, over
everything that is owed together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.collections.guard import cancel_notice
from fairdue.collections.models import CadenceAssignment, CallLog, Dispute, Notice, Promise, StepTaken, Task
from fairdue.foundation.facts import NewFact, consume, record

if TYPE_CHECKING:
    from datetime import date

    from fairdue.foundation.context import Ctx
    from fairdue.foundation.facts import FactRow


@consume("collections.follow_merge", "debtor.merged", batch=1)
def follow_merge(ctx: Ctx, facts: list[FactRow]) -> None:
    """Move the work of each merged record; a second time there is nothing left to move."""
    for fact in facts:
        survivor, merged = UUID(fact.payload["survivor"]), UUID(fact.payload["merged"])
        _move_notices(ctx, survivor, merged, fact.happened_on)
        _move_tasks(ctx, survivor, merged, fact.happened_on)
        for model in (Promise, Dispute, CallLog, StepTaken):
            model.objects.filter(debtor_id=merged).update(debtor_id=survivor)
        _move_assignment(survivor, merged)


def _move_notices(ctx: Ctx, survivor: UUID, merged: UUID, today: date) -> None:
    planned = Notice.objects.select_for_update().filter(debtor_id=merged, state=Notice.State.PLANNED)
    for row in planned.order_by("id"):
        cancel_notice(ctx, row, "the customer was merged with another record", today)
    days = Notice.objects.filter(debtor_id=survivor).exclude(state=Notice.State.CANCELLED).values("run_on")
    # Where both had a message on one day, one is enough to keep the pause; the other stays as it was sent.
    Notice.objects.filter(debtor_id=merged).exclude(run_on__in=days).update(debtor_id=survivor)


def _move_tasks(ctx: Ctx, survivor: UUID, merged: UUID, today: date) -> None:
    """Move tasks; of two open calls one is left, for one customer is called once."""
    rows = Task.objects.select_for_update()
    if rows.filter(debtor_id=survivor, kind=Task.Kind.CALL, state=Task.State.OPEN).exists():
        for row in rows.filter(debtor_id=merged, kind=Task.Kind.CALL, state=Task.State.OPEN):
            row.state, row.outcome, row.done_on, row.done_by = Task.State.CANCELLED, "merged", today, ctx.actor
            row.save(update_fields=["state", "outcome", "done_on", "done_by"])
            payload = {"outcome": "merged", "reason": row.reason}
            record(ctx, NewFact("task.done", today, row.id, row.creditor_id, survivor, payload))
    Task.objects.filter(debtor_id=merged).update(debtor_id=survivor)


def _move_assignment(survivor: UUID, merged: UUID) -> None:
    """Let the survivor keep its own cadence, else take over the merged record's."""
    mine = CadenceAssignment.objects.filter(debtor_id=merged)
    if CadenceAssignment.objects.filter(debtor_id=survivor).exists():
        mine.delete()
    else:
        mine.update(debtor_id=survivor)
