"""The invariants of the cash room, recomputed from raw rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fairdue.cash.bulk import rows
from fairdue.core.findings import Finding
from fairdue.foundation.facts.witness import CLIENT, CUSTOMER, MONEY, witness
from fairdue.foundation.verifying import invariant

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx


@invariant("cash.lines")
def lines_hold(ctx: Ctx) -> Iterable[Finding]:
    """Name each line whose money, state or application does not fit the heart."""
    for row in rows(ctx, "verify"):
        yield Finding(f"verify.{row['code']}", row["path"], row["message"])


witness("bank_line", "bank_line.received", figures={**MONEY, **CLIENT, "booked_on": "booked_on"})
witness("bank_statement", "bank_statement.imported", figures={**CLIENT, "entries": "entries"})
witness("refund", "refund.opened", figures={**MONEY, **CUSTOMER}, only="t.state = 'open'")
witness(
    "refund", "cash.refund_paid", figures={**MONEY, **CUSTOMER, "id": "refund"}, subject="credit_id",
    only="t.state = 'paid'",
)  # fmt: skip
witness("debit_run", "debit_run.made", figures={**MONEY, **CLIENT, "count": "count"})
witness(
    "direct_debit", "debit.ordered",
    figures={**MONEY, **CUSTOMER, "item_id": "item", "collect_on": "collect_on"},
    only="t.state NOT IN ('planned', 'cancelled')",
)  # fmt: skip
witness(
    "cash_return", "payment.returned",
    figures={
        **CLIENT, "fee": "fee,minor", "returned_on": "returned_on", "line_id": "line", "original_id": "original",
    },
)  # fmt: skip
