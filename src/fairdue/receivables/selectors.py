"""The door out: frozen rows about items, credits, holds and balances. Call inside a tenant's context."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from fairdue.foundation.sqlfiles import sql
from fairdue.receivables.models import Hold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fairdue.foundation.context import Ctx


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An open item with its debtor's name. Amounts are minor units of `currency`."""

    id: UUID
    creditor_id: UUID
    debtor_id: UUID
    debtor_name: str
    kind: str
    number: str
    currency: str
    amount: int
    residual: int
    net_amount: int
    issued_on: date
    due_on: date
    delivered_on: date | None
    reference: str
    order_number: str
    parent_id: UUID | None

    def days_overdue(self, today: date) -> int:
        """Return the days past the due date, negative before it."""
        return (today - self.due_on).days


@dataclass(frozen=True, slots=True)
class CreditRow:
    """A payment, credit note or indemnity with what is not applied of it."""

    id: UUID
    creditor_id: UUID
    debtor_id: UUID | None
    debtor_name: str | None
    kind: str
    number: str
    currency: str
    amount: int
    unapplied: int
    received_on: date
    source_id: UUID | None


@dataclass(frozen=True, slots=True)
class AllocationRow:
    """One allocation as the customer's page and the document show it."""

    id: UUID
    kind: str
    item_id: UUID | None
    item_number: str | None
    credit_id: UUID | None
    credit_number: str | None
    credit_kind: str | None
    currency: str
    amount: int
    effective_on: date
    recorded_at: datetime
    group_id: UUID
    reason: str
    reversed: bool
    is_reversal: bool


@dataclass(frozen=True, slots=True)
class HoldRow:
    """A hold that is not released."""

    id: UUID
    debtor_id: UUID
    item_id: UUID | None
    reason: str
    note: str
    amount: int | None
    from_on: date
    until_on: date | None
    source_id: UUID | None


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """What one debtor owes in one currency, as of a business date and a recording instant."""

    creditor_id: UUID
    debtor_id: UUID
    currency: str
    open: int
    overdue: int
    unapplied: int
    oldest_due_on: date | None


@dataclass(frozen=True, slots=True)
class TrialBalanceRow:
    """One account of a creditor at the end of a day, in the currency of the books."""

    account_id: UUID
    code: str
    name: str
    kind: str
    debit: int
    credit: int

    @property
    def balance(self) -> int:
        """Debits less credits."""
        return self.debit - self.credit


def _rows[T](row_type: type[T], statement: str, parameters: dict[str, Any]) -> list[T]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [row_type(*row) for row in cursor.fetchall()]


def items(
    ctx: Ctx, *, ids: Iterable[UUID] | None = None, debtors: Iterable[UUID] | None = None,
    creditor: UUID | None = None, only_open: bool = False, limit: int = 1000,
) -> list[ItemRow]:  # fmt: skip
    """Return items by id or debtor, oldest due first."""
    parameters = {
        "tenant": ctx.tenant, "creditor": creditor, "only_open": only_open, "limit": limit,
        "ids": None if ids is None else list(ids), "debtors": None if debtors is None else list(debtors),
    }  # fmt: skip
    return _rows(ItemRow, sql("receivables", "items"), parameters)


def credits_(
    ctx: Ctx, *, ids: Iterable[UUID] | None = None, debtors: Iterable[UUID] | None = None,
    creditor: UUID | None = None, only_unapplied: bool = True, limit: int = 1000,
) -> list[CreditRow]:  # fmt: skip
    """Return credits by id or debtor, oldest first; by default those with something unapplied."""
    parameters = {
        "tenant": ctx.tenant, "creditor": creditor, "only_unapplied": only_unapplied, "limit": limit,
        "ids": None if ids is None else list(ids), "debtors": None if debtors is None else list(debtors),
    }  # fmt: skip
    return _rows(CreditRow, sql("receivables", "credits"), parameters)


def allocations(
    ctx: Ctx, *, item: UUID | None = None, credit: UUID | None = None, debtor: UUID | None = None, limit: int = 500,
    after: tuple[datetime, UUID] | None = None,
) -> list[AllocationRow]:  # fmt: skip
    """Return the allocations of an item, a credit or a debtor, newest first; `after`: (recorded_at, id) seen last."""
    at, id_ = after or (None, None)
    parameters = {
        "tenant": ctx.tenant, "item": item, "credit": credit, "debtor": debtor, "limit": limit, "after_at": at,
        "after_id": id_,
    }  # fmt: skip
    return _rows(AllocationRow, sql("receivables", "allocations"), parameters)


def holds(ctx: Ctx, *, debtors: Iterable[UUID], on: date | None = None) -> list[HoldRow]:
    """Return the holds of debtors that are not released; with `on`, those in force that day."""
    del ctx
    rows = Hold.objects.filter(debtor_id__in=list(debtors), released_on__isnull=True).order_by("from_on", "id")
    found = [
        HoldRow(r.id, r.debtor_id, r.item_id, r.reason, r.note, r.amount, r.from_on, r.until_on, r.source_id)
        for r in rows
    ]
    if on is None:
        return found
    return [r for r in found if r.from_on <= on and (r.until_on is None or on < r.until_on)]


def balances(
    ctx: Ctx, *, as_of: date, recorded: datetime | None = None, creditor: UUID | None = None,
    debtor: UUID | None = None,
) -> list[BalanceRow]:  # fmt: skip
    """Return what each debtor owed at the end of `as_of`, as it was known at `recorded` (None: now).

    Items count from their issue date, credits from their receipt, allocations from their effective date;
    each only if it had been recorded by `recorded`.
    """
    parameters = {"tenant": ctx.tenant, "as_of": as_of, "recorded": recorded, "creditor": creditor, "debtor": debtor}
    return _rows(BalanceRow, sql("receivables", "balances"), parameters)


def trial_balance(ctx: Ctx, *, creditor: UUID, as_of: date, recorded: datetime | None = None) -> list[TrialBalanceRow]:
    """Return every account of a creditor with entries booked up to `as_of`, as known at `recorded`."""
    parameters = {"tenant": ctx.tenant, "creditor": creditor, "as_of": as_of, "recorded": recorded}
    return _rows(TrialBalanceRow, sql("receivables", "trial_balance"), parameters)
