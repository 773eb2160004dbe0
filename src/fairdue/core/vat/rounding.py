"""How tax is rounded: once for each line, once for each category and rate, or once for the whole invoice.

Sources: EN 16931-1 BR-CO-14 and BR-CO-17 (per category and rate: the way of every European e-invoice);
Belgium, royal decree no. 1 Art. 13ter: no rounding of lines; UAE, public clarification VATP006: each line.
Tax is always rounded half away from zero, and the rows always add up to the total.
"""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

PERCENT = 100


class VatRounding(StrEnum):
    """Where tax is rounded."""

    PER_RATE = "per_rate"
    PER_LINE = "per_line"
    TOTAL = "total"


def half_up(value: Fraction) -> int:
    """Return `value` as a whole number, half away from zero."""
    above, below = abs(value.numerator), value.denominator
    whole = (2 * above + below) // (2 * below)
    return -whole if value < 0 else whole


def exact_tax(basis: int, rate: Decimal | None) -> Fraction:
    """Return the tax on `basis` minor units at `rate` percent, not rounded."""
    return Fraction(basis) * Fraction(rate) * Fraction(1, PERCENT) if rate else Fraction(0)


def taxes(parts: Sequence[tuple[Decimal | None, Sequence[int]]], mode: VatRounding) -> list[int]:
    """Return the tax of each row: `parts` are the rate and the signed net amounts that make up each row.

    Amounts are minor units. By `TOTAL` the sum of all rows is rounded once and shared by the largest
    remainder, so that every row is at most one unit from its exact tax.
    """
    if mode is VatRounding.PER_LINE:
        return [sum(half_up(exact_tax(amount, rate)) for amount in amounts) for rate, amounts in parts]
    exact = [exact_tax(sum(amounts), rate) for rate, amounts in parts]
    if mode is VatRounding.PER_RATE:
        return [half_up(tax) for tax in exact]
    return _shared(exact)


def _shared(exact: Sequence[Fraction]) -> list[int]:
    """Round the sum once and share it; mirrored amounts give mirrored shares, so a credit undoes its invoice."""
    leading = sum(exact, Fraction(0)) or next((tax for tax in exact if tax), Fraction(0))
    sign = -1 if leading < 0 else 1
    mirrored = [sign * tax for tax in exact]
    floors = [tax.numerator // tax.denominator for tax in mirrored]
    left = half_up(sum(mirrored, Fraction(0))) - sum(floors)
    order = sorted(range(len(mirrored)), key=lambda place: (floors[place] - mirrored[place], place))
    for place in order[:left]:
        floors[place] += 1
    return [sign * tax for tax in floors]
