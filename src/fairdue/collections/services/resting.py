"""Customers left alone until a day, one or many at once, and their return before it."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fairdue.collections import bulk
from fairdue.collections.models import Task
from fairdue.core.contact import HoldReason
from fairdue.core.findings import refuse
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record_all
from fairdue.foundation.facts.reading import facts_about
from fairdue.foundation.permissions import Permission
from fairdue.foundation.tabular.dates import OTHER_AGE, is_of_another_age
from fairdue.parties.following import merged_records
from fairdue.receivables.services import HoldDraft, place_holds, release_holds

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fairdue.foundation.context import Ctx

MOST = 500
"""Customers that rest by one command."""


@command("collections.snooze", Permission.COLLECTIONS_ACT)
def snooze(
    ctx: Ctx, *, debtor: UUID, until: date, today: date, item: UUID | None = None, note: str = "",
    key: str | None = None,
) -> UUID:  # fmt: skip
    """Leave a debtor (or one item) alone until a day, the first on which it is chased again; returns the hold.

    Open tasks of the debtor that are due before move to that day.
    """
    del key
    return rest_all(ctx, debtors=_known(ctx, [debtor]), until=until, today=today, item=item, note=note)[0]


@command("collections.snooze_debtors", Permission.COLLECTIONS_ACT)
def snooze_debtors(
    ctx: Ctx, *, debtors: Sequence[UUID], until: date, today: date, note: str = "", key: str | None = None
) -> list[UUID]:
    """Leave many debtors alone until a day, all or none of them; returns their holds."""
    del key
    if not 0 < len(debtors) <= MOST:
        raise refuse("snooze.debtors", "debtors", f"Choose between one and {MOST} customers.")
    return rest_all(ctx, debtors=_known(ctx, debtors), until=until, today=today, note=note)


def _known(ctx: Ctx, debtors: Sequence[UUID]) -> dict[UUID, UUID]:
    """Return the creditor of each record that stays of some debtors; refuse one that is not there."""
    moved = merged_records(ctx, debtors)
    stays = dict.fromkeys(moved.get(debtor, debtor) for debtor in debtors)
    rows = bulk.load_debtors(ctx, list(stays))
    if stays.keys() - rows.keys():
        raise refuse("debtor.unknown", "debtor", "There is no such customer.")
    return {debtor: rows[debtor].creditor_id for debtor in stays}


def rest_all(
    ctx: Ctx, *, debtors: Mapping[UUID, UUID], until: date, today: date, item: UUID | None = None,
    reason: str = HoldReason.SNOOZE, note: str = "", source: UUID | None = None,
) -> list[UUID]:  # fmt: skip
    """Hold debtors (id → creditor) until a day and move their open tasks there; what moved is kept as a fact."""
    if until <= today:
        raise refuse("snooze.until", "until", "Choose a day after today.")
    if is_of_another_age(until):
        raise refuse("snooze.until", "until", f"Nobody rests into another age: {OTHER_AGE}.")
    drafts = [
        HoldDraft(creditor, debtor, reason, today, item, until, note=note, source=source)
        for debtor, creditor in debtors.items()
    ]
    held = place_holds(ctx, holds=drafts, today=today)
    if item is None:
        _postpone(ctx, drafts, until, today)
    return held


def _postpone(ctx: Ctx, drafts: Sequence[HoldDraft], until: date, today: date) -> None:
    holds = {draft.debtor: draft for draft in drafts}
    moved: dict[UUID, dict[str, str]] = defaultdict(dict)
    due = Task.objects.select_for_update().filter(debtor_id__in=list(holds), state=Task.State.OPEN, due_on__lt=until)
    for id_, debtor, was in due.order_by("id").values_list("id", "debtor_id", "due_on"):
        moved[debtor][str(id_)] = was.isoformat()
    Task.objects.filter(id__in=[UUID(id_) for tasks in moved.values() for id_ in tasks]).update(due_on=until)
    facts = []
    for debtor, tasks in moved.items():
        payload: dict[str, Any] = {"count": _count(len(tasks)), "until_on": until.isoformat(), "tasks": tasks}
        facts.append(NewFact("task.postponed", today, holds[debtor].id, holds[debtor].creditor, debtor, payload))
    record_all(ctx, facts)


def _count(tasks: int) -> str:
    return "1 task" if tasks == 1 else f"{tasks} tasks"


@command("collections.unsnooze", Permission.COLLECTIONS_ACT)
def unsnooze(ctx: Ctx, *, holds: Sequence[UUID], today: date, key: str | None = None) -> list[UUID]:
    """End rests before their day: reminders go on, and the tasks are due again when they were; returns what ended."""
    del key
    return wake(ctx, holds=holds, today=today, reason=HoldReason.SNOOZE)


def wake(
    ctx: Ctx, *, today: date, holds: Sequence[UUID] = (), source: UUID | None = None, reason: str = ""
) -> list[UUID]:
    """Release the holds named, or those of a source, and give the tasks that moved with them their days back."""
    released = release_holds(ctx, holds=holds, source=source, reason=reason, today=today)
    moved: dict[str, tuple[str, str]] = {}
    for fact in facts_about(ctx, released, "task.postponed"):
        for id_, was in fact.payload["tasks"].items():
            moved[id_] = (was, fact.payload["until_on"])
    rows = list(Task.objects.select_for_update().filter(id__in=list(moved), state=Task.State.OPEN).order_by("id"))
    # A task that somebody moved since keeps the day that it was given then.
    back = [row for row in rows if row.due_on.isoformat() == moved[str(row.id)][1]]
    for row in back:
        row.due_on = date.fromisoformat(moved[str(row.id)][0])
    Task.objects.bulk_update(back, ["due_on"])
    return released
