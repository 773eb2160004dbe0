"""The invariants of collections, recomputed from raw rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from fairdue.core.findings import Finding
from fairdue.foundation.facts.witness import CUSTOMER, MONEY, witness
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


witness("promise", "promise.made", "plan.agreed", figures={**MONEY, **CUSTOMER})
witness("dispute", "dispute.opened", figures=CUSTOMER)
witness("dispute", "dispute.opened", figures=MONEY, only="t.amount IS NOT NULL")
