"""Links, visits and failed tries. They are read before a tenant is known, so they are platform tables.

Only hashes of secrets are kept. Debtors are named by id without a foreign key, because nothing of a tenant
may be reached from here without its context.
"""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from fairdue.foundation.ids import uuid7


class Link(models.Model):
    """A personal link: who holds it may see and act for one debtor until it ends."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    tenant = models.ForeignKey("foundation.Tenant", on_delete=models.CASCADE, related_name="+")
    creditor_id = models.UUIDField()
    debtor_id = models.UUIDField()
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    opens = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "portal_link"
        indexes = [models.Index(fields=["tenant", "debtor_id"], name="portal_link_debtor")]


class Visit(models.Model):
    """A browser in which a link was opened; ends when idle, at the latest after half a day."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    link = models.ForeignKey(Link, on_delete=models.CASCADE, related_name="visits")
    secret_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "portal_visit"
        indexes = [models.Index(fields=["expires_at"], name="portal_visit_expiry")]


class Failure(models.Model):
    """Tries with links that open nothing, counted by sender and span of time."""

    bucket = models.CharField(primary_key=True, max_length=64)
    count = models.PositiveIntegerField(default=1)
    started_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "portal_failure"
        indexes = [models.Index(fields=["started_at"], name="portal_failure_age")]
