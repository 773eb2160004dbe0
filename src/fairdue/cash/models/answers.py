"""What banks say about our collections and about payments that they ask back."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from fairdue.foundation.tenancy import Access, TenantForeignKey, TenantModel


class DebitAnswer(TenantModel):
    """One answer of a pain.002 file about a run, as the bank gave it. Never changed."""

    access: ClassVar[Access] = Access(app="select insert", creditor="creditor_id")

    creditor = TenantForeignKey("parties.Creditor")
    run = TenantForeignKey("cash.DebitRun")
    file = TenantForeignKey("foundation.StoredFile")
    sha256 = models.CharField(max_length=64)
    place = models.IntegerField()
    """Its place in the file, from 1."""
    level = models.CharField(max_length=8)
    """What it is about: group, batch or payment."""
    status = models.CharField(max_length=8)
    code = models.CharField(max_length=40, blank=True, default="")
    sentence = models.CharField(max_length=300, blank=True, default="")
    batch_id = models.CharField(max_length=40, blank=True, default="")
    end_to_end_id = models.CharField(max_length=40, blank=True, default="")
    refused = models.IntegerField(default=0)
    """How many collections it refused."""
    read_on = models.DateField()
    read_by = models.CharField(max_length=120)
    read_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "debit_answer"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "run_id", "sha256", "place"], name="debit_answer_once"),
        ]


class RefundAnswer(TenantModel):
    """One answer of a pain.002 file about one refund, as the bank gave it. Never changed."""

    access: ClassVar[Access] = Access(app="select insert", creditor="creditor_id")

    creditor = TenantForeignKey("parties.Creditor")
    refund = TenantForeignKey("cash.Refund")
    file = TenantForeignKey("foundation.StoredFile")
    sha256 = models.CharField(max_length=64)
    place = models.IntegerField()
    """Its place in the file, from 1."""
    reference = models.CharField(max_length=35)
    """The message that ordered the refund."""
    level = models.CharField(max_length=8)
    """What it is about: group, batch or payment."""
    status = models.CharField(max_length=8)
    code = models.CharField(max_length=40, blank=True, default="")
    sentence = models.CharField(max_length=300, blank=True, default="")
    end_to_end_id = models.CharField(max_length=35)
    read_on = models.DateField()
    read_by = models.CharField(max_length=120)
    read_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "refund_answer"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "refund_id", "sha256", "place"], name="refund_answer_once"),
        ]
        indexes = [models.Index(fields=["tenant", "reference"], name="refund_answer_reference")]


class Recall(TenantModel):
    """A bank's request for a payment (camt.056), what two people decided, and the answer (camt.029)."""

    access: ClassVar[Access] = Access(
        app="select insert update",
        update=("state", "line_id", "approval_id", "refusal", "note", "answer_id", "answered_on", "answered_by"),
        creditor="creditor_id",
    )  # fmt: skip

    class State(models.TextChoices):
        UNKNOWN = "unknown"
        """No payment of ours fits: a person looks."""
        ASKED = "asked"
        """Waits for a second person."""
        AGREED = "agreed"
        REFUSED = "refused"

    creditor = TenantForeignKey("parties.Creditor")
    line = TenantForeignKey("cash.BankLine", null=True)
    file = TenantForeignKey("foundation.StoredFile")
    message_id = models.CharField(max_length=40)
    case_id = models.CharField(max_length=40, blank=True, default="")
    cancellation_id = models.CharField(max_length=40, blank=True, default="")
    asked_by = models.CharField(max_length=60, blank=True, default="")
    """Who asks: BIC or name."""
    asked_of = models.CharField(max_length=60, blank=True, default="")
    original_message = models.CharField(max_length=40, blank=True, default="")
    original_kind = models.CharField(max_length=40, blank=True, default="")
    end_to_end_id = models.CharField(max_length=40, blank=True, default="")
    transaction_id = models.CharField(max_length=40, blank=True, default="")
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    settled_on = models.DateField(null=True)
    payer = models.CharField(max_length=140, blank=True, default="")
    code = models.CharField(max_length=40, blank=True, default="")
    words = models.CharField(max_length=300, blank=True, default="")
    state = models.CharField(max_length=10, choices=State.choices, default=State.UNKNOWN)
    approval_id = models.UUIDField(null=True)
    refusal = models.CharField(max_length=8, blank=True, default="")
    """Why it is refused, a code of the answer."""
    note = models.CharField(max_length=300, blank=True, default="")
    received_on = models.DateField()
    answer_by = models.DateField()
    answer = TenantForeignKey("foundation.StoredFile", null=True)
    answered_on = models.DateField(null=True)
    answered_by = models.CharField(max_length=120, blank=True, default="")
    recorded_by = models.CharField(max_length=120)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "recall"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "creditor_id", "message_id", "cancellation_id"], name="recall_once"
            ),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="recall_amount"),
        ]
        indexes = [models.Index(fields=["tenant", "creditor_id", "state"], name="recall_state")]
