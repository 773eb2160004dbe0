"""Norma 43, the account statement of Spanish banks.

Source: Asociación Española de Banca, Cuaderno 43: 11 header of an account, 22 movement, 23 up to five complements,
24 amount in another currency, 33 end of an account with counts and sums, 88 end of the file with the number of
records. Amounts have two implied decimals, days are written year first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fairdue.cash.formats.accounts import spanish
from fairdue.cash.formats.book import Book, UnreadableError, broken, day_of, identified, load, records, whole
from fairdue.cash.formats.keys import given
from fairdue.cash.formats.lines import Event, Line, StatementHead

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fairdue.cash.formats.lines import Readable

SOURCE = "AEB, Cuaderno 43"
_WIDTH = 80
_START = re.compile(rb"11[0-9]{18}[0-9]{12}[12][0-9]{14}[0-9]{3}")
_CURRENCIES = {
    "978": "EUR", "840": "USD", "826": "GBP", "756": "CHF", "752": "SEK", "578": "NOK", "208": "DKK",
    "985": "PLN", "203": "CZK", "348": "HUF", "124": "CAD", "036": "AUD", "484": "MXN", "504": "MAD",
}  # fmt: skip
"""Numeric codes of ISO 4217 that Spanish accounts are kept in."""
_RETURNS, _CANCELLED = "14", "98"
"""Common concepts: returned and unpaid items, cancellations and corrections of entries."""


@dataclass(slots=True)
class _Movement:
    line: int
    text: str
    complements: list[str] = field(default_factory=list)
    foreign: str = ""


def sniff(start: bytes) -> bool:
    """Tell whether the first bytes are an account header of Norma 43."""
    return bool(_START.match(start.lstrip(b"\xef\xbb\xbf")))


def read(stream: Readable) -> Iterator[Event]:
    """Yield one statement for each account of a file."""
    found = records(load(stream, "norma43"), "norma43", _WIDTH, "utf-8", "cp1252", "latin-1")
    header: tuple[int, str] | None = None
    movements: list[_Movement] = []
    number = 0
    for at, (line, text) in enumerate(found):
        kind = text[:2]
        if kind == "11" and header is None:
            header, movements = (line, text), []
        elif kind == "88" and header is None and number:
            _ends(found, at)
            return
        elif header is None or kind not in {"22", "23", "24", "33"} or (kind in {"23", "24"} and not movements):
            raise broken("norma43", line, f"record {kind!r} is not allowed here", SOURCE)
        elif kind == "22":
            movements.append(_Movement(line, text))
        elif kind == "23":
            movements[-1].complements += [text[4:42].strip(), text[42:80].strip()]
        elif kind == "24":
            movements[-1].foreign = text
        else:
            number += 1
            yield from _read(header, movements, (line, text), number)
            header = None
    raise broken("norma43", found[-1][0] if found else 1, "the file ends without record 88; it may be cut off", SOURCE)


def _ends(found: list[tuple[int, str]], at: int) -> None:
    """Refuse a file whose last record counts others than there are, or is not the last."""
    line, text = found[at]
    count = text[20:26]
    if not count.isdecimal() or int(count) != at:
        raise broken("norma43", line, f"the file announces {count} records and contains {at}", SOURCE)
    if at + 1 != len(found):
        raise broken("norma43", found[at + 1][0], "something stands behind the end of the file (record 88)", SOURCE)


def _read(header: tuple[int, str], movements: list[_Movement], end: tuple[int, str], number: int) -> Iterator[Event]:
    try:
        head = _head(header[1], end[1])
        announced = [whole(end[1][a:b], "a total") for a, b in ((20, 25), (25, 39), (39, 44), (44, 58))]
    except UnreadableError as error:
        raise broken("norma43", header[0], str(error), SOURCE) from None
    book = Book("norma43", head, number, SOURCE)
    yield head
    amounts = []
    for movement in movements:
        book.entries += 1
        try:
            line = _line(movement, head, book.entries)
        except UnreadableError as error:
            yield book.unreadable(movement.line, str(error))
            continue
        amounts.append((movement.text[27] == "1", abs(line.amount)))
        yield book.line(line)
    debits, credits_ = ([amount for debit, amount in amounts if debit is side] for side in (True, False))
    yield from book.expect("debits", end[0], "debits", announced[0], len(debits))
    yield from book.expect_sum("debits", end[0], "debits", announced[1], sum(debits))
    yield from book.expect("credits", end[0], "credits", announced[2], len(credits_))
    yield from book.expect_sum("credits", end[0], "credits", announced[3], sum(credits_))
    yield from book.end()


def _head(text: str, end: str) -> StatementHead:
    bank, branch, account = text[2:6], text[6:10], text[10:20]
    if end[2:20] != text[2:20]:
        raise UnreadableError("the end of the account (record 33) names another account")
    currency = _CURRENCIES.get(text[47:50], "")
    if not currency:
        raise UnreadableError(f"the currency {text[47:50]!r} is not known")
    return identified(
        StatementHead(
            format="Norma 43",
            statement_id=f"{text[20:26]}-{text[26:32]}",
            account=spanish(bank, branch, account),
            currency=currency,
            opening=_signed(text[32], text[33:47]),
            closing=_signed(end[58], end[59:73]),
            opening_on=day_of(text[20:26], "YMD", "the first day"),
            closing_on=day_of(text[26:32], "YMD", "the last day"),
            owner=text[51:77].strip(),
        )
    )


def _signed(side: str, digits: str) -> int:
    if side not in {"1", "2"}:
        raise UnreadableError(f"{side!r} is neither debit (1) nor credit (2)")
    return (-1 if side == "1" else 1) * whole(digits, "the amount")


def _line(movement: _Movement, head: StatementHead, entry: int) -> Line:
    text, foreign = movement.text, movement.foreign
    booked_on = day_of(text[10:16], "YMD", "the day")
    returned = text[22:24] == _RETURNS
    references = (text[52:64].strip(), text[64:80].strip())
    texts = (*movement.complements, *(one for one in references if one.strip("0")))
    currency = _CURRENCIES.get(foreign[4:7], "")
    return Line(
        key="",
        account=head.account,
        amount=_signed(text[27], text[28:42]),
        currency=head.currency,
        booked_on=booked_on,
        value_on=day_of(text[16:22], "YMD", "the value day"),
        entry=entry,
        source_line=movement.line,
        reversal=returned or text[22:24] == _CANCELLED,
        bank_reference=given(text[42:52]) if text[42:52].strip("0 ") else "",
        transaction_code=f"N43-{text[22:24]}-{text[24:27]}",
        remittance=tuple(dict.fromkeys(one for one in texts if one)),
        instructed_amount=whole(foreign[7:21], "the foreign amount") if currency else None,
        instructed_currency=currency,
        return_code="NARR" if returned else "",
    )
