"""When two records of a customer are merged, drafts, orders and recurring invoices go to the record that stays.

Issued documents keep the buyer that they name. A draft that is written later for an order of the merged record
follows as soon as it is written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connections

from fairdue.foundation.facts import consume
from fairdue.invoicing.models import Draft
from fairdue.parties import selectors as parties

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx
    from fairdue.foundation.facts import FactRow

# The app role never changes whose order or recurring invoice it is; a merge does, so the platform's role moves them.
_MOVE = tuple(
    f"UPDATE {table} SET debtor_id = %(survivor)s WHERE tenant_id = %(tenant)s AND debtor_id = %(merged)s"
    for table in ("sales_order", "invoice_plan")
)


@consume("invoicing.follow_merge", "debtor.merged", "draft.written")
def follow_merge(ctx: Ctx, facts: list[FactRow]) -> None:
    """Move open drafts of merged records; a second time there is nothing left to move."""
    merged = {UUID(fact.payload["merged"]) for fact in facts if fact.type == "debtor.merged"}
    written = {fact.debtor_id for fact in facts if fact.type == "draft.written" and fact.debtor_id}
    known = parties.debtors(ctx, merged | written)
    for debtor, row in known.items():
        if row.merged_into_id:
            _move_agreements(ctx, debtor, row.merged_into_id)
            Draft.objects.filter(debtor_id=debtor, state=Draft.State.OPEN).update(debtor_id=row.merged_into_id)


def _move_agreements(ctx: Ctx, merged: UUID, survivor: UUID) -> None:
    """Move orders and recurring invoices, in a transaction of its own; again it finds nothing to move."""
    with connections["loader"].cursor() as cursor:
        for statement in _MOVE:
            cursor.execute(statement, {"tenant": ctx.tenant, "survivor": survivor, "merged": merged})
