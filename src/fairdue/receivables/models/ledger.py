"""The journal: double entry, in document currency and in the currency of the books."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from fairdue.foundation.tenancy import Access, TenantForeignKey, TenantModel
from fairdue.foundation.tenancy.models import APPEND_ONLY


class Account(TenantModel):
    """An account of a creditor's chart. `role` is what the product posts to it; one account a role."""

    access: ClassVar[Access] = Access(app="select insert update", update=("code", "name"), creditor="creditor_id")

    class Kind(models.TextChoices):
        ASSET = "asset"
        LIABILITY = "liability"
        INCOME = "income"
        EXPENSE = "expense"

    creditor = TenantForeignKey("parties.Creditor")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    role = models.CharField(max_length=30)

    class Meta:
        db_table = "account"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "creditor_id", "code"], name="account_code"),
            models.UniqueConstraint(fields=["tenant", "creditor_id", "role"], name="account_role"),
        ]


class Period(TenantModel):
    """A month of a creditor's books. A closed month refuses entries (trigger)."""

    access: ClassVar[Access] = Access(
        app="select insert update", update=("status", "closed_by", "closed_at"), creditor="creditor_id"
    )

    creditor = TenantForeignKey("parties.Creditor")
    month = models.DateField()
    """Its first day."""
    status = models.CharField(max_length=6, default="open", db_default="open")
    closed_by = models.CharField(max_length=120, blank=True, default="", db_default="")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "period"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "creditor_id", "month"], name="period_month"),
            models.CheckConstraint(condition=Q(status__in=["open", "closed"]), name="period_status"),
        ]


class JournalEntry(TenantModel):
    """A balanced entry; written by the posting function only."""

    access: ClassVar[Access] = Access(app="select", creditor="creditor_id")

    creditor = TenantForeignKey("parties.Creditor")
    booked_on = models.DateField()
    kind = models.CharField(max_length=30)
    text = models.CharField(max_length=200, blank=True, default="")
    currency = models.CharField(max_length=3)
    source_id = models.UUIDField(null=True)
    """The item, credit or allocation group that it books."""
    reversal_of = TenantForeignKey("receivables.JournalEntry", null=True)
    posted_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "journal_entry"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "reversal_of_id"], name="journal_entry_reversed_once",
                condition=Q(reversal_of_id__isnull=False),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["tenant", "creditor_id", "booked_on"], name="journal_entry_booked"),
            models.Index(fields=["tenant", "source_id"], name="journal_entry_source"),
            # What is to be sealed is what was written last; entries lie in the order of writing.
            BrinIndex(fields=["tenant", "posted_at"], name="journal_entry_posted", autosummarize=True),
        ]


class JournalLine(TenantModel):
    """One side of an entry: positive is debit, negative is credit; minor units of both currencies."""

    access: ClassVar[Access] = Access(app="select", creditor="creditor_id")

    creditor = TenantForeignKey("parties.Creditor")
    entry = TenantForeignKey("receivables.JournalEntry")
    account = TenantForeignKey("receivables.Account")
    amount = models.BigIntegerField()
    functional = models.BigIntegerField()
    debtor_id = models.UUIDField(null=True)

    class Meta:
        db_table = "journal_line"
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0, functional=0), name="journal_line_not_nothing"),
            models.CheckConstraint(
                condition=Q(amount__gte=0, functional__gte=0) | Q(amount__lte=0, functional__lte=0),
                name="journal_line_one_side",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "entry_id"], name="journal_line_entry"),
            models.Index(fields=["tenant", "account_id"], name="journal_line_account"),
        ]


class ExchangeRate(TenantModel):
    """Units of `quote` for one unit of `base` on a day, with its source. Never changed, only superseded."""

    access: ClassVar[Access] = Access(app=APPEND_ONLY)

    base = models.CharField(max_length=3)
    quote = models.CharField(max_length=3)
    valid_on = models.DateField()
    rate = models.DecimalField(max_digits=20, decimal_places=10)
    source = models.CharField(max_length=100)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "exchange_rate"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "base", "quote", "valid_on"], name="exchange_rate_day"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="exchange_rate_positive"),
        ]
