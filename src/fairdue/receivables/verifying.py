"""The invariants of the heart, recomputed from raw rows by statements of their own (sql/verify.sql)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import connection

from fairdue.core.findings import Finding
from fairdue.foundation.facts.sealing import seal
from fairdue.foundation.facts.witness import CLIENT, CUSTOMER, MONEY, witness
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


witness(
    "open_item", "open_item.opened",
    figures={
        **MONEY, **CUSTOMER, "net_amount": "net,minor?", "number": "number", "issued_on": "issued_on?",
        "delivered_on": "delivered_on?",
    },
)  # fmt: skip
witness("open_item", "open_item.opened", "open_item.changed", figures={"due_on": "due_on?"})
witness(
    "credit", "credit.recorded",
    figures={**MONEY, **CLIENT, "number": "number", "received_on": "received_on", "source_id": "source?"},
)  # fmt: skip
witness("credit", "credit.recorded", "credit.assigned", figures=CUSTOMER)
witness(
    "hold", "hold.placed", subject="",
    figures={
        **CUSTOMER, "id": "hold", "reason": "reason", "from_on": "from_on?", "until_on": "until_on?",
        "item_id": "item?", "amount": "part?", "source_id": "source?",
    },
)  # fmt: skip
witness(
    "hold", "hold.released", subject="", only="t.released_on IS NOT NULL",
    figures={"id": "hold", "released_on": "@happened_on"},
)  # fmt: skip
seal(
    "journal_entry", "posted_at",
    "t.id, t.creditor_id, t.booked_on, t.kind, t.text, t.currency, t.source_id, t.reversal_of_id,"
    " extract(epoch FROM t.posted_at), l.sides",
    # What an account is for is part of what was posted: a role that moves to another account moves all its lines.
    "LEFT JOIN (SELECT l.entry_id, jsonb_agg(jsonb_build_array(l.id, l.creditor_id, l.account_id, a.creditor_id,"
    " a.kind, a.role, l.amount, l.functional, l.debtor_id) ORDER BY l.id) AS sides"
    " FROM journal_line l LEFT JOIN account a ON a.tenant_id = l.tenant_id AND a.id = l.account_id"
    " WHERE l.tenant_id = %(tenant)s AND l.entry_id = ANY(%(ids)s::uuid[]) GROUP BY l.entry_id"
    ") l ON l.entry_id = w.id",
)  # fmt: skip
seal(
    "allocation", "recorded_at",
    "t.id, t.creditor_id, t.debtor_id, t.kind, t.item_id, t.credit_id, t.amount, t.credit_amount, t.functional_item,"
    " t.functional_credit, t.effective_on, extract(epoch FROM t.recorded_at), t.reversal_of_id, t.group_id, t.reason,"
    " t.account_role",
)  # fmt: skip
seal(
    "exchange_rate", "recorded_at",
    "t.id, t.base, t.quote, t.valid_on, t.rate, t.source, extract(epoch FROM t.recorded_at)",
)  # fmt: skip
