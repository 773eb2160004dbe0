"""Direct debits: what payers have signed, runs, and the collections in them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from fairdue.foundation.tenancy import Access, TenantForeignKey, TenantModel


class Mandate(TenantModel):
    """What a payer has signed so that we may collect. The account is the debtor's, approved by two people."""

    access: ClassVar[Access] = Access(
        app="select insert update", update=("state", "state_reason", "last_used_on", "account_id", "debtor_id"),
        creditor="creditor_id",
    )  # fmt: skip

    class State(models.TextChoices):
        ACTIVE = "active"
        STOPPED = "stopped"
        """Not used until a person releases it."""
        CANCELLED = "cancelled"
        """Taken back for good."""

    creditor = TenantForeignKey("parties.Creditor")
    debtor = TenantForeignKey("parties.Debtor")
    account = TenantForeignKey("parties.DebtorAccount")
    reference = models.CharField(max_length=35)
    scheme = models.CharField(max_length=4)
    one_off = models.BooleanField(default=False)
    signed_on = models.DateField()
    last_used_on = models.DateField(null=True)
    """The day of the last collection, the returned ones included."""
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    state_reason = models.CharField(max_length=200, blank=True, default="")
    recorded_by = models.CharField(max_length=120)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "mandate"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "creditor_id", "reference"], name="mandate_reference"),
            models.UniqueConstraint(
                fields=["tenant", "debtor_id", "scheme"], name="mandate_one_active", condition=Q(state="active")
            ),
            models.CheckConstraint(condition=Q(scheme__in=["core", "b2b"]), name="mandate_scheme"),
        ]


class DebitRun(TenantModel):
    """One pain.008 file: collections of one creditor, scheme and day."""

    access: ClassVar[Access] = Access(
        app="select insert update", update=("cancelled_on", "cancelled_by"), creditor="creditor_id"
    )

    creditor = TenantForeignKey("parties.Creditor")
    bank_account = TenantForeignKey("cash.BankAccount")
    file = TenantForeignKey("foundation.StoredFile")
    reference = models.CharField(max_length=35)
    """Message id and name of the batch: by it the bank answers and books."""
    scheme = models.CharField(max_length=4)
    collect_on = models.DateField()
    count = models.IntegerField()
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    excluded: models.JSONField[list[Any], list[Any]] = models.JSONField(default=list)
    """What was left out: item, number, reason."""
    made_on = models.DateField()
    made_by = models.CharField(max_length=120)
    made_at = models.DateTimeField(db_default=Now())
    cancelled_on = models.DateField(null=True)
    cancelled_by = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        db_table = "debit_run"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "reference"], name="debit_run_reference"),
            models.CheckConstraint(condition=Q(count__gt=0, amount__gt=0), name="debit_run_amount"),
        ]
        indexes = [models.Index(fields=["tenant", "creditor_id", "collect_on"], name="debit_run_day")]


class DirectDebit(TenantModel):
    """One collection of one item: planned, ordered in a run, and what became of it."""

    access: ClassVar[Access] = Access(
        app="select insert update",
        update=("state", "run_id", "collect_on", "amount", "end_to_end_id", "sequence", "code", "debtor_id",
                "mandate_id"),
        creditor="creditor_id",
    )  # fmt: skip

    class State(models.TextChoices):
        PLANNED = "planned"
        """Waits for a run: an instalment, or another attempt."""
        ORDERED = "ordered"
        COLLECTED = "collected"
        """The money came; it may still go back."""
        REJECTED = "rejected"
        """The bank refused it before the day."""
        RETURNED = "returned"
        CANCELLED = "cancelled"

    creditor = TenantForeignKey("parties.Creditor")
    debtor = TenantForeignKey("parties.Debtor")
    item = TenantForeignKey("receivables.OpenItem")
    mandate = TenantForeignKey("cash.Mandate", null=True)
    run = TenantForeignKey("cash.DebitRun", null=True)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    collect_on = models.DateField()
    end_to_end_id = models.CharField(max_length=35, blank=True, default="")
    sequence = models.CharField(max_length=4, blank=True, default="")
    attempt = models.IntegerField(default=1)
    state = models.CharField(max_length=10, choices=State.choices)
    code = models.CharField(max_length=40, blank=True, default="")
    """Why it failed."""
    source_id = models.UUIDField(null=True)
    """The payment plan, or the collection that is tried again."""
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "direct_debit"
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="direct_debit_amount"),
            models.UniqueConstraint(
                fields=["tenant", "item_id"], name="direct_debit_on_its_way", condition=Q(state="ordered")
            ),
            models.UniqueConstraint(
                fields=["tenant", "end_to_end_id"], name="direct_debit_end_to_end", condition=~Q(end_to_end_id="")
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "item_id"], name="direct_debit_item"),
            models.Index(fields=["tenant", "run_id"], name="direct_debit_run"),
            models.Index(
                fields=["tenant", "creditor_id", "collect_on"], name="direct_debit_planned",
                condition=Q(state="planned"),
            ),
        ]  # fmt: skip
