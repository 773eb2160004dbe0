"""Promises to pay and payment plans: kept, partly kept or broken is derived from receipts.

Amounts are minor units of one currency. A promise counts what arrives from the day it was made until the
promised date plus its grace in bank days; what comes later does not mend it.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from fairdue.core.findings import refuse
from fairdue.core.money import split

if TYPE_CHECKING:
    from collections.abc import Iterable

_SATURDAY = 6


class PromiseState(StrEnum):
    """What became of a promise."""

    OPEN = "open"
    KEPT = "kept"
    PARTLY_KEPT = "partly_kept"
    BROKEN = "broken"
    CANCELLED = "cancelled"
    """Taken back by us; counts neither way."""


@dataclass(frozen=True, slots=True)
class Promise:
    """So much by that date, told on a day; `grace_bank_days` for the bank's own time."""

    amount_minor: int
    promised_on: date
    """The date by which the money was promised."""
    made_on: date
    grace_bank_days: int = 1
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """Money that reached the promised items on a day; negative when it was reversed."""

    on: date
    minor: int


@dataclass(frozen=True, slots=True)
class PromiseVerdict:
    """The answer: the state, what arrived in time, what is missing, and the last day that counts."""

    state: PromiseState
    received_minor: int
    missing_minor: int
    last_day: date


def add_bank_days(day: date, count: int, closed: frozenset[date] = frozenset()) -> date:
    """Return the day `count` bank days after `day`; Saturdays, Sundays and `closed` do not count."""
    left = count
    while left > 0:
        day += timedelta(days=1)
        if day.isoweekday() < _SATURDAY and day not in closed:
            left -= 1
    return day


def promise_verdict(
    promise: Promise, receipts: Iterable[Receipt], today: date, closed: frozenset[date] = frozenset()
) -> PromiseVerdict:
    """Return what became of `promise` as of `today`; the order of the receipts does not matter."""
    last_day = add_bank_days(promise.promised_on, promise.grace_bank_days, closed)
    counted = sum(r.minor for r in receipts if promise.made_on <= r.on <= min(last_day, today))
    received = max(counted, 0)
    missing = max(promise.amount_minor - received, 0)
    return PromiseVerdict(_state(promise, received, missing, today > last_day), received, missing, last_day)


def _state(promise: Promise, received: int, missing: int, over: bool) -> PromiseState:  # noqa: FBT001 - one caller
    if promise.cancelled:
        return PromiseState.CANCELLED
    if missing == 0:
        return PromiseState.KEPT
    if not over:
        return PromiseState.OPEN
    return PromiseState.PARTLY_KEPT if received else PromiseState.BROKEN


class Frequency(StrEnum):
    """How far instalments lie apart."""

    WEEKLY = "weekly"
    TWO_WEEKLY = "two_weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class Instalment:
    """One part of a plan."""

    due_on: date
    amount_minor: int


class PlanState(StrEnum):
    """What became of a plan."""

    RUNNING = "running"
    BROKEN = "broken"
    COMPLETED = "completed"


@dataclass(frozen=True, slots=True)
class PlanVerdict:
    """The answer: the plan's state, each instalment's state in order, and the first day that broke it."""

    state: PlanState
    instalments: tuple[PromiseState, ...]
    broken_since: date | None


def equal_instalments(total_minor: int, count: int, first_on: date, frequency: Frequency) -> tuple[Instalment, ...]:
    """Split `total_minor` into `count` equal parts, odd units on the first ones; months keep their day."""
    if count < 1 or total_minor < count:
        raise refuse("plan.count", "count", "A plan needs at least one instalment of at least one unit")
    parts = split(total_minor, [1] * count)
    return tuple(Instalment(_nth_day(first_on, index, frequency), part) for index, part in enumerate(parts))


def _nth_day(first_on: date, index: int, frequency: Frequency) -> date:
    if frequency is Frequency.MONTHLY:
        months = first_on.month - 1 + index
        year, month = first_on.year + months // 12, months % 12 + 1
        return date(year, month, min(first_on.day, calendar.monthrange(year, month)[1]))
    return first_on + timedelta(days=index * (7 if frequency is Frequency.WEEKLY else 14))


def plan_verdict(
    instalments: tuple[Instalment, ...],
    receipts: Iterable[Receipt],
    *,
    made_on: date,
    today: date,
    grace_bank_days: int = 1,
    closed: frozenset[date] = frozenset(),
) -> PlanVerdict:
    """Return the state of a plan: receipts fill the instalments in order of their dates.

    An instalment is kept if everything due up to it had arrived by its date plus grace.
    """
    facts = tuple(receipts)
    states, cumulated, broken_since = [], 0, None
    for instalment in sorted(instalments, key=lambda i: i.due_on):
        cumulated += instalment.amount_minor
        target = Promise(cumulated, instalment.due_on, made_on, grace_bank_days)
        verdict = promise_verdict(target, facts, today, closed)
        over = verdict.missing_minor > 0 and verdict.state is not PromiseState.OPEN
        filled = instalment.amount_minor - verdict.missing_minor
        states.append(_instalment_state(verdict.state, over=over, filled=filled))
        if over and broken_since is None:
            broken_since = verdict.last_day + timedelta(days=1)
    return PlanVerdict(_plan_state(facts, cumulated, made_on, today, broken_since), tuple(states), broken_since)


def _instalment_state(state: PromiseState, *, over: bool, filled: int) -> PromiseState:
    if not over:
        return state
    return PromiseState.PARTLY_KEPT if filled > 0 else PromiseState.BROKEN


def _plan_state(
    facts: tuple[Receipt, ...], total: int, made_on: date, today: date, broken_since: date | None
) -> PlanState:
    """Money that arrived late still completes a plan, though it had been broken."""
    if sum(r.minor for r in facts if made_on <= r.on <= today) >= total:
        return PlanState.COMPLETED
    return PlanState.BROKEN if broken_since else PlanState.RUNNING
