"""Rules that people made from bank lines, and bank files that wait for their import."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from fairdue.foundation.tenancy import Access, TenantForeignKey, TenantModel

_CHANGED = (
    "name", "text", "payer", "blind", "masked", "code", "least", "most", "currency", "action", "nature", "debtor_id",
    "priority", "posts", "active", "changed_by", "changed_at", "removed_on",
)  # fmt: skip


class BankRule(TenantModel):
    """What payments like one become (`core.bankrules`). A removed rule stays, because what it did names it.

    The counterparty's account number is not kept: `blind` finds it, `masked` shows it.
    """

    access: ClassVar[Access] = Access(app="select insert update", update=_CHANGED, creditor="creditor_id")

    class Action(models.TextChoices):
        PAYER = "payer"
        ON_ACCOUNT = "on_account"
        NOT_RECEIVABLE = "not_receivable"

    creditor = TenantForeignKey("parties.Creditor")
    name = models.CharField(max_length=100)
    text = models.CharField(max_length=140, blank=True, default="")
    payer = models.CharField(max_length=140, blank=True, default="")
    blind = models.CharField(max_length=64, blank=True, default="")
    masked = models.CharField(max_length=20, blank=True, default="")
    code = models.CharField(max_length=40, blank=True, default="")
    least = models.BigIntegerField(null=True)
    most = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True, default="")
    action = models.CharField(max_length=14, choices=Action.choices)
    nature = models.CharField(max_length=16, blank=True, default="")
    debtor = TenantForeignKey("parties.Debtor", null=True)
    priority = models.IntegerField(default=100)
    posts = models.BooleanField(default=True)
    """Posts by itself; otherwise it only proposes."""
    active = models.BooleanField(default=True)
    made_by = models.CharField(max_length=120)
    made_at = models.DateTimeField(db_default=Now())
    changed_by = models.CharField(max_length=120, blank=True, default="")
    changed_at = models.DateTimeField(null=True)
    removed_on = models.DateField(null=True)

    class Meta:
        db_table = "bank_rule"
        constraints = [
            models.CheckConstraint(
                condition=Q(action="not_receivable", debtor_id__isnull=True)
                | (~Q(action="not_receivable") & Q(debtor_id__isnull=False)),
                name="bank_rule_debtor",
            ),
            models.CheckConstraint(
                condition=Q(least__isnull=True) | Q(most__isnull=True) | Q(most__gte=F("least")),
                name="bank_rule_amounts",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["tenant", "creditor_id", "priority"], name="bank_rule_in_force",
                condition=Q(active=True, removed_on__isnull=True),
            ),
        ]  # fmt: skip


class StatementRun(TenantModel):
    """A bank file that a person sent: how far its import is, and what became of it."""

    access: ClassVar[Access] = Access(
        app="select insert update",
        update=("state", "stage", "lines_done", "lines", "findings", "statements", "ended_at"),
        creditor="creditor_id",
    )

    class State(models.TextChoices):
        WAITING = "waiting"
        """In the queue, or at work; it ends in one of the others."""
        REFUSED = "refused"
        DONE = "done"

    creditor_id = models.UUIDField(null=True)
    file = TenantForeignKey("foundation.StoredFile")
    file_name = models.CharField(max_length=200)
    format = models.CharField(max_length=30, blank=True, default="")
    take_findings = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    stage = models.CharField(max_length=10, blank=True, default="")
    """What the job does just now: reading, storing, matching."""
    lines_done = models.IntegerField(default=0)
    lines = models.IntegerField(default=0)
    """New lines, once it is done."""
    findings: models.JSONField[list[Any], list[Any]] = models.JSONField(default=list)
    statements: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    actor = models.CharField(max_length=120)
    created_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "statement_run"
        indexes = [models.Index(fields=["tenant", "created_at"], name="statement_run_created")]
