"""Numbers with one slip: a digit wrong, missing, doubled, or two swapped."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from fairdue.core.matching.text import FEWEST_DIGITS, digit_keys, numbers_in, tail_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fairdue.core.matching.model import Item, Payment


_BEHIND = 3
"""So many letters behind a slip are compared before a number is looked at letter by letter."""


def one_slip(said: str, meant: str) -> bool:
    """Tell whether two strings differ by one change, one letter more or less, or one swap of neighbours."""
    if abs(len(said) - len(meant)) > 1 or said == meant:
        return False
    before = min(len(said), len(meant)) - _BEHIND - 1
    if before > 0 and said[:before] != meant[:before] and said[-_BEHIND:] != meant[-_BEHIND:]:
        return False  # a slip and its neighbour leave what is far before them as it was, or what is behind
    start = 0
    while start < min(len(said), len(meant)) and said[start] == meant[start]:
        start += 1
    one, two = said[start:], meant[start:]
    if len(one) == len(two):
        return one[1:] == two[1:] or (one[1::-1] == two[:2] and one[2:] == two[2:])
    longer, shorter = (one, two) if len(one) > len(two) else (two, one)
    return longer[1:] == shorter


MOST_COMPARED = 100
"""Items of one payer over one amount whose numbers are compared with the text."""


def nearly_named(payment: Payment, items: Iterable[Item]) -> list[tuple[Item, str]]:
    """Return the items whose number stands in the text with one slip, and what stands there."""
    numbers = numbers_in(payment.text)
    said = {found.key: payment.text[found.start : found.end] for found in (*numbers.digits, *numbers.tails)}
    near = []
    for item in islice(items, MOST_COMPARED):
        meant = {*digit_keys(item.number), tail_key(item.number)}
        hit = next((key for key in said if any(_near(key, one) for one in meant)), None)
        if hit is not None:
            near.append((item, said[hit]))
    return near


def _near(key: str, meant: str) -> bool:
    return len(meant) >= FEWEST_DIGITS and one_slip(key, meant)
