"""The final invoice after prepayments: what is left of each rate once the tax already invoiced is taken off.

Source: VAT Directive 2006/112/EC Art. 65 (tax on a payment on account is due on receipt) and Art. 220 (1) (4) and
(5): each prepayment has an invoice of its own, so the final invoice may not show its tax a second time.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairdue.core.findings import Finding, RefusedError
from fairdue.core.invoice.totals import tax_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal

    from fairdue.core.invoice.model import VatCategory
    from fairdue.core.invoice.totals import VatLine

_PERCENT = 100
SOURCE = "VAT Directive 2006/112/EC Art. 65 and 220"


@dataclass(frozen=True, slots=True)
class Prepaid:
    """One prepayment invoice: its number, its day and its rows of VAT, in minor units."""

    number: str
    day: date
    rows: tuple[VatLine, ...]

    @property
    def gross(self) -> int:
        """What it asked for."""
        return sum(row.basis + row.tax for row in self.rows)


@dataclass(frozen=True, slots=True)
class Remainder:
    """One category and rate of the final invoice: everything, what was invoiced before, what is left."""

    category: VatCategory
    rate: Decimal | None
    basis: int
    tax: int
    basis_before: int
    tax_before: int

    @property
    def basis_left(self) -> int:
        """Net amount that the final invoice still asks for."""
        return self.basis - self.basis_before

    @property
    def tax_left(self) -> int:
        """Tax that the final invoice still shows as due."""
        return self.tax - self.tax_before


def remainders(whole: Sequence[VatLine], before: Sequence[Prepaid]) -> tuple[Remainder, ...]:
    """Return what is left of each row; refuses a prepayment at a rate that the supply does not have.

    More than the whole invoiced before leaves a negative remainder: the final document is then a credit note.
    """
    basis: dict[tuple[VatCategory, Decimal | None], int] = defaultdict(int)
    tax: dict[tuple[VatCategory, Decimal | None], int] = defaultdict(int)
    for prepaid in before:
        for row in prepaid.rows:
            basis[row.category, row.rate] += row.basis
            tax[row.category, row.rate] += row.tax
    known = {(row.category, row.rate) for row in whole}
    strange = [key for key in basis if key not in known]
    if strange:
        raise RefusedError(*(_strange(category, rate) for category, rate in strange))
    return tuple(
        Remainder(
            row.category, row.rate, row.basis, row.tax,
            basis.get((row.category, row.rate), 0), tax.get((row.category, row.rate), 0),
        )
        for row in whole
    )  # fmt: skip


def largest_basis(tax: int, rate: Decimal) -> int:
    """Return the largest basis whose tax at `rate` (above zero), half up, is not above `tax`; -1 where none is.

    Half up means below the next half unit: basis x rate / 100 < tax + 1/2.
    """
    above, below = rate.as_integer_ratio()
    return ((2 * tax + 1) * _PERCENT * below - 1) // (2 * above)


def prepayable(wanted: int, whole: int, rate: Decimal | None, before: Sequence[VatLine]) -> int:
    """Return how much of `wanted` (net, minor units) may be prepaid of a row that is worth `whole` in all.

    Neither net nor tax of all prepayments together may exceed those of the whole: taxes of parts that are each
    rounded up would otherwise leave a final invoice below zero. What is cut off stays for the final invoice.
    """
    most = min(wanted, whole - sum(row.basis for row in before))
    if rate:
        most = min(most, largest_basis(tax_of(whole, rate) - sum(row.tax for row in before), rate))
    return max(most, 0)


def _strange(category: VatCategory, rate: Decimal | None) -> Finding:
    shown = "without a rate" if rate is None else f"at {rate} %"
    sentence = f"A prepayment was invoiced as {category} {shown}, which the supply is not; correct that invoice first."
    return Finding("content.prepayment_rate", "preceding", sentence, source=SOURCE)
