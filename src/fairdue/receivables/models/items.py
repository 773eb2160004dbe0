"""Open items, what reduces them, and what holds them."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from fairdue.foundation.tenancy import Access, TenantForeignKey, TenantModel
from fairdue.foundation.tenancy.models import APPEND_ONLY


class OpenItem(TenantModel):
    """One receivable with a residual. The item of an invoice has the invoice's id.

    Amounts are minor units of `currency`; `functional_*` are minor units of the creditor's books at the
    rate of the posting. Residuals change by allocations only (trigger).
    """

    access: ClassVar[Access] = Access(
        app="select insert update",
        update=("due_on", "reference", "order_number", "end_to_end_id", "discount_percent", "discount_until",
                "debtor_id", "notes"),
        creditor="creditor_id",
    )  # fmt: skip

    class Kind(models.TextChoices):
        INVOICE = "invoice"
        INTEREST = "interest"
        FEE = "fee"
        COMPENSATION = "compensation"
        REFUND = "refund"

    creditor = TenantForeignKey("parties.Creditor")
    debtor = TenantForeignKey("parties.Debtor")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    number = models.CharField(max_length=60)
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    residual = models.BigIntegerField()
    functional_amount = models.BigIntegerField()
    functional_residual = models.BigIntegerField()
    net_amount = models.BigIntegerField()
    """Without tax: what credit insurance covers."""
    issued_on = models.DateField()
    due_on = models.DateField()
    delivered_on = models.DateField(null=True)
    reference = models.CharField(max_length=60, blank=True, default="")
    """The structured payment reference printed on the document."""
    order_number = models.CharField(max_length=60, blank=True, default="")
    end_to_end_id = models.CharField(max_length=60, blank=True, default="")
    discount_percent = models.DecimalField(max_digits=6, decimal_places=3, null=True)
    discount_until = models.DateField(null=True)
    parent_id = models.UUIDField(null=True)
    """For interest, fees and compensation: the item that they follow from."""
    notes = models.TextField(blank=True, default="")
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "open_item"
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="open_item_positive"),
            models.CheckConstraint(
                condition=Q(residual__gte=0) & Q(residual__lte=F("amount")), name="open_item_residual"
            ),
            models.CheckConstraint(
                condition=Q(functional_residual__gte=0) & Q(functional_residual__lte=F("functional_amount")),
                name="open_item_functional",
            ),
            models.CheckConstraint(condition=Q(due_on__gte=F("issued_on")), name="open_item_due"),
            models.UniqueConstraint(fields=["tenant", "creditor_id", "number"], name="open_item_number"),
        ]
        indexes = [
            models.Index(fields=["tenant", "debtor_id", "due_on"], name="open_item_debtor"),
            models.Index(
                fields=["tenant", "due_on"], name="open_item_open", condition=Q(residual__gt=0),
                include=["creditor_id", "debtor_id", "currency", "residual"],
            ),
            models.Index(fields=["tenant", "creditor_id", "issued_on"], name="open_item_issued"),
            models.Index(fields=["tenant", "reference"], name="open_item_reference", condition=~Q(reference="")),
        ]  # fmt: skip


class Credit(TenantModel):
    """Value that reduces items: a payment, a credit note, an indemnity. What is not applied is on account.

    `debtor` is null while the payer is unknown (unapplied cash).
    """

    access: ClassVar[Access] = Access(app="select insert update", update=("debtor_id",), creditor="creditor_id")

    class Kind(models.TextChoices):
        PAYMENT = "payment"
        CREDIT_NOTE = "credit_note"
        INDEMNITY = "indemnity"

    creditor = TenantForeignKey("parties.Creditor")
    debtor = TenantForeignKey("parties.Debtor", null=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    number = models.CharField(max_length=60)
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    unapplied = models.BigIntegerField()
    functional_amount = models.BigIntegerField()
    functional_unapplied = models.BigIntegerField()
    received_on = models.DateField()
    source_id = models.UUIDField(null=True)
    """The bank line, credit note or claim that it comes from."""
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "credit"
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="credit_positive"),
            models.CheckConstraint(
                condition=Q(unapplied__gte=0) & Q(unapplied__lte=F("amount")), name="credit_unapplied"
            ),
            models.CheckConstraint(
                condition=Q(functional_unapplied__gte=0) & Q(functional_unapplied__lte=F("functional_amount")),
                name="credit_functional",
            ),
            models.UniqueConstraint(
                fields=["tenant", "kind", "source_id"], name="credit_source", condition=Q(source_id__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "debtor_id", "received_on"], name="credit_debtor"),
            models.Index(fields=["tenant", "received_on"], name="credit_open", condition=Q(unapplied__gt=0)),
        ]


class Allocation(TenantModel):
    """A part of a credit on a part of an item, a discount or write-off of an item, or a withdrawal of a credit.

    Append-only: un-allocating is a mirror row with negative amounts that names the row it undoes.
    """

    access: ClassVar[Access] = Access(app=APPEND_ONLY, creditor="creditor_id")

    class Kind(models.TextChoices):
        APPLIED = "applied"
        """Credit on item."""
        DISCOUNT = "discount"
        """Early-payment discount taken; no credit."""
        WRITE_OFF = "write_off"
        """Given up; no credit."""
        WITHDRAWAL = "withdrawal"
        """Credit paid back or returned by the bank; no item."""

    creditor = TenantForeignKey("parties.Creditor")
    debtor = TenantForeignKey("parties.Debtor", null=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    item = TenantForeignKey("receivables.OpenItem", null=True)
    credit = TenantForeignKey("receivables.Credit", null=True)
    amount = models.BigIntegerField(default=0)
    """Of the item, in its currency."""
    credit_amount = models.BigIntegerField(default=0)
    """Of the credit, in its currency."""
    functional_item = models.BigIntegerField(default=0)
    functional_credit = models.BigIntegerField(default=0)
    effective_on = models.DateField()
    recorded_at = models.DateTimeField(db_default=Now())
    reversal_of = TenantForeignKey("receivables.Allocation", null=True)
    group_id = models.UUIDField()
    """Allocations of one command share it; undo reverses the group."""
    reason = models.CharField(max_length=200, blank=True, default="")
    account_role = models.CharField(max_length=30, blank=True, default="")
    """For discounts and write-offs: the expense account that was charged."""

    class Meta:
        db_table = "allocation"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="applied", item_id__isnull=False, credit_id__isnull=False)
                | Q(kind__in=["discount", "write_off"], item_id__isnull=False, credit_id__isnull=True, credit_amount=0)
                | Q(kind="withdrawal", item_id__isnull=True, credit_id__isnull=False, amount=0),
                name="allocation_shape",
            ),
            models.CheckConstraint(
                condition=Q(reversal_of_id__isnull=True, amount__gte=0, credit_amount__gte=0)
                | Q(reversal_of_id__isnull=False, amount__lte=0, credit_amount__lte=0),
                name="allocation_sign",
            ),
            models.CheckConstraint(condition=~Q(amount=0, credit_amount=0), name="allocation_not_nothing"),
            models.UniqueConstraint(
                fields=["tenant", "reversal_of_id"], name="allocation_reversed_once",
                condition=Q(reversal_of_id__isnull=False),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["tenant", "item_id", "effective_on"], name="allocation_item"),
            models.Index(fields=["tenant", "credit_id", "effective_on"], name="allocation_credit"),
            models.Index(fields=["tenant", "group_id"], name="allocation_group"),
            models.Index(fields=["tenant", "debtor_id", "effective_on"], name="allocation_debtor"),
            models.Index(fields=["tenant", "effective_on"], name="allocation_effective"),
            # What is to be sealed is what was written last; allocations lie in the order of writing.
            BrinIndex(fields=["tenant", "recorded_at"], name="allocation_recorded", autosummarize=True),
        ]


class Hold(TenantModel):
    """Why an item (or, without item, everything of a debtor) is not chased from a day on until another.

    `until_on` is the first free day; null is open. `amount` limits the hold to the disputed part.
    """

    access: ClassVar[Access] = Access(
        app="select insert update", update=("until_on", "released_on", "released_by", "amount"),
        creditor="creditor_id",
    )  # fmt: skip

    creditor = TenantForeignKey("parties.Creditor")
    debtor = TenantForeignKey("parties.Debtor")
    item = TenantForeignKey("receivables.OpenItem", null=True)
    reason = models.CharField(max_length=30)
    note = models.CharField(max_length=300, blank=True, default="")
    amount = models.BigIntegerField(null=True)
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    released_on = models.DateField(null=True)
    released_by = models.CharField(max_length=120, blank=True, default="")
    source_id = models.UUIDField(null=True)
    """The dispute, promise, plan or claim that placed it."""
    placed_by = models.CharField(max_length=120)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "hold"
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gt=0, item_id__isnull=False), name="hold_amount"
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gt=F("from_on")), name="hold_dates"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "debtor_id"], name="hold_debtor", condition=Q(released_on__isnull=True)),
            models.Index(fields=["tenant", "item_id"], name="hold_item", condition=Q(released_on__isnull=True)),
            models.Index(fields=["tenant", "source_id"], name="hold_source"),
        ]
