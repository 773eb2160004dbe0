"""The shape of a country's law on late payment. A country is data in these shapes, never code."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal


class Kind(StrEnum):
    """Who owes: a business (or public body) or a consumer."""

    B2B = "b2b"
    B2C = "b2c"


class Fixing(StrEnum):
    """Which half-year's reference rate counts."""

    FLOATING = "floating"
    """Each half-year has its own rate."""
    AT_START = "at_start"
    """The half-year in which interest starts fixes the rate for good."""
    AT_PAYMENT = "at_payment"
    """The half-year of the payment fixes one rate for the whole time."""
    CONSTANT = "constant"
    """The law names the rate itself."""


class DayBasis(StrEnum):
    """How many days make a year."""

    ACTUAL_365 = "actual/365"
    ACTUAL_360 = "actual/360"
    ACTUAL_ACTUAL = "actual/actual"


class StartRule(StrEnum):
    """When default begins if no payment date was agreed."""

    LATER_OF_INVOICE_AND_DELIVERY = "later_of_invoice_and_delivery"
    AFTER_DELIVERY = "after_delivery"
    ON_NOTICE = "on_notice"


@dataclass(frozen=True, slots=True)
class InterestRule:
    """The rate of late interest in one country for one kind of debtor from one date on."""

    valid_from: date
    articles: tuple[str, ...]
    confirmed: bool
    percent: Decimal
    """The margin above the reference rate in points, or the rate itself when there is no series."""
    series: str = ""
    fixing: Fixing = Fixing.FLOATING
    up_to_half_point: bool = False
    compounded_yearly: bool = False
    day_basis: DayBasis = DayBasis.ACTUAL_365
    start: StartRule = StartRule.LATER_OF_INVOICE_AND_DELIVERY
    default_days: int = 30
    notice_always: bool = False
    """True where interest needs a demand even after an agreed due date (French and Spanish consumers)."""
    no_fault_percent: Decimal | None = None
    """The rate if the debtor is not at fault (Austria)."""
    floor_series: str = ""
    """A contract may not go below `floor_factor` times this series (France)."""
    floor_factor: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LumpSum:
    """Fixed compensation: the sum of the first band whose limit the principal stays below."""

    currency: str
    bands: tuple[tuple[int | None, int], ...]
    """Pairs of exclusive upper limit (minor units, None = no limit) and sum (minor units)."""
    band_currency: str
    valid_from: date
    articles: tuple[str, ...]
    confirmed: bool
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RecoveryScale:
    """Recovery costs as a falling percentage of slices of the principal, with a floor and a cap."""

    currency: str
    slices: tuple[tuple[int | None, Decimal], ...]
    """Pairs of slice width (minor units, None = the rest) and percent."""
    minimum_minor: int
    maximum_minor: int
    valid_from: date
    articles: tuple[str, ...]
    confirmed: bool
    notes: tuple[str, ...] = ()


class Effect(StrEnum):
    """What an event does to a running limitation period."""

    NONE = "none"
    RESTARTS = "restarts"
    """The full period runs anew from the event, or from its end."""
    SUSPENDS = "suspends"
    """The days from the event to its end do not count."""
    ADDS_A_YEAR_ONCE = "adds_a_year_once"


class EventKind(StrEnum):
    """What may move a limitation period."""

    ACKNOWLEDGMENT = "acknowledgment"
    PART_PAYMENT = "part_payment"
    REMINDER = "reminder"
    WRITTEN_NOTICE = "written_notice"
    """A formal written demand with proof of delivery."""
    COURT_ACTION = "court_action"
    """A claim, payment order or enforcement request; `until` is the end of the proceedings."""
    NEGOTIATION = "negotiation"


@dataclass(frozen=True, slots=True)
class LimitationRule:
    """How long a claim can be enforced."""

    years: dict[str, int]
    """Years by kind of claim: `contract` always, others where the law tells them apart."""
    effects: dict[EventKind, Effect]
    articles: tuple[str, ...]
    confirmed: bool
    from_year_end: bool = False
    """The period starts at the end of the year in which the claim fell due (Germany)."""
    to_the_day: frozenset[str] = frozenset()
    """Kinds of claim that start on their own day all the same: a German judgment, with its force (BGB 201)."""
    renewed_at_most: int = 0
    """The most years that a period runs anew after an interruption, never ending earlier than the first (BW 3:319)."""
    to_year_end: bool = False
    """The period ends at the end of the year (Poland)."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NoticeRule:
    """What a formal notice must contain and how long it leaves for an answer."""

    reply_days: int
    contents: tuple[str, ...]
    """Codes of required contents, see `fairdue.core.law.notice.CONTENTS`."""
    words: tuple[str, ...]
    """Words that must stand in the text itself."""
    language: str
    delivery: str
    effect: str
    articles: tuple[str, ...]
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Regime:
    """The whole of one country's rules for one kind of debtor; `why_no_interest` when there is no rate."""

    country: str
    kind: Kind
    name: str
    currency: str
    interest: tuple[InterestRule, ...]
    compensation: LumpSum | RecoveryScale | None
    limitation: LimitationRule
    notice: NoticeRule
    why_no_interest: str = ""
