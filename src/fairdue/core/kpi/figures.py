"""Exact quotients for figures: integers in, a Decimal of named precision out, None where nothing divides."""

from __future__ import annotations

from decimal import Decimal

from fairdue.core.money import EXACT, Rounding

HUNDREDTH = Decimal("0.01")


def quotient(numerator: int, denominator: int, step: Decimal = HUNDREDTH) -> Decimal | None:
    """Return numerator over denominator rounded half away from zero to `step`; None over nothing."""
    if denominator == 0:
        return None
    exact = EXACT.divide(Decimal(numerator), Decimal(denominator))
    return exact.quantize(step, rounding=Rounding.HALF_UP.value, context=EXACT)


def percentage(part: int, whole: int) -> Decimal | None:
    """Return part of whole in per cent to two decimals; None of nothing."""
    return quotient(100 * part, whole)
