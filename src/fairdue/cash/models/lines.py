"""What the bank said: accounts, statements and lines."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now, Upper

from fairdue.foundation.tenancy import Access, TenantForeignKey, TenantModel


class BankAccount(TenantModel):
    """An account of a creditor on which customers pay; its number stands on every invoice."""

    access: ClassVar[Access] = Access(app="select insert update", update=("name",), creditor="creditor_id")

    creditor = TenantForeignKey("parties.Creditor")
    number = models.CharField(max_length=40)
    """IBAN or other number, without blanks, capital letters."""
    currency = models.CharField(max_length=3)
    name = models.CharField(max_length=100, blank=True, default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "bank_account"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number", "currency"], name="bank_account_number"),
        ]
        indexes = [models.Index(fields=["tenant", "creditor_id"], name="bank_account_creditor")]


class BankStatement(TenantModel):
    """One statement as it was imported, with what was found. Never changed."""

    access: ClassVar[Access] = Access(app="select insert", creditor="creditor_id")

    creditor = TenantForeignKey("parties.Creditor")
    account = TenantForeignKey("cash.BankAccount")
    file = TenantForeignKey("foundation.StoredFile", null=True)
    format = models.CharField(max_length=30)
    statement_id = models.CharField(max_length=80, blank=True, default="")
    sequence = models.CharField(max_length=40, blank=True, default="")
    opening = models.BigIntegerField(null=True)
    closing = models.BigIntegerField(null=True)
    closing_on = models.DateField(null=True)
    entries = models.IntegerField()
    booked = models.BigIntegerField()
    complete = models.BooleanField()
    """Balances were given and agree with the entries."""
    findings: models.JSONField[list[Any], list[Any]] = models.JSONField(default=list)
    imported_by = models.CharField(max_length=120)
    imported_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "bank_statement"
        indexes = [models.Index(fields=["tenant", "creditor_id", "imported_at"], name="bank_statement_imported")]


class BankLine(TenantModel):
    """One movement of money. What the bank said never changes; only what we made of it does.

    The payer's account number is sealed; `payer_blind` finds it, `payer_masked` shows it.
    """

    access: ClassVar[Access] = Access(app="select insert update", update=("state", "credit_id"), creditor="creditor_id")

    class State(models.TextChoices):
        HELD_BACK = "held_back"
        """The bank has not booked it."""
        RECEIVED = "received"
        """Waits, without a proposal."""
        PROPOSED = "proposed"
        """Waits, with a proposal."""
        APPLIED = "applied"
        ON_ACCOUNT = "on_account"
        NOT_RECEIVABLE = "not_receivable"
        RETURNED = "returned"
        """The payment went back, or is the line on which the bank took it."""

    creditor = TenantForeignKey("parties.Creditor")
    account = TenantForeignKey("cash.BankAccount")
    statement = TenantForeignKey("cash.BankStatement", null=True)
    key = models.CharField(max_length=60)
    """Idempotency key of the movement (docs/rules/bank-statements.md)."""
    kind = models.CharField(max_length=10)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    booked_on = models.DateField()
    value_on = models.DateField()
    entry = models.IntegerField(default=0)
    detail = models.IntegerField(default=0)
    source_line = models.IntegerField(default=0)
    reversal = models.BooleanField(default=False)
    bank_reference = models.CharField(max_length=80, blank=True, default="")
    transaction_code = models.CharField(max_length=40, blank=True, default="")
    payer_name = models.CharField(max_length=200, blank=True, default="")
    payer_sealed = models.BinaryField(null=True)
    payer_blind = models.CharField(max_length=64, blank=True, default="")
    payer_masked = models.CharField(max_length=20, blank=True, default="")
    on_behalf_of = models.CharField(max_length=200, blank=True, default="")
    remittance = models.TextField(blank=True, default="")
    """All texts, one below the other."""
    references: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    documents: models.JSONField[list[Any], list[Any]] = models.JSONField(default=list)
    end_to_end_id = models.CharField(max_length=80, blank=True, default="")
    mandate_id = models.CharField(max_length=80, blank=True, default="")
    instructed_amount = models.BigIntegerField(null=True)
    instructed_currency = models.CharField(max_length=3, blank=True, default="")
    charges = models.BigIntegerField(default=0)
    return_code = models.CharField(max_length=40, blank=True, default="")
    information = models.TextField(blank=True, default="")
    state = models.CharField(max_length=14, choices=State.choices)
    credit = TenantForeignKey("receivables.Credit", null=True)
    """The payment in the heart, once the money was recorded there."""
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "bank_line"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "account_id", "key"], name="bank_line_once"),
            models.CheckConstraint(condition=Q(credit_id__isnull=True) | Q(amount__gt=0), name="bank_line_credit"),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "creditor_id", "booked_on", "id"], name="bank_line_waiting",
                condition=Q(state__in=["received", "proposed"]),
            ),
            models.Index(
                F("tenant"), F("creditor_id"), F("booked_on"), Upper("payer_name"), F("id"), name="bank_line_received",
                condition=Q(state="received", amount__gt=0),
            ),
            models.Index(fields=["tenant", "booked_on"], name="bank_line_day"),
            models.Index(fields=["tenant", "statement_id"], name="bank_line_statement"),
            models.Index(fields=["tenant", "credit_id"], name="bank_line_credit_index"),
            models.Index(
                fields=["tenant", "account_id", "amount"], name="bank_line_amount",
                condition=Q(credit_id__isnull=False),
            ),
        ]  # fmt: skip
