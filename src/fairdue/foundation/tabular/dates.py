"""Dates in three orders: ISO, day first, month first; an undecidable one is named, never guessed."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum

from fairdue.foundation.tabular.cells import Cell, CellError, refuse_computed


class DateOrder(StrEnum):
    """The order of the parts of a date that does not start with the year."""

    DAY_FIRST = "DMY"
    MONTH_FIRST = "MDY"
    YEAR_FIRST = "YMD"


MONTHS = 12
EARLIEST = 1970
LATEST = 2199
OTHER_AGE = f"its days do not lie between {EARLIEST} and {LATEST}"
_ISO = re.compile(r"(\d{4})([-/.]?)(\d{2})\2(\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?\Z", re.ASCII)
_MIXED = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?: 00:00(?::00)?)?\Z", re.ASCII)


def is_of_another_age(*days: date) -> bool:
    """Tell whether a day is one that no books hold: a system's “never”, from which no period can be counted."""
    return any(not EARLIEST <= day.year <= LATEST for day in days)


def _year(text: str) -> int:
    """Return the full year; two digits mean 1970 to 2069."""
    year = int(text)
    if len(text) > 2:  # noqa: PLR2004 - two digits are a short year
        return year
    return year + (2000 if year < 70 else 1900)  # noqa: PLR2004 - the POSIX pivot


def _day(year: int, month: int, day: int) -> date:
    if not EARLIEST <= year <= LATEST:
        raise CellError("date.range", f"Is before {EARLIEST} or after {LATEST}.")
    try:
        return date(year, month, day)
    except ValueError:
        raise CellError("date.impossible", "Is a day that does not exist.") from None


def own_order(text: str) -> DateOrder | None:
    """Return the order that `text` proves by itself: dots are day first, a part above 12 is the day."""
    found = _MIXED.match(text)
    if found is None:
        return None
    first, second = int(found[1]), int(found[3])
    if found[2] == "." or first > MONTHS or first == second:
        return DateOrder.DAY_FIRST
    return DateOrder.MONTH_FIRST if second > MONTHS else None


class OrderEvidence:
    """Collects what the values of one column say about the order of day and month."""

    __slots__ = ("ambiguous", "orders")

    def __init__(self) -> None:
        self.orders: set[DateOrder] = set()
        self.ambiguous = 0

    def see(self, text: str) -> None:
        """Take one value into account; dotted dates say nothing about dates with slashes."""
        found = _MIXED.match(text)
        if found is None or found[2] == ".":
            return
        order = own_order(text)
        if order is None:
            self.ambiguous += 1
        elif found[1].lstrip("0") != found[3].lstrip("0"):
            self.orders.add(order)

    def verdict(self) -> DateOrder | None:
        """Return the order that all decisive values agree on, else None."""
        return next(iter(self.orders)) if len(self.orders) == 1 else None


def parse_date(cell: Cell, order: DateOrder | None, *, named: bool = False) -> date:
    """Return the day; `order` from the column, `named` if the profile says it (then it decides)."""
    if isinstance(cell, date):
        return _day(cell.year, cell.month, cell.day)
    refuse_computed(cell)
    if not isinstance(cell, str):
        raise CellError("date.number", "Is a number; format the column as dates.")
    text = cell.strip()
    iso = _ISO.match(text)
    if iso is not None:
        return _day(int(iso[1]), int(iso[3]), int(iso[4]))
    found = _MIXED.match(text)
    if found is None or (named and order is DateOrder.YEAR_FIRST):
        raise CellError("date.unreadable", "Is not a date such as 2026-03-31, 31.03.2026 or 03/31/2026.")
    chosen = order if named else own_order(text) or order
    if chosen is None:
        sentence = "Could be day/month or month/day, and the column does not tell; name the date order."
        raise CellError("date.ambiguous", sentence)
    first, second, year = int(found[1]), int(found[3]), _year(found[4])
    return _day(year, second, first) if chosen is DateOrder.DAY_FIRST else _day(year, first, second)
