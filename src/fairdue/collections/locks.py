"""Open items under their row locks: what a command reads before it places a hold on them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db import connection

from fairdue.parties.following import merged_records

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from uuid import UUID

    from fairdue.foundation.context import Ctx

_LOCK = """
SELECT id, creditor_id, debtor_id, number, currency, amount, residual, due_on FROM open_item
WHERE tenant_id = %s AND id = ANY(%s) ORDER BY id FOR UPDATE
"""


@dataclass(frozen=True, slots=True)
class LockedItem:
    """An open item that nobody else can change until the transaction ends."""

    id: UUID
    creditor_id: UUID
    debtor_id: UUID
    number: str
    currency: str
    amount: int
    residual: int
    due_on: date


def lock_items(ctx: Ctx, items: Sequence[UUID]) -> list[LockedItem]:
    """Lock items in id order, so that a message about them waits for the hold that is being placed.

    What is placed on an item whose debtor was merged a moment ago belongs to the record that stays.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [ctx.tenant, list(items)])
        rows = [LockedItem(*row) for row in cursor.fetchall()]
    moved = merged_records(ctx, (row.debtor_id for row in rows))
    return [replace(row, debtor_id=moved[row.debtor_id]) if row.debtor_id in moved else row for row in rows]
