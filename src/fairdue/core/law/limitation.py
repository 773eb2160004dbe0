"""Limitation: the last day on which a claim can still be enforced, and what moved it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fairdue.core.findings import refuse
from fairdue.core.law.regime import Effect, EventKind, Kind, LimitationRule
from fairdue.core.law.registry import regime_of


@dataclass(frozen=True, slots=True)
class Event:
    """Something that may move the period; `until` ends proceedings or negotiations."""

    kind: EventKind
    on: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One move of the period: the day, why, and the last day as it stood after it."""

    on: date
    why: str
    ends_on: date


@dataclass(frozen=True, slots=True)
class Limitation:
    """The answer: the last day to enforce, the years that count, every step, and the articles."""

    country: str
    kind: Kind
    claim: str
    years: int
    starts_on: date
    ends_on: date
    steps: tuple[Step, ...]
    articles: tuple[str, ...]
    notes: tuple[str, ...]
    confirmed: bool


def limitation(
    country: str, kind: Kind, *, due: date, events: tuple[Event, ...] = (), claim: str = "contract"
) -> Limitation:
    """Return the last day on which a claim that fell due on `due` can be enforced.

    Events after that day no longer count and say so. Refuses a kind of claim that the country does not
    tell apart.
    """
    regime = regime_of(country, kind)
    rule = regime.limitation
    if claim not in rule.years:
        known = ", ".join(sorted(rule.years))
        raise refuse("law.claim_unknown", "claim", f"{regime.name} tells these claims apart: {known}")
    years = rule.years[claim]
    whole_year = rule.from_year_end and claim not in rule.to_the_day
    start = date(due.year, 12, 31) if whole_year else due
    steps = [Step(due, "the claim fell due", _end(rule, start, years))]
    seen: set[Effect] = set()
    for event in sorted(events, key=lambda e: (e.on, e.kind)):
        steps.append(_moved(rule, event, steps[-1].ends_on, years, seen))
    return Limitation(
        regime.country,
        kind,
        claim,
        years,
        start,
        steps[-1].ends_on,
        tuple(steps),
        rule.articles,
        rule.notes,
        rule.confirmed,
    )


def _end(rule: LimitationRule, start: date, years: int) -> date:
    end = _plus_years(start, years)
    return date(end.year, 12, 31) if rule.to_year_end else end


def _moved(rule: LimitationRule, event: Event, ends_on: date, years: int, seen: set[Effect]) -> Step:
    name = event.kind.replace("_", " ")
    if event.on > ends_on:
        return Step(event.on, f"{name}: too late, the claim was barred since {ends_on}", ends_on)
    effect = rule.effects[event.kind]
    if effect is Effect.RESTARTS:
        return Step(event.on, f"{name}: the period runs anew", _renewed(rule, event, ends_on, years))
    if effect is Effect.SUSPENDS:
        days = (event.until or event.on) - event.on
        return Step(event.on, f"{name}: {days.days} days do not count", ends_on + days)
    if effect is Effect.ADDS_A_YEAR_ONCE and effect not in seen:
        seen.add(effect)
        return Step(event.on, f"{name}: one year is added, once", max(ends_on, _plus_years(event.on, 1)))
    return Step(event.on, f"{name}: no effect", ends_on)


def _renewed(rule: LimitationRule, event: Event, ends_on: date, years: int) -> date:
    """Return the end of the new period; where the law caps it, it ends no earlier than the first would have."""
    start = event.until or event.on
    if not rule.renewed_at_most:
        return _end(rule, start, years)
    return max(ends_on, _end(rule, start, min(years, rule.renewed_at_most)))


def _plus_years(day: date, years: int) -> date:
    """Return the same day `years` later; 29 February becomes the 28th (Regulation 1182/71 art. 3 (2)(c))."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 2, 28)
