"""Remittance text made comparable without moving a character, and the keys that numbers have in it."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    _Piece = tuple[str, int, int]

_WORD = re.compile(r"[A-Z0-9]+")
_DIGITS = re.compile(r"[0-9]+")
_LETTER_O = re.compile(r"O+(?=[0-9])|(?<=[0-9])O+")
_SEPARATORS = frozenset(" \n-/._:#")
_WIDEST_GAP = 3
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
"""Invoice numbers whose forms are kept, because the runs over a long file load those of a customer again."""


def normalise(text: str) -> str:
    """Return `text` in plain capital letters, character for character, with the letter O in numbers as 0."""
    plain = text.upper() if text.isascii() else "".join(map(_plain, text))
    return _LETTER_O.sub(lambda match: "0" * len(match[0]), plain) if "O" in plain else plain


@lru_cache(maxsize=_KEPT)
def _plain(letter: str) -> str:
    first = unicodedata.normalize("NFKD", letter)[0].upper()
    return first if len(first) == 1 else letter


class Found(NamedTuple):
    """A possible number in a text: its key and where it stands."""

    key: str
    start: int
    end: int


def _pieces(text: str, pattern: re.Pattern[str]) -> list[_Piece]:
    return [(match[0], match.start(), match.end()) for match in pattern.finditer(text)]


def _ends(text: str, pieces: Sequence[_Piece]) -> list[int]:
    """Return for each piece behind which place a run of adjacent ones that begins with it ends at the latest.

    A run has up to four pieces, and only blanks and separators part them.
    """
    end = len(pieces)
    ends = [end] * end
    for at in range(end - 2, -1, -1):
        if not _near(text, pieces[at][2], pieces[at + 1][1]):
            end = at + 1
        ends[at] = min(end, at + MOST_JOINED)
    return ends


def _near(text: str, end: int, start: int) -> bool:
    """Tell whether nothing but a few separators stands between two places."""
    return text[end] in _SEPARATORS and (
        start - end == 1 or (start - end <= _WIDEST_GAP and _SEPARATORS.issuperset(text[end:start]))
    )


def words_in(text: str) -> Iterator[Found]:
    """Yield joined words that hold a digit: the compact form of possible numbers ("RE202604711")."""
    pieces = _pieces(text, _WORD)
    for first, behind in enumerate(_ends(text, pieces)):
        key, start = "", pieces[first][1]
        for word, _, end in pieces[first:behind]:
            key += word
            if FEWEST_DIGITS <= len(key) <= LONGEST_NUMBER and not key.isalpha():
                yield Found(key, start, end)


def _digits_in(text: str, pieces: Sequence[_Piece], plain: list[str]) -> Iterator[Found]:
    """Yield joined groups of digits without leading zeros, each group stripped (`plain`) and not stripped."""
    for first, behind in enumerate(_ends(text, pieces)):
        whole, stripped, start = "", "", pieces[first][1]
        for (group, _, end), short in zip(pieces[first:behind], plain[first:behind], strict=True):
            whole += group
            stripped += short
            key = whole.lstrip("0")
            if FEWEST_DIGITS <= len(key) <= LONGEST_NUMBER:
                yield Found(key, start, end)
            if stripped != key and FEWEST_DIGITS <= len(stripped) <= LONGEST_NUMBER:
                yield Found(stripped, start, end)


def _tails_in(pieces: Sequence[_Piece], plain: list[str]) -> Iterator[Found]:
    """Yield single groups of digits without leading zeros: possible ends of numbers."""
    for key, (_, start, end) in zip(plain, pieces, strict=True):
        if FEWEST_TAIL <= len(key) <= LONGEST_NUMBER:
            yield Found(key, start, end)


class Numbers(NamedTuple):
    """Every possible number of a text, in three views."""

    words: tuple[Found, ...]
    digits: tuple[Found, ...]
    tails: tuple[Found, ...]
    figures: int
    """How many digits there are in all."""


@lru_cache(maxsize=_KEPT)
def numbers_in(text: str) -> Numbers:
    """Return the possible numbers of a text as it was written."""
    plain = normalise(text)
    groups = _pieces(plain, _DIGITS)
    stripped = [digits.lstrip("0") for digits, _, _ in groups]
    return Numbers(
        tuple(words_in(plain)),
        tuple(_digits_in(plain, groups, stripped)),
        tuple(_tails_in(groups, stripped)),
        sum(len(digits) for digits, _, _ in groups),
    )


def compact(number: str) -> str:
    """Return a number without separators: "RE-2026/04711" is "RE202604711"."""
    return "".join(_WORD.findall(normalise(number)))


class Forms(NamedTuple):
    """The forms under which a text may name an invoice."""

    whole: str
    """Without separators."""
    tail: str
    """The main group of digits without leading zeros, empty when it is too short."""
    digits: frozenset[str]
    """The digits in order, each group stripped and not stripped, and with the year moved behind."""


@lru_cache(maxsize=_NUMBERS_KEPT)
def forms_of(number: str) -> Forms:
    """Return the forms of an invoice number."""
    plain = normalise(number)
    groups: list[str] = _DIGITS.findall(plain)
    stripped = [digits.lstrip("0") for digits in groups]
    tail = stripped[_main_group(groups)] if groups else ""
    forms = set(stripped)
    if len(groups) > 1:
        forms = {"".join(groups).lstrip("0"), "".join(stripped), "".join([*stripped[1:], stripped[0]])}
    digits = frozenset([form for form in forms if len(form) >= FEWEST_DIGITS])
    return Forms("".join(_WORD.findall(plain)), tail if len(tail) >= FEWEST_TAIL else "", digits)


def digit_keys(number: str) -> frozenset[str]:
    """Return the digit keys of an invoice number: in order, and with the year moved behind."""
    return forms_of(number).digits


def tail_key(number: str) -> str:
    """Return the main group of digits without leading zeros, empty when it is too short."""
    return forms_of(number).tail


def _main_group(groups: list[str]) -> int:
    """Return the place from behind of the group of digits that tells a number from others: the last one.

    It is the one before where the last is a short part behind a long one, or the year behind a count ("4711/2026").
    """
    if len(groups) > 1:
        before, last = groups[-2:]
        if len(last) < FEWEST_TAIL and len(before) > _YEAR:
            return -2
        if _IS_YEAR.fullmatch(last) and len(before) >= FEWEST_TAIL and not _IS_YEAR.fullmatch(before):
            return -2
    return -1


def stem(number: str) -> str:
    """Return what a number has beside its main group of digits, the same for all of one series and year."""
    plain = normalise(number)
    groups = _pieces(plain, _DIGITS)
    if not groups:
        return plain
    _, start, end = groups[_main_group([digits for digits, _, _ in groups])]
    return compact(f"{plain[:start]} {plain[end:]}")
