"""Remittance text made comparable without moving a character, and the keys that numbers have in it."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORD = re.compile(r"[A-Z0-9]+")
_DIGITS = re.compile(r"[0-9]+")
_LETTER_O = re.compile(r"O+(?=[0-9])|(?<=[0-9])O+")
_SEPARATORS = frozenset(" \n-/._:#")
_WIDEST_GAP = 3
_LINE_BREAK = "\n"
MOST_JOINED = 4
"""An invoice number in a text is broken into at most this many pieces."""
LONGEST_NUMBER = 30
FEWEST_DIGITS = 4
"""A number needs this many digits, leading zeros apart, to be looked for on its own."""
FEWEST_TAIL = 3
_YEAR = 4
_IS_YEAR = re.compile("(?:19|20)[0-9]{2}")
_KEPT = 4_096
"""Texts whose numbers are kept, because a run asks for those of a payment several times."""
_NUMBERS_KEPT = 65_536
"""Invoice numbers whose main group is kept, because the runs over a long file load those of a customer again."""


def normalise(text: str) -> str:
    """Return `text` in plain capital letters, character for character, with the letter O in numbers as 0."""
    plain = text.upper() if text.isascii() else "".join(map(_plain, text))
    return _LETTER_O.sub(lambda match: "0" * len(match[0]), plain) if "O" in plain else plain


def _plain(letter: str) -> str:
    first = unicodedata.normalize("NFKD", letter)[0].upper()
    return first if len(first) == 1 else letter


class Found(NamedTuple):
    """A possible number in a text: its key and where it stands."""

    key: str
    start: int
    end: int


def _pieces(text: str, pattern: re.Pattern[str]) -> list[tuple[str, int, int]]:
    return [(match[0], match.start(), match.end()) for match in pattern.finditer(text)]


def _joins(text: str, pieces: list[tuple[str, int, int]]) -> Iterator[tuple[list[str], int, int]]:
    """Yield up to four adjacent pieces that only blanks and separators part."""
    together = [_near(text, one[2], other[1]) for one, other in pairwise(pieces)]
    for first, (piece, start, end) in enumerate(pieces):
        joined = [piece]
        yield joined, start, end
        for at in range(first, min(first + MOST_JOINED, len(pieces)) - 1):
            if not together[at]:
                break
            following, _, next_end = pieces[at + 1]
            joined = [*joined, following]
            yield joined, start, next_end


def _near(text: str, end: int, start: int) -> bool:
    """Tell whether nothing but a few separators stands between two places."""
    return start - end <= _WIDEST_GAP and _SEPARATORS.issuperset(text[end:start])


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


def _digit_forms(parts: list[str]) -> tuple[str, ...]:
    """Return the digits joined without leading zeros, and with each part stripped where that is another form."""
    joined = "".join(parts).lstrip("0")
    stripped = "".join([part.lstrip("0") for part in parts]) if len(parts) > 1 else joined
    return (joined,) if stripped == joined else (joined, stripped)


class Numbers(NamedTuple):
    """Every possible number of a text, in three views."""

    words: tuple[Found, ...]
    digits: tuple[Found, ...]
    tails: tuple[Found, ...]


@lru_cache(maxsize=_KEPT)
def numbers_in(text: str) -> Numbers:
    """Return the possible numbers of a text as it was written."""
    plain = normalise(text)
    return Numbers(tuple(words_in(plain)), tuple(digits_in(plain)), tuple(tails_in(plain)))


def compact(number: str) -> str:
    """Return a number without separators: "RE-2026/04711" is "RE202604711"."""
    return "".join(_WORD.findall(normalise(number)))


def digit_keys(number: str) -> frozenset[str]:
    """Return the digit keys of an invoice number: in order, and with the year moved behind."""
    parts = _DIGITS.findall(normalise(number))
    moved = "".join(part.lstrip("0") for part in [*parts[1:], *parts[:1]])
    return frozenset(form for form in (*_digit_forms(parts), moved) if len(form) >= FEWEST_DIGITS)


def _main_group(plain: str) -> tuple[str, int, int] | None:
    """Return the group of digits that tells a number from others: the last one.

    It is the one before where the last is a short part behind a long one, or the year behind a count ("4711/2026").
    """
    groups = _pieces(plain, _DIGITS)
    if len(groups) > 1:
        before, last = groups[-2][0], groups[-1][0]
        if len(last) < FEWEST_TAIL and len(before) > _YEAR:
            return groups[-2]
        if _IS_YEAR.fullmatch(last) and len(before) >= FEWEST_TAIL and not _IS_YEAR.fullmatch(before):
            return groups[-2]
    return groups[-1] if groups else None


@lru_cache(maxsize=_NUMBERS_KEPT)
def tail_key(number: str) -> str:
    """Return the main group of digits without leading zeros, empty when it is too short."""
    group = _main_group(normalise(number))
    tail = group[0].lstrip("0") if group else ""
    return tail if len(tail) >= FEWEST_TAIL else ""


def stem(number: str) -> str:
    """Return what a number has beside its main group of digits, the same for all of one series and year."""
    plain = normalise(number)
    group = _main_group(plain)
    return compact(f"{plain[: group[1]]} {plain[group[2] :]}") if group else plain
