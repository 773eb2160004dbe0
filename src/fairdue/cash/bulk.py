"""Set work of the room: the keys of items, written and caught up with in a few statements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from fairdue.cash.loading import credit_note_of, item_of
from fairdue.core.matching import item_keys
from fairdue.foundation.ids import uuid7
from fairdue.foundation.sqlfiles import sql

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairdue.core.matching import Item
    from fairdue.foundation.context import Ctx

_INSERT = """
INSERT INTO open_item_key (tenant_id, id, creditor_id, debtor_id, item_id, kind, key)
SELECT %s, k.* FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::text[]) AS k
ON CONFLICT (tenant_id, item_id, kind, key) DO NOTHING
"""
_DELETE = "DELETE FROM open_item_key WHERE tenant_id = %s AND item_id = ANY(%s::uuid[])"
LONGEST_KEY = 120
_CHUNK = 1_000


def index_items(ctx: Ctx, ids: Sequence[UUID]) -> None:
    """Write the keys of open items."""
    if ids:
        _write(ctx, [item_of(row) for row in rows(ctx, "items", ids=list(ids), debtors=None, creditor=None)])


def index_credit_notes(ctx: Ctx, ids: Sequence[UUID]) -> None:
    """Write the keys of credit notes."""
    if ids:
        found = rows(ctx, "credit_notes", ids=list(ids), debtors=None, creditor=None)
        _write(ctx, [credit_note_of(row) for row in found])


def unindex(ctx: Ctx, ids: Sequence[UUID]) -> None:
    """Take away the keys of items that changed."""
    if ids:
        with connection.cursor() as cursor:
            cursor.execute(_DELETE, [ctx.tenant, list(ids)])


def index_missing(ctx: Ctx, creditor: UUID) -> None:
    """Catch up with items whose facts have not been relayed yet; nothing to do is one statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql("cash", "missing_keys"), {"tenant": ctx.tenant, "creditor": creditor})
        found = cursor.fetchall()
    for start in range(0, len(found), _CHUNK):
        chunk = found[start : start + _CHUNK]
        index_items(ctx, [one for one, kind in chunk if kind == "item"])
        index_credit_notes(ctx, [one for one, kind in chunk if kind == "note"])


def rows(ctx: Ctx, name: str, **parameters: Any) -> list[dict[str, Any]]:
    """Return the rows of one of the room's statements by column."""
    with connection.cursor() as cursor:
        cursor.execute(sql("cash", name), {"tenant": ctx.tenant, **parameters})
        columns = [column.name for column in cursor.description or ()]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def _write(ctx: Ctx, items: list[tuple[UUID, Item]]) -> None:
    found = [
        (uuid7(), creditor, item.debtor, item.id, key.kind.value, key.value)
        for creditor, item in items
        for key in item_keys(item)
        if len(key.value) <= LONGEST_KEY
    ]
    if found:
        with connection.cursor() as cursor:
            cursor.execute(_INSERT, [ctx.tenant, *map(list, zip(*found, strict=True))])
