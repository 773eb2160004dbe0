"""Policies with versioned terms, limits as events, declarations, duties kept, claims, recoveries."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from fairdue.foundation.tenancy import Access, TenantForeignKey, TenantModel
from fairdue.foundation.tenancy.models import APPEND_ONLY

type Plain = dict[str, Any]


class Policy(TenantModel):
    """One policy year of a creditor with an insurer. Its terms are versions in `PolicyTerms`."""

    access: ClassVar[Access] = Access(app="select insert update", update=("number",), creditor="creditor_id")

    creditor = TenantForeignKey("parties.Creditor")
    number = models.CharField(max_length=60)
    insurer = models.CharField(max_length=120)
    currency = models.CharField(max_length=3)
    starts_on = models.DateField()
    ends_on = models.DateField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "insurance_policy"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "creditor_id", "number"], name="insurance_policy_number"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="insurance_policy_period"),
        ]


class PolicyTerms(TenantModel):
    """The terms of a policy from a day on; a change is a new version.

    `terms` and `premium` are plain values as docs/reference/insurance-files.md describes them.
    """

    access: ClassVar[Access] = Access(app=APPEND_ONLY, creditor="creditor_id")

    creditor = TenantForeignKey("parties.Creditor")
    policy = TenantForeignKey("insurance.Policy")
    valid_from = models.DateField()
    terms: models.JSONField[Plain, Plain] = models.JSONField()
    premium: models.JSONField[Plain, Plain] = models.JSONField(default=dict)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "insurance_terms"
        indexes = [models.Index(fields=["tenant", "policy_id", "valid_from"], name="insurance_terms_valid")]


class LimitDecision(TenantModel):
    """One decision of the insurer (or the own check) on a debtor's limit, acting on deliveries from a day on."""

    access: ClassVar[Access] = Access(app=APPEND_ONLY, creditor="creditor_id")

    creditor = TenantForeignKey("parties.Creditor")
    policy = TenantForeignKey("insurance.Policy")
    debtor = TenantForeignKey("parties.Debtor")
    acts_on = models.DateField()
    change = models.CharField(max_length=13)
    amount = models.BigIntegerField(default=0)
    percentage = models.DecimalField(max_digits=6, decimal_places=3, null=True)
    until_on = models.DateField(null=True)
    note = models.CharField(max_length=300, blank=True, default="")
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "insurance_limit"
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="insurance_limit_amount"),
            models.CheckConstraint(
                condition=Q(percentage__isnull=True) | Q(percentage__gt=0, percentage__lte=100),
                name="insurance_limit_percentage",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "policy_id", "debtor_id"], name="insurance_limit_debtor")]


class Declaration(TenantModel):
    """Insurable turnover declared for a period; a correction is a further revision."""

    access: ClassVar[Access] = Access(app=APPEND_ONLY, creditor="creditor_id")

    creditor = TenantForeignKey("parties.Creditor")
    policy = TenantForeignKey("insurance.Policy")
    starts_on = models.DateField()
    ends_on = models.DateField()
    revision = models.PositiveSmallIntegerField(default=0)
    turnover = models.BigIntegerField()
    declared_on = models.DateField()
    basis: models.JSONField[Plain, Plain] = models.JSONField()
    """The frozen inputs: terms of the premium, items counted, what was left out and why."""
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "insurance_declaration"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "policy_id", "starts_on", "revision"], name="insurance_declaration_period"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on"), turnover__gte=0), name="insurance_declaration_sane"
            ),
        ]


class DutyKept(TenantModel):
    """That a duty of an item was done on a day: reported, mandated."""

    access: ClassVar[Access] = Access(app=APPEND_ONLY, creditor="creditor_id")

    creditor = TenantForeignKey("parties.Creditor")
    policy = TenantForeignKey("insurance.Policy")
    item = TenantForeignKey("receivables.OpenItem")
    duty = models.CharField(max_length=15)
    done_on = models.DateField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "insurance_duty_kept"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "policy_id", "item_id", "duty"], name="insurance_duty_once"),
        ]


class Claim(TenantModel):
    """A claim on the insurer for what one debtor owes.

    Amounts are minor units of the policy's currency; `sheet` is the stored calculation. A claim without
    `indemnified_on` and `withdrawn_on` waits for its date of loss.
    """

    access: ClassVar[Access] = Access(
        app="select insert update",
        update=("loss_on", "indemnity", "borne", "loss", "aggregate_used", "sheet", "indemnified_on", "credit_id",
                "withdrawn_on", "debtor_id"),
        creditor="creditor_id",
    )  # fmt: skip

    creditor = TenantForeignKey("parties.Creditor")
    policy = TenantForeignKey("insurance.Policy")
    terms = TenantForeignKey("insurance.PolicyTerms")
    debtor = TenantForeignKey("parties.Debtor")
    number = models.CharField(max_length=60)
    cause = models.CharField(max_length=10)
    filed_on = models.DateField()
    last_day_on = models.DateField(null=True)
    """The last day on which the claim could be filed in time."""
    insolvent_on = models.DateField(null=True)
    loss_on = models.DateField()
    """The date of loss: insolvency, or end of the waiting period."""
    claimed = models.BigIntegerField()
    """What was open of the claimed items when it was filed, with VAT."""
    indemnity = models.BigIntegerField(null=True)
    borne = models.BigIntegerField(null=True)
    loss = models.BigIntegerField(null=True)
    aggregate_used = models.BigIntegerField(default=0)
    """What this claim took of the aggregate first loss of the year."""
    sheet: models.JSONField[Plain | None, Plain | None] = models.JSONField(null=True)
    indemnified_on = models.DateField(null=True)
    credit = TenantForeignKey("receivables.Credit", null=True)
    withdrawn_on = models.DateField(null=True)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "insurance_claim"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "creditor_id", "number"], name="insurance_claim_number"),
            models.CheckConstraint(
                condition=Q(indemnified_on__isnull=True, indemnity__isnull=True, sheet__isnull=True)
                | Q(
                    indemnified_on__isnull=False, indemnity__gte=0, borne__gte=0, sheet__isnull=False,
                    withdrawn_on__isnull=True, loss=F("indemnity") + F("borne"),
                ),
                name="insurance_claim_sheet",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["tenant", "loss_on"], name="insurance_claim_waiting",
                condition=Q(indemnified_on__isnull=True, withdrawn_on__isnull=True),
            ),
            models.Index(fields=["tenant", "debtor_id"], name="insurance_claim_debtor"),
        ]  # fmt: skip


class ClaimItem(TenantModel):
    """An item of a claim. At most one claim an item and policy, withdrawn or not: the database says so."""

    access: ClassVar[Access] = Access(app=APPEND_ONLY, creditor="creditor_id")

    creditor = TenantForeignKey("parties.Creditor")
    policy = TenantForeignKey("insurance.Policy")
    claim = TenantForeignKey("insurance.Claim")
    item = TenantForeignKey("receivables.OpenItem")
    insured = models.BigIntegerField()
    """What was insured of it when the claim was filed."""

    class Meta:
        db_table = "insurance_claim_item"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "policy_id", "item_id"], name="insurance_claim_item_once"),
            models.CheckConstraint(condition=Q(insured__gte=0), name="insurance_claim_item_insured"),
        ]
        indexes = [models.Index(fields=["tenant", "claim_id"], name="insurance_claim_item_claim")]


class Recovery(TenantModel):
    """Money that came in after the date of loss, shared between insurer and creditor."""

    access: ClassVar[Access] = Access(app=APPEND_ONLY, creditor="creditor_id")

    creditor = TenantForeignKey("parties.Creditor")
    claim = TenantForeignKey("insurance.Claim")
    credit = TenantForeignKey("receivables.Credit")
    received_on = models.DateField()
    amount = models.BigIntegerField()
    cost = models.BigIntegerField(default=0)
    insurer = models.BigIntegerField()
    kept = models.BigIntegerField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "insurance_recovery"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "credit_id"], name="insurance_recovery_once"),
            models.CheckConstraint(
                condition=Q(amount__gt=0, cost__gte=0, insurer=F("amount") - F("cost") - F("kept")),
                name="insurance_recovery_conserved",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "claim_id"], name="insurance_recovery_claim")]


class PayoutReceived(TenantModel):
    """Money of the insurer for a claim, taken out of a bank credit."""

    access: ClassVar[Access] = Access(app=APPEND_ONLY, creditor="creditor_id")

    creditor = TenantForeignKey("parties.Creditor")
    claim = TenantForeignKey("insurance.Claim")
    credit = TenantForeignKey("receivables.Credit")
    received_on = models.DateField()
    amount = models.BigIntegerField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "insurance_payout"
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="insurance_payout_positive")]
        indexes = [models.Index(fields=["tenant", "claim_id"], name="insurance_payout_claim")]


class PremiumPosting(TenantModel):
    """A part of the premium in the books: what was due beyond what stood there, or the reversal of one.

    `premium` and `tax` are minor units of the policy's currency, signed; `steps` is the stored calculation.
    """

    access: ClassVar[Access] = Access(app=APPEND_ONLY, creditor="creditor_id")

    creditor = TenantForeignKey("parties.Creditor")
    policy = TenantForeignKey("insurance.Policy")
    premium = models.BigIntegerField()
    tax = models.BigIntegerField(default=0)
    booked_on = models.DateField()
    turnover = models.BigIntegerField()
    """Declared turnover on which the premium was computed."""
    steps: models.JSONField[list[Plain], list[Plain]] = models.JSONField(default=list)
    entry = TenantForeignKey("receivables.JournalEntry")
    reversal_of = TenantForeignKey("insurance.PremiumPosting", null=True)
    posted_by = models.CharField(max_length=120)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "insurance_premium"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "reversal_of_id"], name="insurance_premium_reversed_once",
                condition=Q(reversal_of_id__isnull=False),
            ),
            models.CheckConstraint(condition=~Q(premium=0, tax=0), name="insurance_premium_something"),
        ]  # fmt: skip
        indexes = [models.Index(fields=["tenant", "policy_id", "recorded_at"], name="insurance_premium_policy")]
