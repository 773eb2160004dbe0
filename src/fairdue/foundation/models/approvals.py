"""What one person proposed and another must approve."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from fairdue.foundation.tenancy import Access, TenantModel


class Approval(TenantModel):
    """A proposed step that needs four eyes. The database refuses a decision by its proposer."""

    access: ClassVar[Access] = Access(
        app="select insert update", update=("state", "decided_by", "decided_at", "note"), creditor="creditor_id"
    )

    class State(models.TextChoices):
        PENDING = "pending"
        APPROVED = "approved"
        REJECTED = "rejected"

    creditor_id = models.UUIDField(null=True)
    debtor_id = models.UUIDField(null=True)
    subject_id = models.UUIDField()
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    payload: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    proposed_by = models.CharField(max_length=120)
    proposed_at = models.DateTimeField(db_default=Now())
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    decided_by = models.CharField(max_length=120, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        db_table = "approval"
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="approved") | ~Q(decided_by=F("proposed_by")), name="approval_four_eyes"
            ),
            models.UniqueConstraint(
                fields=["tenant", "kind", "subject_id"], name="approval_pending_once", condition=Q(state="pending")
            ),
        ]
