"""Following a merge while writing: what is written for a record that was merged stands under the one that stays.

A merge locks both records until it commits, and its consumers move what they then see. What a command writes for a
record that it read before would come too late for them; so who writes for a debtor asks here, under a lock of its
own, and a merge waits until that is committed and can be moved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fairdue.foundation.context import Ctx

_STAYS = """
SELECT id, merged_into_id FROM debtor WHERE tenant_id = %s AND id = ANY(%s::uuid[]) ORDER BY id FOR KEY SHARE
"""


def merged_records(ctx: Ctx, debtors: Iterable[UUID | None]) -> dict[UUID, UUID]:
    """Return the merged ones among some debtors with the record that stays; none is merged until the transaction ends.

    Foreign keys take the same lock; taken here, in order of the ids, it comes before what is written is decided.
    """
    wanted = sorted({one for one in debtors if one is not None})
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_STAYS, [ctx.tenant, wanted])
        return {debtor: into for debtor, into in cursor.fetchall() if into is not None}


def staying_record(ctx: Ctx, debtor: UUID) -> UUID:
    """Return the record under which a debtor is written about; it is not merged until the transaction ends."""
    return merged_records(ctx, [debtor]).get(debtor, debtor)
