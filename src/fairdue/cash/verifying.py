"""The invariants of the cash room, recomputed from raw rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fairdue.cash.bulk import rows
from fairdue.core.findings import Finding
from fairdue.foundation.facts.witness import CLIENT, CUSTOMER, MONEY, Telling, witness
from fairdue.foundation.verifying import invariant

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx


@invariant("cash.lines")
def lines_hold(ctx: Ctx) -> Iterable[Finding]:
    """Name each line whose money, state or application does not fit the heart."""
    for row in rows(ctx, "verify"):
        yield Finding(f"verify.{row['code']}", row["path"], row["message"])


witness(
    "bank_account", "bank_account.added", figures=CLIENT,
    also="coalesce(f.payload ->> 'digest', '') IN ('', encode(sha256(convert_to(t.number, 'UTF8')), 'hex'))",
)  # fmt: skip
witness(
    "bank_line", "bank_line.received",
    figures={
        **MONEY, **CLIENT, "booked_on": "booked_on", "value_on": "value_on?", "account_id": "account?",
        "statement_id": "statement?",
    },
)  # fmt: skip
witness(
    "bank_statement", "bank_statement.imported",
    figures={
        **CLIENT, "entries": "entries", "account_id": "bank_account?", "file_id": "file?", "closing_on": "closing_on?",
    },
)  # fmt: skip
witness(
    "cash_application", "cash.allocated", "cash.put_on_account", "cash.set_aside", subject="line_id",
    figures={
        **CUSTOMER, "id": "application?", "applied_on": "@happened_on", "proposal_id": "proposal?",
        "batch_id": "batch?",
    },
)  # fmt: skip
witness(
    "cash_application", "cash.reversed", subject="line_id", only="t.reversed_on IS NOT NULL",
    figures={"id": "application?", "reversed_on": "@happened_on"},
    otherwise=Telling(("payment.returned",), {"line_id": "original", "reversed_on": "@happened_on"}, subject=""),
)  # fmt: skip
witness("refund", "refund.opened", figures={**MONEY, **CUSTOMER}, only="t.state = 'open'")
witness("refund", "refund.opened", figures={"credit_id": "credit", "line_id": "line?", "opened_on": "@happened_on"})
witness(
    "refund", "approval.proposed", figures={"approval_id": "approval"}, subject="credit_id",
    only="t.approval_id IS NOT NULL",
)  # fmt: skip
witness(
    "refund", "cash.refund_paid", subject="credit_id", only="t.state = 'paid'",
    figures={**MONEY, **CUSTOMER, "id": "refund", "decided_on": "@happened_on"},
)  # fmt: skip
witness(
    "refund", "refund.dismissed", figures={"decided_on": "@happened_on"}, only="t.state = 'dismissed'",
    # One that the bank refused ends with the day on which it was paid, where another one waits already.
    otherwise=Telling(("cash.refund_paid",), {"id": "refund", "decided_on": "@happened_on"}, "credit_id"),
)  # fmt: skip
witness(
    "debit_run", "debit_run.made",
    figures={
        **MONEY, **CLIENT, "count": "count", "collect_on": "collect_on", "made_on": "@happened_on",
        "bank_account_id": "bank_account?", "file_id": "file?",
    },
)  # fmt: skip
witness("debit_run", "debit_run.cancelled", figures={"cancelled_on": "@happened_on"}, only="t.cancelled_on IS NOT NULL")
witness(
    "direct_debit", "debit.ordered",
    figures={
        **MONEY, **CUSTOMER, "item_id": "item", "collect_on": "collect_on", "run_id": "run?", "mandate_id": "mandate?",
    },
    only="t.state NOT IN ('planned', 'cancelled')",
)  # fmt: skip
witness(
    "mandate", "mandate.added",
    figures={
        **CUSTOMER, "reference": "reference", "scheme": "scheme", "signed_on": "signed_on", "account_id": "account?",
    },
)  # fmt: skip
witness(
    "mandate", "mandate.added", "mandate.released", figures={}, only="t.state = 'active'",
    last_of=("mandate.added", "mandate.released", "mandate.stopped", "mandate.cancelled"),
)  # fmt: skip
witness(
    "cash_return", "payment.returned",
    figures={
        **CLIENT, "fee": "fee,minor", "returned_on": "returned_on", "line_id": "line", "original_id": "original",
        "application_id": "application?", "reversal_id": "reversal?", "debtor_id": "customer?",
    },
)  # fmt: skip
witness("cash_return", "payment.return_undone", figures={"undone_on": "@happened_on"}, only="t.undone_on IS NOT NULL")
