"""Four eyes: a step is proposed by one person and carried out when another approves it.

A room registers each kind with who may decide and what approving does:
`@approval("write_off", Permission.WRITE_OFF_APPROVE)`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, transaction

from fairdue.core.findings import refuse
from fairdue.foundation import clock
from fairdue.foundation.accounts import person_behind
from fairdue.foundation.commands import command
from fairdue.foundation.context import SYSTEM
from fairdue.foundation.facts import FactType, NewFact, declare, record
from fairdue.foundation.models import Approval
from fairdue.foundation.permissions import Permission

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

type CarryOut = Callable[[Ctx, dict[str, Any], date], object]

declare(
    FactType("approval.proposed", "{title} proposed for approval", "approvals"),
    FactType("approval.approved", "{title} approved", "approvals"),
    FactType("approval.rejected", "{title} rejected: {note}", "approvals"),
)


@dataclass(frozen=True, slots=True)
class ApprovalKind:
    """A kind of step that needs four eyes."""

    name: str
    permission: Permission
    carry_out: CarryOut


KINDS: dict[str, ApprovalKind] = {}


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """A proposal as the list of approvals shows it."""

    id: UUID
    kind: str
    title: str
    subject_id: UUID
    creditor_id: UUID | None
    debtor_id: UUID | None
    payload: dict[str, Any]
    proposed_by: str
    proposed_at: datetime
    state: str
    permission: Permission


def approval(name: str, permission: Permission) -> Callable[[CarryOut], CarryOut]:
    """Register what approving a kind of step does; `permission` is what the second person needs."""

    def register(carry_out: CarryOut) -> CarryOut:
        KINDS[name] = ApprovalKind(name, permission, carry_out)
        return carry_out

    return register


@command("foundation.propose")
def propose(
    ctx: Ctx, *, kind: str, subject: UUID, title: str, payload: dict[str, Any], today: date,
    creditor: UUID | None = None, debtor: UUID | None = None, key: str | None = None,
) -> UUID:  # fmt: skip
    """Propose a step for somebody else's approval; one open proposal a kind and subject."""
    del key
    if kind not in KINDS:
        raise ValueError(f"there is no kind of approval {kind}")
    if Approval.objects.filter(kind=kind, subject_id=subject, state="pending").exists():
        raise refuse("approval.pending", "subject", f"“{title}” waits for approval already.")
    try:
        with transaction.atomic():
            row = Approval.objects.create(
                tenant_id=ctx.tenant, kind=kind, subject_id=subject, title=title[:200], payload=payload,
                proposed_by=ctx.actor, creditor_id=creditor, debtor_id=debtor,
            )  # fmt: skip
    except IntegrityError as error:
        if "approval_pending_once" not in str(error):
            raise
        raise refuse("approval.pending", "subject", f"“{title}” waits for approval already.") from error
    record(
        ctx, NewFact("approval.proposed", today, subject, creditor, debtor, {"title": title, "approval": str(row.id)})
    )
    return row.id


@command("foundation.decide")
def decide(ctx: Ctx, *, approval: UUID, approve: bool, today: date, note: str = "", key: str | None = None) -> UUID:
    """Approve (and carry out) or reject a proposal of somebody else; a key is the person who made it.

    Who proposed may always take it back.
    """
    del key
    row = Approval.objects.select_for_update().filter(id=approval, state="pending").first()
    if row is None:
        raise refuse("approval.decided", "approval", "This was decided already, or never proposed.")
    kind = KINDS[row.kind]
    own = person_behind(row.proposed_by) == person_behind(ctx.actor)
    if not ctx.may(kind.permission) and not (own and not approve):
        raise refuse("permission.missing", "", f"You may not decide this: it needs “{kind.permission.value}”.")
    if approve and own:
        raise refuse("approval.same_person", "approval", "Somebody else must approve what you proposed.")
    row.state = Approval.State.APPROVED if approve else Approval.State.REJECTED
    row.decided_by, row.decided_at, row.note = ctx.actor, clock.now(), note[:300]
    row.save(update_fields=["state", "decided_by", "decided_at", "note"])
    if approve:
        kind.carry_out(ctx, row.payload, today)
    payload = {"title": row.title, "note": note, "approval": str(row.id)}
    record(ctx, NewFact(f"approval.{row.state}", today, row.subject_id, row.creditor_id, row.debtor_id, payload))
    return row.id


def lapse(ctx: Ctx, *, kind: str, subject: UUID, note: str, today: date) -> bool:
    """End a waiting proposal of the machine whose reason is gone; tells whether there was one.

    What a person proposed is left alone: only people end that.
    """
    row = Approval.objects.select_for_update().filter(kind=kind, subject_id=subject, state="pending").first()
    if row is None or row.proposed_by != SYSTEM:
        return False
    row.state, row.decided_by, row.decided_at, row.note = Approval.State.REJECTED, SYSTEM, clock.now(), note[:300]
    row.save(update_fields=["state", "decided_by", "decided_at", "note"])
    payload = {"title": row.title, "note": note, "approval": str(row.id)}
    record(ctx, NewFact("approval.rejected", today, row.subject_id, row.creditor_id, row.debtor_id, payload))
    return True


def refused_by_person(ctx: Ctx, *, kind: str, subject: UUID) -> bool:
    """Tell whether a person said no to such a step before: a machine does not ask again."""
    rows = Approval.objects.filter(tenant_id=ctx.tenant, kind=kind, subject_id=subject, state="rejected")
    return rows.exclude(decided_by=SYSTEM).exists()


def pending(ctx: Ctx, *, kind: str | None = None, subjects: Collection[UUID] | None = None) -> list[ApprovalRow]:
    """Return what waits for a decision, oldest first; of one kind and about some subjects where they are named."""
    rows = Approval.objects.filter(tenant_id=ctx.tenant, state="pending").order_by("proposed_at")
    rows = rows if kind is None else rows.filter(kind=kind)
    rows = rows if subjects is None else rows.filter(subject_id__in=subjects)
    return [
        ApprovalRow(
            r.id, r.kind, r.title, r.subject_id, r.creditor_id, r.debtor_id, r.payload, r.proposed_by,
            r.proposed_at, r.state, KINDS[r.kind].permission,
        )
        for r in rows
        if r.kind in KINDS
    ]  # fmt: skip
