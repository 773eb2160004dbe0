"""The end-to-end ids under which items are collected, many at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection

from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record_all

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

_SET = """
UPDATE open_item i SET end_to_end_id = k.value FROM unnest(%s::uuid[], %s::text[]) AS k(id, value)
WHERE i.tenant_id = %s AND i.id = k.id RETURNING i.id, i.creditor_id, i.debtor_id, i.number, i.end_to_end_id, i.due_on
"""


@command("receivables.set_end_to_end")
def set_end_to_end(ctx: Ctx, *, ids: Sequence[tuple[UUID, str]], today: date, key: str | None = None) -> int:
    """Give items the end-to-end id of their collection, each of its (item, id) pair; returns how many changed."""
    del key
    with connection.cursor() as cursor:
        cursor.execute(_SET, [[item for item, _ in ids], [value for _, value in ids], ctx.tenant])
        rows = cursor.fetchall()
    record_all(ctx, [
        NewFact("open_item.changed", today, item, creditor, debtor,
                {"number": number, "changes": f"end_to_end_id → {value}", "due_on": due_on})
        for item, creditor, debtor, number, value, due_on in rows
    ])  # fmt: skip
    return len(rows)
