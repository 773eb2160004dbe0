"""The early-payment discount and its VAT: taking it lowers basis and tax of each rate, and nothing is lost.

Source: VAT Directive 2006/112/EC Art. 79 (a) and 90: a discount for early payment is no part of the taxable amount.
The invoice shows the full tax (or, in the United Kingdom, may show both figures); who pays early corrects it.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from fairdue.core.vat.rounding import PERCENT, half_up

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from fairdue.core.invoice.model import VatCategory
    from fairdue.core.invoice.totals import VatLine


@dataclass(frozen=True, slots=True)
class Taken:
    """What a discount takes from one category and rate, in minor units."""

    category: VatCategory
    rate: Decimal | None
    basis: int
    tax: int


def discount_rows(rows: Sequence[VatLine], percent: Decimal) -> tuple[Taken, ...]:
    """Return what a discount of `percent` on the gross takes from each row, half away from zero.

    The gross share of each row is rounded once; its tax is the tax contained in it, the rest is basis. So
    basis + tax of a row is always the share, and the shares are what the payer keeps.
    """
    return tuple(_taken(row, Fraction(percent) * Fraction(1, PERCENT)) for row in rows)


def _taken(row: VatLine, share: Fraction) -> Taken:
    gross = half_up((row.basis + row.tax) * share)
    rate = Fraction(row.rate or 0)
    tax = half_up(gross * _contained(rate))
    return Taken(row.category, row.rate, gross - tax, tax)


def _contained(rate: Fraction) -> Fraction:
    """Return the part of a gross amount that is tax at `rate` percent."""
    return Fraction(rate.numerator, rate.numerator + PERCENT * rate.denominator)
