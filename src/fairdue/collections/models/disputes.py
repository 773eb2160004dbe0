"""Disputes: what the debtor contests, why, and whose move it is."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from fairdue.foundation.tenancy import Access, TenantForeignKey, TenantModel


class Dispute(TenantModel):
    """A contested item, or a contested part of it (`amount`, minor units; null is the whole)."""

    access: ClassVar[Access] = Access(
        app="select insert update",
        update=(
            "owner_id", "clock", "clock_since", "answer_by", "resolved_on", "outcome", "resolution", "debtor_id",
        ),
        creditor="creditor_id",
    )  # fmt: skip

    class Reason(models.TextChoices):
        PRICE = "price", "Price differs"
        QUANTITY = "quantity", "Quantity differs"
        QUALITY = "quality", "Quality or damage"
        NOT_DELIVERED = "not_delivered", "Not delivered"
        RETURNED = "returned", "Goods returned"
        NO_ORDER = "no_order", "No order or wrong order number"
        INVOICE_ERROR = "invoice_error", "Error on the invoice"
        DISCOUNT = "discount", "Discount or bonus"
        DEDUCTION = "deduction", "Deducted from a payment"
        OTHER = "other", "Another reason"

    class Clock(models.TextChoices):
        OURS = "ours"
        THEIRS = "theirs"

    class Outcome(models.TextChoices):
        CREDIT_NOTE = "credit_note", "Credit note given"
        REISSUED = "reissued", "Invoice issued anew"
        REJECTED = "rejected", "Rejected, to be paid"
        WITHDRAWN = "withdrawn", "Withdrawn by the customer"
        WRITTEN_OFF = "written_off", "Written off"

    creditor = TenantForeignKey("parties.Creditor")
    debtor = TenantForeignKey("parties.Debtor")
    item = TenantForeignKey("receivables.OpenItem")
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=20, choices=Reason.choices)
    note = models.TextField(blank=True, default="")
    owner_id = models.UUIDField(null=True)
    clock = models.CharField(max_length=6, choices=Clock.choices, default=Clock.OURS)
    clock_since = models.DateField()
    answer_by = models.DateField()
    opened_on = models.DateField()
    opened_by = models.CharField(max_length=120)
    source_id = models.UUIDField(null=True)
    """The fact that it answers: a deduction, a portal entry."""
    resolved_on = models.DateField(null=True)
    outcome = models.CharField(max_length=20, choices=Outcome.choices, blank=True, default="", db_default="")
    resolution = models.TextField(blank=True, default="", db_default="")
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "dispute"
        constraints = [
            models.CheckConstraint(condition=Q(amount__isnull=True) | Q(amount__gt=0), name="dispute_positive"),
            models.CheckConstraint(
                condition=Q(resolved_on__isnull=True, outcome="") | ~Q(outcome="") & Q(resolved_on__isnull=False),
                name="dispute_resolved",
            ),
            models.UniqueConstraint(
                fields=["tenant", "source_id"], name="dispute_source", condition=Q(source_id__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "debtor_id"], name="dispute_debtor"),
            models.Index(fields=["tenant", "answer_by"], name="dispute_open", condition=Q(resolved_on__isnull=True)),
        ]
