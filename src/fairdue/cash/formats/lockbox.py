"""BAI lockbox files: cheques that customers sent to a bank's post box, with what their slips say.

Source: BAI lockbox format (record types 1, 2, 5, 6, 4, 7, 8, 9), as banks publish it; the fields of a cheque are the
same everywhere, those of its invoices (type 4) are the bank's own. Where number and amount of an invoice stand is
decided by arithmetic: that layout is taken under which the amounts of the most cheques of the file, of more than half,
add up to the cheque; without one the invoices stay text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from fairdue.cash.formats.book import Book, UnreadableError, broken, day_of, identified, load, records, whole
from fairdue.cash.formats.lines import Document, Event, Line, LineKind, Party, StatementHead, StatementKind

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from fairdue.cash.formats.lines import Readable

SOURCE = "BAI lockbox format"
_WIDTH = 200
"""Records have 80 or 104 characters, some banks write longer ones."""
_START = re.compile(rb"1[0-9 ]{2}.{20}[0-9]{6}[0-9 ]{4} *[\r\n]+2")
_CURRENCY = "USD"


class Layout(NamedTuple):
    """Where one invoice stands in a type 4 record: width of the number, width of the amount, how many there are."""

    number: int
    amount: int
    most: int


LAYOUTS = (Layout(15, 10, 2), Layout(10, 10, 3), Layout(12, 10, 3), Layout(20, 10, 2), Layout(30, 10, 1))
"""Layouts that banks publish; the first under which everything adds up is taken."""
_INVOICES_AT = 11


@dataclass(slots=True)
class _Cheque:
    line: int
    amount: int
    payer: str
    account: str
    number: str
    name: str
    slips: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Box:
    """One lockbox of the file with its batches."""

    number: str
    day: dt.date
    destination: str
    line: int
    cheques: list[_Cheque] = field(default_factory=list)
    batch: list[_Cheque] = field(default_factory=list)


def sniff(start: bytes) -> bool:
    """Tell whether the first bytes are a lockbox header followed by a service record."""
    return bool(_START.match(start.lstrip(b"\xef\xbb\xbf")))


def read(stream: Readable) -> Iterator[Event]:
    """Yield one notification for each lockbox of a file: one deposit with its cheques."""
    found = records(load(stream, "lockbox"), "lockbox", _WIDTH, "utf-8", "cp1252")
    if not found or not found[0][1].startswith("1"):
        raise broken("lockbox", 1, "the file does not begin with its header (type 1)", SOURCE)
    if found[-1][1][0] != "9":
        said = "the file ends without its trailer (type 9); it may be cut off"
        raise broken("lockbox", found[-1][0], said, SOURCE)
    box: _Box | None = None
    boxes = 0
    for number, text in found[1:]:
        try:
            box, closed = _step(box, number, text, len(found))
        except UnreadableError as error:
            raise broken("lockbox", number, str(error), SOURCE) from None
        if closed is not None:
            boxes += 1
            yield from _statement(closed, boxes)
    if not boxes:
        raise broken("lockbox", found[-1][0], "the file has no lockbox", SOURCE)


def _step(box: _Box | None, number: int, text: str, records_: int) -> tuple[_Box | None, _Box | None]:
    """Return the lockbox that is open after a record, and the one that the record closed."""
    kind = text[0]
    if kind == "2":
        return box, None
    if kind == "5":
        return _opened(number, text, box), None
    if kind == "9":
        if box is not None:
            raise UnreadableError("the last lockbox is not totalled (type 8)")
        _count("records", text[1:7], records_)
        return None, None
    if box is None:
        raise UnreadableError(f"record {kind!r} stands before any lockbox (type 5)")
    if kind == "8":
        _total(text[20:24], text[24:34], box.cheques)
        return None, box
    _detail(box, number, text)
    return box, None


def _opened(number: int, text: str, box: _Box | None) -> _Box:
    """Return the lockbox of a header; a further batch of the same box adds to it."""
    name, day = text[7:14].strip(), day_of(text[14:20], "YMD", "the deposit day")
    if box is not None and box.number == name:
        return box
    if box is not None:
        raise UnreadableError("a lockbox begins before the one before is totalled (type 8)")
    return _Box(name, day, text[20:30].strip(), number)


def _detail(box: _Box, number: int, text: str) -> None:
    kind = text[0]
    if kind == "6":
        amount = whole(text[7:17], "the amount of the cheque")
        cheque = _Cheque(number, amount, text[17:26].strip(), text[26:36].strip(), text[36:46].strip(), _name(text))
        box.cheques.append(cheque)
        box.batch.append(cheque)
    elif kind == "4":
        if not box.batch:
            raise UnreadableError("an overflow record (type 4) stands before any cheque")
        box.batch[-1].slips.append(text[_INVOICES_AT:].rstrip())
    elif kind == "7":
        _total(text[20:23], text[23:33], box.batch)
        box.batch = []
    else:
        raise UnreadableError(f"record type {kind!r} is not known")


def _name(text: str) -> str:
    """Return the remitter: behind the cheque's number, after its day where there is one."""
    rest = text[46:]
    return rest[6:36].strip() if rest[:6].isdigit() else rest[:30].strip()


def _total(count: str, amount: str, cheques: list[_Cheque]) -> None:
    _count("cheques", count, len(cheques))
    announced, got = whole(amount, "the total"), sum(cheque.amount for cheque in cheques)
    if announced != got:
        raise UnreadableError(f"the total is {announced} cents and the cheques come to {got}")


def _count(what: str, announced: str, got: int) -> None:
    if announced.strip() and whole(announced, f"the number of {what}") != got:
        raise UnreadableError(f"the file announces {announced.strip()} {what} and contains {got}")


def _statement(box: _Box, number: int) -> Iterator[Event]:
    head = identified(
        StatementHead(
            format="BAI lockbox",
            statement_id=f"{box.number}-{box.day:%Y%m%d}",
            account="",
            currency=_CURRENCY,
            closing_on=box.day,
            kind=StatementKind.NOTIFICATION,
        )
    )
    book = Book("lockbox", head, number, SOURCE)
    yield head
    layout = layout_of(box.cheques)
    book.entries = 1
    for at, cheque in enumerate(box.cheques, start=1):
        yield book.line(_line(cheque, box, at, layout))
    yield from book.end(proven=True)


def _line(cheque: _Cheque, box: _Box, detail: int, layout: Layout | None) -> Line:
    documents = _invoices(cheque, layout) if layout else []
    adds_up = sum(amount for _, amount in documents) == cheque.amount
    return Line(
        key="",
        account="",
        amount=cheque.amount,
        currency=_CURRENCY,
        booked_on=box.day,
        value_on=box.day,
        kind=LineKind.DETAIL,
        entry=1,
        detail=detail,
        source_line=cheque.line,
        bank_reference=cheque.number.lstrip("0"),
        transaction_code="BAI-115",
        party=Party(cheque.name, f"{cheque.payer}{cheque.account}"),
        remittance=() if documents and adds_up else tuple(slip for slip in cheque.slips if slip.strip()),
        documents=tuple(Document(name, "", amount if adds_up else None, _CURRENCY) for name, amount in documents),
        information=f"cheque {cheque.number}",
    )


def layout_of(cheques: list[_Cheque]) -> Layout | None:
    """Return the layout in which every slip is written, and under which the most cheques add up: more than half.

    A cheque that is short or more does not add up under any. None where two layouts do as well and read different
    invoices.
    """
    told = [cheque for cheque in cheques if cheque.slips]
    fitting: dict[tuple[tuple[str, int], ...], tuple[int, Layout]] = {}
    for layout in LAYOUTS:
        try:
            found = [_invoices(one, layout) for one in told]
        except UnreadableError:
            continue
        right = sum(sum(amount for _, amount in part) == one.amount for part, one in zip(found, told, strict=True))
        if 2 * right > len(told):
            fitting.setdefault(tuple(pair for part in found for pair in part), (right, layout))
    best = max((right for right, _ in fitting.values()), default=0)
    layouts = [layout for right, layout in fitting.values() if right == best]
    return layouts[0] if len(layouts) == 1 else None


def _invoices(cheque: _Cheque, layout: Layout) -> list[tuple[str, int]]:
    """Return (number, amount in cents) of each invoice of a cheque by a layout; refuse what does not fit it."""
    found = []
    size = layout.number + layout.amount
    for slip in cheque.slips:
        for at in range(0, len(slip), size):
            number, amount = slip[at : at + layout.number].strip(), slip[at + layout.number : at + size]
            if not number or "  " in number or len(amount) != layout.amount or at >= size * layout.most:
                raise UnreadableError("the slip has another layout")
            found.append((number, whole(amount, "the amount")))
    return found
