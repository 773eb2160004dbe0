"""Seal facts into hash-chained blocks, so that tampering shows.

A block lists its facts and holds SHA-256 over the previous block's digest and each fact's content. Facts
committed late are sealed in a later block: what is sealed is decided by what is not sealed yet, not by a
clock, so nothing slips between two blocks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from fairdue.core.findings import Finding
from fairdue.foundation.ids import uuid7
from fairdue.foundation.jobs.queue import periodic
from fairdue.foundation.models import FactBlock
from fairdue.foundation.verifying import invariant

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

BLOCK = 1000
_UNSEALED = """
SELECT f.id FROM fact f
WHERE f.tenant_id = %(tenant)s AND f.recorded_at >= coalesce(
        (SELECT max(sealed_at) FROM fact_block WHERE tenant_id = %(tenant)s) - interval '1 day', '-infinity')
  AND f.id NOT IN (
    SELECT unnest(fact_ids) FROM fact_block
    WHERE tenant_id = %(tenant)s AND sealed_at >= coalesce(
        (SELECT max(sealed_at) FROM fact_block WHERE tenant_id = %(tenant)s) - interval '2 days', '-infinity'))
ORDER BY f.recorded_at, f.id LIMIT %(limit)s
"""
_CONTENT = """
SELECT f.id, jsonb_build_array(f.id, f.type, f.version, f.subject_id, f.creditor_id, f.debtor_id, f.payload, f.actor,
       f.cause, f.happened_on, extract(epoch FROM f.recorded_at))::text
FROM unnest(%s::uuid[]) WITH ORDINALITY AS w(id, n)
LEFT JOIN fact f ON f.tenant_id = %s AND f.id = w.id
ORDER BY w.n
"""
_NEVER_SEALED = """
SELECT f.id FROM fact f
WHERE f.tenant_id = %(tenant)s AND f.recorded_at < now() - interval '2 days'
  AND NOT EXISTS (SELECT 1 FROM fact_block b WHERE b.tenant_id = %(tenant)s AND f.id = ANY(b.fact_ids))
"""


def _digest(tenant: int, previous: str, ids: list[UUID]) -> tuple[str, list[UUID]]:
    """Return the block's digest and the facts of it that are gone."""
    digest = hashlib.sha256(previous.encode())
    gone = []
    with connection.cursor() as cursor:
        cursor.execute(_CONTENT, [ids, tenant])
        for wanted, (found, content) in zip(ids, cursor.fetchall(), strict=True):
            if found is None:
                gone.append(wanted)
            digest.update(hashlib.sha256((content or "").encode()).digest())
    return digest.hexdigest(), gone


@periodic("foundation.seal_facts", "*/10 * * * *")
def seal_facts(ctx: Ctx) -> None:
    """Seal all facts that are not sealed yet, a thousand a block."""
    while _seal_block(ctx):
        continue


def _seal_block(ctx: Ctx) -> bool:
    with ctx.open(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7035))", [f"seal:{ctx.tenant}"])
        cursor.execute(_UNSEALED, {"tenant": ctx.tenant, "limit": BLOCK})
        ids = [row[0] for row in cursor.fetchall()]
        if not ids:
            return False
        last = FactBlock.objects.order_by("-number").first()
        number, previous = (last.number + 1, last.digest) if last else (1, "")
        digest, _ = _digest(ctx.tenant, previous, ids)
        FactBlock.objects.create(
            tenant_id=ctx.tenant, id=uuid7(), number=number, fact_ids=ids, previous=previous, digest=digest
        )
        return len(ids) == BLOCK


@invariant("foundation.sealed_facts")
def sealed_facts_stand(ctx: Ctx) -> Iterable[Finding]:
    """Recompute every block; a changed, removed or re-ordered fact breaks it."""
    previous, number = "", 0
    blocks: Iterator[Any] = FactBlock.objects.order_by("number").iterator(chunk_size=200)
    for block in blocks:
        number += 1
        if (block.number, block.previous) != (number, previous):
            yield Finding(
                "verify.chain", f"fact_block {block.id}", f"Block {block.number} does not follow the one before."
            )
        digest, gone = _digest(ctx.tenant, block.previous, block.fact_ids)
        for fact in gone:
            yield Finding("verify.fact_gone", f"fact {fact}", f"A fact of block {block.number} is gone.")
        if digest != block.digest and not gone:
            yield Finding(
                "verify.fact_changed", f"fact_block {block.id}", f"A fact of block {block.number} was changed."
            )
        previous, number = block.digest, block.number
    with connection.cursor() as cursor:
        cursor.execute(_NEVER_SEALED, {"tenant": ctx.tenant})
        for (fact,) in cursor.fetchall():
            yield Finding("verify.fact_unsealed", f"fact {fact}", "A fact older than two days was never sealed.")
