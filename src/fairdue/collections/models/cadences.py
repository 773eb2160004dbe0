"""Cadences with their versions, who has which, and the tenant's own wordings."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from fairdue.foundation.tenancy import Access, TenantForeignKey, TenantModel
from fairdue.foundation.tenancy.models import APPEND_ONLY


class Cadence(TenantModel):
    """A named ladder. One is the tenant's default."""

    access: ClassVar[Access] = Access(app="select insert update")

    name = models.CharField(max_length=100)
    is_default = models.BooleanField(default=False)

    class Meta:
        db_table = "cadence"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "name"], name="cadence_name"),
            models.UniqueConstraint(fields=["tenant"], name="cadence_default_once", condition=Q(is_default=True)),
        ]


class CadenceVersion(TenantModel):
    """The ladder as it stood from a moment on; the newest counts, none is ever changed."""

    access: ClassVar[Access] = Access(app=APPEND_ONLY)

    cadence = TenantForeignKey("collections.Cadence")
    number = models.PositiveIntegerField()
    steps: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField()
    minimum_days = models.PositiveSmallIntegerField(default=3)
    weekdays: models.JSONField[list[int], list[int]] = models.JSONField(default=list)
    moves_running = models.BooleanField(default=False, db_default=False)
    """Items that run on an earlier version climb this one from now on."""
    saved_by = models.CharField(max_length=120)
    saved_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "cadence_version"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "cadence_id", "number"], name="cadence_version_number")
        ]


class CadenceAssignment(TenantModel):
    """Which cadence a creditor's customers, or one customer, have; without one the default counts.

    `cadence` null means that this customer is not chased by any ladder.
    """

    access: ClassVar[Access] = Access(creditor="creditor_id")

    creditor = TenantForeignKey("parties.Creditor")
    debtor = TenantForeignKey("parties.Debtor", null=True)
    cadence = TenantForeignKey("collections.Cadence", null=True)

    class Meta:
        db_table = "cadence_assignment"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "creditor_id", "debtor_id"],
                name="cadence_assignment_once",
                nulls_distinct=False,
            )
        ]


class MessageWording(TenantModel):
    """The tenant's (or one creditor's) own wording of a template in a language."""

    access: ClassVar[Access] = Access()

    creditor = TenantForeignKey("parties.Creditor", null=True)
    template = models.CharField(max_length=20)
    language = models.CharField(max_length=8)
    subject = models.CharField(max_length=200)
    body = models.TextField()

    class Meta:
        db_table = "message_wording"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "creditor_id", "template", "language"],
                name="message_wording_once",
                nulls_distinct=False,
            )
        ]
