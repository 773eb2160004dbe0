"""The words, numbers and dates of a document in its language; English stands in for languages without words.

One module a language: `TEXTS` has the same keys and the same places in braces as English, a test sees to it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING

from fairdue.invoicing.documents.words.en import TEXTS as ENGLISH
from fairdue.invoicing.documents.words.units import UNITS

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

__all__ = ["ENGLISH", "LANGUAGES", "MINUS", "UNITS", "Words", "words"]

OF_TAX = ("subtotal", "tax_in", "buyer_vat", "seller_vat", "less_prepayment")
"""Texts that speak of value added tax."""
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
MINUS = "\u2212"
_NO_BREAK = "\u00a0"


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language with its ways to write numbers and dates."""

    language: str
    texts: dict[str, str]
    point: str
    group: str
    day: str = ""
    """The date as a strftime pattern; empty is the English way."""

    def __getitem__(self, key: str) -> str:
        return self.texts[key]

    def taxed(self, tax: str, identifier: str) -> Words:
        """Return the words of a document that bears another tax than VAT: `tax` and its `identifier` stand instead."""
        if not tax:
            return self
        word = re.compile(re.escape(self.texts["vat_S"]), re.IGNORECASE)
        inside = tax if tax.isupper() else tax[:1].lower() + tax[1:]
        changed = {key: word.sub(inside, self.texts[key]) for key in OF_TAX}
        own = {"vat": tax, "vat_S": tax, "seller_vat": identifier} if identifier else {"vat": tax, "vat_S": tax}
        return replace(self, texts={**self.texts, **changed, **own})

    def unit(self, code: str) -> str:
        """Return the short word for a unit code, the code itself where there is none."""
        return UNITS.get(code, {}).get(self.language, code)

    def number(self, value: Decimal) -> str:
        """Return `value` with grouped thousands and all decimals that it has."""
        text = format(value, "f")
        sign, text = (MINUS, text[1:]) if text.startswith("-") else ("", text)
        whole, _, decimals = text.partition(".")
        grouped = f"{int(whole):,}".replace(",", self.group)
        return f"{sign}{grouped}{self.point}{decimals}" if decimals else f"{sign}{grouped}"

    def short(self, value: Decimal) -> str:
        """Return `value` without the zeros at its end: 19.00 as 19, 1000 as 1,000."""
        whole = value == value.to_integral_value()
        return self.number(value.to_integral_value() if whole else value.normalize())

    def date(self, value: date) -> str:
        """Return a date as the language writes it in business letters."""
        if self.day:
            filled = self.day.replace("%Y", f"{value.year:04}").replace("%m", f"{value.month:02}")
            return (
                filled.replace("%d", f"{value.day:02}").replace("%-m", str(value.month)).replace("%-d", str(value.day))
            )
        return f"{value.day}{_NO_BREAK}{_MONTHS[value.month - 1]}{_NO_BREAK}{value.year}"


_SHAPES = {
    "en": (".", ",", ""),
    "de": (",", ".", "%d.%m.%Y"),
    "fr": (",", _NO_BREAK, "%d/%m/%Y"),
    "it": (",", ".", "%d/%m/%Y"),
    "es": (",", ".", "%d/%m/%Y"),
    "nl": (",", ".", "%d-%m-%Y"),
    "pl": (",", _NO_BREAK, "%d.%m.%Y"),
    "pt": (",", ".", "%d/%m/%Y"),
    "sv": (",", _NO_BREAK, "%Y-%m-%d"),
    "ar": (".", ",", "%d/%m/%Y"),
    "zh": (".", ",", "%Y\u5e74%-m\u6708%-d\u65e5"),
    "ja": (".", ",", "%Y\u5e74%-m\u6708%-d\u65e5"),
}
LANGUAGES = tuple(_SHAPES)
_READ: dict[str, Words] = {}


def words(language: str) -> Words:
    """Return the words of `language` (one of `LANGUAGES`, a region is ignored), English for any other."""
    code = language[:2].lower()
    if code not in _SHAPES:
        code = "en"
    if code not in _READ:
        texts = import_module(f"{__name__}.{code}").TEXTS
        _READ[code] = Words(code, texts, *_SHAPES[code])
    return _READ[code]
