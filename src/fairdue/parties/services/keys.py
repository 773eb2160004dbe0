"""The keys under which duplicates are found, kept beside the debtors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from fairdue.core.parties.duplicates import blocking_keys
from fairdue.foundation.arrays import columns
from fairdue.foundation.ids import uuid7
from fairdue.parties.models import Debtor
from fairdue.parties.translate import parties_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from fairdue.foundation.context import Ctx

LONGEST = 300
_FORGET = "DELETE FROM debtor_key WHERE tenant_id = %s AND debtor_id = ANY(%s::uuid[])"
_KEEP = """
INSERT INTO debtor_key (tenant_id, id, creditor_id, debtor_id, key)
SELECT %s, k.* FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::text[]) AS k
ON CONFLICT (tenant_id, debtor_id, key) DO NOTHING
"""


def refresh_keys(ctx: Ctx, debtors: Sequence[UUID]) -> None:
    """Compute the keys of debtors anew; merged ones have none. Seven statements however many."""
    if not debtors:
        return
    rows = list(Debtor.objects.filter(id__in=list(debtors), merged_into_id__isnull=True))
    creditors = {str(row.id): row.creditor_id for row in rows}
    keys = [
        (uuid7(), creditors[party.id], party.id, key[:LONGEST])
        for party in parties_of(rows)
        for key in sorted(blocking_keys(party))
    ]
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [ctx.tenant, list(debtors)])
        if keys:
            cursor.execute(_KEEP, [ctx.tenant, *columns(keys)])
