"""What payers say that they pay."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from fairdue.foundation.tenancy import Access, TenantForeignKey, TenantModel


class Remittance(TenantModel):
    """One advice as its payer wrote it, and the bank line that it belongs to. What it says never changes.

    The payer's account number is sealed; `payer_blind` finds it, `payer_masked` shows it. Amounts are minor units of
    the currency; a file that names none has hundredths.
    """

    access: ClassVar[Access] = Access(
        app="select insert update", update=("state", "line_id", "linked_by", "link"), creditor="creditor_id"
    )

    class State(models.TextChoices):
        WAITING = "waiting"
        """Its payment has not been found yet."""
        LINKED = "linked"
        SET_ASIDE = "set_aside"
        """A person took the link away; the machine leaves it alone."""

    creditor = TenantForeignKey("parties.Creditor")
    file = TenantForeignKey("foundation.StoredFile")
    sha256 = models.CharField(max_length=64)
    ordinal = models.IntegerField()
    """Its place in the file, from 1."""
    format = models.CharField(max_length=30)
    payer_name = models.CharField(max_length=200, blank=True, default="")
    payer_sealed = models.BinaryField(null=True)
    payer_blind = models.CharField(max_length=64, blank=True, default="")
    payer_masked = models.CharField(max_length=20, blank=True, default="")
    paid_on = models.DateField(null=True)
    currency = models.CharField(max_length=3, blank=True, default="")
    total = models.BigIntegerField(null=True)
    """As stated."""
    amount = models.BigIntegerField(null=True)
    """The advised amount: the total, else what its lines come to; null where neither is said."""
    reference = models.CharField(max_length=80, blank=True, default="")
    text = models.TextField(blank=True, default="")
    complete = models.BooleanField()
    """Every line says what is paid for it, and together they are the total."""
    findings: models.JSONField[list[Any], list[Any]] = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    line = TenantForeignKey("cash.BankLine", null=True)
    link = models.CharField(max_length=10, blank=True, default="")
    """What ties it to the line: reference, payer, person."""
    linked_by = models.CharField(max_length=120, blank=True, default="")
    imported_by = models.CharField(max_length=120)
    imported_on = models.DateField()
    imported_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "remittance"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "creditor_id", "sha256", "ordinal"], name="remittance_once"),
            models.UniqueConstraint(
                fields=["tenant", "line_id"], name="remittance_line_once", condition=Q(line_id__isnull=False)
            ),
            models.CheckConstraint(
                condition=Q(state="linked", line_id__isnull=False) | (~Q(state="linked") & Q(line_id__isnull=True)),
                name="remittance_state",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "creditor_id", "imported_at"], name="remittance_imported"),
            models.Index(
                fields=["tenant", "creditor_id", "amount"], name="remittance_waiting", condition=Q(state="waiting")
            ),
        ]


class RemittanceLine(TenantModel):
    """One document that an advice names, with what is paid for it. Never changed."""

    access: ClassVar[Access] = Access(app="select insert", creditor="creditor_id")

    creditor = TenantForeignKey("parties.Creditor")
    remittance = TenantForeignKey("cash.Remittance")
    position = models.IntegerField()
    """Its place in the advice, from 1."""
    place = models.CharField(max_length=80, blank=True, default="")
    """Where it stands in the file."""
    number = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, blank=True, default="")
    gross = models.BigIntegerField(null=True)
    discount = models.BigIntegerField(default=0)
    adjustment = models.BigIntegerField(default=0)
    net = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=200, blank=True, default="")
    issued_on = models.DateField(null=True)

    class Meta:
        db_table = "remittance_line"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "remittance_id", "position"], name="remittance_line_position"),
        ]
