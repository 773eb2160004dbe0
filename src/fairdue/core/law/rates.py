"""Reference rates as dated data with their source.

Each series is a table of half-years: a row stands from its half-year on until the next row, and the
series ends with the last half-year that is known. Asking for a later one is refused, never guessed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from fairdue.core.findings import refuse


@dataclass(frozen=True, slots=True)
class RateRow:
    """One published value: the day on which it is read, in percent a year, and where it is printed."""

    series: str
    date: date
    value: Decimal
    source: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Series:
    """A reference rate: its rows by half-year start, and the last half-year that is known."""

    name: str
    title: str
    source: str
    rows: tuple[tuple[date, Decimal, bool], ...]
    last_half_year: date
    read_on_eve: bool
    """True where the law reads the rate on the day before the half-year (30 June, 31 December)."""

    @property
    def known_until(self) -> date:
        """The last day for which a rate is known: the end of the last known half-year."""
        return next_half_year(self.last_half_year) - timedelta(days=1)

    @property
    def checksum(self) -> str:
        """The SHA-256 of the rows, so that a changed figure shows."""
        return hashlib.sha256(repr((self.name, self.rows, self.last_half_year)).encode()).hexdigest()


_JULY = 7


def half_year_start(day: date) -> date:
    """Return the 1 January or 1 July on or before `day`."""
    return date(day.year, _JULY if day.month >= _JULY else 1, 1)


def next_half_year(day: date) -> date:
    """Return the first 1 January or 1 July after `day`."""
    return date(day.year, _JULY, 1) if day.month < _JULY else date(day.year + 1, 1, 1)


# Columns: half-year from which the value stands, percent, "ok" when read in a primary source or a page
# that quotes it, "?" when derived or from memory. The last line names the last known half-year.
_TABLES = {
    "ecb-mro": (
        "ECB main refinancing operations",
        "Official Journal C series, rate of the ECB's main refinancing operations; ecb.europa.eu",
        False,
        """
        2016-07-01 0.00 ok
        2023-01-01 2.50 ok
        2023-07-01 4.00 ok
        2024-01-01 4.50 ok
        2024-07-01 4.25 ok
        2025-01-01 3.15 ok
        2025-07-01 2.15 ok
        2026-07-01 2.40 ?
        2026-07-01
        """,
    ),
    "de-basiszinssatz": (
        "German base rate",
        "BGB 247 (2); Deutsche Bundesbank in the Bundesanzeiger",
        False,
        """
        2016-07-01 -0.88 ok
        2023-01-01 1.62 ok
        2023-07-01 3.12 ok
        2024-01-01 3.62 ok
        2024-07-01 3.37 ok
        2025-01-01 2.27 ok
        2025-07-01 1.27 ok
        2026-07-01 1.52 ?
        2026-07-01
        """,
    ),
    "at-basiszinssatz": (
        "Austrian base rate on the first day of the half-year",
        "1. Euro-JuBeG 1; OeNB, Basiszinssatz",
        False,
        """
        2016-07-01 -0.62 ok
        2023-01-01 1.88 ok
        2023-07-01 3.38 ?
        2024-01-01 3.88 ?
        2025-01-01 2.53 ?
        2025-07-01 1.53 ?
        2026-07-01
        """,
    ),
    "boe-bank-rate": (
        "Bank Rate on 30 June or 31 December",
        "SI 2002/1675 art. 4; bankofengland.co.uk, Bank Rate history",
        True,
        """
        2016-07-01 0.50 ok
        2017-01-01 0.25 ok
        2018-01-01 0.50 ok
        2019-01-01 0.75 ok
        2020-07-01 0.10 ok
        2022-01-01 0.25 ok
        2022-07-01 1.25 ok
        2023-01-01 3.50 ok
        2023-07-01 5.00 ok
        2024-01-01 5.25 ok
        2025-01-01 4.75 ok
        2025-07-01 4.25 ok
        2026-01-01 3.75 ok
        2026-07-01
        """,
    ),
    "nl-wettelijke-rente": (
        "Dutch statutory interest for non-commercial transactions",
        "BW 6:119, 6:120 (1); Besluit vaststelling wettelijke rente",
        False,
        """
        2016-07-01 2.00 ok
        2023-01-01 4.00 ok
        2023-07-01 6.00 ok
        2024-01-01 7.00 ok
        2025-01-01 6.00 ?
        2026-01-01 4.00 ?
        2026-01-01
        """,
    ),
    "fr-interet-legal": (
        "French legal interest, claims of professionals",
        "Code monetaire et financier L313-2; half-yearly decree in the JORF",
        False,
        """
        2020-01-01 0.87 ok
        2020-07-01 0.84 ok
        2021-01-01 0.79 ok
        2021-07-01 0.76 ok
        2022-01-01 0.76 ?
        2022-07-01 0.77 ?
        2023-01-01 2.06 ?
        2023-07-01 4.22 ?
        2024-01-01 5.07 ?
        2024-07-01 4.92 ok
        2025-01-01 3.71 ok
        2025-07-01 2.76 ok
        2026-01-01 2.62 ok
        2026-01-01
        """,
    ),
    "es-interes-legal": (
        "Spanish legal interest",
        "Codigo civil 1108; budget acts (Ley 3/2017 to Ley 31/2022), since 2024 prolonged with the budget",
        False,
        """
        2017-01-01 3.00 ok
        2023-01-01 3.25 ok
        2024-01-01 3.25 ?
        2026-01-01
        """,
    ),
    "it-saggio-legale": (
        "Italian legal interest",
        "Codice civile 1284; yearly ministerial decree",
        False,
        """
        2020-01-01 0.05 ?
        2021-01-01 0.01 ?
        2022-01-01 1.25 ?
        2023-01-01 5.00 ?
        2024-01-01 2.50 ?
        2025-01-01 2.00 ?
        2026-01-01 1.60 ?
        2026-07-01
        """,
    ),
    "nbp-reference": (
        "NBP reference rate on 1 January or 1 July",
        "Act of 8 March 2013 art. 4, 11b; Monitor Polski",
        False,
        """
        2020-01-01 1.50 ?
        2020-07-01 0.10 ?
        2022-01-01 1.75 ?
        2022-07-01 6.00 ?
        2023-01-01 6.75 ?
        2024-01-01 5.75 ?
        2025-07-01 5.25 ?
        2026-01-01 4.00 ?
        2026-01-01
        """,
    ),
}


def _read(name: str) -> Series:
    title, source, read_on_eve, table = _TABLES[name]
    *rows, last = table.split("\n")[1:-1]
    cells = [row.split() for row in rows]
    return Series(
        name,
        title,
        source,
        tuple((date.fromisoformat(day), Decimal(value), seen == "ok") for day, value, seen in cells),
        date.fromisoformat(last.strip()),
        read_on_eve,
    )


@cache
def series_of(name: str) -> Series:
    """Return the series called `name`."""
    return _read(name)


def all_series() -> tuple[Series, ...]:
    """Return every series, by name."""
    return tuple(series_of(name) for name in sorted(_TABLES))


@cache
def rate_for(name: str, day: date) -> RateRow:
    """Return the row that stands in the half-year of `day`; refuse days before or after what is known."""
    series = series_of(name)
    half_year = half_year_start(day)
    if half_year > series.last_half_year:
        raise refuse(
            "law.rate_unknown",
            "paid",
            f"{series.title}: no rate is known after {series.known_until}, and the last one is never taken for a later "
            f"day ({day})",
            series.source,
        )
    past = [row for row in series.rows if row[0] <= half_year]
    if not past:
        raise refuse(
            "law.rate_unknown",
            "due",
            f"{series.title}: no rate is recorded before {series.rows[0][0]}",
            series.source,
        )
    since, value, seen = past[-1]
    read_on = half_year - timedelta(days=1) if series.read_on_eve else half_year
    return RateRow(name, read_on, value, f"{series.source} (value since {since})", seen)
