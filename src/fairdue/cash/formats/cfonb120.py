"""CFONB 120, the account statement of French banks.

Source: CFONB, Relevé de compte sur support informatique (120 characters): 01 old balance, 04 movement, 05 complement
with a qualifier, 07 new balance. The last character of an amount carries its sign: { A…I are plus 0…9, } J…R minus.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fairdue.cash.formats.accounts import french
from fairdue.cash.formats.book import Book, UnreadableError, broken, day_of, identified, load, records, whole
from fairdue.cash.formats.keys import given
from fairdue.cash.formats.lines import Event, Line, Party, StatementHead
from fairdue.core.money import CURRENCIES, minor_digits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fairdue.cash.formats.lines import Readable

SOURCE = "CFONB, Relevé de compte 120 caractères"
_WIDTH = 120
_START = re.compile(rb"01[0-9]{5}.{4}[0-9]{5}[A-Z]{3}[0-9]")
_PLUS, _MINUS = "{ABCDEFGHI", "}JKLMNOPQR"
_REJECTED = {"00", "  ", ""}


@dataclass(slots=True)
class _Movement:
    line: int
    text: str
    complements: list[tuple[str, str]] = field(default_factory=list)


def sniff(start: bytes) -> bool:
    """Tell whether the first bytes are an old balance of CFONB 120."""
    return bool(_START.match(start.lstrip(b"\xef\xbb\xbf")))


def read(stream: Readable) -> Iterator[Event]:
    """Yield one statement for each old balance of a file, with or without ends of lines."""
    found = records(load(stream, "cfonb"), "cfonb", _WIDTH, "utf-8", "cp1252", "latin-1")
    old: tuple[int, str] | None = None
    movements: list[_Movement] = []
    number = 0
    for line, text in found:
        kind = text[:2]
        if kind == "01" and old is None:
            old, movements = (line, text), []
        elif old is None or kind not in {"04", "05", "07"} or (kind == "05" and not movements):
            raise broken("cfonb", line, f"record {kind!r} is not allowed here", SOURCE)
        elif text[21:32] != old[1][21:32]:
            raise broken("cfonb", line, "the record belongs to another account than the old balance", SOURCE)
        elif kind == "04":
            movements.append(_Movement(line, text))
        elif kind == "05":
            movements[-1].complements.append((text[45:48], text[48:118].strip()))
        else:
            number += 1
            yield from _read(old, movements, (line, text), number)
            old = None
    if old is not None or not number:
        last = found[-1][0] if found else 1
        raise broken("cfonb", last, "the new balance (record 07) is missing; the file may be cut off", SOURCE)


def _read(old: tuple[int, str], movements: list[_Movement], new: tuple[int, str], number: int) -> Iterator[Event]:
    try:
        head = _head(old[1], new[1])
    except UnreadableError as error:
        raise broken("cfonb", old[0], str(error), SOURCE) from None
    book = Book("cfonb", head, number, SOURCE)
    yield head
    for movement in movements:
        book.entries += 1
        try:
            yield book.line(_line(movement, head, book.entries))
        except UnreadableError as error:
            yield book.unreadable(movement.line, str(error))
    yield from book.end()


def _head(old: str, new: str) -> StatementHead:
    bank, branch, account, currency = old[2:7], old[11:16], old[21:32], old[16:19]
    if currency not in CURRENCIES:
        raise UnreadableError(f"{currency!r} is not a currency of ISO 4217")
    if not (f"{bank}{branch}".isdigit() and account.isalnum() and old[:34].isascii() and account == account.upper()):
        raise UnreadableError("bank, branch and account are not an account of France")
    return identified(
        StatementHead(
            format="CFONB 120",
            statement_id=f"{old[34:40]}-{new[34:40]}",
            account=french(bank, branch, account),
            currency=currency,
            opening=_amount(old[90:104], old[19], currency),
            closing=_amount(new[90:104], new[19], currency),
            opening_on=day_of(old[34:40], "DMY", "the day of the old balance"),
            closing_on=day_of(new[34:40], "DMY", "the day of the new balance"),
        )
    )


def _amount(text: str, decimals: str, currency: str) -> int:
    """Return a signed amount in minor units; the file says with how many decimals it is written."""
    last = text[-1]
    sign = -1 if last in _MINUS else 1
    if last not in _PLUS + _MINUS:
        raise UnreadableError(f"the amount {text!r} has no sign in its last character")
    digits = whole(f"{text[:-1]}{(_MINUS if sign < 0 else _PLUS).index(last)}", "the amount")
    places = whole(decimals, "the number of decimals") - minor_digits(currency)
    amount, rest = divmod(digits, 10 ** max(0, places))
    if rest:
        raise UnreadableError(f"the amount {text!r} has more decimals than {currency}")
    return sign * amount * 10 ** max(0, -places)


def _line(movement: _Movement, head: StatementHead, entry: int) -> Line:
    text = movement.text
    booked_on = day_of(text[34:40], "DMY", "the day")
    told: dict[str, str] = {}
    for name, value in movement.complements:
        told[name] = f"{told[name]} {value}" if name in told else value
    label = " ".join(text[48:79].split())
    reject = text[40:42].strip()
    texts = (label, *(value for name, value in told.items() if name in {"LIB", "LCC", "LC2", "LCS", "RCN", "   "}))
    mandate, reference = told.get("RUM", ""), told.get("RCN", "")
    return Line(
        key="",
        account=head.account,
        amount=_amount(text[90:104], text[19], head.currency),
        currency=head.currency,
        booked_on=booked_on,
        value_on=day_of(text[42:48], "DMY", "the value day") if text[42:48].strip("0 ") else booked_on,
        entry=entry,
        source_line=movement.line,
        reversal=reject not in _REJECTED,
        bank_reference=given(text[104:120]),
        transaction_code=f"CFONB-{text[32:34]}",
        party=Party(told.get("NPY", "") or told.get("NBE", ""), told.get("CPY", "").split(" ")[0]),
        on_behalf_of=Party(told.get("NPO", "")),
        remittance=tuple(dict.fromkeys(one for one in texts if one)),
        end_to_end_id=given(reference[:35]),
        mandate_id=mandate[:35].strip(),
        return_code="" if reject in _REJECTED else f"CFONB{reject}",
        information=" ".join(f"{name} {value}" for name, value in told.items() if name not in {"LIB", "NPY", "NBE"}),
    )
