"""Balances: what each customer owes, as of a business day and as it was known at an instant."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel

from fairdue.api import values
from fairdue.api.paging import DEFAULT_LIMIT, Cursor, Limit, Page, decode, page
from fairdue.api.routing import Call, Resource
from fairdue.foundation.permissions import Permission
from fairdue.receivables import selectors

balances = Resource("/balances", "balances")
RESOURCES = [balances]


class BalanceOut(BaseModel):
    """What one customer owes in one currency."""

    creditor: UUID
    debtor: UUID
    currency: str
    open: values.Amount
    overdue: values.Amount
    unapplied: values.Amount
    oldest_due_on: date | None


def _show(row: selectors.BalanceRow) -> BalanceOut:
    return BalanceOut(
        creditor=row.creditor_id, debtor=row.debtor_id, currency=row.currency,
        open=values.amount(row.open, row.currency), overdue=values.amount(row.overdue, row.currency),
        unapplied=values.amount(row.unapplied, row.currency), oldest_due_on=row.oldest_due_on,
    )  # fmt: skip


def _key(row: selectors.BalanceRow) -> tuple[UUID, UUID, str]:
    return (row.creditor_id, row.debtor_id, row.currency)


@balances.get("", Permission.CUSTOMERS_VIEW, Page[BalanceOut])
def list_balances(
    call: Call, as_of: values.Day | None = None, recorded: values.Instant | None = None,
    creditor: UUID | None = None, debtor: UUID | None = None, cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT,
) -> Page[BalanceOut]:  # fmt: skip
    """List what each customer owed at the end of `as_of`, as it was known at `recorded`.

    Name `recorded` while turning pages, so that all pages are of one state of knowledge.
    """
    after = decode(cursor, UUID, UUID, str)
    rows = selectors.balances(call.ctx, as_of=as_of or call.today, recorded=recorded, creditor=creditor, debtor=debtor)
    left = [row for row in rows if after is None or _key(row) > after]
    return page(left[: limit + 1], limit, _show, _key)
