"""What customers' codes mean, money that is to go back, and money on account that meets an item."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from fairdue.foundation.tenancy import Access, TenantForeignKey, TenantModel


class DeductionCode(TenantModel):
    """What a customer's code for money that he takes off means (`core.matching.codes`); without customer, anybody's."""

    access: ClassVar[Access] = Access(
        app="select insert update", update=("removed_on", "removed_by", "debtor_id"), creditor="creditor_id"
    )

    creditor = TenantForeignKey("parties.Creditor")
    debtor = TenantForeignKey("parties.Debtor", null=True)
    code = models.CharField(max_length=60)
    key = models.CharField(max_length=60)
    """The code as it is compared."""
    reason = models.CharField(max_length=20)
    treatment = models.CharField(max_length=10)
    most = models.BigIntegerField(default=0)
    """Minor units of `currency` that are granted on one document."""
    currency = models.CharField(max_length=3, blank=True, default="")
    words = models.CharField(max_length=200, blank=True, default="")
    made_by = models.CharField(max_length=120)
    made_at = models.DateTimeField(db_default=Now())
    removed_on = models.DateField(null=True)
    removed_by = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        db_table = "deduction_code"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "creditor_id", "debtor_id", "key"], name="deduction_code_of_customer",
                condition=Q(removed_on__isnull=True, debtor_id__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["tenant", "creditor_id", "key"], name="deduction_code_of_all",
                condition=Q(removed_on__isnull=True, debtor_id__isnull=True),
            ),
            models.CheckConstraint(
                condition=Q(treatment="dispute", most=0) | Q(treatment__in=["discount", "fee"], most__gt=0),
                name="deduction_code_treatment",
            ),
        ]  # fmt: skip


class Refund(TenantModel):
    """A task: money of a payment that belongs to nobody's item goes back, after two people have agreed."""

    access: ClassVar[Access] = Access(
        app="select insert update",
        update=("state", "account_id", "reason", "approval_id", "decided_on", "decided_by", "debtor_id", "amount",
                "file_id", "end_to_end_id", "agent", "bank_status", "bank_code", "bank_words", "answered_on"),
        creditor="creditor_id",
    )  # fmt: skip

    class Kind(models.TextChoices):
        DUPLICATE = "duplicate"
        """What it names was paid before."""
        OVERPAYMENT = "overpayment"
        OTHER = "other"

    class State(models.TextChoices):
        OPEN = "open"
        PROPOSED = "proposed"
        """Waits for a second person."""
        PAID = "paid"
        DISMISSED = "dismissed"
        """The money stays: it was used, or its payment was taken back."""

    creditor = TenantForeignKey("parties.Creditor")
    debtor = TenantForeignKey("parties.Debtor", null=True)
    credit = TenantForeignKey("receivables.Credit")
    line = TenantForeignKey("cash.BankLine", null=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    account = TenantForeignKey("parties.DebtorAccount", null=True)
    """Where it goes, once somebody has chosen."""
    reason = models.CharField(max_length=300, blank=True, default="")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    approval_id = models.UUIDField(null=True)
    opened_on = models.DateField()
    opened_by = models.CharField(max_length=120)
    opened_at = models.DateTimeField(db_default=Now())
    decided_on = models.DateField(null=True)
    decided_by = models.CharField(max_length=120, blank=True, default="")
    file_id = models.UUIDField(null=True)
    """The file of transfers that orders it; in one file only, so that nothing is paid twice."""
    end_to_end_id = models.CharField(max_length=35, blank=True, default="", db_default="")
    agent = models.CharField(max_length=11, blank=True, default="", db_default="")
    """BIC of the bank of the account; only a transfer outside SEPA needs it."""
    bank_status = models.CharField(max_length=8, blank=True, default="", db_default="")
    """What the bank answered last (pain.002), empty without an answer to the last order."""
    bank_code = models.CharField(max_length=40, blank=True, default="", db_default="")
    bank_words = models.CharField(max_length=300, blank=True, default="", db_default="")
    """Why, in words."""
    answered_on = models.DateField(null=True)

    class Meta:
        db_table = "refund"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "credit_id"], name="refund_once", condition=Q(state__in=["open", "proposed"])
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_amount"),
        ]
        indexes = [models.Index(fields=["tenant", "creditor_id", "state"], name="refund_state")]


class CreditUse(TenantModel):
    """Money on account that is proposed for items which came after it, or was applied to them. Undone by reversal."""

    access: ClassVar[Access] = Access(
        app="select insert update",
        update=("state", "group_id", "decided_on", "decided_by", "reversed_on", "reversed_by", "reversal_reason",
                "debtor_id"),
        creditor="creditor_id",
    )  # fmt: skip

    class State(models.TextChoices):
        OPEN = "open"
        ACCEPTED = "accepted"
        REFUSED = "refused"
        """A person said no; the same items are not proposed again."""
        SUPERSEDED = "superseded"
        REVERSED = "reversed"

    creditor = TenantForeignKey("parties.Creditor")
    debtor = TenantForeignKey("parties.Debtor")
    credit = TenantForeignKey("receivables.Credit")
    allocations: models.JSONField[list[Any], list[Any]] = models.JSONField(default=list)
    """Item, number, amount; minor units of the credit, whose currency is the items'."""
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    rule = models.CharField(max_length=40)
    reason = models.TextField()
    confidence = models.IntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    group_id = models.UUIDField(null=True)
    """The allocations in the heart, once accepted."""
    proposed_on = models.DateField()
    proposed_at = models.DateTimeField(db_default=Now())
    decided_on = models.DateField(null=True)
    decided_by = models.CharField(max_length=120, blank=True, default="")
    reversed_on = models.DateField(null=True)
    reversed_by = models.CharField(max_length=120, blank=True, default="")
    reversal_reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        db_table = "credit_use"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "credit_id"], name="credit_use_open", condition=Q(state="open")),
            models.CheckConstraint(condition=Q(amount__gt=0), name="credit_use_amount"),
            models.CheckConstraint(
                condition=Q(state__in=["accepted", "reversed"], group_id__isnull=False)
                | Q(state__in=["open", "refused", "superseded"], group_id__isnull=True),
                name="credit_use_group",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "creditor_id", "state"], name="credit_use_state"),
            models.Index(fields=["tenant", "credit_id"], name="credit_use_credit"),
        ]
