"""Remittance text made comparable without moving a character, and the keys that numbers have in it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORD = re.compile(r"[A-Z0-9]+")
_DIGITS = re.compile(r"[0-9]+")
_LETTER_O = re.compile(r"O+(?=[0-9])|(?<=[0-9])O+")
_GAP = re.compile(r"[ \n\-/._:#]{0,3}")
_LINE_BREAK = "\n"
MOST_JOINED = 4
"""An invoice number in a text is broken into at most this many pieces."""
LONGEST_NUMBER = 30
FEWEST_DIGITS = 4
"""A number needs this many digits, leading zeros apart, to be looked for on its own."""
FEWEST_TAIL = 3


def normalise(text: str) -> str:
    """Return `text` in plain capital letters, character for character, with the letter O in numbers as 0."""
    plain = text.upper() if text.isascii() else "".join(map(_plain, text))
    return _LETTER_O.sub(lambda match: "0" * len(match[0]), plain)


def _plain(letter: str) -> str:
    first = unicodedata.normalize("NFKD", letter)[0].upper()
    return first if len(first) == 1 else letter


@dataclass(frozen=True, slots=True)
class Found:
    """A possible number in a text: its key and where it stands."""

    key: str
    start: int
    end: int


def _pieces(text: str, pattern: re.Pattern[str]) -> list[tuple[str, int, int]]:
    return [(match[0], match.start(), match.end()) for match in pattern.finditer(text)]


def _joins(text: str, pieces: list[tuple[str, int, int]]) -> Iterator[tuple[list[str], int, int]]:
    """Yield up to four adjacent pieces that only blanks and separators part."""
    for first, (piece, start, end) in enumerate(pieces):
        joined, last = [piece], end
        yield joined, start, end
        for following, next_start, next_end in pieces[first + 1 : first + MOST_JOINED]:
            if not _GAP.fullmatch(text, last, next_start):
                break
            joined, last = [*joined, following], next_end
            yield joined, start, next_end


def words_in(text: str) -> Iterator[Found]:
    """Yield joined words that hold a digit: the compact form of possible numbers ("RE202604711")."""
    for parts, start, end in _joins(text, _pieces(text, _WORD)):
        key = "".join(parts)
        if FEWEST_DIGITS <= len(key) <= LONGEST_NUMBER and not key.isalpha():
            yield Found(key, start, end)


def digits_in(text: str) -> Iterator[Found]:
    """Yield joined groups of digits without leading zeros, each group stripped and not stripped."""
    for parts, start, end in _joins(text, _pieces(text, _DIGITS)):
        for key in _digit_forms(parts):
            if FEWEST_DIGITS <= len(key) <= LONGEST_NUMBER:
                yield Found(key, start, end)


def tails_in(text: str) -> Iterator[Found]:
    """Yield single groups of digits without leading zeros: possible ends of numbers."""
    for digits, start, end in _pieces(text, _DIGITS):
        key = digits.lstrip("0")
        if FEWEST_TAIL <= len(key) <= LONGEST_NUMBER:
            yield Found(key, start, end)


def _digit_forms(parts: list[str]) -> set[str]:
    return {"".join(parts).lstrip("0"), "".join(part.lstrip("0") for part in parts)}


def compact(number: str) -> str:
    """Return a number without separators: "RE-2026/04711" is "RE202604711"."""
    return "".join(_WORD.findall(normalise(number)))


def digit_keys(number: str) -> frozenset[str]:
    """Return the digit keys of an invoice number: in order, and with the year moved behind."""
    parts = _DIGITS.findall(normalise(number))
    moved = "".join(part.lstrip("0") for part in [*parts[1:], *parts[:1]])
    return frozenset(form for form in (*_digit_forms(parts), moved) if len(form) >= FEWEST_DIGITS)


def tail_key(number: str) -> str:
    """Return the last group of digits without leading zeros, empty when it is too short."""
    parts = _DIGITS.findall(normalise(number))
    tail = parts[-1].lstrip("0") if parts else ""
    return tail if len(tail) >= FEWEST_TAIL else ""


def stem(number: str) -> str:
    """Return what stands before the last group of digits: the shared prefix of a list or range."""
    plain = normalise(number)
    parts = _pieces(plain, _DIGITS)
    return compact(plain[: parts[-1][1]]) if parts else plain
