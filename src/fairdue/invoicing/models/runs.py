"""Tables of the bulk run: what was asked for, and what became of each draft in it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from fairdue.foundation.tenancy import Access, TenantForeignKey, TenantModel


class IssueRun(TenantModel):
    """Many drafts to be issued as jobs. How far it is follows from its rows, its documents and deliveries."""

    access: ClassVar[Access] = Access(
        app="select insert update", update=("ended_at", "cancelled_at", "cancelled_by"), creditor="creditor_id"
    )

    creditor = TenantForeignKey("parties.Creditor", null=True)
    """Whose drafts; none where they are those of several."""
    asked: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    """The choice: {"drafts": "chosen"} for those that were picked, {"drafts": "all"} for all that were open."""
    issue_on = models.DateField()
    """The business date of the start; every document of the run bears it, however long the run takes."""
    started_by = models.CharField(max_length=120)
    started_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)
    """When no draft waited any more."""
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        db_table = "issue_run"
        indexes = [models.Index(fields=["tenant", "started_at"], name="issue_run_started")]


class RunDraft(TenantModel):
    """One draft of a run: it waits in one chunk, then has one outcome. A draft waits in one run at most."""

    access: ClassVar[Access] = Access(
        app="select insert update", update=("state", "invoice_id", "findings"), creditor="creditor_id"
    )

    class State(models.TextChoices):
        WAITING = "waiting"
        ISSUED = "issued"
        REFUSED = "refused"
        """It has findings and no number."""
        GONE = "gone"
        """Somebody issued or discarded it before its turn came."""
        CANCELLED = "cancelled"

    creditor = TenantForeignKey("parties.Creditor")
    run = TenantForeignKey("invoicing.IssueRun")
    draft = TenantForeignKey("invoicing.Draft")
    chunk = models.IntegerField()
    """The chunk that it is issued in: one job, one transaction."""
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    invoice = TenantForeignKey("invoicing.Invoice", null=True)
    findings: models.JSONField[list[Any], list[Any]] = models.JSONField(default=list)
    """Why it was refused: findings as `validation.record.finding_to_wire` writes them."""

    class Meta:
        db_table = "issue_run_draft"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "run_id", "draft_id"], name="issue_run_draft_once"),
            models.UniqueConstraint(
                fields=["tenant", "draft_id"], name="issue_run_draft_waits", condition=Q(state="waiting")
            ),
            models.CheckConstraint(
                condition=Q(state="issued", invoice_id__isnull=False) | ~Q(state="issued") & Q(invoice_id__isnull=True),
                name="issue_run_draft_invoice",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "run_id", "state", "chunk"], name="issue_run_draft_chunk")]
