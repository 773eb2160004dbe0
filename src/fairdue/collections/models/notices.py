"""What went out to a debtor, about which items, and which steps of the ladder it took."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from fairdue.foundation.tenancy import Access, TenantForeignKey, TenantModel
from fairdue.foundation.tenancy.models import APPEND_ONLY


class Notice(TenantModel):
    """One message to one debtor in one run; its mail carries its id as a stable Message-ID."""

    access: ClassVar[Access] = Access(
        app="select insert update", update=("state", "state_reason", "settled_on", "debtor_id"), creditor="creditor_id"
    )

    class State(models.TextChoices):
        PLANNED = "planned"
        SENT = "sent"
        FAILED = "failed"
        CANCELLED = "cancelled"

    creditor = TenantForeignKey("parties.Creditor")
    debtor = TenantForeignKey("parties.Debtor")
    run_on = models.DateField()
    level = models.PositiveSmallIntegerField()
    template = models.CharField(max_length=20)
    channel = models.CharField(max_length=10)
    language = models.CharField(max_length=8)
    recipient = models.CharField(max_length=320)
    subject = models.CharField(max_length=250)
    text = models.TextField()
    html = models.TextField(blank=True, default="")
    reply_by = models.DateField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    state_reason = models.CharField(max_length=500, blank=True, default="", db_default="")
    settled_on = models.DateField(null=True)
    """The day on which it was sent, failed or cancelled."""
    planned_by = models.CharField(max_length=120)
    planned_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "notice"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "debtor_id", "run_on"],
                name="notice_once_a_run",
                condition=~Q(state="cancelled"),
            )
        ]
        indexes = [models.Index(fields=["tenant", "run_on"], name="notice_run")]


class NoticeLine(TenantModel):
    """An item in a notice: what was open and chased then, and what the law adds to it."""

    access: ClassVar[Access] = Access(app=APPEND_ONLY, creditor="creditor_id")

    creditor_id = models.UUIDField()
    notice = TenantForeignKey("collections.Notice")
    item = TenantForeignKey("receivables.OpenItem")
    currency = models.CharField(max_length=3)
    residual = models.BigIntegerField()
    chaseable = models.BigIntegerField()
    level = models.PositiveSmallIntegerField(null=True)
    """The level of the item's own step; null when it is listed only."""
    interest = models.BigIntegerField(default=0)
    compensation = models.BigIntegerField(default=0)
    law: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    """The whole answer of the law, with the rate rows used; empty when nothing was claimed."""

    class Meta:
        db_table = "notice_line"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "notice_id", "item_id"], name="notice_line_once"),
            models.CheckConstraint(
                condition=Q(chaseable__gt=0) & Q(chaseable__lte=models.F("residual")), name="notice_line_chased"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "item_id"], name="notice_line_item")]


class StepTaken(TenantModel):
    """A rung of the ladder that an item took, with those it passed over; once for each due date."""

    access: ClassVar[Access] = Access(app="select insert update", update=("state", "debtor_id"), creditor="creditor_id")

    class State(models.TextChoices):
        TAKEN = "taken"
        CANCELLED = "cancelled"
        """Its notice never went out, so it does not count."""

    creditor_id = models.UUIDField()
    debtor_id = models.UUIDField()
    item = TenantForeignKey("receivables.OpenItem")
    due_on = models.DateField()
    offset_days = models.SmallIntegerField()
    level = models.PositiveSmallIntegerField()
    template = models.CharField(max_length=20)
    taken_on = models.DateField()
    passed_over: ArrayField[list[int], list[int]] = ArrayField(models.SmallIntegerField(), default=list)
    """Offsets of the rungs below that were superseded by this one."""
    state = models.CharField(max_length=10, choices=State.choices)
    source_id = models.UUIDField()
    """The notice or task."""
    version = TenantForeignKey("collections.CadenceVersion", null=True)
    """The version of the ladder that it is a rung of; null is the built-in one."""
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "step_taken"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "item_id", "due_on", "offset_days"],
                name="step_taken_once",
                condition=~Q(state="cancelled"),
            )
        ]
        indexes = [
            models.Index(fields=["tenant", "debtor_id", "taken_on"], name="step_taken_debtor"),
            models.Index(fields=["tenant", "source_id"], name="step_taken_source"),
        ]
