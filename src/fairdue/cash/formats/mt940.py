"""MT940 customer statements and MT942 interim reports: SWIFT and the national ways of writing them.

Source: SWIFT Standards MT, category 9 (MT940, MT942), and DFÜ-Abkommen annex 3 for the German use. Each message is a
statement of its own; its balances must agree with its entries. An MT942 is provisional.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fairdue.cash.formats.accounts import is_iban
from fairdue.cash.formats.book import Book, UnreadableError, broken, decoded, identified, load
from fairdue.cash.formats.keys import given
from fairdue.cash.formats.lines import Event, Line, LineStatus, StatementHead, StatementKind
from fairdue.cash.formats.mt_details import details_of
from fairdue.cash.formats.mt_fields import Balance, Field, balance_of, entry_of, fields_of, sum_of
from fairdue.core.findings import Finding, Severity, refuse

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from fairdue.cash.formats.lines import Readable

SOURCE = "SWIFT Standards MT, category 9"
_START = re.compile(rb"(?:\A|[\r\n]|\{4:[\r\n]+):20:[^\r\n]*[\r\n]+")
_FIELD = re.compile(rb"\s*:\d\d[A-Z]?:")
_CURRENCY = re.compile(r"[A-Z]{3}")
_ENTRIES = {"61", "86", "NS"}
_ELSEWHERE = {"EREF", "MARF", "PREF", "EREF+", "KREF+", "MREF+"}
"""References of :61: that say that the reference stands in :86:."""
_OPENINGS, _CLOSINGS = ("60F", "60M", "60"), ("62F", "62M", "62")


@dataclass(slots=True)
class _Message:
    """The fields of one message."""

    line: int
    head: dict[str, Field] = field(default_factory=dict)
    entries: list[tuple[Field, list[Field]]] = field(default_factory=list)
    after: list[Field] = field(default_factory=list)

    @property
    def interim(self) -> bool:
        """An MT942 has no balances, but a floor limit and a date-time."""
        return not any(tag in self.head for tag in _OPENINGS) and bool({"34F", "13D", "13"} & self.head.keys())


def sniff(start: bytes) -> bool:
    """Tell whether the first bytes look like a SWIFT statement: :20: and :25:, or a field as the very first thing.

    A piece of a statement is so refused with its line by the reader, and not as a table without a header.
    """
    plain = start.removeprefix(b"\xef\xbb\xbf")
    return bool(_START.search(plain) and b":25" in plain) or bool(_FIELD.match(plain))


def read(stream: Readable) -> Iterator[Event]:
    """Yield the events of every message of a file."""
    text = decoded(load(stream, "mt940"), "mt940", "utf-8", "cp1252", "latin-1")
    number = 0
    lost: list[Field] = []
    message: _Message | None = None
    for one in fields_of(text):
        if one.tag == "20":
            if message is not None:
                number += 1
                yield from _read(message, number, lost)
            message = _Message(one.line, {"20": one})
        elif one.tag == "" or "94" in one.tag:
            lost += [one] if one.tag == "" else []
        elif message is None:
            raise broken("mt940", one.line, f"field :{one.tag}: stands before any :20:", SOURCE)
        else:
            _sort_in(message, one)
    if message is None:
        raise refuse("mt940.no_statement", "file", "The file contains no statement (:20:).", SOURCE)
    yield from _read(message, number + 1, lost)


def _sort_in(message: _Message, one: Field) -> None:
    """Put a field where it belongs; refuse an order that no message has."""
    closed = any(tag in message.head for tag in _CLOSINGS)
    if one.tag == "61" and not closed:
        message.entries.append((one, []))
    elif one.tag in _ENTRIES and message.entries and not closed:
        message.entries[-1][1].append(one)
    elif one.tag == "61":
        raise broken("mt940", one.line, "an entry (:61:) stands after the closing balance", SOURCE)
    elif one.tag in _ENTRIES | {"64", "65", "90C", "90D"}:
        message.after.append(one)
    elif message.entries and one.tag not in _CLOSINGS:
        raise broken("mt940", one.line, f"field :{one.tag}: may not follow an entry", SOURCE)
    else:
        message.head.setdefault(one.tag, one)


def _read(message: _Message, number: int, lost: list[Field]) -> Iterator[Event]:
    head = _head(message)
    book = Book("mt940", head, number, SOURCE)
    yield head
    for one in lost:
        yield book.finding("text", one.line, f"text outside of any statement is left out: {one.text[:60]!r}")
    lost.clear()
    for entry, details in message.entries:
        book.entries += 1
        yield from _entry(book, entry, details)
    proven = yield from _after(book, message)
    if not message.interim and head.closing is None:
        yield book.finding("closing", message.line, "the closing balance (:62:) is missing; the file may be cut off",
                           Severity.ERROR)  # fmt: skip
    yield from book.end(proven=proven)


def _head(message: _Message) -> StatementHead:
    fields = message.head
    account = next((fields[tag] for tag in ("25", "25P") if tag in fields), None)
    if account is None:
        raise broken("mt940", message.line, "the statement does not name its account (:25:)", SOURCE)
    opening, closing = _balance(fields, _OPENINGS), _balance(fields, _CLOSINGS)
    if opening is None and not message.interim:
        raise broken("mt940", message.line, "the statement has no opening balance (:60:)", SOURCE)
    number = "".join(account.lines[0].split()).upper()
    sequence = next((fields[tag].text.strip() for tag in ("28C", "28") if tag in fields), "")
    head = StatementHead(
        format="MT942" if message.interim else "MT940",
        statement_id=fields["20"].text.strip(),
        account=number,
        currency=_currency(message, opening, closing),
        sequence=sequence,
        opening=opening.amount if opening else None,
        closing=closing.amount if closing else None,
        opening_on=opening.day if opening else None,
        closing_on=closing.day if closing else None,
        kind=StatementKind.INTRADAY if message.interim else StatementKind.STATEMENT,
    )
    return identified(head)


def _balance(fields: dict[str, Field], tags: tuple[str, ...]) -> Balance | None:
    found = next((fields[tag] for tag in tags if tag in fields), None)
    try:
        return balance_of(found) if found else None
    except UnreadableError as error:
        raise broken("mt940", found.line if found else 0, str(error), SOURCE) from None


def _currency(message: _Message, opening: Balance | None, closing: Balance | None) -> str:
    if opening and closing and opening.currency != closing.currency:
        raise broken("mt940", message.line, "opening and closing balance differ in currency", SOURCE)
    if opening:
        return opening.currency
    floor = message.head.get("34F")
    match = _CURRENCY.match(floor.text.strip()) if floor else None
    if match is None:
        raise broken("mt940", message.line, "neither balance nor floor limit (:34F:) names the currency", SOURCE)
    return match[0]


def _entry(book: Book, source: Field, details: list[Field]) -> Iterator[Event]:
    head = book.head
    try:
        entry = entry_of(source, head.currency)
    except UnreadableError as error:
        yield book.unreadable(source.line, str(error))
        return
    if entry.clamped:
        said = "the 29th or 30th of a February that has none is read as its last day"
        yield book.finding("day", source.line, said, Severity.INFO)
    told = details_of([line for one in details for line in one.lines], head.currency)
    pending = entry.expected or head.kind is StatementKind.INTRADAY
    own_reference = "" if entry.reference in _ELSEWHERE else given(entry.reference)
    party = told.party
    if not party.account and is_iban(entry.supplement):
        party = party._replace(account=entry.supplement)
    yield book.line(
        Line(
            key="",
            account=head.account,
            amount=entry.amount,
            currency=head.currency,
            booked_on=entry.booked_on,
            value_on=entry.value_on,
            status=LineStatus.PENDING if pending else LineStatus.BOOKED,
            entry=book.entries,
            source_line=source.line,
            reversal=entry.reversal or bool(told.return_code),
            bank_reference=given(entry.bank_reference),
            transaction_code=told.transaction_code or entry.kind,
            party=party,
            on_behalf_of=told.on_behalf_of,
            remittance=_texts(told.texts, own_reference, told.end_to_end_id, entry.supplement),
            references=told.references,
            end_to_end_id=told.end_to_end_id,
            mandate_id=told.mandate_id,
            instructed_amount=told.instructed[0] if told.instructed else None,
            instructed_currency=told.instructed[1] if told.instructed else "",
            charges=told.charges,
            return_code=told.return_code,
            information=told.information,
        )
    )


def _texts(texts: tuple[str, ...], reference: str, end_to_end: str, supplement: str) -> tuple[str, ...]:
    """Return every text of the entry once: the details, the customer's own reference, the supplement of :61:."""
    joined = " ".join(texts)
    extra = (text for text in (reference, supplement) if text and text not in joined and text != end_to_end)
    return (*texts, *extra)


def _after(book: Book, message: _Message) -> Generator[Finding, None, bool]:
    """Check :90D: and :90C:, tell :86: of the whole statement; return whether the sums proved it complete."""
    proven = False
    for one in message.after:
        if one.tag in {"90C", "90D"}:
            try:
                count, currency, amount = sum_of(one)
            except UnreadableError as error:
                yield book.unreadable(one.line, str(error))
                continue
            proven = proven or currency == book.head.currency
            yield from _check_sum(book, message, one, count, amount)
        elif one.tag in {"86", "NS"} and one.text.strip():
            yield book.finding("note", one.line, f"the bank says of the whole statement: {one.text.strip()[:200]!r}",
                               Severity.INFO)  # fmt: skip
    return proven


def _check_sum(book: Book, message: _Message, one: Field, count: int, amount: int) -> Iterator[Finding]:
    sign = 1 if one.tag == "90C" else -1
    found = []
    for entry, _ in message.entries:
        try:
            read = entry_of(entry, book.head.currency).amount
        except UnreadableError:
            continue
        found += [abs(read)] if (read >= 0) == (sign > 0) else []
    words = "credits" if sign > 0 else "debits"
    yield from book.expect("sum", one.line, words, count, len(found))
    yield from book.expect_sum("sum", one.line, words, amount, sum(found))
