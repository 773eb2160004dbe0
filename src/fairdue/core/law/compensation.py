"""Compensation for recovery costs: fixed sums by band, or a scale of the principal."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from fairdue.core.findings import refuse
from fairdue.core.law.regime import Kind, LumpSum, RecoveryScale
from fairdue.core.law.registry import regime_of
from fairdue.core.money import Rounding, decimal_of, minor_digits, round_minor


@dataclass(frozen=True, slots=True)
class Compensation:
    """What is due for recovery costs of one late invoice, in minor units of its own currency."""

    minor: int
    currency: str
    articles: tuple[str, ...]
    notes: tuple[str, ...]
    confirmed: bool


def compensation(country: str, kind: Kind, *, principal_minor: int, currency: str, late: bool = True) -> Compensation:
    """Return the compensation for one late invoice of `principal_minor` in `currency`.

    Nothing is due in time, or where the law gives nothing. Refuses a principal in another currency when
    the sum depends on the principal: a missing exchange rate is never one.
    """
    regime = regime_of(country, kind)
    if principal_minor <= 0:
        raise refuse("law.principal", "principal", "The principal must be above zero")
    rule = regime.compensation
    if rule is None or not late:
        return Compensation(0, currency, (), (), confirmed=True)
    if isinstance(rule, LumpSum):
        minor = _banded(rule, principal_minor, currency)
    else:
        minor = _scaled(rule, principal_minor, currency)
    return Compensation(minor, rule.currency, rule.articles, rule.notes, rule.confirmed)


def _banded(rule: LumpSum, principal_minor: int, currency: str) -> int:
    if len(rule.bands) > 1:
        _same_currency(rule.band_currency, currency)
    return next(sum_ for limit, sum_ in rule.bands if limit is None or principal_minor < limit)


def _scaled(rule: RecoveryScale, principal_minor: int, currency: str) -> int:
    _same_currency(rule.currency, currency)
    left, exact = principal_minor, Decimal(0)
    for width, percent in rule.slices:
        part = left if width is None else min(left, width)
        exact += decimal_of(part, currency) * percent.scaleb(-2)
        left -= part
    minor = round_minor(exact, rule.currency, Rounding.HALF_UP)
    return min(max(minor, rule.minimum_minor), rule.maximum_minor)


def _same_currency(needed: str, given: str) -> None:
    if needed != given:
        digits = minor_digits(given)
        raise refuse(
            "law.currency",
            "currency",
            f"The sum depends on the principal in {needed}; convert the {given} amount ({digits} decimals) "
            "at the rate that the law names",
        )
