"""The invariants of collections, recomputed from raw rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from fairdue.core.findings import Finding
from fairdue.foundation.facts.witness import CLIENT, CUSTOMER, MONEY, witness
from fairdue.foundation.sqlfiles import sql
from fairdue.foundation.verifying import invariant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fairdue.foundation.context import Ctx


@invariant("collections.notices")
def check(ctx: Ctx) -> Iterator[Finding]:
    """Each message was sent about what was open and free when it went; each open dispute holds its part."""
    with connection.cursor() as cursor:
        cursor.execute(sql("collections", "verify"), {"tenant": ctx.tenant})
        for code, table, id_, message in cursor.fetchall():
            yield Finding(f"collections.{code}", f"{table}:{id_}", message)


witness("promise", "promise.made", "plan.agreed", figures={**MONEY, **CUSTOMER, "made_on": "@happened_on"})
witness("promise", "promise.made", figures={"promised_on": "promised_on"}, only="t.kind = 'promise'")
witness("promise", "plan.agreed", figures={"promised_on": "last_on?"}, only="t.kind = 'plan'")
witness("promise", "promise.cancelled", figures={"cancelled_on": "@happened_on"}, only="t.cancelled_on IS NOT NULL")
witness(
    "promise_item", "promise.made", "plan.agreed", figures=CLIENT, subject="promise_id",
    # A promise of an earlier version tells the numbers of its items only.
    also="f.type = 'promise.made' AND f.payload -> 'item_ids' IS NULL"
    " OR coalesce(f.payload -> 'item_ids', f.payload -> 'items') @> to_jsonb(t.item_id::text)",
)  # fmt: skip
witness(
    "instalment", "plan.agreed", figures=CLIENT, subject="promise_id",
    also="coalesce(f.payload -> 'instalments' @>"
    " jsonb_build_array(jsonb_build_object('due_on', t.due_on::text, 'minor', t.amount)), true)",
)  # fmt: skip
witness("dispute", "dispute.opened", figures={**CUSTOMER, "item_id": "item", "opened_on": "@happened_on"})
witness("dispute", "dispute.opened", figures=MONEY, only="t.amount IS NOT NULL")
witness(
    "dispute", "dispute.opened", "dispute.moved", "dispute.resolved",
    figures={"clock": "turn?", "clock_since": "clock_since?", "answer_by": "answer_by?"},
    last_of=("dispute.opened", "dispute.moved", "dispute.resolved"),
)  # fmt: skip
witness("dispute", "dispute.resolved", figures={"resolved_on": "@happened_on"}, only="t.resolved_on IS NOT NULL")
witness(
    "cadence_assignment", "cadence.assigned", figures=CUSTOMER, subject="cadence_id", only="t.cadence_id IS NOT NULL"
)
witness(
    "cadence_assignment", "cadence.assigned", figures=CUSTOMER, subject="", also="f.subject_id IS NULL",
    only="t.cadence_id IS NULL",
)  # fmt: skip
