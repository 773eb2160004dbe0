"""What a scheme of structured payment references is, and how one is found in free text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_GROUPS = re.compile(r"[0-9]+")
_GAP = re.compile(r"[ /.\-]{0,2}")
MOST_GROUPS = 8
"""A printed reference has at most this many groups (QRR: two digits and five times five)."""


class ReferenceRefusedError(ValueError):
    """A payload from which no reference of the scheme can be made."""


@dataclass(frozen=True, slots=True)
class FoundReference:
    """A reference whose check digits agree, with its place in the text that was searched."""

    scheme: str
    value: str
    """Canonical form: no blanks, capital letters."""
    start: int
    end: int
    strong: bool
    """False where one number in ten passes the check by accident: then only a table hit is evidence."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """One kind of structured reference: how it is made, checked, printed and found."""

    code: str
    name: str
    countries: tuple[str, ...]
    source: str
    make: Callable[[str], str]
    """Reference from a payload of digits (ISO 11649: digits and letters); refuses what does not fit."""
    canonical: Callable[[str], str | None]
    """Canonical form of a valid reference, None for an invalid one."""
    show: Callable[[str], str]
    """Printed form of a canonical reference."""
    find: Callable[[str], Iterator[tuple[str, int, int]]]
    """Valid references (canonical, start, end) in upper-case text."""
    strong: bool
    currencies: tuple[str, ...] = ("EUR",)
    """Currencies in which the country's banks take the reference."""
    confirmed: bool = True
    """False where the check rule was not read in a primary source."""


def digits_only(text: str, least: int, most: int, scheme: str) -> str:
    """Return the digits of `text` without blanks; refuse other characters and wrong lengths."""
    digits = "".join(text.split())
    if not (digits.isascii() and digits.isdigit() and least <= len(digits) <= most):
        raise ReferenceRefusedError(f"{scheme} takes {least} to {most} digits, not {text!r}")
    return digits


def strip_print(text: str, marks: str = " ") -> str:
    """Return `text` in capital letters without the marks that print puts between groups."""
    return text.upper().translate(dict.fromkeys(map(ord, marks)))


def grouped(text: str, size: int, *, from_right: bool = False) -> str:
    """Return `text` in groups of `size` characters parted by blanks."""
    first = len(text) % size if from_right else 0
    parts = [text[:first]] if first else []
    parts += [text[at : at + size] for at in range(first, len(text), size)]
    return " ".join(parts)


def digit_joins(text: str, least: int, most: int) -> Iterator[tuple[str, int, int]]:
    """Yield runs of adjacent digit groups with `least` to `most` digits together, longest first per start."""
    groups = [(match.start(), match.end()) for match in _GROUPS.finditer(text)]
    for first, (start, _) in enumerate(groups):
        yield from reversed(list(_joins_from(text, groups, first, start, (least, most))))


def _joins_from(
    text: str, groups: list[tuple[int, int]], first: int, start: int, length: tuple[int, int]
) -> Iterator[tuple[str, int, int]]:
    digits, last_end = "", start
    for group_start, group_end in groups[first : first + MOST_GROUPS]:
        if not _GAP.fullmatch(text, last_end, group_start):
            return
        digits += text[group_start:group_end]
        last_end = group_end
        if len(digits) > length[1]:
            return
        if len(digits) >= length[0]:
            yield digits, start, group_end
