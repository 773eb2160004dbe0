"""Late interest: exact accumulation over dated rates, rounded once at the end, half up.

Every answer carries the periods, the rate rows and the articles that it rests on, so that a debtor can
check it by hand. Past the last known rate it refuses.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING

from fairdue.core.findings import RefusedError, refuse
from fairdue.core.law.compensation import Compensation, compensation
from fairdue.core.law.rates import RateRow, next_half_year, rate_for
from fairdue.core.law.regime import DayBasis, Fixing, InterestRule, Kind, Regime
from fairdue.core.law.registry import regime_of
from fairdue.core.law.start import Dates, last_day_to_pay
from fairdue.core.money import proportion, split

if TYPE_CHECKING:
    from collections.abc import Iterator

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Payment:
    """A part payment of the principal in minor units; the day itself still carries interest on it."""

    on: date
    minor: int


@dataclass(frozen=True, slots=True)
class Claim:
    """One late invoice: gross principal in minor units, its dates, and what was paid on it.

    `contract_percent` a year overrides the statutory rate; `day_basis` counts for it alone.
    """

    principal_minor: int
    currency: str
    dates: Dates
    payments: tuple[Payment, ...] = ()
    contract_percent: Decimal | None = None
    day_basis: DayBasis = DayBasis.ACTUAL_365
    not_at_fault: bool = False


@dataclass(frozen=True, slots=True)
class Period:
    """A run of days at one rate on one principal; first and last day included."""

    first: date
    last: date
    days: int
    principal_minor: int
    rate_percent: Decimal
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Interest:
    """The answer: interest and compensation in minor units of `currency`, and what they rest on."""

    country: str
    kind: Kind
    currency: str
    interest_minor: int
    compensation: Compensation
    total_minor: int | None
    """None when the compensation is in another currency."""
    days: int
    start: date
    periods: tuple[Period, ...]
    rates: tuple[RateRow, ...]
    articles: tuple[str, ...]
    notes: tuple[str, ...]
    confirmed: bool


@dataclass(slots=True)
class _Run:
    """The pieces of one accumulation, exact, in the order of time."""

    pieces: list[tuple[date, date, Fraction, Decimal, Fraction]] = field(default_factory=list)
    rows: list[RateRow] = field(default_factory=list)


def interest(country: str, kind: Kind, claim: Claim, *, paid: date) -> Interest:
    """Return what a late payer owes on top of the principal until `paid` (paid then, or still open).

    Refuses unknown countries, dates that do not tell when default began, over-payments and days past the
    last known rate.
    """
    regime = regime_of(country, kind)
    _check(claim, paid)
    statutory = _statutory_rule(regime, claim.dates)
    start = last_day_to_pay(statutory, claim.dates) + _DAY
    rule, notes = _applied_rule(regime, statutory, start, claim)
    run = _accumulate(rule, start, paid, claim)
    principal, currency, late = claim.principal_minor, claim.currency, paid >= start
    sums = compensation(country, kind, principal_minor=principal, currency=currency, late=late)
    whole, periods = _rounded(run)
    rates = tuple(dict.fromkeys(run.rows))
    return Interest(
        country=regime.country,
        kind=kind,
        currency=currency,
        interest_minor=whole,
        compensation=sums,
        total_minor=whole + sums.minor if not sums.minor or sums.currency == currency else None,
        days=max((paid - start).days + 1, 0),
        start=start,
        periods=periods,
        rates=rates,
        articles=tuple(dict.fromkeys((*rule.articles, *sums.articles))),
        notes=(*rule.notes, *notes, *sums.notes),
        confirmed=rule.confirmed and sums.confirmed and all(row.confirmed for row in rates),
    )


def _check(claim: Claim, paid: date) -> None:
    """Refuse inputs that cannot be a claim."""
    payments = claim.payments
    if claim.principal_minor <= 0:
        raise refuse("law.principal", "principal", "The principal must be above zero")
    if any(payment.minor <= 0 for payment in payments):
        raise refuse("law.payment", "payment", "A part payment must be above zero")
    if sum(payment.minor for payment in payments) > claim.principal_minor:
        raise refuse("law.overpaid", "payment", "The part payments are more than the principal")
    if any(payment.on > paid for payment in payments):
        raise refuse("law.payment_after_end", "payment", f"A part payment is later than {paid}")
    if claim.contract_percent is not None and claim.contract_percent < 0:
        raise refuse("law.contract_rate", "contract_rate", "The contract rate is below zero")


def _statutory_rule(regime: Regime, dates: Dates) -> InterestRule | None:
    """Return the rule in force when the claim fell due, None where the law gives no rate."""
    if not regime.interest:
        return None
    known = [day for day in (dates.due, dates.invoice_received, dates.delivered) if day is not None]
    on = max(known, default=regime.interest[-1].valid_from)
    rules = [rule for rule in regime.interest if rule.valid_from <= on]
    if not rules:
        since = regime.interest[0].valid_from
        raise refuse("law.before", "due", f"{regime.name}: no law is recorded before {since}")
    return rules[-1]


def _applied_rule(
    regime: Regime, statutory: InterestRule | None, start: date, claim: Claim
) -> tuple[InterestRule, tuple[str, ...]]:
    """Return the rule that counts: contract before fault before statute."""
    if claim.contract_percent is not None:
        notes = _floor_note(statutory, start, claim.contract_percent)
        return _constant(start, ("contract",), claim.contract_percent, basis=claim.day_basis), notes
    if statutory is None:
        raise refuse("law.no_statutory_rate", "kind", f"{regime.name}: {regime.why_no_interest}")
    if not claim.not_at_fault:
        return statutory, ()
    percent = statutory.no_fault_percent
    if percent is None:
        message = f"{regime.name} has no rate for debtors not at fault"
        raise refuse("law.no_fault_rule", "not_at_fault", message)
    return _constant(start, statutory.articles, percent), ("The debtor is not at fault.",)


def _constant(
    start: date, articles: tuple[str, ...], percent: Decimal, *, basis: DayBasis = DayBasis.ACTUAL_365
) -> InterestRule:
    return InterestRule(start, articles, True, percent, fixing=Fixing.CONSTANT, day_basis=basis)


def _floor_note(statutory: InterestRule | None, start: date, percent: Decimal) -> tuple[str, ...]:
    """Tell when the contract goes below what the law allows, or that nobody can tell: the floor decides no amount."""
    if statutory is None or not statutory.floor_series:
        return ()
    try:
        row = rate_for(statutory.floor_series, start)
    except RefusedError as unknown:
        [finding] = unknown.findings
        return (f"Whether {percent} % keeps to the lawful floor is not checked. {finding.message}.",)
    floor = statutory.floor_factor * row.value
    if percent >= floor:
        return ()
    return (f"The contract rate {percent} % is below the lawful floor of {floor} % ({row.source}).",)


def _accumulate(rule: InterestRule, start: date, paid: date, claim: Claim) -> _Run:
    run = _Run()
    if rule.fixing is not Fixing.AT_PAYMENT:
        _one_span(run, rule, start, paid, _principals(start, claim.principal_minor, claim.payments))
        return run
    rest = claim.principal_minor - sum(payment.minor for payment in claim.payments)
    for payment in (*sorted(claim.payments, key=lambda p: p.on), Payment(paid, rest)):
        _one_span(run, rule, start, payment.on, [(start, payment.minor)])
    return run


def _principals(start: date, principal: int, payments: tuple[Payment, ...]) -> list[tuple[date, int]]:
    """Return (first day, principal from that day on), the first entry standing from `start`."""
    steps = [(start, principal)]
    for payment in sorted(payments, key=lambda p: p.on):
        principal -= payment.minor
        steps.append((max(payment.on + _DAY, start), principal))
    return steps


def _one_span(run: _Run, rule: InterestRule, start: date, end: date, principals: list[tuple[date, int]]) -> None:
    """Add the pieces from `start` to `end`, both included, capitalising each full year if the law does."""
    steps = dict(principals)  # later payments of one day replace the earlier figure
    principal = Fraction(0)
    capitalised, year_interest = Fraction(0), Fraction(0)
    years = _years_after(start, end) if rule.compounded_yearly else frozenset()
    for first, last in _pieces(rule, start, end, frozenset(steps) | years):
        if first in years:
            capitalised, year_interest = capitalised + year_interest, Fraction(0)
        principal = Fraction(steps[first]) if first in steps else principal
        percent = _percent(run, rule, start, end, first)
        base = principal + capitalised
        amount = base * _year_share(rule.day_basis, first, last) * Fraction(percent) * Fraction(1, 100)
        year_interest += amount
        if base:
            run.pieces.append((first, last, base, percent, amount))


def _years_after(start: date, end: date) -> frozenset[date]:
    """Return the anniversaries of `start` up to `end`; 29 February falls on 1 March."""
    span = range(1, end.year - start.year + 1)
    return frozenset(_anniversary(start, years) for years in span)


def _anniversary(start: date, years: int) -> date:
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return date(start.year + years, 3, 1)


def _pieces(rule: InterestRule, start: date, end: date, cuts: frozenset[date]) -> Iterator[tuple[date, date]]:
    """Cut start..end at the given days, at half-years when the rate floats, at years when they count."""
    days = {day for day in cuts if start < day <= end}
    if rule.fixing is Fixing.FLOATING or rule.day_basis is DayBasis.ACTUAL_ACTUAL:
        turn = next_half_year(start)
        while turn <= end:
            days.add(turn)
            turn = next_half_year(turn)
    first = start
    for cut in sorted(days):
        yield first, cut - _DAY
        first = cut
    if first <= end:
        yield first, end


def _percent(run: _Run, rule: InterestRule, start: date, end: date, day: date) -> Decimal:
    """Return the yearly rate for `day` and note the row that it comes from."""
    if rule.fixing is Fixing.CONSTANT:
        run.rows.append(RateRow("constant", rule.valid_from, rule.percent, rule.articles[0], confirmed=rule.confirmed))
        return rule.percent
    read = {Fixing.AT_START: start, Fixing.AT_PAYMENT: end}.get(rule.fixing, day)
    row = rate_for(rule.series, read)
    run.rows.append(row)
    percent = row.value + rule.percent
    return up_to_half_point(percent) if rule.up_to_half_point else percent


def up_to_half_point(percent: Decimal) -> Decimal:
    """Return `percent` rounded up to the next half point: 10.15 becomes 10.5 (Belgium)."""
    hundredths = -int((-percent * 100).to_integral_value(rounding="ROUND_FLOOR"))
    return Decimal(-(-hundredths // 50)) * Decimal("0.5")


def _year_share(basis: DayBasis, first: date, last: date) -> Fraction:
    days = (last - first).days + 1
    if basis is not DayBasis.ACTUAL_ACTUAL:
        return Fraction(days, 365 if basis is DayBasis.ACTUAL_365 else 360)
    return Fraction(days, (date(first.year + 1, 1, 1) - date(first.year, 1, 1)).days)


def _rounded(run: _Run) -> tuple[int, tuple[Period, ...]]:
    """Round the exact sum once, half up, and share it over the periods by largest remainder."""
    exact = sum((amount for *_, amount in run.pieces), Fraction(0))
    whole = proportion(exact.numerator, 1, exact.denominator)
    if not run.pieces:
        return whole, ()
    scale = lcm(*(amount.denominator for *_, amount in run.pieces))
    shares = split(whole, [int(amount * scale) for *_, amount in run.pieces])
    periods = tuple(
        Period(
            first,
            last,
            (last - first).days + 1,
            proportion(base.numerator, 1, base.denominator),
            percent,
            share,
        )
        for (first, last, base, percent, _), share in zip(run.pieces, shares, strict=True)
    )
    return whole, periods
