"""Bank statement formats: a registry of small readers behind one door, `read`.

Every reader yields heads, lines, findings and tails in the file's order and never drops anything in silence.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from fairdue.cash.formats import camt, csv_profile, mt940
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


FORMATS: dict[str, BankFormat] = {
    "camt": BankFormat("camt", "ISO 20022 camt.052, .053 and .054 (.02 to .14)", camt.sniff, camt.read),
    "mt940": BankFormat("mt940", "SWIFT MT940 and MT942", mt940.sniff, mt940.read),
    "csv": BankFormat("csv", "CSV, ISO dates and decimal points", csv_profile.sniff, csv_profile.read),
    "csv.de": BankFormat(
        "csv.de",
        "CSV, German dates and decimal commas",
        csv_profile.never,
        partial(csv_profile.read, profile=csv_profile.GERMAN),
    ),
}
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
    """Yield the events of a bank file; `code` names the format, without it the first bytes decide."""
    start = stream.read(_SNIFFED)
    known = named(code) if code else recognise(start)
    yield from known.read(_Joined(start, stream))


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
