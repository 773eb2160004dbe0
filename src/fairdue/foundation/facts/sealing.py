"""Seal rows that are never changed into hash-chained blocks, so that tampering shows.

Facts are one chain; a room registers the chains of its own append-only tables (the journal, allocations). A block
lists its rows and holds SHA-256 over the previous block's digest and each row's content. Rows committed late are
sealed in a later block: what is sealed is decided by what is not sealed yet, not by a clock, so nothing slips
between two blocks. Sealing runs in the background and costs the command that writes the rows nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import batched
from typing import TYPE_CHECKING, Any, LiteralString
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
AT_ONCE = 50
"""Blocks that are sealed in one transaction; what is not sealed yet is looked up once for all of them."""


@dataclass(frozen=True, slots=True)
class Chain:
    """An append-only table whose rows are sealed.

    `written` is its column of the database's clock. `columns` is what a row is, an SQL list over `t` (the row) and
    over what `joined` adds for the rows `%(ids)s` of `%(tenant)s`. Whoever changes it breaks all blocks of old, so a
    new column of the table needs a chain of its own, or stays out.
    """

    table: LiteralString
    written: LiteralString
    columns: LiteralString
    joined: LiteralString = ""

    @property
    def unsealed(self) -> LiteralString:
        """Return the query of the rows that no block holds, oldest first; what is older than `since` is sealed."""
        return (
            f"SELECT t.id FROM {self.table} t WHERE t.tenant_id = %(tenant)s"
            f" AND t.{self.written} >= coalesce(%(since)s::timestamptz - interval '1 day', '-infinity')"
            " AND t.id NOT IN (SELECT unnest(fact_ids) FROM fact_block WHERE tenant_id = %(tenant)s"
            " AND rows_of = %(table)s"
            " AND sealed_at >= coalesce(%(since)s::timestamptz - interval '2 days', '-infinity'))"
            f" ORDER BY t.{self.written}, t.id LIMIT %(limit)s"
        )

    @property
    def content(self) -> LiteralString:
        """Return the query of the contents of rows, in the order in which they are asked for; NULL for one gone."""
        return (
            f"SELECT t.id, jsonb_build_array({self.columns})::text"
            " FROM unnest(%(ids)s::uuid[]) WITH ORDINALITY AS w(id, n)"
            f" LEFT JOIN {self.table} t ON t.tenant_id = %(tenant)s AND t.id = w.id {self.joined} ORDER BY w.n"
        )

    @property
    def never_sealed(self) -> LiteralString:
        """Return the query of rows older than two days that no block holds."""
        return (
            f"SELECT t.id FROM {self.table} t WHERE t.tenant_id = %(tenant)s"
            f" AND t.{self.written} < now() - interval '2 days'"
            " EXCEPT SELECT unnest(fact_ids) FROM fact_block WHERE tenant_id = %(tenant)s AND rows_of = %(table)s"
        )


FACTS = Chain(
    "fact", "recorded_at",
    "t.id, t.type, t.version, t.subject_id, t.creditor_id, t.debtor_id, t.payload, t.actor, t.cause, t.happened_on,"
    " extract(epoch FROM t.recorded_at)",
)  # fmt: skip
CHAINS = {FACTS.table: FACTS}


def seal(table: LiteralString, written: LiteralString, columns: LiteralString, joined: LiteralString = "") -> None:
    """Register a table whose rows are sealed."""
    CHAINS[table] = Chain(table, written, columns, joined)


def _digest(tenant: int, chain: Chain, previous: str, ids: list[UUID]) -> tuple[str, list[UUID]]:
    """Return the block's digest and the rows of it that are gone."""
    digest = hashlib.sha256(previous.encode())
    gone = []
    with connection.cursor() as cursor:
        cursor.execute(chain.content, {"tenant": tenant, "ids": ids})
        for wanted, (found, content) in zip(ids, cursor.fetchall(), strict=True):
            if found is None:
                gone.append(wanted)
            digest.update(hashlib.sha256((content if found else "").encode()).digest())
    return digest.hexdigest(), gone


@periodic("foundation.seal_facts", "*/10 * * * *")
def seal_rows(ctx: Ctx) -> None:
    """Seal all rows of all chains that are not sealed yet, a thousand a block."""
    for chain in CHAINS.values():
        _seal(ctx, chain)


def seal_facts(ctx: Ctx) -> None:
    """Seal all facts that are not sealed yet."""
    _seal(ctx, FACTS)


def _seal(ctx: Ctx, chain: Chain) -> None:
    while _seal_blocks(ctx, chain):
        continue


def _seal_blocks(ctx: Ctx, chain: Chain) -> bool:
    """Seal the oldest unsealed rows; say whether there may be more."""
    with ctx.open(), connection.cursor() as cursor:
        lock = "seal" if chain is FACTS else f"seal {chain.table}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7035))", [f"{lock}:{ctx.tenant}"])
        blocks = FactBlock.objects.filter(rows_of=chain.table).order_by("-number")
        last, digest, since = blocks.values_list("number", "digest", "sealed_at").first() or (0, "", None)
        limit = BLOCK * AT_ONCE
        cursor.execute(chain.unsealed, {"tenant": ctx.tenant, "table": chain.table, "since": since, "limit": limit})
        ids = [row[0] for row in cursor.fetchall()]
        for number, part in enumerate(batched(ids, BLOCK), last + 1):
            digest = _seal_block(ctx, chain, number, digest, list(part))
        return len(ids) == limit


def _seal_block(ctx: Ctx, chain: Chain, number: int, previous: str, ids: list[UUID]) -> str:
    digest, _ = _digest(ctx.tenant, chain, previous, ids)
    FactBlock.objects.create(
        tenant_id=ctx.tenant, id=uuid7(), rows_of=chain.table, number=number, fact_ids=ids, previous=previous,
        digest=digest,
    )  # fmt: skip
    return digest


@invariant("foundation.sealed_facts")
def sealed_facts_stand(ctx: Ctx) -> Iterable[Finding]:
    """Recompute every block of every chain; a changed, removed or re-ordered row breaks it."""
    for chain in CHAINS.values():
        yield from _blocks_stand(ctx, chain)
        with connection.cursor() as cursor:
            cursor.execute(chain.never_sealed, {"tenant": ctx.tenant, "table": chain.table})
            for (row,) in cursor.fetchall():
                yield Finding(
                    f"verify.{chain.table}_unsealed", f"{chain.table} {row}",
                    "It is older than two days and was never sealed.",
                )  # fmt: skip


def _blocks_stand(ctx: Ctx, chain: Chain) -> Iterator[Finding]:
    previous, number, table = "", 0, chain.table
    blocks: Iterator[Any] = FactBlock.objects.filter(rows_of=table).order_by("number").iterator(chunk_size=200)
    for block in blocks:
        number += 1
        if (block.number, block.previous) != (number, previous):
            yield Finding(
                "verify.chain", f"fact_block {block.id}",
                f"Block {block.number} of {table} does not follow the one before.",
            )  # fmt: skip
        digest, gone = _digest(ctx.tenant, chain, block.previous, block.fact_ids)
        for row in gone:
            yield Finding(f"verify.{table}_gone", f"{table} {row}", f"It is in block {block.number}, and is gone.")
        if digest != block.digest and not gone:
            yield Finding(
                f"verify.{table}_changed", f"fact_block {block.id}",
                f"A row of {table} in block {block.number} was changed.",
            )  # fmt: skip
        previous, number = block.digest, block.number
