"""Approvals: steps that one person proposed and another decides."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from fairdue.api import values
from fairdue.api.routing import Call, Resource
from fairdue.foundation import approvals as four_eyes
from fairdue.foundation.permissions import Permission

approvals = Resource("/approvals", "approvals")
RESOURCES = [approvals]


class ApprovalOut(BaseModel):
    """A step that waits for a second person; `permission` is what that person needs."""

    id: UUID
    kind: str
    title: str
    subject: UUID
    creditor: UUID | None
    debtor: UUID | None
    proposed_by: str
    proposed_at: datetime
    permission: str


class Approvals(BaseModel):
    """What waits for a decision, oldest first."""

    data: list[ApprovalOut]


class DecisionIn(values.Body):
    """A word on the decision."""

    note: values.Text = ""


class DecisionOut(BaseModel):
    """What was decided."""

    id: UUID
    state: str


@approvals.get("", Permission.WORKLIST_VIEW, Approvals)
def list_approvals(call: Call) -> Approvals:
    """List what waits for a decision."""
    rows = four_eyes.pending(call.ctx)
    return Approvals(
        data=[
            ApprovalOut(
                id=row.id, kind=row.kind, title=row.title, subject=row.subject_id, creditor=row.creditor_id,
                debtor=row.debtor_id, proposed_by=row.proposed_by, proposed_at=row.proposed_at,
                permission=row.permission.value,
            )
            for row in rows
        ]
    )  # fmt: skip


@approvals.post("/{approval}/approve", Permission.WORKLIST_VIEW, DecisionOut, money=True)
def approve_a_step(call: Call, approval: UUID, body: DecisionIn) -> DecisionOut:
    """Approve what somebody else proposed, and carry it out; needs the permission that the approval names."""
    four_eyes.decide(call.ctx, approval=approval, approve=True, note=body.note, today=call.today)
    return DecisionOut(id=approval, state="approved")


@approvals.post("/{approval}/reject", Permission.WORKLIST_VIEW, DecisionOut)
def reject_a_step(call: Call, approval: UUID, body: DecisionIn) -> DecisionOut:
    """Reject what somebody else proposed."""
    four_eyes.decide(call.ctx, approval=approval, approve=False, note=body.note, today=call.today)
    return DecisionOut(id=approval, state="rejected")
