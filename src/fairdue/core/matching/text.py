"""Remittance text made comparable without moving a character, and the keys that numbers have in it."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import accumulate, pairwise
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


def _plain(letter: str) -> str:
    first = unicodedata.normalize("NFKD", letter)[0].upper()
    return first if len(first) == 1 else letter


class Found(NamedTuple):
    """A possible number in a text: its key and where it stands."""

    key: str
    start: int
    end: int


def _pieces(text: str, pattern: re.Pattern[str]) -> list[_Piece]:
    return [(match[0], *match.span()) for match in pattern.finditer(text)]


def _runs(text: str, pieces: Sequence[_Piece]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last place of up to four adjacent pieces that only blanks and separators part."""
    together = [_near(text, one[2], other[1]) for one, other in pairwise(pieces)]
    for first in range(len(pieces)):
        yield first, first
        for last in range(first + 1, min(first + MOST_JOINED, len(pieces))):
            if not together[last - 1]:
                break
            yield first, last


def _near(text: str, end: int, start: int) -> bool:
    """Tell whether nothing but a few separators stands between two places."""
    return start - end <= _WIDEST_GAP and _SEPARATORS.issuperset(text[end:start])


def _joined(parts: list[str]) -> tuple[str, list[int]]:
    """Return all parts as one string, and where each begins in it and the last ends; a run of them is a slice."""
    return "".join(parts), list(accumulate(map(len, parts), initial=0))


def words_in(text: str) -> Iterator[Found]:
    """Yield joined words that hold a digit: the compact form of possible numbers ("RE202604711")."""
    pieces = _pieces(text, _WORD)
    whole, at = _joined([piece for piece, _, _ in pieces])
    for first, last in _runs(text, pieces):
        key = whole[at[first] : at[last + 1]]
        if FEWEST_DIGITS <= len(key) <= LONGEST_NUMBER and not key.isalpha():
            yield Found(key, pieces[first][1], pieces[last][2])


def _digits_in(text: str, pieces: Sequence[_Piece], plain: list[str]) -> Iterator[Found]:
    """Yield joined groups of digits without leading zeros, each group stripped (`plain`) and not stripped."""
    whole, at = _joined([piece for piece, _, _ in pieces])
    short, place = _joined(plain)
    for first, last in _runs(text, pieces):
        start, end = pieces[first][1], pieces[last][2]
        key, stripped = whole[at[first] : at[last + 1]].lstrip("0"), short[place[first] : place[last + 1]]
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


@lru_cache(maxsize=_KEPT)
def numbers_in(text: str) -> Numbers:
    """Return the possible numbers of a text as it was written."""
    plain = normalise(text)
    groups = _pieces(plain, _DIGITS)
    stripped = [digits.lstrip("0") for digits, _, _ in groups]
    return Numbers(
        tuple(words_in(plain)), tuple(_digits_in(plain, groups, stripped)), tuple(_tails_in(groups, stripped))
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
    groups = _pieces(plain, _DIGITS)
    stripped = [digits.lstrip("0") for digits, _, _ in groups]
    joined = "".join([digits for digits, _, _ in groups]).lstrip("0")
    forms = {joined, "".join(stripped), "".join([*stripped[1:], *stripped[:1]])}
    main = _main_group(groups)
    tail = main[0].lstrip("0") if main else ""
    digits = frozenset([form for form in forms if len(form) >= FEWEST_DIGITS])
    return Forms("".join(_WORD.findall(plain)), tail if len(tail) >= FEWEST_TAIL else "", digits)


def digit_keys(number: str) -> frozenset[str]:
    """Return the digit keys of an invoice number: in order, and with the year moved behind."""
    return forms_of(number).digits


def tail_key(number: str) -> str:
    """Return the main group of digits without leading zeros, empty when it is too short."""
    return forms_of(number).tail


def _main_group(groups: list[_Piece]) -> _Piece | None:
    """Return the group of digits that tells a number from others: the last one.

    It is the one before where the last is a short part behind a long one, or the year behind a count ("4711/2026").
    """
    if len(groups) > 1:
        before, last = groups[-2][0], groups[-1][0]
        if len(last) < FEWEST_TAIL and len(before) > _YEAR:
            return groups[-2]
        if _IS_YEAR.fullmatch(last) and len(before) >= FEWEST_TAIL and not _IS_YEAR.fullmatch(before):
            return groups[-2]
    return groups[-1] if groups else None


def stem(number: str) -> str:
    """Return what a number has beside its main group of digits, the same for all of one series and year."""
    plain = normalise(number)
    group = _main_group(_pieces(plain, _DIGITS))
    return compact(f"{plain[: group[1]]} {plain[group[2] :]}") if group else plain
