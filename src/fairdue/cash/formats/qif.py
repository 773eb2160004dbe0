"""QIF, the Quicken interchange format: one letter for each field, no currency, no balances, no order of dates.

Source: Quicken Interchange Format as published by Intuit. The order of day and month is taken from the file where
one of its dates can only be read in one way; where none can, a person must name `qif.dmy` or `qif.mdy`. Amounts are
hundredths of the currency of the account. Programs write them with the signs of their user's country: the decimal sign
is what stands before the last one or two digits of an amount; a file that writes some amounts each way is refused.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from fairdue.cash.formats.book import Book, UnreadableError, broken, day_of, decoded, identified, load, minor_of
from fairdue.cash.formats.lines import Event, Line, Party, StatementHead
from fairdue.core.findings import Severity, refuse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fairdue.cash.formats.lines import Readable

SOURCE = "Quicken Interchange Format"
_TYPES = {"!type:bank", "!type:cash", "!type:ccard", "!type:oth a", "!type:oth l"}
_KNOWN = set("DTUPMNLCASE$%QIYOF")
_DATE = re.compile(r"([0-9]{1,4})[/.\-]([ 0-9]{1,2})[/.\-']\s?([0-9]{1,4})")
_AMOUNT = {
    ".": re.compile(r"[+-]?[0-9]{1,3}(,?[0-9]{3})*(\.[0-9]{1,2})?|[+-]?[0-9]+(\.[0-9]{1,2})?"),
    ",": re.compile(r"[+-]?[0-9]{1,3}(\.?[0-9]{3})*(,[0-9]{1,2})?|[+-]?[0-9]+(,[0-9]{1,2})?"),
}
"""What an amount looks like by decimal sign."""
_DECIMALS = re.compile(r"[0-9]([.,])[0-9]{1,2}$")
_TWELVE = 12

type _Entry = tuple[int, dict[str, list[str]]]


def sniff(start: bytes) -> bool:
    """Tell whether the first bytes are a QIF header."""
    first = start.lstrip(b"\xef\xbb\xbf \r\n\t")[:20].lower()
    return first.startswith((b"!type:", b"!option:", b"!account"))


def read(stream: Readable, order: str = "") -> Iterator[Event]:
    """Yield the transactions of the bank accounts of a file; `order` is "DMY", "MDY" or found in the file."""
    text = decoded(load(stream, "qif"), "qif", "utf-8", "cp1252", "latin-1")
    entries = _entries(text)
    order, decimal = order or _order(entries), _decimal(entries)
    head = identified(StatementHead("QIF", "", "", ""))
    book = Book("qif", head, 1, SOURCE)
    yield head
    for line, fields in entries:
        book.entries += 1
        try:
            yield book.line(_line(line, fields, book.entries, order, decimal))
        except UnreadableError as error:
            yield book.unreadable(line, str(error))
    yield book.finding("no_currency", 0, "QIF names no currency; the amounts are in that of the account", Severity.INFO)
    yield from book.end()


def _entries(text: str) -> list[_Entry]:
    """Return (line, fields by letter) of each transaction; lists of categories and the like are left."""
    found: list[_Entry] = []
    fields: dict[str, list[str]] = {}
    start, wanted = 0, False
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number, line in enumerate(lines, start=1):
        letter, value = line[:1], line[1:].strip()
        if letter == "!":
            wanted, fields = line.strip().lower() in _TYPES, {}
        elif letter == "^":
            found += [(start, fields)] if fields and wanted else []
            fields = {}
        elif letter.strip() and wanted:
            if letter not in _KNOWN:
                raise broken("qif", number, f"{line[:30]!r} is no field of a transaction", SOURCE)
            start = start if fields else number
            fields.setdefault(letter, []).append(value)
    if fields and wanted:
        raise broken("qif", len(lines), "the last transaction is not ended (^); the file may be cut off", SOURCE)
    if not found:
        raise refuse("qif.no_statement", "file", "The file contains no transactions of a bank account.", SOURCE)
    return found


def _order(entries: list[_Entry]) -> str:
    """Return the order of day and month that the dates of the file allow; refuse none and both."""
    day_first = month_first = False
    for line, fields in entries:
        match = _DATE.fullmatch(fields.get("D", [""])[0])
        if match is None:
            raise broken("qif", line, f"{fields.get('D', [''])[0]!r} is not a date", SOURCE)
        if len(match[1]) == 4:  # noqa: PLR2004 - a year of four digits
            continue
        day_first = day_first or int(match[1]) > _TWELVE
        month_first = month_first or int(match[2]) > _TWELVE
    if day_first and month_first:
        raise refuse("qif.dates", "file", "The dates of the file are in two orders.", SOURCE)
    if not day_first and not month_first and any(len(_first(fields)) < 4 for _, fields in entries):  # noqa: PLR2004 - years
        said = "Day and month cannot be told apart in any date of the file; name the format qif.dmy or qif.mdy."
        raise refuse("qif.dates", "file", said, SOURCE)
    return "DMY" if day_first else "MDY"


def _decimal(entries: list[_Entry]) -> str:
    """Return the decimal sign of the amounts of the file, a point where none has decimals; refuse both."""
    signs = {found[1] for _, fields in entries if (found := _DECIMALS.search(_amount(fields)))}
    if len(signs) > 1:
        raise refuse("qif.amounts", "file", "The amounts of the file have decimal points and decimal commas.", SOURCE)
    return signs.pop() if signs else "."


def _amount(fields: dict[str, list[str]]) -> str:
    return (fields.get("T") or fields.get("U") or [""])[0]


def _first(fields: dict[str, list[str]]) -> str:
    return re.split(r"[/.\-]", fields["D"][0])[0]


def _line(line: int, fields: dict[str, list[str]], entry: int, order: str, decimal: str) -> Line:
    match = _DATE.fullmatch(fields.get("D", [""])[0])
    amount = _amount(fields)
    if match is None:
        raise UnreadableError(f"{fields.get('D', [''])[0]!r} is not a date")
    if not _AMOUNT[decimal].fullmatch(amount):
        raise UnreadableError(f"{amount!r} is not an amount")
    iso = len(match[1]) == 4  # noqa: PLR2004 - a year of four digits
    parts = [match[1].strip().zfill(2), match[2].strip().zfill(2), match[3].strip().zfill(2)]
    booked_on = day_of("".join(parts), "YMD" if iso else order, "the date")
    texts = fields.get("M", []) + fields.get("E", [])
    number = fields.get("N", [""])[0]
    return Line(
        key="",
        account="",
        amount=minor_of(amount.replace("." if decimal == "," else ",", "").replace(",", "."), "EUR", "the amount"),
        currency="",
        booked_on=booked_on,
        value_on=booked_on,
        entry=entry,
        source_line=line,
        transaction_code="QIF",
        party=Party(fields.get("P", [""])[0]),
        remittance=tuple(dict.fromkeys(text for text in texts if text)),
        information=f"number {number}" if number else "",
    )


read_day_first = partial(read, order="DMY")
read_month_first = partial(read, order="MDY")
