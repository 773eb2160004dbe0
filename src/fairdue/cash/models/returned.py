"""What the bank took back, and what followed from it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from fairdue.foundation.tenancy import Access, TenantForeignKey, TenantModel


class CashReturn(TenantModel):
    """A bank line on which money went back, with the payment that it undoes. Undone by putting both lines back."""

    access: ClassVar[Access] = Access(
        app="select insert update", update=("undone_on", "undone_by", "undo_reason"), creditor="creditor_id"
    )

    creditor = TenantForeignKey("parties.Creditor")
    debtor = TenantForeignKey("parties.Debtor", null=True)
    line = TenantForeignKey("cash.BankLine")
    """Where the bank took the money."""
    original = TenantForeignKey("cash.BankLine")
    """The payment that went back, or the collection of which a part did."""
    application = TenantForeignKey("cash.CashApplication", null=True)
    """What had been done with the payment; null when it still waited."""
    code = models.CharField(max_length=40, blank=True, default="")
    step = models.CharField(max_length=14)
    """The next step (`core.returned.NextStep`)."""
    amount = models.BigIntegerField()
    """What went back, without the fee."""
    fee = models.BigIntegerField(default=0)
    fee_item = TenantForeignKey("receivables.OpenItem", null=True)
    """The open item by which the fee was charged on."""
    items: models.JSONField[list[Any], list[Any]] = models.JSONField(default=list)
    """The items that are open again."""
    reversal_id = models.UUIDField(null=True)
    """The group of mirror rows in the heart."""
    withdrawal_id = models.UUIDField()
    evidence = models.CharField(max_length=80)
    returned_on = models.DateField()
    recorded_by = models.CharField(max_length=120)
    recorded_at = models.DateTimeField(db_default=Now())
    undone_on = models.DateField(null=True)
    undone_by = models.CharField(max_length=120, blank=True, default="")
    undo_reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        db_table = "cash_return"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "line_id"], name="cash_return_standing", condition=Q(undone_on__isnull=True)
            ),
            models.CheckConstraint(condition=Q(amount__gt=0, fee__gte=0), name="cash_return_amounts"),
        ]
        indexes = [
            models.Index(fields=["tenant", "original_id"], name="cash_return_original"),
            models.Index(fields=["tenant", "creditor_id", "returned_on"], name="cash_return_day"),
        ]
