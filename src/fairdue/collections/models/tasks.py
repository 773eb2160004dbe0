"""What a person has to do, and what was said on the telephone."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from fairdue.foundation.tenancy import Access, TenantForeignKey, TenantModel


class Task(TenantModel):
    """One thing to do about one debtor, due on a day, with its reason in words."""

    access: ClassVar[Access] = Access(
        app="select insert update",
        update=("state", "due_on", "outcome", "done_on", "done_by", "owner_id", "debtor_id"),
        creditor="creditor_id",
    )

    class Kind(models.TextChoices):
        CALL = "call"
        LETTER = "letter"
        """Print, sign and post; or send a step that waits for a person."""
        PROMISE_BROKEN = "promise_broken"
        FOLLOW_UP = "follow_up"
        MASTER_DATA = "master_data"
        """No way to reach the debtor: find one."""

    class State(models.TextChoices):
        OPEN = "open"
        DONE = "done"
        CANCELLED = "cancelled"

    creditor = TenantForeignKey("parties.Creditor")
    debtor = TenantForeignKey("parties.Debtor")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    reason = models.CharField(max_length=300)
    due_on = models.DateField()
    opened_on = models.DateField()
    dedup_key = models.CharField(max_length=200)
    source_id = models.UUIDField(null=True)
    owner_id = models.UUIDField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN, db_default="open")
    outcome = models.CharField(max_length=40, blank=True, default="", db_default="")
    done_on = models.DateField(null=True)
    done_by = models.CharField(max_length=120, blank=True, default="", db_default="")
    opened_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "collection_task"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "dedup_key"], name="collection_task_once"),
            # Two calls to one customer would be one call too many.
            models.UniqueConstraint(
                fields=["tenant", "debtor_id"],
                name="collection_task_one_call",
                condition=Q(state="open", kind="call"),
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "due_on"], name="collection_task_open", condition=Q(state="open"),
                include=["debtor_id", "kind"],
            ),
            models.Index(fields=["tenant", "debtor_id"], name="collection_task_debtor"),
        ]  # fmt: skip


class CallLog(TenantModel):
    """A call as it went, with its coded outcome."""

    access: ClassVar[Access] = Access(
        app="select insert update", update=("debtor_id", "withdrawn_on"), creditor="creditor_id"
    )

    class Outcome(models.TextChoices):
        PROMISE = "promise", "Promised to pay"
        DISPUTE = "dispute", "Contests the invoice"
        COPY_SENT = "copy_sent", "Needs a copy"
        PAID_ALREADY = "paid_already", "Says it is paid"
        CANNOT_PAY = "cannot_pay", "Cannot pay now"
        REFUSES = "refuses", "Refuses to pay"
        CALL_BACK = "call_back", "Asked to call back"
        VOICEMAIL = "voicemail", "Voicemail"
        NO_ANSWER = "no_answer", "No answer"
        WRONG_PARTY = "wrong_party", "Wrong person"
        NUMBER_INVALID = "number_invalid", "Number does not work"

    creditor = TenantForeignKey("parties.Creditor")
    debtor = TenantForeignKey("parties.Debtor")
    task = TenantForeignKey("collections.Task", null=True)
    outcome = models.CharField(max_length=20, choices=Outcome.choices)
    spoke_with = models.CharField(max_length=120, blank=True, default="")
    note = models.TextField(blank=True, default="")
    called_on = models.DateField()
    called_by = models.CharField(max_length=120)
    withdrawn_on = models.DateField(null=True)
    """Logged by mistake and taken back on that day: it counts as no contact."""
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "call_log"
        indexes = [models.Index(fields=["tenant", "debtor_id", "called_on"], name="call_log_debtor")]
