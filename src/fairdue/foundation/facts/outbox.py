"""Carry facts to their consumers: in order per subject, each batch in one transaction, failures visible.

A consumer's batches run one at a time per tenant (an advisory lock). When a batch fails it is taken apart
and its facts are tried one by one, so that a single bad fact holds back its own subject only. After
`ATTEMPTS` tries a row is dead and waits for a person.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection, connections, transaction

from fairdue.foundation.context import SYSTEM, Ctx, TenantId
from fairdue.foundation.facts.registry import CONSUMERS, Consumer, FactRow

if TYPE_CHECKING:
    from collections.abc import Sequence

log = logging.getLogger(__name__)
ATTEMPTS = 8
BACKOFF = [timedelta(seconds=seconds) for seconds in (2, 10, 30, 120, 600, 1800, 7200)]

_FREE = """
o.state = 'pending' AND o.next_at <= now()
  AND NOT EXISTS (
    SELECT 1 FROM outbox b WHERE b.tenant_id = o.tenant_id AND b.consumer = o.consumer
      AND b.position < o.position AND b.subject_id = o.subject_id
      AND (b.state = 'dead' OR b.state = 'pending' AND b.next_at > now()))
"""
_DUE = f"SELECT DISTINCT o.tenant_id, o.consumer FROM outbox o WHERE {_FREE}"
_CLAIM = f"""
SELECT o.id, f.id, f.type, f.subject_id, f.creditor_id, f.debtor_id, f.payload, f.actor, f.happened_on,
       f.recorded_at, o.attempts
FROM outbox o JOIN fact f ON f.tenant_id = o.tenant_id AND f.id = o.fact_id
WHERE o.tenant_id = %(tenant)s AND o.consumer = %(consumer)s AND {_FREE}
ORDER BY o.position LIMIT %(limit)s
"""
_DONE = "UPDATE outbox SET state = 'done', error = '' WHERE tenant_id = %s AND id = ANY(%s)"
# The newest first and so many only: else a planner who takes many for unanswered reads all that was ever answered.
_UNANSWERED = """
SELECT w.subject_id FROM unnest(%s::text[]) AS c(name)
JOIN LATERAL (
    SELECT o.subject_id FROM outbox o WHERE o.tenant_id = %s AND o.consumer = c.name AND o.state <> 'done'
    ORDER BY o.position DESC LIMIT %s
) w ON true
"""
_FAILED = """
UPDATE outbox SET attempts = attempts + 1, error = %s, next_at = now() + %s::interval, state = %s
WHERE tenant_id = %s AND id = %s
"""


@dataclass(frozen=True, slots=True)
class _Claimed:
    row: UUID
    fact: FactRow
    attempts: int


def due() -> list[tuple[int, str]]:
    """Return (tenant, consumer) pairs with work to do now, read by the platform role."""
    with connections["loader"].cursor() as cursor:
        cursor.execute(_DUE)
        return [(tenant, consumer) for tenant, consumer in cursor.fetchall() if consumer in CONSUMERS]


def unanswered(ctx: Ctx, consumers: Sequence[str], most: int) -> list[UUID]:
    """Return what the newest facts are about that these consumers have not answered, at most so many of each."""
    with connection.cursor() as cursor:
        cursor.execute(_UNANSWERED, [list(consumers), ctx.tenant, most])
        return [subject for (subject,) in cursor.fetchall()]


def relay_all() -> int:
    """Answer everything that is due and return how many facts were answered or failed."""
    return sum(relay(tenant, CONSUMERS[name]) for tenant, name in due())


def relay(tenant: int, consumer: Consumer) -> int:
    """Answer the due facts of one consumer of one tenant, batch by batch."""
    total = 0
    while count := _batch(tenant, consumer, consumer.batch):
        total += count
    return total


def _batch(tenant: int, consumer: Consumer, limit: int) -> int:
    ctx = Ctx(TenantId(tenant), SYSTEM)
    claimed: list[_Claimed] = []
    try:
        with ctx.open():
            claimed = _claim(tenant, consumer.name, limit)
            if claimed:
                _answer(ctx, consumer, claimed)
    except Exception as error:
        if not claimed:
            raise
        log.exception("outbox: %s failed for %d facts", consumer.name, len(claimed))
        if len(claimed) == 1:
            _fail(ctx, claimed[0], error)
        else:
            for _ in claimed:
                _batch(tenant, consumer, 1)
    return len(claimed)


def _claim(tenant: int, consumer: str, limit: int) -> list[_Claimed]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 7034))", [f"{tenant}:{consumer}"])
        locked: tuple[Any, ...] | None = cursor.fetchone()
        if not locked or not locked[0]:
            return []
        cursor.execute(_CLAIM, {"tenant": tenant, "consumer": consumer, "limit": limit})
        return [_claimed(*row) for row in cursor.fetchall()]


def _claimed(row: UUID, *columns: Any) -> _Claimed:
    *fact, attempts = columns
    fact[5] = json.loads(fact[5]) if isinstance(fact[5], str) else fact[5]
    return _Claimed(row, FactRow(*fact), attempts)


def _answer(ctx: Ctx, consumer: Consumer, claimed: list[_Claimed]) -> None:
    with transaction.atomic():
        consumer.answer(ctx.because_of(claimed[0].fact.id) if len(claimed) == 1 else ctx, [one.fact for one in claimed])
    with connection.cursor() as cursor:
        cursor.execute(_DONE, [ctx.tenant, [one.row for one in claimed]])


def _fail(ctx: Ctx, claimed: _Claimed, error: Exception) -> None:
    dead = claimed.attempts + 1 >= ATTEMPTS
    wait = BACKOFF[min(claimed.attempts, len(BACKOFF) - 1)]
    with ctx.open(), connection.cursor() as cursor:
        text = f"{type(error).__name__}: {error}"[:2000]
        state = "dead" if dead else "pending"
        cursor.execute(_FAILED, [text, f"{wait.total_seconds():.0f} seconds", state, ctx.tenant, claimed.row])


def replay_dead() -> int:
    """Give every dead row of every tenant another round of tries; returns how many."""
    with connections["loader"].cursor() as cursor:
        cursor.execute("UPDATE outbox SET state = 'pending', attempts = 0, next_at = now() WHERE state = 'dead'")
        return int(cursor.rowcount)


def replay(ctx: Ctx, row: UUID) -> None:
    """Give a dead row another round of tries."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE outbox SET state = 'pending', attempts = 0, next_at = now() "
            "WHERE tenant_id = %s AND id = %s AND state = 'dead'",
            [ctx.tenant, row],
        )
