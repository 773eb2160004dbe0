"""Promises to pay and payment plans: a promise is a plan of one instalment."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from fairdue.foundation.tenancy import Access, TenantForeignKey, TenantModel
from fairdue.foundation.tenancy.models import APPEND_ONLY


class Promise(TenantModel):
    """So much by that day for these items. What became of it is derived from allocations.

    `verdict` is what was last recorded as a fact; it follows the derivation, never leads it.
    """

    access: ClassVar[Access] = Access(
        app="select insert update",
        update=("verdict", "verdict_on", "cancelled_on", "debtor_id"),
        creditor="creditor_id",
    )

    class Kind(models.TextChoices):
        PROMISE = "promise"
        PLAN = "plan"

    creditor = TenantForeignKey("parties.Creditor")
    debtor = TenantForeignKey("parties.Debtor")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    promised_on = models.DateField()
    """The last date of the promise."""
    made_on = models.DateField()
    grace_bank_days = models.PositiveSmallIntegerField(default=1)
    method = models.CharField(max_length=40, blank=True, default="")
    contact = models.CharField(max_length=120, blank=True, default="")
    note = models.TextField(blank=True, default="")
    taken_by = models.CharField(max_length=120)
    verdict = models.CharField(max_length=12, default="open", db_default="open")
    verdict_on = models.DateField(null=True)
    cancelled_on = models.DateField(null=True)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "promise"
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="promise_positive"),
            models.CheckConstraint(condition=Q(promised_on__gte=models.F("made_on")), name="promise_dates"),
        ]
        indexes = [
            models.Index(fields=["tenant", "debtor_id"], name="promise_debtor"),
            models.Index(fields=["tenant", "promised_on"], name="promise_open", condition=Q(verdict="open")),
        ]


class PromiseItem(TenantModel):
    """An item that a promise covers; one active promise an item, by the hold that it places."""

    access: ClassVar[Access] = Access(app=APPEND_ONLY, creditor="creditor_id")

    creditor = TenantForeignKey("parties.Creditor")
    promise = TenantForeignKey("collections.Promise")
    item = TenantForeignKey("receivables.OpenItem")

    class Meta:
        db_table = "promise_item"
        constraints = [models.UniqueConstraint(fields=["tenant", "promise_id", "item_id"], name="promise_item_once")]
        indexes = [models.Index(fields=["tenant", "item_id"], name="promise_item_item")]


class Instalment(TenantModel):
    """One part of a payment plan."""

    access: ClassVar[Access] = Access(app=APPEND_ONLY, creditor="creditor_id")

    creditor = TenantForeignKey("parties.Creditor")
    promise = TenantForeignKey("collections.Promise")
    due_on = models.DateField()
    amount = models.BigIntegerField()

    class Meta:
        db_table = "instalment"
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="instalment_positive"),
            models.UniqueConstraint(fields=["tenant", "promise_id", "due_on"], name="instalment_once"),
        ]
