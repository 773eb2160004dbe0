"""Read the journal: the lines of an account, an entry with both its sides, the months and whether they are closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from fairdue.foundation.sqlfiles import sql
from fairdue.receivables.models import Account, JournalEntry, JournalLine

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

_MONTHS = """
SELECT m.month, coalesce(p.status, 'open'), coalesce(p.closed_by, ''), p.closed_at, m.entries
FROM (
    SELECT date_trunc('month', booked_on)::date AS month, count(*) AS entries FROM journal_entry
    WHERE tenant_id = %(tenant)s AND creditor_id = %(creditor)s GROUP BY 1
) m
LEFT JOIN period p ON p.tenant_id = %(tenant)s AND p.creditor_id = %(creditor)s AND p.month = m.month
ORDER BY m.month DESC
"""


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account of a creditor's chart."""

    id: UUID
    creditor_id: UUID
    code: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line of an account: positive is debit. `functional` is in the currency of the books."""

    id: UUID
    entry_id: UUID
    booked_on: date
    kind: str
    text: str
    currency: str
    amount: int
    functional: int
    debtor_id: UUID | None
    debtor_name: str | None
    source_id: UUID | None
    reversal_of: UUID | None
    reversed_by: UUID | None
    posted_at: datetime

    @property
    def credit(self) -> int:
        """The credit side as a figure without sign."""
        return -self.functional


@dataclass(frozen=True, slots=True)
class SideRow:
    """One side of an entry with its account."""

    account_id: UUID
    code: str
    name: str
    amount: int
    functional: int

    @property
    def credit(self) -> int:
        """The credit side as a figure without sign."""
        return -self.functional


@dataclass(frozen=True, slots=True)
class EntryRow:
    """A balanced entry with all its sides."""

    id: UUID
    creditor_id: UUID
    booked_on: date
    kind: str
    text: str
    currency: str
    source_id: UUID | None
    reversal_of: UUID | None
    reversed_by: UUID | None
    posted_at: datetime
    sides: tuple[SideRow, ...]


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A month of the books."""

    month: date
    status: str
    closed_by: str
    closed_at: datetime | None
    entries: int


def account(ctx: Ctx, account_id: UUID) -> AccountRow | None:
    """Return one account."""
    del ctx
    row = Account.objects.filter(id=account_id).first()
    return AccountRow(row.id, row.creditor_id, row.code, row.name, row.kind) if row else None


def account_lines(
    ctx: Ctx, *, account: UUID, as_of: date, after: tuple[date, UUID] | None = None, limit: int = 50
) -> list[LineRow]:
    """Return the lines of an account booked up to `as_of`, newest first, after the cursor (day, line id)."""
    parameters: dict[str, Any] = {
        "tenant": ctx.tenant, "account": account, "as_of": as_of, "limit": limit,
        "after_day": after[0] if after else None, "after_id": after[1] if after else None,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(sql("receivables", "account_lines"), parameters)
        return [LineRow(*row) for row in cursor.fetchall()]


def entry(ctx: Ctx, entry_id: UUID) -> EntryRow | None:
    """Return one entry with its sides, debits first."""
    del ctx
    row = JournalEntry.objects.filter(id=entry_id).first()
    if row is None:
        return None
    lines = list(JournalLine.objects.filter(entry_id=entry_id).order_by("-functional", "-amount"))
    accounts = {one.id: one for one in Account.objects.filter(id__in=[line.account_id for line in lines])}
    sides = tuple(
        SideRow(line.account_id, accounts[line.account_id].code, accounts[line.account_id].name, line.amount,
                line.functional)
        for line in lines
    )  # fmt: skip
    reversal = JournalEntry.objects.filter(reversal_of_id=entry_id).values_list("id", flat=True).first()
    return EntryRow(
        row.id, row.creditor_id, row.booked_on, row.kind, row.text, row.currency, row.source_id, row.reversal_of_id,
        reversal, row.posted_at, sides,
    )  # fmt: skip


def months(ctx: Ctx, *, creditor: UUID) -> list[MonthRow]:
    """Return the months with entries, newest first, and whether each is closed."""
    with connection.cursor() as cursor:
        cursor.execute(_MONTHS, {"tenant": ctx.tenant, "creditor": creditor})
        return [MonthRow(*row) for row in cursor.fetchall()]
