"""ANSI X12 820 payment order and remittance advice, whole or as addenda of an ACH payment (CTX).

Source: ASC X12 transaction set 820: BPR payment, TRN trace number, CUR currency, N1 parties, RMR open item (net, gross,
discount), ADX adjustment with reason, SE with the number of segments.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from fairdue.cash.formats.book import UnreadableError, broken, day_of, decoded, whole
from fairdue.cash.formats.lines import NOBODY, Party
from fairdue.cash.formats.remittance.checks import checked, minor
from fairdue.cash.formats.remittance.model import Remittance, RemittanceLine
from fairdue.core.findings import refuse
from fairdue.core.money import MoneyError

if TYPE_CHECKING:
    import datetime as dt

SOURCE = "ASC X12 transaction set 820"
_START = re.compile(rb"\s*(ISA[^A-Za-z0-9\s]|ST[^A-Za-z0-9\s]820|BPR[^A-Za-z0-9\s]|RMR[^A-Za-z0-9\s])")
_KINDS = {"IV": "invoice", "OI": "invoice", "CM": "credit_note", "CN": "credit_note", "PO": "order", "VN": "order"}
_ISA_LENGTH = 106


class _Segment(NamedTuple):
    number: int
    name: str
    elements: list[str]

    def at(self, place: int) -> str:
        """Return an element by its number in the standard, empty when left out."""
        return self.elements[place].strip() if place < len(self.elements) else ""


def sniff(content: bytes, name: str) -> bool:
    """Tell whether the bytes begin like an interchange, a transaction or its parts."""
    del name
    return bool(_START.match(content)) and (b"RMR" in content or b"820" in content)


def read(content: bytes, name: str) -> tuple[Remittance, ...]:
    """Return one advice for each transaction set 820."""
    del name
    segments = _segments(decoded(content, "x12", "utf-8", "cp1252"))
    sets: list[list[_Segment]] = []
    open_set = False
    for segment in segments:
        if segment.name == "ST":
            if segment.at(1) != "820":
                raise broken("x12", segment.number, f"transaction set {segment.at(1)} is no remittance (820)", SOURCE)
            sets.append([])
            open_set = True
        elif segment.name in {"ISA", "GS", "GE", "IEA"}:
            continue
        elif not sets:
            sets.append([])
        sets[-1].append(segment)
        if segment.name == "SE":
            _count(segment, sets[-1])
            open_set = False
    if open_set:
        raise broken("x12", len(segments), "the transaction is not ended (SE); the file may be cut off", SOURCE)
    if not sets:
        raise refuse("x12.nothing", "file", "The interchange contains no transaction set 820.", SOURCE)
    return tuple(checked(_advice(one)) for one in sets)


def _segments(text: str) -> list[_Segment]:
    plain = text.strip()
    if plain.startswith("ISA"):
        element, end = plain[3], plain[_ISA_LENGTH - 1 : _ISA_LENGTH]
    else:
        element = plain[2] if plain.startswith("ST") else plain[3]
        end = next((mark for mark in ("~", "\\", "\n") if mark in plain), "~")
    if not end or end.isalnum():
        raise broken("x12", 1, "the end of a segment is not known", SOURCE)
    parts = [part.strip("\r\n ") for part in plain.split(end)]
    return [
        _Segment(at, part.split(element)[0].strip(), part.split(element))
        for at, part in enumerate(filter(None, parts), start=1)
    ]


def _count(end: _Segment, inside: list[_Segment]) -> None:
    try:
        announced = whole(end.at(1), "the number of segments")
    except UnreadableError as error:
        raise broken("x12", end.number, str(error), SOURCE) from None
    if announced != len(inside):
        said = f"the transaction announces {announced} segments and contains {len(inside)}"
        raise broken("x12", end.number, said, SOURCE)


def _advice(segments: list[_Segment]) -> Remittance:
    currency = next((one.at(2) for one in segments if one.name == "CUR"), "USD")
    found = Remittance("X12 820", (), currency=currency)
    lines: list[RemittanceLine] = []
    notes: list[str] = []
    for one in segments:
        try:
            if one.name == "BPR":
                found = replace(found, total=minor(one.at(2), currency), paid_on=_day(one.at(16)))
            elif one.name == "TRN":
                found = replace(found, reference=one.at(2))
            elif one.name == "N1" and one.at(1) in {"PR", "RM"} and found.payer is NOBODY:
                found = replace(found, payer=Party(one.at(2)))
            elif one.name == "RMR":
                lines.append(_line(one, currency))
            elif one.name == "ADX":
                _adjust(lines, one, currency)
            elif one.name == "DTM" and lines and one.at(1) == "003":
                lines[-1] = replace(lines[-1], issued_on=_day(one.at(2)))
            elif one.name == "NTE":
                notes.append(one.at(2))
        except (MoneyError, UnreadableError) as error:
            raise broken("x12", one.number, f"segment {one.name}: {error}", SOURCE) from None
    return replace(found, lines=tuple(lines), text="\n".join(notes))


def _day(digits: str) -> dt.date | None:
    return day_of(digits, "YMD", "the day") if digits else None


def _line(one: _Segment, currency: str) -> RemittanceLine:
    net, gross, discount = ((minor(one.at(at), currency) if one.at(at) else None) for at in (4, 5, 6))
    return RemittanceLine(
        number=one.at(2),
        net=net,
        gross=gross,
        discount=abs(discount or 0),
        kind=_KINDS.get(one.at(1), ""),
        place=f"segment {one.number}",
    )


def _adjust(lines: list[RemittanceLine], one: _Segment, currency: str) -> None:
    """Put an adjustment on the document before it, or as a line of its own where it names another."""
    amount, reason = minor(one.at(1), currency), one.at(2)
    own = one.at(4)
    if lines and (not own or own == lines[-1].number):
        last = lines[-1]
        lines[-1] = replace(last, adjustment=last.adjustment + amount, reason=reason or last.reason)
    else:
        kind = _KINDS.get(one.at(3), "")
        lines.append(RemittanceLine(own, net=amount, reason=reason, kind=kind, place=f"segment {one.number}"))
