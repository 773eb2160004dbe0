"""UN/EDIFACT REMADV remittance advice.

Source: UN/EDIFACT directory, message REMADV (D.96A and later): BGM, DTM, NAD payer, CUX currency, DOC documents with
MOA amounts (12 remitted, 9 due, 52 discount, 77 invoice), AJT adjustments, UNT with the number of segments.
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

SOURCE = "UN/EDIFACT REMADV"
_START = re.compile(rb"\s*(UNA.{6}|UNB\+)", re.DOTALL)
_KINDS = {"380": "invoice", "381": "credit_note", "383": "debit_note", "220": "order", "105": "order"}
_CREDITS = {"381"}
_REMITTED, _DUE, _DISCOUNT, _INVOICE, _ADJUSTED = ("12",), ("9", "86"), ("52",), ("77", "39"), ("165", "131")


class _Segment(NamedTuple):
    number: int
    name: str
    composites: list[list[str]]

    def at(self, composite: int, component: int = 0) -> str:
        """Return a component by the places of its composite and itself, empty when left out."""
        parts = self.composites[composite] if composite < len(self.composites) else []
        return parts[component].strip() if component < len(parts) else ""


def sniff(content: bytes, name: str) -> bool:
    """Tell whether the bytes begin like an EDIFACT interchange."""
    del name
    return bool(_START.match(content))


def read(content: bytes, name: str) -> tuple[Remittance, ...]:
    """Return one advice for each REMADV message."""
    del name
    segments, decimal = _segments(decoded(content, "edifact", "utf-8", "latin-1"))
    messages: list[list[_Segment]] = []
    current: list[_Segment] | None = None
    for one in segments:
        if one.name == "UNH":
            if one.at(2) != "REMADV":
                raise broken("edifact", one.number, f"message {one.at(2)} is no remittance advice (REMADV)", SOURCE)
            current = [one]
        elif current is not None:
            current.append(one)
            if one.name == "UNT":
                _count(one, current)
                messages.append(current)
                current = None
    if current is not None:
        raise broken("edifact", segments[-1].number, "the message is not ended (UNT); it may be cut off", SOURCE)
    if not messages:
        raise refuse("edifact.nothing", "file", "The interchange contains no REMADV message.", SOURCE)
    return tuple(checked(_advice(message, decimal)) for message in messages)


def _segments(text: str) -> tuple[list[_Segment], str]:
    """Return the segments and the decimal mark, by the service string advice where there is one."""
    plain = text.strip()
    marks = plain[3:9] if plain.startswith("UNA") else ":+.? '"
    body = plain[9:] if plain.startswith("UNA") else plain
    component, element, decimal, release, end = marks[0], marks[1], marks[2], marks[3], marks[5]
    found: list[_Segment] = []
    composites: list[list[str]] = [[""]]
    letters = iter(body)
    for letter in letters:
        if letter == release and release != " ":
            composites[-1][-1] += next(letters, "")
        elif letter == end:
            name = composites[0][0].strip()
            found += [_Segment(len(found) + 1, name, composites)] if name else []
            composites = [[""]]
        elif letter == element:
            composites.append([""])
        elif letter == component:
            composites[-1].append("")
        elif letter not in "\r\n":
            composites[-1][-1] += letter
    if any(part.strip() for composite in composites for part in composite):
        raise broken("edifact", len(found) + 1, "the last segment is not ended; the file may be cut off", SOURCE)
    return found, decimal


def _count(end: _Segment, inside: list[_Segment]) -> None:
    try:
        announced = whole(end.at(1), "the number of segments")
    except UnreadableError as error:
        raise broken("edifact", end.number, str(error), SOURCE) from None
    if announced != len(inside):
        said = f"the message announces {announced} segments and contains {len(inside)}"
        raise broken("edifact", end.number, said, SOURCE)


def _advice(segments: list[_Segment], decimal: str) -> Remittance:
    currency = next((one.at(1, 1) for one in segments if one.name == "CUX"), "")
    currency = currency or next((one.at(1, 2) for one in segments if one.name == "MOA" and one.at(1, 2)), "EUR")
    found = Remittance("EDIFACT REMADV", (), currency=currency)
    lines: list[RemittanceLine] = []
    summary = adjusting = False
    for one in segments:
        try:
            if one.name == "BGM":
                found = replace(found, reference=one.at(2))
            elif one.name == "DTM":
                found, lines = _dated(found, lines, one)
            elif one.name == "NAD" and one.at(1) in {"PR", "BY"} and found.payer is NOBODY:
                found = replace(found, payer=Party(one.at(4) or one.at(3)))
            elif one.name == "DOC":
                adjusting = False
                lines.append(RemittanceLine(one.at(2), kind=_KINDS.get(one.at(1), ""), place=f"segment {one.number}"))
            elif one.name == "AJT" and lines:
                adjusting = True
                lines[-1] = replace(lines[-1], reason=one.at(1))
            elif one.name == "UNS":
                summary = True
            elif one.name == "MOA":
                amount = minor(one.at(1, 1).replace(decimal, ".").replace(",", "."), currency)
                found, lines = _amount(found, lines, one.at(1), amount, summary=summary, adjusting=adjusting)
        except (MoneyError, UnreadableError) as error:
            raise broken("edifact", one.number, f"segment {one.name}: {error}", SOURCE) from None
    return replace(found, lines=tuple(lines))


def _dated(found: Remittance, lines: list[RemittanceLine], one: _Segment) -> tuple[Remittance, list[RemittanceLine]]:
    day = _day(one)
    if lines and one.at(1) in {"137", "171", "3"}:
        return found, [*lines[:-1], replace(lines[-1], issued_on=day)]
    if not lines and one.at(1) in {"137", "138", "203", "209"} and (found.paid_on is None or one.at(1) != "137"):
        return replace(found, paid_on=day), lines
    return found, lines


def _day(one: _Segment) -> dt.date | None:
    digits = one.at(1, 1)
    return day_of(digits[:8] if one.at(1, 2) in {"102", "203", "204"} else digits, "YMD", "the day") if digits else None


def _amount(
    found: Remittance, lines: list[RemittanceLine], code: str, amount: int, *, summary: bool, adjusting: bool
) -> tuple[Remittance, list[RemittanceLine]]:
    if summary or not lines:
        return (replace(found, total=amount) if code in (*_REMITTED, *_DUE, "128") else found), lines
    last = lines[-1]
    sign = -1 if last.kind == "credit_note" and amount > 0 else 1
    if adjusting and code in (*_ADJUSTED, *_REMITTED):
        last = replace(last, adjustment=last.adjustment + amount)
    elif code in _REMITTED:
        last = replace(last, net=sign * amount)
    elif code in _DISCOUNT:
        last = replace(last, discount=abs(amount))
    elif code in _INVOICE or (code in _DUE and last.gross is None):
        last = replace(last, gross=sign * amount)
    return found, [*lines[:-1], last]
