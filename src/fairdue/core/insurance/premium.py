"""Premium: declared turnover with minimum and adjustment, balances, top-up cover, and an indicative price.

Source: docs/rules/premium.md. Every factor and step is shown; a price by factors is a simulation and never
an offer of cover.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from fairdue.core.findings import refuse
from fairdue.core.insurance.indemnity import Step
from fairdue.core.insurance.policy import HUNDRED, percent_of, times
from fairdue.core.money import EXACT, split

if TYPE_CHECKING:
    from collections.abc import Sequence

MONTHS = 12


@dataclass(frozen=True, slots=True)
class PremiumTerms:
    """How the premium of a year follows from the declared turnover (minor units, rates in percent)."""

    rate_percent: Decimal
    estimate: int
    """Insurable turnover expected for the year."""
    minimum_percent: Decimal = Decimal(80)
    """Minimum premium, of the premium on the estimate."""
    instalments: int = 4
    tax_percent: Decimal = Decimal(0)
    """Insurance premium tax."""
    liability_multiple: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Premium:
    """The premium of a year: due = the greater of declared and minimum; adjustment = due - minimum."""

    estimated: int
    minimum: int
    instalments: tuple[int, ...]
    declared: int
    due: int
    adjustment: int
    tax: int
    maximum_liability: int | None
    steps: tuple[Step, ...]


def declared_premium(terms: PremiumTerms, turnover: int) -> Premium:
    """Return the premium on the declared insurable `turnover`; the minimum was paid in instalments."""
    estimated = percent_of(terms.estimate, terms.rate_percent)
    minimum = percent_of(estimated, terms.minimum_percent)
    declared = percent_of(turnover, terms.rate_percent)
    due = max(minimum, declared)
    tax = percent_of(due, terms.tax_percent)
    multiple = terms.liability_multiple
    liability = None if multiple is None else times(due, multiple)
    instalments = tuple(split(minimum, [1] * terms.instalments))
    steps = [
        Step("estimated_premium", estimated, f"estimated turnover x {terms.rate_percent} %"),
        Step("minimum_premium", minimum, f"{terms.minimum_percent} % of it"),
        Step("instalment", instalments[0], f"first of {terms.instalments} advances"),
        Step("declared_premium", declared, f"declared turnover x {terms.rate_percent} %"),
        Step("premium", due, "the greater of declared and minimum premium"),
        Step("adjustment", due - minimum, "premium less the advances"),
        Step("premium_tax", tax, f"{terms.tax_percent} % on the premium"),
    ]
    if liability is not None:
        steps.append(Step("maximum_liability", liability, f"{multiple} x premium"))
    return Premium(estimated, minimum, instalments, declared, due, due - minimum, tax, liability, tuple(steps))


def balance_premium(balances: Sequence[int], rate_percent: Decimal) -> int:
    """Return the premium on month-end `balances` at a monthly rate, rounded once over all months."""
    return percent_of(sum(balances), rate_percent)


def declaration_due(period_end: date, day: int = 20) -> date:
    """Return the day by which a declaration for the period is owed: the `day`th of the following month."""
    years, month = divmod(period_end.month, MONTHS)
    return date(period_end.year + years, month + 1, day)


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor of an indicative price, with the word for what it weighs."""

    name: str
    factor: Decimal


@dataclass(frozen=True, slots=True)
class Price:
    """An indicative price: the exact rate in percent and the premium in minor units, not an offer."""

    rate_percent: Decimal
    premium: int
    factors: tuple[tuple[Factor, Decimal], ...]
    """Every factor with the rate after it."""


def indicative_price(base_percent: Decimal, factors: Sequence[Factor], turnover: int) -> Price:
    """Return base rate x every factor x turnover; the rate stays exact, the premium is rounded once."""
    rates = [base_percent]
    for row in factors:
        rates.append(EXACT.multiply(rates[-1], row.factor))
    return Price(rates[-1], percent_of(turnover, rates[-1]), tuple(zip(factors, rates[1:], strict=True)))


def top_up_premium(amount: int, yearly_percent: Decimal, months: int, minimum_months: int = 3) -> int:
    """Return the premium of a top-up cover for whole months, at least `minimum_months` of them."""
    yearly = EXACT.multiply(Decimal(amount), yearly_percent)
    charged = Decimal(max(months, minimum_months))
    return times(1, EXACT.divide(EXACT.multiply(yearly, charged), MONTHS * HUNDRED))


@dataclass(frozen=True, slots=True)
class Band:
    """A step of a bonus and malus scale: up to this claims ratio, the premium changes by so much."""

    up_to_percent: Decimal
    change_percent: Decimal


def experience(premium: int, claims: int, bands: Sequence[Band]) -> int:
    """Return the change of `premium` for `claims` paid, by the first band that holds the claims ratio."""
    if not bands:
        raise refuse("premium.bands", "bands", "a bonus and malus scale needs at least one band")
    if premium <= 0:
        return 0
    ratio = EXACT.divide(Decimal(100 * claims), Decimal(premium))
    scale = sorted(bands, key=lambda band: band.up_to_percent)
    held = next((band for band in scale if ratio <= band.up_to_percent), scale[-1])
    return percent_of(premium, held.change_percent)
