"""NACHA return files: direct debits (ACH) that came back, with their reason.

Source: Nacha Operating Rules, appendix 3 (ACH record format), appendix 4 (return entries). Records of 94 characters:
1 file header, 5 batch header, 6 entry, 7 addenda (type 99 = return, 98 = notification of change), 8 and 9 control
with counts, sums and the entry hash.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fairdue.cash.formats.book import Book, UnreadableError, broken, day_of, identified, load, records, whole
from fairdue.cash.formats.lines import Event, Line, Party, StatementHead, StatementKind
from fairdue.core.findings import Severity

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from fairdue.cash.formats.lines import Readable

SOURCE = "Nacha Operating Rules, appendices 3 and 4"
_WIDTH, _HASH = 94, 10**10
_START = re.compile(rb"101[ 0-9]{10}[ 0-9A-Z]{10}[0-9]{6}")
_CURRENCY = "USD"
_PADDING = "9" * _WIDTH
_RETURN, _CHANGE = "99", "98"


@dataclass(slots=True)
class _Entry:
    line: int
    text: str
    addenda: list[str] = field(default_factory=list)

    @property
    def is_credit(self) -> bool:
        """Transaction codes end in 0 to 4 for credits and 5 to 9 for debits."""
        return self.text[2] in "01234"

    @property
    def amount(self) -> int:
        """The amount in cents."""
        return whole(self.text[29:39], "the amount")


@dataclass(slots=True)
class _Batch:
    line: int
    header: str
    entries: list[_Entry] = field(default_factory=list)


def sniff(start: bytes) -> bool:
    """Tell whether the first bytes are an ACH file header."""
    return bool(_START.match(start.lstrip(b"\xef\xbb\xbf")))


def read(stream: Readable) -> Iterator[Event]:
    """Yield one notification for each batch of returned entries."""
    found = [one for one in records(load(stream, "nacha"), "nacha", _WIDTH, "ascii") if one[1] != _PADDING]
    if not found or found[0][1][0] != "1":
        raise broken("nacha", 1, "the file does not begin with its header (type 1)", SOURCE)
    if found[-1][1][0] != "9":
        said = "the file ends without its control record (type 9); it may be cut off"
        raise broken("nacha", found[-1][0], said, SOURCE)
    batches: list[_Batch] = []
    for number, text in found[1:]:
        try:
            _sort_in(batches, number, text)
        except UnreadableError as error:
            raise broken("nacha", number, str(error), SOURCE) from None
    for at, batch in enumerate(batches, start=1):
        yield from _statement(batch, found[0][1], at)


def _sort_in(batches: list[_Batch], number: int, text: str) -> None:
    kind = text[0]
    if kind == "9":
        _control(text[13:21], text[21:31], text[31:43], text[43:55], [e for b in batches for e in b.entries])
        if whole(text[1:7], "the number of batches") != len(batches):
            raise UnreadableError(f"the file announces {text[1:7]} batches and contains {len(batches)}")
    elif kind == "5":
        batches.append(_Batch(number, text))
    elif not batches:
        raise UnreadableError(f"record {kind!r} stands before any batch (type 5)")
    elif kind == "6":
        batches[-1].entries.append(_Entry(number, text))
    elif kind == "7" and batches[-1].entries:
        batches[-1].entries[-1].addenda.append(text)
    elif kind == "8":
        _control(text[4:10], text[10:20], text[20:32], text[32:44], batches[-1].entries)
    else:
        raise UnreadableError(f"record {kind!r} is not allowed here")


def _control(count: str, hashed: str, debit: str, credit: str, entries: list[_Entry]) -> None:
    """Refuse totals that are not what was read: records, hash of the routing numbers, debits, credits."""
    routing = sum(whole(entry.text[3:11], "the routing number") for entry in entries) % _HASH
    sums = {side: sum(entry.amount for entry in entries if entry.is_credit is side) for side in (True, False)}
    read_ = (len(entries) + sum(len(entry.addenda) for entry in entries), routing, sums[False], sums[True])
    words = ("entries and addenda", "an entry hash", "debits in cents", "credits in cents")
    for word, said, got in zip(words, (count, hashed, debit, credit), read_, strict=True):
        if whole(said, word) != got:
            raise UnreadableError(f"the control record announces {word} of {int(said)} and the file has {got}")


def _statement(batch: _Batch, header: str, number: int) -> Iterator[Event]:
    try:
        day = day_of(batch.header[69:75], "YMD", "the day of the batch")
    except UnreadableError as error:
        raise broken("nacha", batch.line, str(error), SOURCE) from None
    head = identified(
        StatementHead(
            format="NACHA returns",
            statement_id=f"{header[23:33].strip()}-{batch.header[87:94].strip()}",
            account="",
            currency=_CURRENCY,
            closing_on=day,
            owner=f"{batch.header[4:20].strip()} {batch.header[40:50].strip()}",
            kind=StatementKind.NOTIFICATION,
        )
    )
    book = Book("nacha", head, number, SOURCE)
    yield head
    for entry in batch.entries:
        book.entries += 1
        yield from _entry(book, entry, day)
    yield from book.end(proven=True)


def _entry(book: Book, entry: _Entry, day: dt.date) -> Iterator[Event]:
    """Yield a return as money out; what is no return is told and left."""
    addendum = next((one for one in entry.addenda if one[1:3] == _RETURN), None)
    if addendum is None:
        change = next((one for one in entry.addenda if one[1:3] == _CHANGE), None)
        said = f"a notification of change {change[3:6]}: {change[35:64].strip()}" if change else "no returned entry"
        yield book.finding("no_return", entry.line, f"{entry.text[54:76].strip()}: {said}", Severity.INFO)
        return
    text = entry.text
    yield book.line(
        Line(
            key="",
            account=book.head.account,
            amount=entry.amount if entry.is_credit else -entry.amount,
            currency=_CURRENCY,
            booked_on=day,
            value_on=day,
            entry=book.entries,
            source_line=entry.line,
            reversal=True,
            bank_reference=text[79:94].strip(),
            transaction_code=f"ACH-{text[1:3]}",
            party=Party(text[54:76].strip(), f"{text[3:12].strip()}{text[12:29].strip()}"),
            remittance=tuple(filter(None, (text[39:54].strip(),))),
            end_to_end_id=addendum[6:21].strip(),
            return_code=addendum[3:6],
            return_reason=addendum[35:79].strip(),
        )
    )
