"""Set work of the cadence run: narrow in SQL, load by chunks of debtors, write with one statement a table."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from fairdue.collections.loaded import LoadedDebtor, LoadedItem, Narrowing
from fairdue.core.contact import Hold
from fairdue.foundation.sqlfiles import sql
from fairdue.receivables import selectors as receivables

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from fairdue.foundation.context import Ctx


def candidates(
    ctx: Ctx, today: date, narrowing: Narrowing, creditor: UUID | None, debtors: Sequence[UUID] | None
) -> list[UUID]:
    """Return the debtors of whom an item may take a step today: never too few."""
    parameters: dict[str, Any] = {
        "tenant": ctx.tenant, "today": today, "ahead": narrowing.ahead, "pause": narrowing.pause,
        "creditor": creditor, "debtors": None if debtors is None else list(debtors),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(sql("collections", "candidates"), parameters)
        return [row[1] for row in cursor.fetchall()]


def load_items(ctx: Ctx, debtors: Sequence[UUID], today: date, ahead: int) -> dict[UUID, list[LoadedItem]]:
    """Return the open items of debtors with their steps, by debtor, oldest due first."""
    parameters: dict[str, Any] = {"tenant": ctx.tenant, "debtors": list(debtors), "today": today, "ahead": ahead}
    found: dict[UUID, list[LoadedItem]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(sql("collections", "items"), parameters)
        for *row, offsets, days, passed_over, version in cursor.fetchall():
            item = LoadedItem(*(*row, _rungs(offsets or (), days or (), passed_over or ()), version))
            found[item.debtor_id].append(item)
    return found


def _rungs(
    offsets: Sequence[int], days: Sequence[date], passed_over: Sequence[str]
) -> tuple[tuple[int, date, bool], ...]:
    """Return (offset, day, superseded) for each rung taken and each that it passed over."""
    taken = [(offset, day, False) for offset, day in zip(offsets, days, strict=True)]
    passed = [(int(offset), day, True) for text, day in zip(passed_over, days, strict=True) for offset in text.split()]
    return (*taken, *passed)


def load_debtors(ctx: Ctx, debtors: Sequence[UUID]) -> dict[UUID, LoadedDebtor]:
    """Return debtors with their creditor, last contact and money on account."""
    with connection.cursor() as cursor:
        cursor.execute(sql("collections", "debtors"), {"tenant": ctx.tenant, "debtors": list(debtors)})
        return {row[0]: _debtor(row) for row in cursor.fetchall()}


def _debtor(row: tuple[Any, ...]) -> LoadedDebtor:
    *plain, last_notice, last_call, unapplied = row
    last = max((day for day in (last_notice, last_call) if day), default=None)
    return LoadedDebtor(*(*plain, last, json.loads(unapplied)))


def load_holds(ctx: Ctx, debtors: Sequence[UUID], today: date) -> dict[UUID, list[Hold]]:
    """Return the holds in force today, by debtor."""
    found: dict[UUID, list[Hold]] = defaultdict(list)
    for row in receivables.holds(ctx, debtors=debtors, on=today):
        found[row.debtor_id].append(Hold(row.reason, row.from_on, row.until_on, row.item_id, row.amount))
    return found


def load_payments(ctx: Ctx, items: Sequence[UUID]) -> dict[UUID, list[tuple[date, int]]]:
    """Return what reduced items and when, by item."""
    found: dict[UUID, list[tuple[date, int]]] = defaultdict(list)
    if items:
        with connection.cursor() as cursor:
            cursor.execute(sql("collections", "payments"), {"tenant": ctx.tenant, "items": list(items)})
            for item, on, amount in cursor.fetchall():
                found[item].append((on, int(amount)))
    return found


_TYPES = {
    "notice": (
        ("id", "uuid"), ("creditor_id", "uuid"), ("debtor_id", "uuid"), ("run_on", "date"), ("level", "smallint"),
        ("template", "text"), ("channel", "text"), ("language", "text"), ("recipient", "text"), ("subject", "text"),
        ("text", "text"), ("html", "text"), ("reply_by", "date"), ("state", "text"), ("planned_by", "text"),
    ),
    "notice_line": (
        ("id", "uuid"), ("creditor_id", "uuid"), ("notice_id", "uuid"), ("item_id", "uuid"), ("currency", "text"),
        ("residual", "bigint"), ("chaseable", "bigint"), ("level", "smallint"), ("interest", "bigint"),
        ("compensation", "bigint"), ("law", "jsonb"),
    ),
    "step_taken": (
        ("id", "uuid"), ("creditor_id", "uuid"), ("debtor_id", "uuid"), ("item_id", "uuid"), ("due_on", "date"),
        ("offset_days", "smallint"), ("level", "smallint"), ("template", "text"), ("taken_on", "date"),
        ("passed_over", "smallint[]"), ("state", "text"), ("source_id", "uuid"),
        ("version_id", "uuid"),
    ),
    "collection_task": (
        ("id", "uuid"), ("creditor_id", "uuid"), ("debtor_id", "uuid"), ("kind", "text"), ("reason", "text"),
        ("due_on", "date"), ("opened_on", "date"), ("dedup_key", "text"), ("source_id", "uuid"),
        ("owner_id", "uuid"),
    ),
}  # fmt: skip
_ON_CONFLICT = {"collection_task": " ON CONFLICT DO NOTHING"}


def _plain(value: object) -> str:
    return value.hex if isinstance(value, UUID) else str(value)  # the database reads an id without dashes, too


def insert(ctx: Ctx, table: str, rows: Sequence[tuple[Any, ...]]) -> list[UUID]:
    """Insert rows (in the column order of the table above) in one statement; returns the ids that are new."""
    if not rows:
        return []
    names = [name for name, _ in _TYPES[table]]
    columns = ", ".join(names)
    shape = ", ".join(f"{name} {kind}" for name, kind in _TYPES[table])
    # One JSON value travels faster than an array for each column, whose every text has to be quoted.
    statement = (
        f"INSERT INTO {table} (tenant_id, {columns}) SELECT %s, {columns} "
        f"FROM json_to_recordset(%s::json) AS r({shape}){_ON_CONFLICT.get(table, '')} RETURNING id"
    )
    values = json.dumps([dict(zip(names, row, strict=True)) for row in rows], default=_plain, ensure_ascii=False)
    with connection.cursor() as cursor:
        cursor.execute(statement, [ctx.tenant, values])
        return [row[0] for row in cursor.fetchall()]
