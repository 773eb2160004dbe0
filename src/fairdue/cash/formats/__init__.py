"""Bank statement formats: a registry of small readers behind one door, `read`.

Every reader yields heads, lines, findings and tails in the file's order and never drops anything in silence.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING

from fairdue.cash.formats import (
    bai2,
    camt,
    cfonb120,
    coda,
    csv_profile,
    lockbox,
    mt940,
    nacha,
    norma43,
    ofx,
    packed,
    qif,
    xlsx,
)
from fairdue.cash.formats.lines import (
    Document,
    Event,
    Line,
    LineKind,
    LineStatus,
    Party,
    Readable,
    Reference,
    StatementHead,
    StatementKind,
    StatementTail,
)
from fairdue.core.findings import refuse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = [
    "FORMATS",
    "BankFormat",
    "Document",
    "Event",
    "Line",
    "LineKind",
    "LineStatus",
    "Party",
    "Readable",
    "Reference",
    "StatementHead",
    "StatementKind",
    "StatementTail",
    "read",
    "recognise",
]

_SNIFFED = 4096


@dataclass(frozen=True, slots=True)
class BankFormat:
    """One format of bank files."""

    code: str
    name: str
    sniff: Callable[[bytes], bool]
    """Tells from the first bytes of a file whether it may be of this format."""
    read: Callable[[Readable], Iterator[Event]]


_ALL = (
    BankFormat("ofx", "OFX 1 and 2", ofx.sniff, ofx.read),
    BankFormat("camt", "ISO 20022 camt.052, .053 and .054 (.02 to .14)", camt.sniff, camt.read),
    BankFormat("mt940", "SWIFT MT940 and MT942", mt940.sniff, mt940.read),
    BankFormat("bai2", "BAI2 balance report", bai2.sniff, bai2.read),
    BankFormat("lockbox", "BAI lockbox", lockbox.sniff, lockbox.read),
    BankFormat("nacha", "NACHA returns", nacha.sniff, nacha.read),
    BankFormat("coda", "CODA (Belgium)", coda.sniff, coda.read),
    BankFormat("cfonb120", "CFONB 120 (France)", cfonb120.sniff, cfonb120.read),
    BankFormat("norma43", "Norma 43 (Spain)", norma43.sniff, norma43.read),
    BankFormat("qif", "QIF", qif.sniff, qif.read),
    BankFormat("qif.dmy", "QIF, day before month", csv_profile.never, qif.read_day_first),
    BankFormat("qif.mdy", "QIF, month before day", csv_profile.never, qif.read_month_first),
    BankFormat("xlsx", "XLSX, typed cells", xlsx.sniff, xlsx.read),
    BankFormat("xlsx.de", "XLSX, German texts in cells", csv_profile.never,
               partial(xlsx.read, profile=csv_profile.GERMAN)),
    BankFormat("csv.de", "CSV, German dates and decimal commas", csv_profile.sniff_german,
               partial(csv_profile.read, profile=csv_profile.GERMAN)),
    BankFormat("csv", "CSV, ISO dates and decimal points", csv_profile.sniff, csv_profile.read),
)  # fmt: skip
FORMATS: dict[str, BankFormat] = {known.code: known for known in _ALL}
"""Formats in the order in which they are tried."""
ALIASES = {"camt.052": "camt", "camt.053": "camt", "camt.054": "camt", "mt942": "mt940"}
"""Other words that people use for a format."""


def recognise(start: bytes) -> BankFormat:
    """Return the format of a file by its first bytes; refuse what no reader knows."""
    for known in FORMATS.values():
        if known.sniff(start):
            return known
    names = ", ".join(known.name for known in FORMATS.values())
    raise refuse("bank.unknown_format", "file", f"The file is none of the known bank formats ({names}).")


def named(code: str) -> BankFormat:
    """Return the format that a person named; refuse a word that is none."""
    known = FORMATS.get(ALIASES.get(code, code))
    if known is None:
        raise refuse("bank.unknown_format", "format", f"{code!r} is none of: {', '.join(FORMATS)}.")
    return known


def read(stream: Readable, code: str = "") -> Iterator[Event]:
    """Yield the events of a bank file; `code` names the format, without it the first bytes decide.

    What is packed (gzip, ZIP) is read as its contents are.
    """
    start = stream.read(_SNIFFED)
    joined = _Joined(start, stream)
    if start.startswith(packed.GZIP):
        yield from _plain(packed.Unpacked(joined), code)
    elif start.startswith(packed.ZIP):
        found = packed.members(joined)
        for member in [found] if isinstance(found, BytesIO) else (one for _, one in found):
            yield from _plain(member, code)
    else:
        yield from _known(start, code).read(joined)


def _plain(stream: Readable, code: str) -> Iterator[Event]:
    """Yield the events of what was packed; an archive within an archive is no bank file."""
    start = stream.read(_SNIFFED)
    yield from _known(start, code).read(_Joined(start, stream))


def _known(start: bytes, code: str) -> BankFormat:
    return named(code) if code else recognise(start)


class _Joined:
    """A stream that begins with bytes that were read already."""

    def __init__(self, start: bytes, stream: Readable) -> None:
        self._start, self._stream = start, stream

    def read(self, size: int = -1, /) -> bytes:
        if not self._start:
            return self._stream.read(size)
        if size < 0:
            block, self._start = self._start, b""
            return block + self._stream.read(size)
        block, self._start = self._start[:size], self._start[size:]
        return block
