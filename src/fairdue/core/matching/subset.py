"""Sums of several items, found exactly, and the chance that one is an accident."""

from __future__ import annotations

from itertools import combinations
from math import comb, gcd

from fairdue.core.matching.model import CERTAIN

MOST_EXACT = 20
"""Up to this many items every subset is tried, by halves."""
MOST_PAIRS = 80
"""Up to this many items subsets of up to three are tried."""
_PRIOR = 3_000
_SURE, _FAIR = 9_950, 9_500
"""From these shares a choice of items is sure, or fair."""


def unique_subset(amounts: list[int], target: int) -> tuple[int, ...] | None:
    """Return the places of the only subset that sums to `target`; None if there is none or more than one."""
    if not 1 <= len(amounts) <= MOST_PAIRS:
        return None
    found = _by_halves(amounts, target) if len(amounts) <= MOST_EXACT else _small(amounts, target)
    return found[0] if len(found) == 1 else None


def _sums(amounts: list[int], first: int) -> dict[int, list[tuple[int, ...]]]:
    """Return up to two subsets for each sum."""
    sums: dict[int, list[tuple[int, ...]]] = {0: [()]}
    for at, amount in enumerate(amounts, start=first):
        for total, subsets in list(sums.items()):
            kept = sums.setdefault(total + amount, [])
            for subset in subsets:
                if len(kept) < 2 and at not in subset:  # noqa: PLR2004 - two show that there is no only one
                    kept.append((*subset, at))
    return sums


def _by_halves(amounts: list[int], target: int) -> list[tuple[int, ...]]:
    middle = len(amounts) // 2
    right = _sums(amounts[middle:], middle)
    found: list[tuple[int, ...]] = []
    for total, subsets in _sums(amounts[:middle], 0).items():
        found += [one + other for one in subsets for other in right.get(target - total, ()) if one or other]
        if len(found) > 1:
            break
    return found


def _small(amounts: list[int], target: int) -> list[tuple[int, ...]]:
    places: dict[int, list[int]] = {}
    for at, amount in enumerate(amounts):
        places.setdefault(amount, []).append(at)
    found: list[tuple[int, ...]] = [(at,) for at in places.get(target, ())]
    for first, amount in enumerate(amounts):
        found += [(first, at) for at in places.get(target - amount, ()) if at > first]
        if len(found) > 1:
            return found
    for first, second in combinations(range(len(amounts)), 2):
        rest = target - amounts[first] - amounts[second]
        if rest in places:
            found += [(first, second, at) for at in places[rest] if at > second]
            if len(found) > 1:
                return found
    return found


def accident_free(amounts: list[int], size: int) -> int:
    """Return in basis points how sure it is that a subset of `size` items is no accident.

    The expected number of accidental subsets is the number of subsets of that size, over the number of
    sums that are possible: the spread of the sums in steps of their greatest common divisor.
    """
    spread = sum(abs(amount) for amount in amounts)
    step = gcd(*amounts)
    accidents = comb(len(amounts), size) * step * CERTAIN // max(1, spread)
    return CERTAIN * _PRIOR // (_PRIOR + accidents)


def surety(amounts: list[int], size: int) -> str:
    """Return how sure a choice of `size` items is, in a word: sure, fair or weak."""
    share = accident_free(amounts, size)
    return "sure" if share >= _SURE else "fair" if share >= _FAIR else "weak"
