"""What an operator records for a creditor because no law has it: rates of sales tax, codes of Portuguese series."""

from __future__ import annotations

import re
from decimal import Decimal, DecimalException
from typing import TYPE_CHECKING

from fairdue.core.invoice.atcud import SERIES, VALIDATION_CODE
from fairdue.core.vat.regions import key_of_rate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MOST = 2000
WHOLE = 100


def rows_of(text: str) -> dict[str, str]:
    """Return what somebody typed, one row a line: the first word and the rest of the line."""
    rows = (line.split(maxsplit=1) for line in text.splitlines()[:MOST])
    return {words[0].upper(): (words[1] if len(words) > 1 else "").strip() for words in rows if words}


def text_of(rows: Mapping[str, str]) -> str:
    """Return rows as text, one a line."""
    return "\n".join(f"{key} {value}" for key, value in sorted(rows.items()))


def wrong_rates(country: str, rates: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with recorded rates of sales tax."""
    for key, text in rates.items():
        if not key_of_rate(country, key):
            yield "sales_tax_rates", f"{key} is no state or province of {country}, and no start of a ZIP code."
        elif not _is_percent(text):
            yield "sales_tax_rates", f"{key}: write a percentage such as 8.875, or 0 where none is collected."


def _is_percent(text: str) -> bool:
    try:
        value = Decimal(text)
    except DecimalException:
        return False
    return value.is_finite() and 0 <= value < WHOLE


def wrong_codes(codes: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with recorded validation codes of series."""
    for key, code in codes.items():
        if re.fullmatch(SERIES, key) is None:
            yield "atcud", f"{key}: write the type of document, with its year if it has one: 380/2026."
        elif re.fullmatch(VALIDATION_CODE, code) is None:
            yield "atcud", f"{key}: a validation code has at least eight capital letters and digits."
