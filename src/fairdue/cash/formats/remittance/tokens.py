"""Words of an advice that people wrote: what is an amount, what is a date, what is a document number.

An amount needs two decimals, so that "1,234" is never taken for one; the decimal mark is the last of its separators.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import NamedTuple

from fairdue.cash.formats.accounts import is_iban
from fairdue.core.money import CURRENCIES, LARGEST

_AMOUNT = re.compile(
    r"(?<![\w.,/-])(?P<sign>[-–−+(]?)\s?(?:[€$£]\s?)?"  # noqa: RUF001 - minus signs of print
    r"(?P<body>[0-9]{1,3}(?:[.,'\u2019\u00a0 ][0-9]{3})+[.,][0-9]{2}|[0-9]+[.,][0-9]{2})"
    r"(?P<after>\)|-)?(?![\w]|[.,][0-9])"
)
_DATE = re.compile(r"(?<!\d)(?:(\d{4})-(\d{2})-(\d{2})|(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2}))(?!\d)")
_WORD = re.compile(r"[A-Za-z0-9ÄÖÜäöü][A-Za-z0-9ÄÖÜäöü./_#-]*[A-Za-z0-9]|[0-9]")
_CURRENCY = re.compile(r"(?<![A-Za-z])([A-Z]{3})(?![A-Za-z])")
_SIGNS = {"€": "EUR", "£": "GBP"}
_NUMBERISH = re.compile(r"(?=(?:.*[0-9]){3})[A-Z0-9][A-Z0-9./_#-]{2,34}", re.IGNORECASE)
_TWELVE = 12


class FoundAmount(NamedTuple):
    """An amount in hundredths with its place in the text."""

    hundredths: int
    start: int
    end: int


def amounts_in(text: str) -> list[FoundAmount]:
    """Return every amount with two decimals: a minus before or behind, or brackets, make it negative.

    A number that is longer than any amount is none.
    """
    found = []
    for match in _AMOUNT.finditer(text):
        digits = "".join(letter for letter in match["body"] if letter.isdigit())
        if len(digits.lstrip("0")) >= len(str(LARGEST)):
            continue
        negative = match["sign"] in {"-", "–", "−", "("} or match["after"] == "-"  # noqa: RUF001 - minus signs of print
        found.append(FoundAmount(-int(digits) if negative else int(digits), match.start(), match.end()))
    return found


def amount_of(cell: str) -> int | None:
    """Return the amount of a cell that holds one and nothing else but a currency, in hundredths."""
    found = amounts_in(cell)
    if len(found) != 1:
        return None
    rest = (cell[: found[0].start] + cell[found[0].end :]).strip(" €$£*:()")
    return found[0].hundredths if not rest or rest.upper() in CURRENCIES else None


def date_of(cell: str) -> dt.date | None:
    """Return a date; of two numbers that may be day or month the first is the day unless it cannot be."""
    match = _DATE.search(cell)
    if match is None:
        return None
    if match[1]:
        parts = (int(match[1]), int(match[2]), int(match[3]))
    else:
        first, second, year = int(match[4]), int(match[5]), int(match[6])
        year += 2000 if year < 100 else 0  # noqa: PLR2004 - a year of two digits
        parts = (year, first, second) if second > _TWELVE else (year, second, first)
    try:
        return dt.date(*parts)
    except ValueError:
        return None


def numbers_in(text: str) -> list[str]:
    """Return the words that may be document numbers: three digits or more, no amount, date or account."""
    masked = text
    for amount in amounts_in(text):
        masked = masked[: amount.start] + " " * (amount.end - amount.start) + masked[amount.end :]
    masked = _DATE.sub(lambda match: " " * len(match[0]), masked)
    words = (match[0] for match in _WORD.finditer(masked))
    return [word for word in words if _NUMBERISH.fullmatch(word) and not is_iban(word.upper())]


def currency_in(text: str) -> str:
    """Return the one currency that a text names, empty when it names none or several."""
    found = {match[1] for match in _CURRENCY.finditer(text)} & CURRENCIES
    found |= {code for sign, code in _SIGNS.items() if sign in text}
    return found.pop() if len(found) == 1 else ""
