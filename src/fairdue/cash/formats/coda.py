"""CODA, the coded statement of Belgian banks.

Source: Febelfin, Coded statement of account (CODA), version 2.6. Records of 128 characters: 0 header, 1 old balance,
2 movement in up to three parts, 3 information in up to three, 8 new balance, 4 free text, 9 trailer with the
number of records and the sums of debits and credits. A globalised movement is told by its details.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fairdue.cash.formats.accounts import belgian
from fairdue.cash.formats.book import Book, UnreadableError, broken, day_of, identified, load, records, whole
from fairdue.cash.formats.keys import given
from fairdue.cash.formats.lines import Event, Line, LineKind, Party, Reference, StatementHead
from fairdue.core.findings import Severity
from fairdue.core.money import CURRENCIES, minor_digits

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from fairdue.cash.formats.lines import Readable

SOURCE = "Febelfin, CODA 2.6"
_WIDTH, _DECIMALS = 128, 3
_START = re.compile(rb"00000[0-9]{6}[0-9 ]{3}05")
_OGM = {"101", "102"}
"""Structured communications that hold a Belgian payment reference."""
_DIRECT_DEBIT = "127"


@dataclass(slots=True)
class _Movement:
    """The parts of one movement: records 21 to 23 and 31 to 33 with its numbers."""

    line: int
    text: str
    second: str = ""
    third: str = ""
    information: list[str] = field(default_factory=list)

    @property
    def detail(self) -> int:
        """Number of the detail; 0 for the movement itself."""
        return whole(self.text[6:10], "the detail number")

    @property
    def communication(self) -> str:
        """The communication over all three records."""
        return f"{self.text[62:115]}{self.second[10:63]}{self.third[82:125]}"


@dataclass(slots=True)
class _Statement:
    line: int
    old: str = ""
    new: str = ""
    movements: list[_Movement] = field(default_factory=list)
    notes: list[tuple[int, str]] = field(default_factory=list)
    count: int = 0


def sniff(start: bytes) -> bool:
    """Tell whether the first bytes are a CODA header."""
    return bool(_START.match(start.lstrip(b"\xef\xbb\xbf")))


def read(stream: Readable) -> Iterator[Event]:
    """Yield one statement for each header-to-trailer part of a CODA file."""
    found = records(load(stream, "coda"), "coda", _WIDTH, "utf-8", "cp1252", "latin-1")
    if not found or not found[0][1].startswith("0"):
        raise broken("coda", 1, "the file does not begin with its header (record 0)", SOURCE)
    current: _Statement | None = None
    number = 0
    for line, text in found:
        if text[0] == "0":
            if current is not None:
                raise broken("coda", line, "a header stands before the trailer (record 9) of the statement", SOURCE)
            current = _Statement(line)
        elif current is None:
            raise broken("coda", line, f"record {text[0]} stands outside of any statement", SOURCE)
        elif text[0] == "9":
            number += 1
            yield from _read(current, line, text, number)
            current = None
        else:
            current.count += 1
            _sort_in(current, line, text)
    if current is not None:
        raise broken("coda", found[-1][0], "the file ends without its trailer (record 9); it may be cut off", SOURCE)


def _sort_in(statement: _Statement, line: int, text: str) -> None:
    kind = text[:2]
    last = statement.movements[-1] if statement.movements else None
    if text[0] == "1":
        statement.old = text
    elif text[0] == "8":
        statement.new = text
    elif text[0] == "4":
        statement.notes.append((line, text[32:112].strip()))
    elif kind == "21":
        statement.movements.append(_Movement(line, text))
    elif last is None:
        raise broken("coda", line, f"record {kind} stands before any movement (record 21)", SOURCE)
    elif kind == "22":
        last.second = text
    elif kind == "23":
        last.third = text
    elif kind in {"31", "32", "33"}:
        last.information.append(text[40:113] if kind == "31" else text[10:115] if kind == "32" else text[10:100])
    else:
        raise broken("coda", line, f"record {kind!r} is not known", SOURCE)


def _read(statement: _Statement, line: int, trailer: str, number: int) -> Iterator[Event]:
    try:
        head = _head(statement)
    except UnreadableError as error:
        raise broken("coda", statement.line, str(error), SOURCE) from None
    book = Book("coda", head, number, SOURCE)
    yield head
    for place, text in statement.notes:
        yield book.finding("note", place, f"the bank says: {text!r}", Severity.INFO)
    debits = credits_ = 0
    for group in _groups(statement.movements):
        book.entries += 1
        try:
            found = _lines(group, head, book.entries)
        except UnreadableError as error:
            yield book.unreadable(group[0].line, str(error))
            continue
        moved = sum(one.amount for one in found)
        debits, credits_ = debits - min(0, moved), credits_ + max(0, moved)
        for one in found:
            yield book.line(one)
    try:
        yield from book.expect("records", line, "records", whole(trailer[16:22], "the number"), statement.count)
        yield from book.expect_sum("debits", line, "debits", _amount(trailer[22:37], head.currency), debits)
        yield from book.expect_sum("credits", line, "credits", _amount(trailer[37:52], head.currency), credits_)
    except UnreadableError as error:
        yield book.unreadable(line, str(error))
    yield from book.end()


def _head(statement: _Statement) -> StatementHead:
    old, new = statement.old, statement.new
    if not old or not new:
        raise UnreadableError("the old (record 1) or new balance (record 8) is missing")
    currency = old[18:21] if old[1] == "0" else old[39:42]
    if currency not in CURRENCIES:
        raise UnreadableError(f"{currency!r} is not a currency of ISO 4217")
    account = {"0": old[5:17], "2": old[5:36]}.get(old[1], old[5:39]).strip()
    return identified(
        StatementHead(
            format="CODA",
            statement_id=f"{old[61:64]}-{old[125:128].strip()}",
            account=belgian(account) if old[1] == "0" else account,
            currency=currency,
            sequence=old[2:5],
            opening=_sign(old[42]) * _amount(old[43:58], currency),
            closing=_sign(new[41]) * _amount(new[42:57], currency),
            opening_on=day_of(old[58:64], "DMY", "the day of the old balance"),
            closing_on=day_of(new[57:63], "DMY", "the day of the new balance"),
            owner=old[64:90].strip(),
        )
    )


def _sign(code: str) -> int:
    if code not in {"0", "1"}:
        raise UnreadableError(f"{code!r} is neither credit (0) nor debit (1)")
    return -1 if code == "1" else 1


def _amount(digits: str, currency: str) -> int:
    """Return an amount with three decimals in minor units; decimals that the currency lacks must be zeros."""
    over = 10 ** max(0, _DECIMALS - minor_digits(currency))
    amount, rest = divmod(whole(digits, "the amount"), over)
    if rest:
        raise UnreadableError(f"the amount {digits} has more decimals than {currency}")
    return amount


def _groups(movements: list[_Movement]) -> Iterator[list[_Movement]]:
    """Yield each movement with its details: they carry the same sequence number."""
    group: list[_Movement] = []
    for one in movements:
        if group and one.text[2:6] != group[0].text[2:6]:
            yield group
            group = []
        group.append(one)
    if group:
        yield group


def _lines(group: list[_Movement], head: StatementHead, entry: int) -> list[Line]:
    """Return the lines of a movement: of its lowest details where they add up to it, else the movement."""
    whole_line = _line(group[0], head, entry)
    details = [_line(one, head, entry) for one in group[1:]]
    if details and sum(one.amount for one in details) == whole_line.amount:
        return [
            one._replace(kind=LineKind.DETAIL, detail=at, entry_reference=whole_line.bank_reference)
            for at, one in enumerate(details, start=1)
        ]
    texts = tuple(dict.fromkeys(text for one in (whole_line, *details) for text in one.remittance))
    references = tuple(dict.fromkeys(one for line in (whole_line, *details) for one in line.references))
    return [whole_line._replace(remittance=texts, references=references)]


def _line(movement: _Movement, head: StatementHead, entry: int) -> Line:
    text, second, third = movement.text, movement.second, movement.third
    booked_on = _day(text[115:121]) or head.closing_on
    if booked_on is None:
        raise UnreadableError("the movement has no day")
    references, texts, mandate, code = _communication(movement)
    returned = second[113:117].strip() or code
    account = third[10:44].strip()
    return Line(
        key="",
        account=head.account,
        amount=_sign(text[31]) * _amount(text[32:47], head.currency),
        currency=head.currency,
        booked_on=booked_on,
        value_on=_day(text[47:53]) or booked_on,
        entry=entry,
        source_line=movement.line,
        reversal=bool(returned) or second[112:113].strip() in {"2", "3", "4", "5"},
        bank_reference=given(text[10:31]),
        transaction_code=f"CODA-{text[53:61]}",
        party=Party(third[47:82].strip(), account, second[98:109].strip()),
        remittance=texts,
        references=references,
        end_to_end_id=given(second[63:98]),
        mandate_id=mandate,
        return_code=returned,
        information=" ".join(" ".join(piece.split()) for piece in movement.information if piece.strip()),
    )


def _day(digits: str) -> dt.date | None:
    return day_of(digits, "DMY", "the day") if digits.strip("0 ") else None


def _communication(movement: _Movement) -> tuple[tuple[Reference, ...], tuple[str, ...], str, str]:
    """Return (references, texts, mandate, return reason) of a communication, free or structured."""
    text = movement.communication
    if movement.text[61] != "1":
        free = text.rstrip()
        return (), ((" ".join(free.split()),) if free.strip() else ()), "", ""
    kind, value = text[:3], text[3:]
    if kind in _OGM:
        return (Reference("OGM", value[:12]),), (), "", ""
    if kind == _DIRECT_DEBIT:
        told = " ".join(value[79:141].split())
        return (), ((told,) if told else ()), value[44:79].strip(), value[142:146].strip()
    told = " ".join(value.split())
    return (), ((told,) if told else ()), "", ""
