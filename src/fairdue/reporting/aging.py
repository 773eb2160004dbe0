"""Aging by creditor, debtor and currency, on both axes; the items behind each figure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fairdue.core.kpi.aging import labels
from fairdue.reporting.scope import Scope, rows_of, rows_over

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fairdue.foundation.context import Ctx

NIL = UUID(int=0)


@dataclass(frozen=True, slots=True)
class AgingRow:
    """Open amounts of one line of the report by bucket; minor units of `currency`.

    `unapplied` is money and credit notes not yet on an item: what is really owed is total - unapplied.
    """

    creditor_id: UUID | None
    creditor_name: str
    debtor_id: UUID | None
    debtor_name: str
    currency: str
    buckets: tuple[int, ...]
    unapplied: int
    items: int
    oldest_due_on: date | None

    @property
    def total(self) -> int:
        """Everything open."""
        return sum(self.buckets)

    @property
    def overdue(self) -> int:
        """Everything past due."""
        return sum(self.buckets[1:])


@dataclass(slots=True)
class _Sum:
    """One line while it is summed."""

    buckets: list[int]
    unapplied: int = 0
    items: int = 0
    oldest: date | None = None


type _Key = tuple[UUID | None, UUID | None, str]


def bucket_names(scope: Scope) -> tuple[str, ...]:
    """Return the names of the buckets of a report."""
    return labels(scope.bounds)


def aging(ctx: Ctx, scope: Scope, *, by: str = "debtor") -> list[AgingRow]:
    """Return the aging `by` debtor, creditor or currency: two statements, the largest overdue first."""
    sums = _sums(ctx, scope, by)
    names = _names(ctx, sums)
    return _ordered(_row(key, row, names) for key, row in sums.items())


def _ordered(rows: Iterable[AgingRow]) -> list[AgingRow]:
    return sorted(rows, key=lambda row: (row.currency, -row.overdue, -row.total, row.debtor_name, row.creditor_name))


def _sums(ctx: Ctx, scope: Scope, by: str) -> dict[_Key, _Sum]:
    """Return the sums of each line of the report."""
    parameters = scope.parameters(
        ctx, by_creditor=by != "currency", by_debtor=by == "debtor", starts=[bound + 1 for bound in scope.bounds]
    )
    sums = _added(
        scope,
        (
            (*_key(by, creditor, debtor, currency), *rest)
            for creditor, debtor, currency, *rest in rows_over(("stood",), "aging", parameters)
        ),
    )
    for creditor, debtor, currency, amount in rows_of("unapplied", parameters):
        sums[_key(by, creditor, debtor, currency)].unapplied += amount
    return sums


def _added(scope: Scope, lines: Iterable[Sequence[Any]]) -> dict[_Key, _Sum]:
    """Return lines of SQL (creditor, debtor, currency, bucket, amount, items, oldest) added up by their first three.

    Bucket -1 is what is unapplied.
    """
    sums: dict[_Key, _Sum] = defaultdict(lambda: _Sum([0] * (len(scope.bounds) + 1)))
    for creditor, debtor, currency, bucket, amount, items, oldest in lines:
        row = sums[creditor, debtor, currency]
        if bucket < 0:
            row.unapplied += amount
            continue
        row.buckets[bucket] += amount
        row.items += items
        row.oldest = oldest if row.oldest is None else min(row.oldest, oldest)
    return sums


def _key(by: str, creditor: UUID | None, debtor: UUID | None, currency: str) -> _Key:
    return (None if by == "currency" else creditor, debtor, currency)


def _row(key: _Key, row: _Sum, names: dict[UUID, str]) -> AgingRow:
    creditor, debtor, currency = key
    return AgingRow(
        creditor, names.get(creditor or NIL, ""), debtor, names.get(debtor or NIL, "payer unknown" if creditor else ""),
        currency, tuple(row.buckets), row.unapplied, row.items, row.oldest,
    )  # fmt: skip


def _names(ctx: Ctx, sums: dict[_Key, _Sum]) -> dict[UUID, str]:
    ids = {one for creditor, debtor, _ in sums for one in (creditor, debtor) if one is not None}
    rows: list[tuple[Any, ...]] = rows_of("names", {"tenant": ctx.tenant, "ids": list(ids)}) if ids else []
    return {row[0]: row[1] for row in rows}


def standing(ctx: Ctx, scope: Scope, *, limit: int = 10) -> tuple[list[AgingRow], list[AgingRow]]:
    """Return the aging by currency, and the debtors with the most overdue of each currency; items are read once."""
    lines = rows_over(("stood", "aging", "unapplied"), "standing", _by_debtor(ctx, scope, most=limit))
    totals = _added(scope, (line[:7] for line in lines if line[7] is None))
    chosen = _added(scope, (line[:7] for line in lines if line[7] is not None))
    names = _names(ctx, chosen)
    return (
        _ordered(_row(key, row, names) for key, row in totals.items()),
        _ordered(_row(key, row, names) for key, row in chosen.items()),
    )


def _by_debtor(ctx: Ctx, scope: Scope, **more: object) -> dict[str, Any]:
    """Return the parameters of a statement over the aging by debtor."""
    starts = [bound + 1 for bound in scope.bounds]
    return scope.parameters(ctx, by_creditor=True, by_debtor=True, starts=starts, **more)


@dataclass(frozen=True, slots=True)
class AgingPage:
    """Lines of the aging by debtor, the largest overdue of each currency first; sums and number of all lines."""

    rows: list[AgingRow]
    totals: list[AgingRow]
    count: int


def aging_page(ctx: Ctx, scope: Scope, *, skip: int = 0, limit: int = 50) -> AgingPage:
    """Return `limit` lines of the aging by debtor after the first `skip`."""
    lines = rows_over(("stood", "aging", "unapplied"), "aging_page", _by_debtor(ctx, scope, skip=skip, limit=limit))
    totals = _added(scope, (line[:7] for line in lines if line[7] is None))
    placed = sorted((line for line in lines if line[7] is not None), key=lambda line: line[7])
    shown = _added(scope, (line[:7] for line in placed))
    names = _names(ctx, shown)
    return AgingPage(
        [_row(key, row, names) for key, row in shown.items()],
        sorted((_row(key, row, names) for key, row in totals.items()), key=lambda row: row.currency),
        placed[0][8] if placed else 0,
    )


def top_debtors(ctx: Ctx, scope: Scope, *, limit: int = 10) -> list[AgingRow]:
    """Return the debtors with the most overdue, per currency; names are read for these only."""
    return standing(ctx, scope, limit=limit)[1]


def currencies(ctx: Ctx, scope: Scope) -> list[str]:
    """Return the currencies of the scope's items."""
    return [row[0] for row in rows_of("currencies", scope.parameters(ctx))]


@dataclass(frozen=True, slots=True)
class OpenItemRow:
    """One item that was open."""

    item_id: UUID
    number: str
    kind: str
    creditor_id: UUID
    creditor_name: str
    debtor_id: UUID
    debtor_name: str
    issued_on: date
    due_on: date
    currency: str
    amount: int
    open: int

    def days_past_due(self, as_of: date) -> int:
        """Return the days since the due date, zero before it."""
        return max(0, (as_of - self.due_on).days)


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """Which of the open items: due dates, currency, and the key after which the page begins."""

    due_from: date = date.min
    due_to: date = date.max
    currency: str | None = None
    after: tuple[date, UUID] = field(default=(date.min, NIL))


def open_items(
    ctx: Ctx, scope: Scope, chosen: ItemFilter | None = None, *, limit: int | None = 100
) -> list[OpenItemRow]:
    """Return items open on the day, the oldest due first; `limit` None for all."""
    chosen = ItemFilter() if chosen is None else chosen
    parameters = scope.parameters(
        ctx, due_from=chosen.due_from, due_to=chosen.due_to, currency=chosen.currency, after_due=chosen.after[0],
        after_id=chosen.after[1], limit=limit,
    )  # fmt: skip
    return [OpenItemRow(*row) for row in rows_of("open_items", parameters)]


def bucket_filter(scope: Scope, bucket: int, currency: str | None = None) -> ItemFilter:
    """Return the filter of the items behind one bucket of an aging."""
    bounds = scope.bounds
    latest = date.max if bucket == 0 else scope.ago(bounds[bucket - 1] + 1)
    earliest = date.min if bucket == len(bounds) else scope.ago(bounds[bucket])
    return ItemFilter(earliest, latest, currency)
