"""What a person does: calls with their outcome, notes and tasks. Each outcome makes the next task."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.collections import bulk
from fairdue.collections.models import CallLog, Task
from fairdue.collections.services.resting import rest_all, wake
from fairdue.core.contact import HoldReason
from fairdue.core.findings import refuse
from fairdue.core.promise import add_bank_days
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.ids import uuid7
from fairdue.foundation.permissions import Permission
from fairdue.parties.following import staying_record

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

Outcome = CallLog.Outcome
FOLLOW_UPS: dict[str, tuple[int, str, str]] = {
    Outcome.COPY_SENT: (3, "call", "ask whether the copy arrived"),
    Outcome.PAID_ALREADY: (3, "follow_up", "says it is paid: look for the payment"),
    Outcome.CANNOT_PAY: (1, "follow_up", "cannot pay now: offer a payment plan"),
    Outcome.REFUSES: (0, "follow_up", "refuses to pay: decide on the next step"),
    Outcome.CALL_BACK: (1, "call", "asked to be called back"),
    Outcome.VOICEMAIL: (1, "call", "left a voicemail"),
    Outcome.NO_ANSWER: (1, "call", "no answer"),
    Outcome.WRONG_PARTY: (0, "master_data", "wrong person: find the right contact"),
    Outcome.NUMBER_INVALID: (0, "master_data", "number does not work: find another"),
}
"""Bank days until the next task, its kind, and its reason; promises and disputes bring their own."""
PLAUSIBLE_DAYS = 5
LONGEST_CALL = 4 * 3600
"""Seconds; a timer that ran longer was forgotten."""
LONGEST_NOTE = 2000


@command("collections.open_task", Permission.COLLECTIONS_ACT)
def open_task(
    ctx: Ctx, *, debtor: UUID, kind: str, reason: str, due_on: date, today: date, dedup: str = "",
    source: UUID | None = None, key: str | None = None,
) -> UUID | None:  # fmt: skip
    """Open a task about a debtor; with `dedup`, once. Returns its id, None if it was there already."""
    del key
    debtor, creditor = staying_of(ctx, debtor)
    id_ = uuid7()
    row = (id_, creditor, debtor, Task.Kind(kind).value, reason[:300], due_on, today, dedup or str(id_), source, None)
    if not bulk.insert(ctx, "collection_task", [row]):
        return None
    payload = {"kind": kind, "reason": reason, "source": str(source or "")}
    record(ctx, NewFact("task.opened", today, id_, creditor, debtor, payload))
    return id_


def staying_of(ctx: Ctx, debtor: UUID) -> tuple[UUID, UUID]:
    """Return the record that stays of a debtor, with its creditor; refuse one that is not there."""
    stays = staying_record(ctx, debtor)
    rows = bulk.load_debtors(ctx, [stays])
    if stays not in rows:
        raise refuse("debtor.unknown", "debtor", "There is no such customer.")
    return stays, rows[stays].creditor_id


@command("collections.log_call", Permission.COLLECTIONS_ACT)
def log_call(
    ctx: Ctx, *, debtor: UUID, outcome: str, today: date, task: UUID | None = None, spoke_with: str = "",
    note: str = "", follow_up_on: date | None = None, seconds: int | None = None, key: str | None = None,
) -> UUID:  # fmt: skip
    """Log a call with its coded outcome; ends its task and opens the next one that the outcome asks for."""
    del key
    if outcome not in Outcome.values:
        raise refuse("call.outcome", "outcome", f"{outcome!r} is not an outcome of a call.")
    debtor, creditor = staying_of(ctx, debtor)
    log = CallLog.objects.create(
        tenant_id=ctx.tenant, creditor_id=creditor, debtor_id=debtor, task_id=task, outcome=outcome,
        spoke_with=spoke_with[:120], note=note, called_on=today, called_by=ctx.actor,
    )  # fmt: skip
    payload: dict[str, object] = {"outcome": Outcome(outcome).label, "spoke_with": spoke_with, "note": note}
    if seconds is not None:
        payload["seconds"] = max(0, min(seconds, LONGEST_CALL))
    record(ctx, NewFact("call.logged", today, log.id, creditor, debtor, payload))
    if task:
        finish_task(ctx, task=task, outcome=outcome, today=today, source=UUID(str(log.id)))
    if outcome in FOLLOW_UPS:
        days, kind, reason = FOLLOW_UPS[outcome]
        due_on = follow_up_on or add_bank_days(today, days)
        open_task(ctx, debtor=debtor, kind=kind, reason=reason, due_on=due_on, today=today,
                  dedup=f"call:{log.id}", source=log.id)  # fmt: skip
    if outcome == Outcome.PAID_ALREADY:
        rest_all(
            ctx, debtors={debtor: creditor}, until=today + timedelta(days=PLAUSIBLE_DAYS), today=today,
            reason=HoldReason.PLAUSIBLE_PAYMENT, note=note or "says it is paid", source=UUID(str(log.id)),
        )  # fmt: skip
    return UUID(str(log.id))


@command("collections.withdraw_call", Permission.COLLECTIONS_ACT)
def withdraw_call(ctx: Ctx, *, call: UUID, today: date, key: str | None = None) -> UUID:
    """Take back a call that was logged by mistake, on the same day: it counts as no contact.

    The task that it ended is open again, what it asked for next is cancelled, and a rest that it gave ends. A second
    time nothing is left to take back.
    """
    del key
    row = CallLog.objects.select_for_update().filter(id=call).first()
    if row is None:
        raise refuse("call.unknown", "call", "There is no such call.")
    if row.withdrawn_on is not None:
        return call
    if row.called_on != today:
        raise refuse("call.past", "call", "Only a call of today can be taken back; write a note about an older one.")
    row.withdrawn_on = today
    row.save(update_fields=["withdrawn_on"])
    payload = {"outcome": Outcome(row.outcome).label, "spoke_with": row.spoke_with}
    record(ctx, NewFact("call.withdrawn", today, row.id, row.creditor_id, row.debtor_id, payload))
    Task.objects.filter(source_id=call, state=Task.State.OPEN).update(state=Task.State.CANCELLED, done_on=today)
    if row.outcome == Outcome.PAID_ALREADY:
        wake(ctx, source=call, today=today)
    if row.task_id:
        reopen_task(ctx, task=row.task_id, today=today)
    return call


@command("collections.reopen_task", Permission.COLLECTIONS_ACT)
def reopen_task(ctx: Ctx, *, task: UUID, today: date, key: str | None = None) -> UUID:
    """Open a task again that was ended today; one that is open stays so.

    Refuses one of an earlier day, and a call where another call to the same customer waits already.
    """
    del key
    row = Task.objects.select_for_update().filter(id=task).first()
    if row is None:
        raise refuse("task.unknown", "task", "There is no such task.")
    if row.state == Task.State.OPEN:
        return task
    if row.state != Task.State.DONE or row.done_on != today:
        raise refuse("task.past", "task", "Only a task that was ended today can be opened again.")
    other = Task.objects.filter(debtor_id=row.debtor_id, state=Task.State.OPEN, kind=Task.Kind.CALL)
    if row.kind == Task.Kind.CALL and other.exists():
        raise refuse("task.other_call", "task", "Another call to this customer waits already.")
    row.state, row.outcome, row.done_on, row.done_by = Task.State.OPEN, "", None, ""
    row.save(update_fields=["state", "outcome", "done_on", "done_by"])
    record(ctx, NewFact("task.reopened", today, row.id, row.creditor_id, row.debtor_id, {"reason": row.reason}))
    return task


@command("collections.write_note", Permission.COLLECTIONS_ACT)
def write_note(ctx: Ctx, *, debtor: UUID, text: str, today: date, key: str | None = None) -> UUID:
    """Keep what everybody who works on a debtor should know; it stands in the timeline and cannot be changed."""
    del key
    told = " ".join(text.split())
    if not told:
        raise refuse("note.empty", "text", "Write what should be known.")
    if len(told) > LONGEST_NOTE:
        raise refuse("note.long", "text", f"A note has at most {LONGEST_NOTE} letters.")
    stays, creditor = staying_of(ctx, debtor)
    record(ctx, NewFact("note.written", today, stays, creditor, stays, {"note": told}))
    return stays


@command("collections.finish_task", Permission.COLLECTIONS_ACT)
def finish_task(
    ctx: Ctx, *, task: UUID, outcome: str, today: date, source: UUID | None = None, key: str | None = None
) -> UUID:
    """End an open task with its outcome (`source` is the call that ended it); one that was ended stays as it is."""
    del key
    row = Task.objects.select_for_update().filter(id=task).first()
    if row is None:
        raise refuse("task.unknown", "task", "There is no such task.")
    if row.state == Task.State.OPEN:
        row.state, row.outcome, row.done_on, row.done_by = Task.State.DONE, outcome[:40], today, ctx.actor
        row.save(update_fields=["state", "outcome", "done_on", "done_by"])
        payload = {"outcome": outcome, "reason": row.reason, "source": str(source or "")}
        record(ctx, NewFact("task.done", today, row.id, row.creditor_id, row.debtor_id, payload))
    return task
