"""The invariants of the heart, recomputed from raw rows by statements of their own (sql/verify.sql)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import connection

from fairdue.core.findings import Finding
from fairdue.foundation.facts.witness import MONEY, witness
from fairdue.foundation.sqlfiles import sql
from fairdue.foundation.verifying import invariant

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx


@invariant("receivables.ledger")
def ledger_holds(ctx: Ctx) -> Iterable[Finding]:
    """Name each row at which an invariant of items, credits, allocations or the journal breaks."""
    with connection.cursor() as cursor:
        cursor.execute(sql("receivables", "verify"), {"tenant": ctx.tenant})
        for code, path, message in cursor.fetchall():
            yield Finding(f"verify.{code}", path, message)


witness("open_item", "open_item.opened", figures={**MONEY, "net_amount": "net,minor?", "number": "number"})
witness("credit", "credit.recorded", figures={**MONEY, "number": "number", "received_on": "received_on"})
