"""Days sales outstanding, best possible DSO, days delinquent, collection effectiveness.

Source: docs/rules/dso.md. Amounts are minor units of one currency; days and percentages are Decimals with
two decimals, or None where there is nothing to divide by.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairdue.core.kpi.figures import percentage, quotient

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal


def dso_simple(receivable: int, sales: int, days: int) -> Decimal | None:
    """Return receivable / credit sales x days of the period; None without sales."""
    return quotient(receivable * days, sales)


@dataclass(frozen=True, slots=True)
class MonthSales:
    """Credit sales of one month and its calendar days."""

    sales: int
    days: int


@dataclass(frozen=True, slots=True)
class Countback:
    """Count-back DSO; `complete` is false when the months given do not reach back far enough."""

    days: Decimal | None
    complete: bool


def dso_countback(receivable: int, newest_first: Sequence[MonthSales]) -> Countback:
    """Return the days that the receivable reaches back into the sales of the months, newest first.

    A month that the rest covers counts with all its days, the last one in proportion. A month without
    sales is passed with its days, as the receivable is older than it.
    """
    left, days = receivable, 0
    for month in newest_first:
        if left <= 0:
            break
        if month.sales > left:
            return Countback(quotient(days * month.sales + left * month.days, month.sales), complete=True)
        left -= max(0, month.sales)
        days += month.days
    return Countback(quotient(days, 1), complete=left <= 0)


def best_possible_dso(not_due: int, sales: int, days: int) -> Decimal | None:
    """Return the DSO if everything were paid on its due date: not yet due / credit sales x days."""
    return dso_simple(not_due, sales, days)


def days_delinquent(dso: Decimal | None, best: Decimal | None) -> Decimal | None:
    """Return average days delinquent: DSO less best possible DSO; None where either is."""
    return None if dso is None or best is None else dso - best


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment of part of an item and how many days after the due date it came; before: negative."""

    amount: int
    days_late: int


def days_late_weighted(payments: Iterable[Paid]) -> Decimal | None:
    """Return the value-weighted days late of what was paid; early money counts as zero days late."""
    days = amount = 0
    for payment in payments:
        amount += payment.amount
        days += payment.amount * max(0, payment.days_late)
    return quotient(days, amount)


def collection_effectiveness(
    beginning: int, sales: int, ending: int, ending_current: int, *, months: int
) -> Decimal | None:
    """Return CEI in per cent, sales divided by the number of months N of the period.

    (beginning + sales/N - ending total) / (beginning + sales/N - ending current) x 100. Both sides are
    multiplied by N, so that nothing is rounded before the end.
    """
    collectable = months * beginning + sales
    return percentage(collectable - months * ending, collectable - months * ending_current)


def turnover(sales: int, beginning: int, ending: int) -> Decimal | None:
    """Return how often the average receivable was sold and collected."""
    return quotient(2 * sales, beginning + ending)
