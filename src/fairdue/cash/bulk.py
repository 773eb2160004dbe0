"""Set work of the room: the keys of items, written and caught up with in a few statements."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from fairdue.cash.loading import credit_note_of, item_of
from fairdue.core.matching import item_keys
from fairdue.core.parties.names import fingerprint, normal_name
from fairdue.foundation.arrays import array, columns
from fairdue.foundation.facts.outbox import unanswered
from fairdue.foundation.ids import uuid7
from fairdue.foundation.sqlfiles import sql

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairdue.core.matching import Item
    from fairdue.foundation.context import Ctx

_INSERT = """
INSERT INTO open_item_key (tenant_id, id, creditor_id, debtor_id, item_id, kind, key)
SELECT %s, k.* FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::text[]) AS k
ON CONFLICT (tenant_id, creditor_id, key, kind, item_id) DO NOTHING
"""
_DELETE = "DELETE FROM open_item_key WHERE tenant_id = %s AND item_id = ANY(%s::uuid[])"
LONGEST_KEY = 120
_BY_KEY = itemgetter(5, 4, 3)
"""Key, kind and item of a row of keys: the order of their index."""
KEEPERS = ("cash.index_items", "cash.index_credit_notes", "cash.index_names")
"""The consumers that write keys when facts reach them."""
_CHUNK = 5_000
_MOST_UNTOLD = 20_000
"""Where more wait of one kind, all of the creditor is looked through."""
_OVERLAP = 600_000
"""Milliseconds."""


def index_items(ctx: Ctx, ids: Sequence[UUID]) -> None:
    """Write the keys of open items."""
    if ids:
        found = values(ctx, "items", ids=list(ids), debtors=None, creditor=None)
        _write(ctx, [(row[-1], item_of(row)) for row in found])


def index_credit_notes(ctx: Ctx, ids: Sequence[UUID]) -> None:
    """Write the keys of credit notes."""
    if ids:
        found = values(ctx, "credit_notes", ids=list(ids), debtors=None, creditor=None)
        _write(ctx, [(row[-1], credit_note_of(row)) for row in found])


def unindex(ctx: Ctx, ids: Sequence[UUID]) -> None:
    """Take away the keys of items that changed."""
    if ids:
        with connection.cursor() as cursor:
            cursor.execute(_DELETE, [ctx.tenant, list(ids)])


def index_names(ctx: Ctx, ids: Sequence[UUID]) -> None:
    """Write the words of debtors' names, and the names as a whole."""
    found = rows(ctx, "names", ids=list(ids)) if ids else []
    _insert(
        ctx,
        [
            (uuid7(), row["creditor_id"], row["id"], row["id"], kind, key[:LONGEST_KEY])
            for row in found
            for kind, key in name_keys(row["name"])
        ],
    )


def name_keys(name: str) -> set[tuple[str, str]]:
    """Return the keys of a name: "word" for each word without legal form, "print" for all of them in order."""
    return {("print", fingerprint(name)), *(("word", word) for word in normal_name(name).split())} - {("print", "")}


def index_missing(ctx: Ctx, creditor: UUID, *, everything: bool = False) -> None:
    """Catch up with items and debtors whose facts nobody has answered yet; nothing to do is two short statements."""
    ids = [] if everything else _untold(ctx)
    if not (ids or everything):
        return
    with connection.cursor() as cursor:
        everything = everything or len(ids) >= _MOST_UNTOLD
        cursor.execute(
            sql("cash", "missing_keys"),
            {"tenant": ctx.tenant, "creditor": creditor, "everything": everything, "ids": ids},
        )
        found = sorted(cursor.fetchall())  # two runs that catch up at once write in one order: no circle of waiting
    for start in range(0, len(found), _CHUNK):
        chunk = found[start : start + _CHUNK]
        index_items(ctx, [one for one, kind in chunk if kind == "item"])
        index_credit_notes(ctx, [one for one, kind in chunk if kind == "note"])
        index_names(ctx, [one for one, kind in chunk if kind == "debtor"])


def _untold(ctx: Ctx) -> list[UUID]:
    """Return what the consumers that keep the keys have not been told of; without a worker only what is new."""
    newest = rows(ctx, "newest_key")
    since = _before(newest[0]["item_id"]) if newest else UUID(int=0)
    return [one for one in unanswered(ctx, KEEPERS, _MOST_UNTOLD) if one > since]


def _before(one: UUID) -> UUID:
    """Return a bound ten minutes before an id; the first 48 bits of an id are its milliseconds."""
    return UUID(int=max(0, (one.int >> 80) - _OVERLAP) << 80)


def rows(ctx: Ctx, name: str, **parameters: Any) -> list[dict[str, Any]]:
    """Return the rows of one of the room's statements by column."""
    with connection.cursor() as cursor:
        cursor.execute(sql("cash", name), _arrays(ctx, parameters))
        columns = [column.name for column in cursor.description or ()]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def values(ctx: Ctx, name: str, **parameters: Any) -> list[tuple[Any, ...]]:
    """Return the rows of one of the room's statements as they come: for those of which a run reads many."""
    with connection.cursor() as cursor:
        cursor.execute(sql("cash", name), _arrays(ctx, parameters))
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def _arrays(ctx: Ctx, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters with the tenant; each list as one array literal, which the statements cast."""
    lists = {name: array(value) for name, value in parameters.items() if isinstance(value, list)}
    return {"tenant": ctx.tenant, **parameters, **lists}


def items_in(
    ctx: Ctx, creditor: UUID, ids: Sequence[UUID | str], debtors: Sequence[UUID], branches: Sequence[UUID] = ()
) -> list[Item]:  # fmt: skip
    """Return items and credit notes of a creditor: those with the ids, what debtors have left, notes of branches."""
    scope: dict[str, Any] = {"creditor": creditor, "ids": list(ids)}
    items = [item_of(row) for row in values(ctx, "items", debtors=list(debtors), **scope)]
    notes = values(ctx, "credit_notes", debtors=[*debtors, *branches], **scope)
    return items + [credit_note_of(row) for row in notes]


def _write(ctx: Ctx, items: list[tuple[UUID, Item]]) -> None:
    _insert(
        ctx,
        [
            (uuid7(), creditor, item.debtor, item.id, key.kind.value, key.value)
            for creditor, item in items
            for key in item_keys(item)
            if len(key.value) <= LONGEST_KEY
        ],
    )


def _insert(ctx: Ctx, found: Sequence[tuple[Any, ...]]) -> None:
    if found:
        with connection.cursor() as cursor:
            cursor.execute(_INSERT, [ctx.tenant, *columns(sorted(found, key=_BY_KEY))])
