"""One statement of a line-based format while it is read: lines get keys, are added up, and must prove complete.

Readers of fixed-width and tagged formats share this: a record that cannot be read is a finding that names its
line, and the end of the statement compares what was read with every balance, sum and count that the file states.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from fairdue.cash.formats.keys import TwinCounter, statement_identity
from fairdue.cash.formats.lines import Line, LineStatus, StatementHead, StatementKind, StatementTail
from fairdue.core.findings import Finding, RefusedError, Severity, refuse
from fairdue.core.money import LARGEST, Money, MoneyError, decimal_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fairdue.cash.formats.lines import Event, Readable

MOST_BYTES = 200 * 1024 * 1024
"""How much of one line-based file is read at most."""


_BLOCK = 1024 * 1024


class UnreadableError(ValueError):
    """A record that cannot be read, with the sentence that says why."""


def load(stream: Readable, code: str, most: int = MOST_BYTES) -> bytes:
    """Return the bytes of a file; refuse one that is longer than any bank writes."""
    blocks: list[bytes] = []
    length = 0
    while block := stream.read(_BLOCK):
        length += len(block)
        if length > most:
            raise refuse(f"{code}.too_large", "file", f"The file is longer than {most:,} bytes.")
        blocks.append(block)
    return b"".join(blocks)


def decoded(content: bytes, code: str, *encodings: str) -> str:
    """Return the text of a file in the first of `encodings` that fits; refuse binary files and wrong letters."""
    if b"\0" in content and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refuse(f"{code}.binary", "file", "The file holds binary data.")
    for encoding in encodings:
        try:
            return content.decode(encoding).removeprefix("\ufeff")
        except UnicodeDecodeError:
            continue
    raise refuse(f"{code}.encoding", "file", f"The file is not written in {' or '.join(encodings)}.")


def broken(code: str, line: int, sentence: str, source: str = "") -> RefusedError:
    """Return the refusal of a whole file that names the line."""
    return refuse(f"{code}.broken", f"line {line}", f"Line {line}: {sentence}.", source)


def whole(digits: str, what: str) -> int:
    """Return a whole number of ASCII digits; refuse everything else."""
    plain = digits.strip()
    if not (plain.isascii() and plain.isdigit()):
        raise UnreadableError(f"{what} {digits!r} is not a number")
    plain = plain.lstrip("0") or "0"
    if len(plain) > len(str(LARGEST)) or int(plain) > LARGEST:
        raise UnreadableError(f"{what} has {len(plain)} digits: no bank writes such a number")
    return int(plain)


def minor_of(text: str, currency: str, what: str) -> int:
    """Return a decimal with a point in minor units of `currency`; refuse what is none."""
    if not text.isascii() or any(mark in text for mark in "eE_") or not any(c.isdigit() for c in text):
        raise UnreadableError(f"{what} {text!r} is not an amount")
    try:
        return Money.parse(text.strip(), currency).minor
    except MoneyError as error:
        raise UnreadableError(f"{what}: {error}") from None


def identified(head: StatementHead) -> StatementHead:
    """Return the head with its identity: by its balances, or by its name where it has none."""
    name = f"{head.statement_id}/{head.sequence}"
    return replace(head, identity=statement_identity(head.account, head.opening, head.closing, head.closing_on, name))


class Book:
    """Keys and adds up the lines of one statement."""

    def __init__(self, code: str, head: StatementHead, number: int, source: str) -> None:
        self.head, self.number = head, number
        self.entries = self.booked = self.held_back = self.unread = 0
        self._code, self._source = code, source
        self._twins = TwinCounter(head.identity)
        self._wrong = False

    def line(self, line: Line) -> Line:
        """Count one line and return it with its key."""
        if line.status is LineStatus.BOOKED:
            self.booked += line.amount
        else:
            self.held_back += 1
        texts = "\n".join((*line.remittance, *(reference.value for reference in line.references)))
        key = self._twins.key(
            line.bank_reference, line.account, line.booked_on, line.amount, line.currency, line.kind,
            line.status is LineStatus.BOOKED, line.end_to_end_id, line.party.account, line.party.name, texts,
        )  # fmt: skip
        return line._replace(key=key)

    def unreadable(self, line: int, sentence: str) -> Finding:
        """Return the error that a record was not imported."""
        self.unread += 1
        return self.finding("unreadable", line, f"not imported: {sentence}", Severity.ERROR)

    def finding(self, code: str, line: int, sentence: str, severity: Severity = Severity.WARNING) -> Finding:
        """Return a finding of this statement; line 0 speaks of the whole of it."""
        path = f"statement {self.number}" + (f", line {line}" if line else "")
        self._wrong = self._wrong or severity is Severity.ERROR
        return Finding(f"{self._code}.{code}", path, f"{path.capitalize()}: {sentence}.", severity, self._source)

    def expect(self, code: str, line: int, what: str, announced: int, read: int) -> Iterator[Finding]:
        """Yield the error that a count which the file announces is not what was read."""
        if announced != read:
            said = f"the file announces {announced} {what} and contains {read}"
            yield self.finding(code, line, said, Severity.ERROR)

    def expect_sum(self, code: str, line: int, what: str, announced: int, read: int) -> Iterator[Finding]:
        """Yield the error that a sum in minor units which the file announces is not what was read."""
        if announced != read:
            shown = [self._shown(announced), self._shown(read)]
            yield self.finding(code, line, f"the file announces {what} of {shown[0]} and they come to {shown[1]}",
                               Severity.ERROR)  # fmt: skip

    def _shown(self, amount: int) -> str:
        return f"{decimal_of(amount, self.head.currency)} {self.head.currency}" if self.head.currency else str(amount)

    def end(self, *, proven: bool = False) -> Iterator[Event]:
        """Yield what does not add up, then the tail; `proven` says that counts or sums of the file agreed."""
        head = self.head
        balanced = head.opening is not None and head.closing is not None
        if balanced:
            yield from self._balance(head.opening or 0, head.closing or 0)
        elif head.kind is StatementKind.STATEMENT and not proven:
            said = "opening or closing balance is missing, so the entries cannot be checked against them"
            yield self.finding("balance.missing", 0, said, Severity.INFO)
        complete = (balanced or proven) and not self._wrong and not self.unread
        yield StatementTail(head.statement_id, self.entries, self.booked, self.held_back, complete)

    def _balance(self, opening: int, closing: int) -> Iterator[Finding]:
        gap = closing - opening - self.booked
        if gap:
            shown = [self._shown(amount) for amount in (opening, self.booked, closing, abs(gap))]
            said = f"opening {shown[0]} + entries {shown[1]} is not closing {shown[2]}; {shown[3]} is unexplained"
            yield self.finding("balance.mismatch", 0, said, Severity.ERROR)


def day_of(digits: str, order: str, what: str) -> dt.date:
    """Return a day of six or eight digits in the `order` of its parts ("YMD", "DMY", "MDY"); years are of 2000."""
    sizes = {"Y": len(digits) - 4, "M": 2, "D": 2}
    if len(digits) not in {6, 8} or not (digits.isascii() and digits.isdigit()):
        raise UnreadableError(f"{what} {digits!r} is not a day")
    parts, at = {}, 0
    for part in order:
        parts[part] = int(digits[at : at + sizes[part]])
        at += sizes[part]
    year = parts["Y"] + (2000 if sizes["Y"] == 2 else 0)  # noqa: PLR2004 - a year of two digits
    try:
        return dt.date(year, parts["M"], parts["D"])
    except ValueError:
        raise UnreadableError(f"{what} {digits!r} is not a day") from None


def numbered(text: str) -> list[tuple[int, str]]:
    """Return (line number, text) of every line that is not blank; the ends of lines may be of any system."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [(at, line) for at, line in enumerate(lines, start=1) if line.strip(" \x1a")]


def records(content: bytes, code: str, width: int, *encodings: str) -> list[tuple[int, str]]:
    """Return (record number, text) of a file of records of `width`, with or without ends of lines between them.

    A record that is shorter lost the blanks at its end; a longer one is refused.
    """
    text = decoded(content, code, *encodings)
    found = numbered(text)
    if len(found) == 1 and len(found[0][1].rstrip(" \x1a")) > width:
        whole_text = found[0][1].rstrip("\x1a")
        found = [(at // width + 1, whole_text[at : at + width]) for at in range(0, len(whole_text), width)]
    long = next((number for number, line in found if len(line.rstrip(" \x1a")) > width), None)
    if long is not None:
        raise broken(code, long, f"the record is longer than {width} characters")
    return [(number, line.ljust(width)) for number, line in found]
