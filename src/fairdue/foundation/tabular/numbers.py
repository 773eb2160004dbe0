"""Numbers as people write them: which mark is the decimal mark, and when nobody can tell.

"1.234" is one thousand two hundred and thirty-four in Germany and one and a bit in Britain. A value that
can be read in one way only is read so; one that can be read in two ways follows the rest of its column
if that speaks with one voice, and is refused otherwise. A profile that names the mark decides.
"""

from __future__ import annotations

import re
from decimal import Decimal
from enum import StrEnum

from fairdue.core.money import EXACT, LARGEST, MoneyError, minor_digits
from fairdue.foundation.tabular.cells import Cell, CellError, refuse_computed


class Mark(StrEnum):
    """The decimal mark."""

    POINT = "."
    COMMA = ","


OTHER = {Mark.POINT: Mark.COMMA, Mark.COMMA: Mark.POINT}
_GROUP_SIGNS = " '\u2019\u00a0\u202f"
_PATTERNS = {
    mark: re.compile(
        rf"(?P<minus>[-−])?\+?(?P<whole>\d{{1,3}}(?:(?P<sign>[{re.escape(OTHER[mark])}{_GROUP_SIGNS}])\d{{3}})"  # noqa: RUF001 - the true minus sign
        rf"(?:(?P=sign)\d{{3}})*|\d*)(?:{re.escape(mark)}(?P<part>\d+))?(?P<after>-)?\Z",
        re.ASCII,
    )
    for mark in Mark
}
_BARE = re.compile(r"[-−+]?(\d{1,3})[.,]\d{3}-?\Z", re.ASCII)  # noqa: RUF001 - the true minus sign


def canonical(text: str, mark: Mark) -> str:
    """Return `text` with a decimal point and without grouping ("1.234,50" with comma → "1234.50")."""
    inner = text[1:-1] if text.startswith("(") and text.endswith(")") else ""
    found = _PATTERNS[mark].match(inner or text)
    if found is None or not (found["whole"] or found["part"]) or (found["minus"] and found["after"]):
        raise CellError("number.unreadable", f"Is not a number with “{mark}” as decimal mark.")
    digits = "".join(letter for letter in found["whole"] if letter.isdecimal()) or "0"
    sign = "-" if inner or found["minus"] or found["after"] else ""
    return f"{sign}{digits}.{found['part']}" if found["part"] else f"{sign}{digits}"


def is_ambiguous(text: str) -> bool:
    """Tell whether `text` reads both as thousands and as decimals: one mark, three digits behind it."""
    found = _BARE.match(text)
    return found is not None and not found[1].startswith("0")


def own_mark(text: str) -> Mark | None:
    """Return the decimal mark that `text` proves by itself, or None if it has none or could be either."""
    point, comma = text.rfind("."), text.rfind(",")
    if point == comma or is_ambiguous(text):
        return None
    last = Mark.POINT if point > comma else Mark.COMMA
    alone = min(point, comma) < 0
    return OTHER[last] if alone and text.count(last) > 1 else last


class MarkEvidence:
    """Collects what the values of one column say about its decimal mark."""

    __slots__ = ("ambiguous", "marks")

    def __init__(self) -> None:
        self.marks: set[Mark] = set()
        self.ambiguous = 0

    def see(self, text: str) -> None:
        """Take one value into account."""
        if "." not in text and "," not in text:
            return
        mark = own_mark(text)
        if mark is not None:
            self.marks.add(mark)
        elif is_ambiguous(text):
            self.ambiguous += 1

    def verdict(self) -> Mark | None:
        """Return the mark that all decisive values agree on, else None."""
        return next(iter(self.marks)) if len(self.marks) == 1 else None


def number_text(cell: Cell, mark: Mark | None, *, named: bool = False) -> str:
    """Return the canonical text of a number cell; `mark` from the column, `named` if the profile says it.

    A value that proves its own mark is read by it unless the profile names another.
    """
    if isinstance(cell, Decimal):
        return format(cell, "f")
    if not isinstance(cell, str):
        refuse_computed(cell)
        raise CellError("number.unreadable", "Is a date, not a number.")
    text = cell.strip()
    if text.isdecimal() and text.isascii():
        return text
    own = mark if named else own_mark(text) or mark
    if own is None and is_ambiguous(text):
        sentence = "Could be thousands or decimals, and the column does not tell; name the decimal mark."
        raise CellError("number.ambiguous", sentence)
    return canonical(text, own or Mark.POINT)


def to_decimal(text: str) -> Decimal:
    """Return the canonical `text` as a Decimal; refuse more digits than any amount has."""
    value = Decimal(text)
    if abs(value) > LARGEST:
        raise CellError("number.too_large", "Is larger than any amount.")
    return value


def to_minor(text: str, currency: str) -> int:
    """Return the canonical `text` in minor units of `currency`; refuse decimals that it does not have."""
    try:
        digits = minor_digits(currency)
    except MoneyError:
        raise CellError("currency.unknown", "Has no known currency, so its decimals are unknown.") from None
    whole, _, part = text.partition(".")
    part = part.rstrip("0")
    if len(part) > digits:
        raise CellError("number.decimals", f"Has more decimals than {currency} allows ({digits}).")
    # Python turns no more than some thousand digits into a number; no amount has so many.
    minor = int(f"{whole}{part.ljust(digits, '0')}") if len(whole.lstrip("+-0")) <= len(str(LARGEST)) else None
    if minor is None or abs(minor) > LARGEST:
        raise CellError("number.too_large", "Is larger than any amount.")
    return minor


def from_float(value: float) -> Decimal:
    """Return a workbook's number with the 15 digits that spreadsheets keep."""
    return EXACT.create_decimal(format(value, ".15g"))
