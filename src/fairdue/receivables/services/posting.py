"""The one way into the journal: any number of balanced entries in one statement."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import DatabaseError, connection

from fairdue.core.findings import refuse
from fairdue.core.ledger import Entry
from fairdue.foundation.arrays import columns
from fairdue.foundation.ids import uuid7

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairdue.foundation.context import Ctx

_POST = (
    "SELECT fairdue_post(%s, %s::uuid[], %s::uuid[], %s::date[], %s::text[], %s::text[], %s::text[], %s::uuid[], "
    "%s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::bigint[], %s::bigint[], %s::uuid[])"
)
_ACCOUNTS = "SELECT creditor_id, role, id FROM account WHERE tenant_id = %s AND creditor_id = ANY(%s::uuid[])"
CLOSED_PERIOD = "FD002"
_MONTH = re.compile(r"the period (\d{4})-(\d{2}) is closed")


def post(ctx: Ctx, entries: Sequence[Entry]) -> list[UUID]:
    """Write balanced entries and return their ids; a closed period refuses the whole command."""
    entries = [entry for entry in entries if entry.lines]
    if not entries:
        return []
    accounts = _accounts(ctx, {entry.creditor for entry in entries})
    ids = [uuid7() for _ in entries]
    lines: list[tuple[Any, ...]] = []
    for entry, entry_id in zip(entries, ids, strict=True):
        for line in entry.lines:
            account = accounts.get((entry.creditor, line.role))
            if account is None:
                raise refuse("account.missing", "account", f"The chart has no account for “{line.role.value}”.")
            lines.append((uuid7(), entry_id, account, line.amount, line.functional, line.debtor))
    heads = [
        (i, e.creditor, e.booked_on, e.kind, e.text[:200], e.currency, e.source, e.reversal_of)
        for i, e in zip(ids, entries, strict=True)
    ]
    _send(ctx, [*columns(heads), *columns(lines)])
    return ids


def _send(ctx: Ctx, arrays: list[str]) -> None:
    with connection.cursor() as cursor:
        try:
            cursor.execute(_POST, [ctx.tenant, *arrays])
        except DatabaseError as error:
            if getattr(error.__cause__, "sqlstate", None) == CLOSED_PERIOD:
                raise refuse("period.closed", "booked_on", closed_text(str(error.__cause__))) from error
            raise


def closed_text(told: str) -> str:
    """Return which month is closed and what can be done, from what the database told ("the period 2026-09 …")."""
    named = _MONTH.search(told)
    month = f"{date(int(named[1]), int(named[2]), 1):%B %Y}" if named else "The month"
    return (
        f"{month} is closed, so nothing can be booked on a day in it. Choose a later day, or ask somebody who may "
        "close months to open it again (Ledger, Months)."
    )


def _accounts(ctx: Ctx, creditors: set[UUID]) -> dict[tuple[UUID, str], UUID]:
    with connection.cursor() as cursor:
        cursor.execute(_ACCOUNTS, [ctx.tenant, list(creditors)])
        return {(creditor, role): account for creditor, role, account in cursor.fetchall()}
