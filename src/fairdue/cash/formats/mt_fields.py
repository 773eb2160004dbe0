"""Fields of MT940 and MT942: cutting a file into fields, the entry line :61:, balances :60: to :65:.

Source: SWIFT Standards MT, category 9. What banks write beside the standard and is still plain: an entry day of
four blanks, an amount without decimals or comma, a reference that is too long, a 30th of February.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fairdue.cash.formats.book import UnreadableError, minor_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_TAG = re.compile(r":(13D?|20|21|25P?|28C?|34F|60[FM]?|61|62[FM]?|64|65|86|90[CD]|NS|M?T?94[02]):(.*)", re.DOTALL)
_WITHIN = frozenset({"61", "86", "62F", "62M", "62", "64", "65", "90C", "90D", "NS"})
"""Fields that may follow an entry; what looks like another one inside :86: is a time of day."""
_BLOCK_END = re.compile(r"-(}.*|XXX|\x03)?\s*\Z")
_ENVELOPE = re.compile(r"[\x01\x03{}\w.:\-$ ]{0,120}\Z")
_ENTRY = re.compile(
    r"(?P<value>[0-9]{6})(?P<entry>[0-9]{4}|[ ]{4})?(?P<mark>[RE]?[CD])(?P<funds>[A-Z])?"
    r"(?P<amount>[0-9]{0,15}(?:,[0-9]{0,4})?)(?:(?P<type>[A-Z][A-Z0-9 ]{3})(?P<rest>.*))?"
)
_BALANCE = re.compile(r"(?P<mark>[CD])(?P<day>[0-9]{6})(?P<currency>[A-Z]{3})(?P<amount>[0-9]{0,15}(?:,[0-9]{0,4})?)")
_SUM = re.compile(r"(?P<count>[0-9]{0,5})(?P<currency>[A-Z]{3})(?P<amount>[0-9]{0,15}(?:,[0-9]{0,4})?)")
_HALF_YEAR = 6


@dataclass(slots=True)
class Field:
    """One field with its lines and the line of the file on which it begins."""

    tag: str
    line: int
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The lines joined without anything between."""
        return "".join(self.lines)


@dataclass(frozen=True, slots=True)
class EntryLine:
    """Field :61:. `amount` in minor units, signed: a reversed credit is money out."""

    booked_on: dt.date
    value_on: dt.date
    amount: int
    reversal: bool
    expected: bool
    kind: str
    reference: str
    bank_reference: str
    supplement: str
    clamped: bool


@dataclass(frozen=True, slots=True)
class Balance:
    """A balance in signed minor units."""

    day: dt.date
    currency: str
    amount: int


def fields_of(text: str) -> Iterator[Field]:
    """Yield the fields of a file in its order; envelope lines are left out, lost text is a field without tag."""
    current: Field | None = None
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number, line in enumerate(lines, start=1):
        match = _TAG.match(line)
        starts = match is not None and _is_start(match[1], current, lines, number)
        if starts and match is not None:
            if current is not None:
                yield current
            current = Field(match[1], number, [match[2]])
        elif _BLOCK_END.match(line):
            if current is not None:
                yield current
            current = None
        elif current is not None:
            current.lines.append(line)
        elif line.strip() and not _ENVELOPE.match(line.strip()):
            yield Field("", number, [line])
    if current is not None:
        yield current


def _is_start(tag: str, current: Field | None, lines: list[str], number: int) -> bool:
    """Tell whether a line that looks like a field is one, and no time of day in a wrapped text."""
    if current is None or current.tag != "86" or tag in _WITHIN:
        return True
    following = lines[number : number + 2]
    return tag == "20" and any(line.startswith((":21:", ":25:", ":25P:")) for line in following)


def day_of(digits: str) -> tuple[dt.date, bool]:
    """Return a day of YYMMDD and whether it was a 29th or 30th of February that the month does not have."""
    year, month, day = 2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    try:
        return dt.date(year, month, day), False
    except ValueError:
        february = 2
        if month == february and day in {29, 30}:
            return dt.date(year, month, calendar.monthrange(year, month)[1]), True
        raise UnreadableError(f"{digits!r} is not a day") from None


def amount_of(text: str, currency: str) -> int:
    """Return an amount with a decimal comma in minor units; more decimals than the currency has must be zeros."""
    plain = text.replace(",", ".")
    return minor_of(f"0{plain}0" if plain.endswith(".") else f"0{plain}", currency, "the amount")


def entry_of(source: Field, currency: str) -> EntryLine:
    """Read :61:; raise UnreadableError for what is none."""
    match = _ENTRY.fullmatch(source.lines[0].rstrip())
    if match is None or not any(letter.isdigit() for letter in match["amount"]):
        raise UnreadableError(f"{source.lines[0][:40]!r} is not an entry (:61:)")
    value_on, clamped = day_of(match["value"])
    booked_on = value_on
    if match["entry"] and match["entry"].strip():
        booked_on, also = _entry_day(value_on, match["entry"])
        clamped = clamped or also
    mark = match["mark"]
    sign = -1 if mark in {"D", "RC", "ED"} else 1
    own, _, bank = (match["rest"] or "").partition("//")
    return EntryLine(
        booked_on=booked_on,
        value_on=value_on,
        amount=sign * amount_of(match["amount"], currency),
        reversal=mark[0] == "R",
        expected=mark[0] == "E",
        kind=(match["type"] or "").strip(),
        reference=own.strip(),
        bank_reference=bank.strip(),
        supplement=" ".join(line.strip() for line in source.lines[1:] if line.strip()),
        clamped=clamped,
    )


def _entry_day(value_on: dt.date, month_day: str) -> tuple[dt.date, bool]:
    """Return the day of MMDD in the year that is nearest to the value day."""
    apart = int(month_day[:2]) - value_on.month
    year = value_on.year - (apart > _HALF_YEAR) + (apart < -_HALF_YEAR)
    return day_of(f"{year % 100:02d}{month_day}")


def balance_of(source: Field) -> Balance:
    """Read a balance (:60: to :65:)."""
    match = _BALANCE.match(source.text.strip())
    if match is None:
        raise UnreadableError(f"{source.text[:40]!r} is not a balance (:{source.tag}:)")
    amount = amount_of(match["amount"], match["currency"])
    return Balance(day_of(match["day"])[0], match["currency"], -amount if match["mark"] == "D" else amount)


def sum_of(source: Field) -> tuple[int, str, int]:
    """Read the number and sum of debits (:90D:) or credits (:90C:) as (count, currency, minor units)."""
    match = _SUM.fullmatch(source.text.strip())
    if match is None:
        raise UnreadableError(f"{source.text[:40]!r} is not a number and sum (:{source.tag}:)")
    return int(match["count"] or 0), match["currency"], amount_of(match["amount"], match["currency"])
