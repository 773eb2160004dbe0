"""Sums of several items, found exactly, and the chance that one is an accident."""

from __future__ import annotations

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
    found = choices(amounts, target)
    return found[0] if len(found) == 1 else None


def choices(amounts: list[int], target: int) -> list[tuple[int, ...]]:
    """Return the places of subsets that sum to `target`: none, the only one, or some where there are several."""
    if not 1 <= len(amounts) <= MOST_PAIRS or not _in_reach(amounts, target):
        return []
    return _by_halves(amounts, target) if len(amounts) <= MOST_EXACT else _small(amounts, target)


def _in_reach(amounts: list[int], target: int) -> bool:
    """Tell whether any subset can come to `target`: no sum lies outside of all, or between steps of the divisor."""
    high = sum([amount for amount in amounts if amount > 0])
    return sum(amounts) - high <= target <= high and target % (gcd(*amounts) or 1) == 0


def _sums(amounts: list[int]) -> list[int]:
    """Return the sum of every subset; the bits of its place say which amounts are in it."""
    sums = [0]
    for amount in amounts:
        sums += [total + amount for total in sums]
    return sums


def _chosen(bits: int, first: int) -> tuple[int, ...]:
    return tuple(first + at for at in range(bits.bit_length()) if bits >> at & 1)


def _by_halves(amounts: list[int], target: int) -> list[tuple[int, ...]]:
    """Return up to two subsets: every sum of one half, and what lacks looked up in the sums of the other."""
    middle = len(amounts) // 2
    left, right = _sums(amounts[:middle]), _sums(amounts[middle:])
    possible = set(right)
    found: list[tuple[int, ...]] = []
    for one, total in enumerate(left):
        if (lacking := target - total) in possible:
            others = [other for other in _places(right, lacking) if one or other]
            found += [(*_chosen(one, 0), *_chosen(other, middle)) for other in others]
            if len(found) > 1:
                break
    return found


def _places(sums: list[int], wanted: int) -> list[int]:
    """Return up to three places of a sum: one may be that of nothing chosen, and two show that there is no only one."""
    places: list[int] = []
    at = -1
    while len(places) < 3 and sums.count(wanted) > len(places):  # noqa: PLR2004 - see above
        at = sums.index(wanted, at + 1)
        places.append(at)
    return places


def _small(amounts: list[int], target: int) -> list[tuple[int, ...]]:
    """Return subsets of one, two and three, until there are two."""
    places: dict[int, list[int]] = {}
    for at, amount in enumerate(amounts):
        places.setdefault(amount, []).append(at)
    found: list[tuple[int, ...]] = [(at,) for at in places.get(target, ())]
    for first, amount in enumerate(amounts):
        found += [(first, at) for at in places.get(target - amount, ()) if at > first]
        if len(found) > 1:
            return found
    for first, amount in enumerate(amounts):
        rest = target - amount
        for second, another in enumerate(amounts[first + 1 :], first + 1):
            if rest - another in places:
                found += [(first, second, at) for at in places[rest - another] if at > second]
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
