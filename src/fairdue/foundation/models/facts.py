"""Facts, the outbox that carries them to their consumers, and the keys that make commands repeatable."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from fairdue.foundation.tenancy import Access, TenantModel
from fairdue.foundation.tenancy.models import APPEND_ONLY


class Fact(TenantModel):
    """Something that happened. Never changed, never deleted (trigger); sealed into hash-chained blocks.

    `subject_id` is what it happened to (an invoice and its open item share one id), `debtor_id` and
    `creditor_id` whom it concerns. `recorded_at` is the database's clock.
    """

    access: ClassVar[Access] = Access(app=APPEND_ONLY, creditor="creditor_id")

    type = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField(default=1)
    subject_id = models.UUIDField(null=True)
    creditor_id = models.UUIDField(null=True)
    debtor_id = models.UUIDField(null=True)
    payload: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    actor = models.CharField(max_length=120)
    cause = models.UUIDField(null=True)
    happened_on = models.DateField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "fact"
        indexes = [
            models.Index(fields=["tenant", "subject_id", "recorded_at"], name="fact_subject"),
            models.Index(fields=["tenant", "debtor_id", "happened_on", "recorded_at"], name="fact_debtor_day"),
            models.Index(fields=["tenant", "type", "recorded_at"], name="fact_type"),
            models.Index(fields=["tenant", "recorded_at"], name="fact_recorded"),
        ]


class FactBlock(TenantModel):
    """A sealed run of facts, or of rows of another chain: the SHA-256 of their contents chained to the block before."""

    access: ClassVar[Access] = Access(app=APPEND_ONLY)

    rows_of = models.CharField(max_length=60, default="fact", db_default="fact")
    """The table whose rows it holds; each table is a chain of its own."""
    number = models.BigIntegerField()
    fact_ids = ArrayField(models.UUIDField())
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "fact_block"
        constraints = [models.UniqueConstraint(fields=["tenant", "rows_of", "number"], name="fact_block_number")]


class OutboxRow(TenantModel):
    """One fact on its way to one consumer."""

    access: ClassVar[Access] = Access(app="select insert update delete")

    class State(models.TextChoices):
        PENDING = "pending"
        DONE = "done"
        DEAD = "dead"

    position = models.BigIntegerField(db_default=models.Func(models.Value("outbox_position"), function="nextval"))
    fact_id = models.UUIDField()
    consumer = models.CharField(max_length=80)
    subject_id = models.UUIDField(null=True)
    state = models.CharField(max_length=8, default=State.PENDING, choices=State.choices, db_default="pending")
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    next_at = models.DateTimeField(db_default=Now())
    error = models.TextField(blank=True, default="", db_default="")

    class Meta:
        db_table = "outbox"
        indexes = [
            models.Index(
                fields=["tenant", "consumer", "position"],
                name="outbox_open",
                condition=~models.Q(state="done"),
            ),
        ]


class IdempotencyKey(TenantModel):
    """The answer of a command that was given a key, and the hash of what it was asked."""

    access: ClassVar[Access] = Access(app="select insert update", update=("result",))

    key = models.CharField(max_length=200)
    command = models.CharField(max_length=80)
    input_hash = models.CharField(max_length=64)
    result: models.JSONField[Any, Any] = models.JSONField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "idempotency_key"
        constraints = [models.UniqueConstraint(fields=["tenant", "key"], name="idempotency_key_once")]
