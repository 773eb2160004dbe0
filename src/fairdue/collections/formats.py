"""Amounts and dates as letters print them, by language; plain and fast, a run prints a hundred thousand."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from fairdue.core.money import minor_digits

if TYPE_CHECKING:
    from datetime import date

_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_MARKS = {"en": (",", "."), "de": (".", ","), "fr": ("\u00a0", ",")}


def amount(minor: int, currency: str, language: str) -> str:
    """Return "1,234.50 EUR" in English, "1.234,50 EUR" in German, with the currency's own decimals."""
    group, point = _MARKS[language]
    digits = minor_digits(currency)
    whole, part = divmod(abs(minor), 10**digits)
    sign = "-" if minor < 0 else ""
    cents = f"{point}{part:0{digits}d}" if digits else ""
    return f"{sign}{whole:,}".replace(",", group) + f"{cents} {currency}"


def amounts(totals: dict[str, int], language: str) -> str:
    """Return several currencies side by side: "10.00 EUR + 5.00 USD"."""
    return " + ".join(amount(minor, currency, language) for currency, minor in sorted(totals.items()))


@cache
def day(value: date, language: str) -> str:
    """Return "12 Nov 2026", "12.11.2026" or "12/11/2026"."""
    if language == "en":
        return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"
    return value.strftime("%d.%m.%Y" if language == "de" else "%d/%m/%Y")


def percent(value: str, language: str) -> str:
    """Return "10.27 %" with the decimal mark of the language."""
    return f"{value.replace('.', _MARKS[language][1])} %"
