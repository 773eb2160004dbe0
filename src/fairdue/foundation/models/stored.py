"""Files by content, and outgoing mail by its stable identity."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Now

from fairdue.foundation.tenancy import Access, TenantModel


class StoredFile(TenantModel):
    """A file kept for a tenant; the bytes lie in the file store under their SHA-256."""

    access: ClassVar[Access] = Access(app="select insert", creditor="creditor_id")

    creditor_id = models.UUIDField(null=True)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "stored_file"
        indexes = [models.Index(fields=["tenant", "sha256"], name="stored_file_sha256")]


class OutgoingMail(TenantModel):
    """A message to a debtor or a contact. `sending` is committed before the server is spoken to.

    The same `dedup_key` is the same message: it is queued once and always carries the same Message-ID.
    """

    access: ClassVar[Access] = Access(creditor="creditor_id")

    class State(models.TextChoices):
        PLANNED = "planned"
        SENDING = "sending"
        SENT = "sent"
        FAILED = "failed"
        CANCELLED = "cancelled"

    creditor_id = models.UUIDField()
    debtor_id = models.UUIDField(null=True)
    subject_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=60)
    dedup_key = models.CharField(max_length=200)
    message_id = models.CharField(max_length=250)
    sender = models.CharField(max_length=320)
    recipient = models.CharField(max_length=320)
    subject = models.CharField(max_length=250)
    text = models.TextField()
    html = models.TextField(blank=True, default="")
    attachments: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    context: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    state = models.CharField(max_length=10, default=State.PLANNED, choices=State.choices)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(db_default=Now())
    error = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "outgoing_mail"
        constraints = [models.UniqueConstraint(fields=["tenant", "dedup_key"], name="outgoing_mail_once")]
        indexes = [
            models.Index(
                fields=["tenant", "next_at"], name="outgoing_mail_due",
                condition=models.Q(state__in=["planned", "sending"]),
            ),
            models.Index(fields=["tenant", "subject_id"], name="outgoing_mail_subject"),
        ]  # fmt: skip
