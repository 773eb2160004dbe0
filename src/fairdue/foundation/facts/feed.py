"""The changes of a tenant in the order in which they were sealed: a reader that keeps its place misses none.

Recording instants are no such order, because a long transaction commits facts that are older than facts
which a reader has seen already. Sealed blocks only ever grow at their end.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection

from fairdue.foundation import clock
from fairdue.foundation.facts.reading import LoggedFact
from fairdue.foundation.facts.sealing import seal_facts
from fairdue.foundation.models import FactBlock

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

FRESH = timedelta(seconds=5)
"""A reader at the end seals what is new, but no more often than this, so that blocks stay worth their row."""
_WINDOW = 100
_CHANGES = """
SELECT b.number, w.n, f.id, f.type, f.subject_id, f.creditor_id, f.debtor_id, f.payload::text, f.actor, f.cause,
       f.happened_on, f.recorded_at
FROM fact_block b
CROSS JOIN LATERAL unnest(b.fact_ids) WITH ORDINALITY AS w(id, n)
JOIN fact f ON f.tenant_id = b.tenant_id AND f.id = w.id
WHERE b.tenant_id = %(tenant)s AND b.rows_of = 'fact' AND b.number BETWEEN %(block)s AND %(block)s + %(window)s
  AND (b.number, w.n) > (%(block)s, %(place)s)
ORDER BY b.number, w.n LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Change:
    """A sealed fact with its place: the block's number and the position in it."""

    block: int
    place: int
    fact: LoggedFact


def changes(ctx: Ctx, *, after: tuple[int, int] = (0, 0), limit: int = 100) -> list[Change]:
    """Return the facts after a place, oldest first; call inside the tenant's context."""
    found = _read(ctx, after, limit)
    if len(found) < limit and _stale():
        seal_facts(ctx)
        found = _read(ctx, after, limit)
    return found


def _stale() -> bool:
    sealed_at = FactBlock.objects.filter(rows_of="fact").order_by("-number").values_list("sealed_at", flat=True).first()
    return sealed_at is None or sealed_at < clock.now() - FRESH


def _read(ctx: Ctx, after: tuple[int, int], limit: int) -> list[Change]:
    parameters = {"tenant": ctx.tenant, "block": after[0], "place": after[1], "limit": limit, "window": _WINDOW}
    with connection.cursor() as cursor:
        cursor.execute(_CHANGES, parameters)
        return [_change(row) for row in cursor.fetchall()]


def _change(row: Any) -> Change:
    block, place, *columns = row
    columns[5] = json.loads(columns[5])
    return Change(block, place, LoggedFact(*columns))
