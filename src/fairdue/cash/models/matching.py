"""What we make of bank lines: keys, proposals, refusals, applications, and who pays from where."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from fairdue.foundation.tenancy import Access, TenantForeignKey, TenantModel


class OpenItemKey(TenantModel):
    """A key under which a payment may name an item or a credit note (`core.matching.item_keys`)."""

    access: ClassVar[Access] = Access(app="select insert delete", creditor="creditor_id")

    creditor = TenantForeignKey("parties.Creditor")
    debtor = TenantForeignKey("parties.Debtor")
    item_id = models.UUIDField()
    """An open item, or a credit note."""
    kind = models.CharField(max_length=10)
    key = models.CharField(max_length=120)

    class Meta:
        db_table = "open_item_key"
        constraints = [
            models.UniqueConstraint(
                # What a text names may be a number or an order: with the key first, both stand side by side.
                fields=["tenant", "creditor_id", "key", "kind", "item_id"],
                name="open_item_key_found",
            ),
        ]
        # Each index serves one question only. One that led with the item and held the key as well was taken for keys by
        # a database without statistics of a fresh tenant, and read all of them for each.
        indexes = [models.Index(fields=["tenant", "item_id"], name="open_item_key_item")]


class PayerAccount(TenantModel):
    """How often an account paid for a debtor, from applications that stand."""

    access: ClassVar[Access] = Access(app="select insert update", update=("times", "last_on"), creditor="creditor_id")

    creditor = TenantForeignKey("parties.Creditor")
    debtor = TenantForeignKey("parties.Debtor")
    blind = models.CharField(max_length=64)
    times = models.IntegerField(default=0)
    last_on = models.DateField()

    class Meta:
        db_table = "payer_account"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "creditor_id", "blind", "debtor_id"], name="payer_account_once"),
            models.CheckConstraint(condition=Q(times__gte=0), name="payer_account_times"),
        ]


class PayerMemory(TenantModel):
    """Names under which a debtor's money came, and names and accounts whose money was no customer's."""

    access: ClassVar[Access] = Access(app="select insert update", update=("times", "last_on"), creditor="creditor_id")

    class Kind(models.TextChoices):
        NAME = "name"
        """The name as `core.matching.alias_of` writes it."""
        ACCOUNT = "account"
        """The blind form of the account."""

    creditor = TenantForeignKey("parties.Creditor")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    key = models.CharField(max_length=200)
    debtor_id = models.UUIDField()
    """All zeros: no customer."""
    times = models.IntegerField(default=0)
    last_on = models.DateField()

    class Meta:
        db_table = "payer_memory"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "creditor_id", "kind", "key", "debtor_id"], name="payer_memory_once"
            ),
            models.CheckConstraint(condition=Q(times__gte=0), name="payer_memory_times"),
        ]


class CashRule(TenantModel):
    """How often a rule with one grade of evidence was right here, and whether it may post. Counted every week."""

    access: ClassVar[Access] = Access(
        app="select insert update",
        update=("was_right", "judged", "lower", "mode", "decided_by", "reason", "counted_at"), creditor="creditor_id",
    )  # fmt: skip

    class Mode(models.TextChoices):
        AUTOMATIC = "automatic"
        MANUAL = "manual"

    creditor = TenantForeignKey("parties.Creditor")
    signature = models.CharField(max_length=120)
    """Rule and grade: "numbers.exact/whole payer one"."""
    was_right = models.IntegerField()
    judged = models.IntegerField()
    lower = models.IntegerField()
    """Lower 95 % bound of the share, in basis points."""
    mode = models.CharField(max_length=10, choices=Mode.choices, default=Mode.AUTOMATIC)
    decided_by = models.CharField(max_length=120, default="machine")
    """A mode that a person chose is never changed by the machine."""
    reason = models.CharField(max_length=200, blank=True, default="", db_default="")
    """Why a person switched it."""
    counted_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "cash_rule"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "creditor_id", "signature"], name="cash_rule_once"),
            models.CheckConstraint(condition=Q(was_right__gte=0, judged__gte=F("was_right")), name="cash_rule_counts"),
        ]


class CashProposal(TenantModel):
    """What a line should become, how sure, and why. At most one a line is open."""

    access: ClassVar[Access] = Access(
        app="select insert update", update=("state", "decided_by", "decided_at"), creditor="creditor_id"
    )

    class State(models.TextChoices):
        OPEN = "open"
        ACCEPTED = "accepted"
        REFUSED = "refused"
        CHANGED = "changed"
        """A person did something else with the money."""
        SUPERSEDED = "superseded"
        """A later run proposed anew."""

    creditor = TenantForeignKey("parties.Creditor")
    line = TenantForeignKey("cash.BankLine")
    source = models.CharField(max_length=12)
    step = models.CharField(max_length=16)
    grade = models.CharField(max_length=60, blank=True, default="")
    """How good the evidence is; rule and grade make the signature under which outcomes are counted."""
    confidence = models.IntegerField()
    """Basis points."""
    reason = models.TextField()
    arithmetic = models.CharField(max_length=300, blank=True, default="")
    allocations: models.JSONField[list[Any], list[Any]] = models.JSONField(default=list)
    """Item, amount, adjustment, adjustment_kind, settles; minor units."""
    on_account = models.BigIntegerField()
    debtor = TenantForeignKey("parties.Debtor", null=True)
    evidence: models.JSONField[list[Any], list[Any]] = models.JSONField(default=list)
    deductions: models.JSONField[list[Any], list[Any]] = models.JSONField(default=list)
    alternatives: models.JSONField[list[Any], list[Any]] = models.JSONField(default=list)
    fingerprint = models.TextField()
    automatic = models.BooleanField(default=False)
    """Sure enough to be posted without a person; in shadow mode it is not posted all the same."""
    shadow = models.BooleanField(default=False)
    """Made in shadow mode."""
    rule = TenantForeignKey("cash.BankRule", null=True)
    """The rule of a person that had a say in it."""
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    decided_by = models.CharField(max_length=120, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    proposed_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "cash_proposal"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "line_id"], name="cash_proposal_open", condition=Q(state="open")),
            models.CheckConstraint(condition=Q(confidence__gte=0, confidence__lte=10000), name="cash_proposal_sure"),
        ]
        indexes = [
            models.Index(fields=["tenant", "creditor_id", "state"], name="cash_proposal_state"),
            models.Index(fields=["tenant", "rule_id"], name="cash_proposal_rule", condition=Q(rule_id__isnull=False)),
        ]


class CashRefusal(TenantModel):
    """A person said no to this use of this line; it is not proposed again."""

    access: ClassVar[Access] = Access(app="select insert", creditor="creditor_id")

    creditor = TenantForeignKey("parties.Creditor")
    line = TenantForeignKey("cash.BankLine")
    fingerprint = models.TextField()
    refused_by = models.CharField(max_length=120)
    refused_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "cash_refusal"
        indexes = [models.Index(fields=["tenant", "line_id"], name="cash_refusal_line")]


class CashApplication(TenantModel):
    """What was done with a line, by whom, and whether it was taken back."""

    access: ClassVar[Access] = Access(
        app="select insert update", update=("reversed_on", "reversed_by", "reversal_reason"), creditor="creditor_id"
    )

    class How(models.TextChoices):
        AUTOMATIC = "automatic"
        ACCEPTED = "accepted"
        CHANGED = "changed"
        """Allocated by hand."""
        ON_ACCOUNT = "on_account"
        NOT_RECEIVABLE = "not_receivable"
        IMPORTED = "imported"

    creditor = TenantForeignKey("parties.Creditor")
    debtor = TenantForeignKey("parties.Debtor", null=True)
    line = TenantForeignKey("cash.BankLine")
    proposal = TenantForeignKey("cash.CashProposal", null=True)
    group_id = models.UUIDField(null=True)
    """The allocations in the heart; null when nothing was allocated."""
    batch_id = models.UUIDField(null=True)
    """Applications that were posted by one act, and can be taken back by one."""
    how = models.CharField(max_length=14, choices=How.choices)
    amount = models.BigIntegerField()
    on_account = models.BigIntegerField()
    items = models.IntegerField(default=0)
    applied_on = models.DateField()
    applied_by = models.CharField(max_length=120)
    recorded_at = models.DateTimeField(db_default=Now())
    reversed_on = models.DateField(null=True)
    reversed_by = models.CharField(max_length=120, blank=True, default="")
    reversal_reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        db_table = "cash_application"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "line_id"], name="cash_application_standing",
                condition=Q(reversed_on__isnull=True),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["tenant", "creditor_id", "recorded_at"], name="cash_application_recorded"),
            models.Index(fields=["tenant", "group_id"], name="cash_application_group"),
            models.Index(
                fields=["tenant", "batch_id"], name="cash_application_batch", condition=Q(batch_id__isnull=False)
            ),
        ]
