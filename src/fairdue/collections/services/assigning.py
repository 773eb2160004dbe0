"""Whose work it is: lines of the worklist given to a person, one or many at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.collections.models import Dispute, Task
from fairdue.core.findings import refuse
from fairdue.foundation.accounts import members, person_behind
from fairdue.foundation.accounts.roles import permissions_of_role
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record_all
from fairdue.foundation.permissions import Permission

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from fairdue.foundation.context import Ctx

MOST = 500
"""Lines given away by one command."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """A person of the team who may work on customers."""

    id: UUID
    name: str


def colleagues(ctx: Ctx) -> list[Colleague]:
    """Return who work can be given to, by name: active people whose role may act, of no single client."""
    if ctx.creditor is not None:
        return []
    roles: dict[str, bool] = {}
    found = []
    for row in members(ctx):
        if not row.active or row.creditor_id is not None:
            continue
        if row.role not in roles:
            roles[row.role] = Permission.COLLECTIONS_ACT in permissions_of_role(ctx, row.role)
        if roles[row.role]:
            found.append(Colleague(row.user_id, row.name or row.email))
    return sorted(found, key=lambda one: (one.name.casefold(), str(one.id)))


@command("collections.assign_work", Permission.COLLECTIONS_ACT)
def assign_work(
    ctx: Ctx, *, lines: Sequence[UUID], owner: UUID | None, today: date, key: str | None = None
) -> list[UUID]:
    """Give open tasks and disputes (`lines`) to a person, or to nobody; returns those that changed hands.

    Everybody who may act takes what is nobody's and lays down what is their own; to give work to others or to take
    theirs needs `worklist.assign`. Lines that were ended meanwhile are left out.
    """
    del key
    return give(ctx, owners=dict.fromkeys(lines, owner), today=today)


@command("collections.assign_back", Permission.COLLECTIONS_ACT)
def assign_back(
    ctx: Ctx, *, lines: Sequence[UUID], owners: Sequence[UUID | None], today: date, key: str | None = None
) -> list[UUID]:
    """Give lines back to whom they belonged before, each to its own person; returns those that changed hands."""
    del key
    return give(ctx, owners=dict(zip(lines, owners, strict=True)), today=today)


def give(ctx: Ctx, *, owners: Mapping[UUID, UUID | None], today: date) -> list[UUID]:
    """Set the owner of each line, set-based, and record who has it now."""
    if not 0 < len(owners) <= MOST:
        raise refuse("work.lines", "lines", f"Choose between one and {MOST} lines.")
    names = {one.id: one.name for one in colleagues(ctx)}
    if {owner for owner in owners.values() if owner is not None} - set(names):
        raise refuse("work.owner", "owner", "Nobody of this name works on customers.")
    open_ = Task.objects.select_for_update().filter(id__in=list(owners), state=Task.State.OPEN)
    tasks = [row for row in open_.order_by("id") if row.owner_id != owners[row.id]]
    unresolved = Dispute.objects.select_for_update().filter(id__in=list(owners), resolved_on__isnull=True)
    disputes = [row for row in unresolved.order_by("id") if row.owner_id != owners[row.id]]
    if not all(may_hand(ctx, row.owner_id, owners[row.id]) for row in (*tasks, *disputes)):
        raise refuse("work.others", "owner", "You may take work or lay down your own; a team lead gives it to others.")
    facts = []
    for row in (*tasks, *disputes):
        row.owner_id = owner = owners[row.id]
        reason = row.reason if isinstance(row, Task) else f"dispute: {str(Dispute.Reason(row.reason).label).lower()}"
        payload = {"reason": reason, "to": names[owner] if owner else "nobody", "owner": str(owner or "")}
        facts.append(NewFact("work.assigned", today, row.id, row.creditor_id, row.debtor_id, payload))
    Task.objects.bulk_update(tasks, ["owner_id"])
    Dispute.objects.bulk_update(disputes, ["owner_id"])
    record_all(ctx, facts)
    return [row.id for row in (*tasks, *disputes)]


def may_hand(ctx: Ctx, was: UUID | None, now: UUID | None) -> bool:
    """Return whether who acts may hand a line from one person (None: nobody) to another."""
    if ctx.may(Permission.WORK_ASSIGN):
        return True
    kind, _, name = person_behind(ctx.actor).partition(":")
    mine = {None, UUID(name)} if kind == "user" else {None}
    return was in mine and now in mine
