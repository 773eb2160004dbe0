"""Due dates: from an agreed term and the day of issue to the day on which payment is due.

Terms are written as users write them: `30` or `net 30` (days after issue), `30 eom` (days, then the end of
that month), `eom 30` (end of the month of issue, then days), `day 15` (the next 15th after issue),
`0` (on receipt). Sources: Directive 2011/7/EU Art. 3(5): between undertakings more than 60 calendar days
need an express agreement; Regulation 1182/71 Art. 3: the day of the event does not count.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from fairdue.core.findings import Finding, RefusedError, Severity, refuse

if TYPE_CHECKING:
    from collections.abc import Collection

LONGEST_USUAL = 60
DIRECTIVE = "Directive 2011/7/EU Art. 3(5)"
SATURDAY = 5
LONGEST_MONTH = 31


class TermKind(StrEnum):
    """How a term counts."""

    NET = "net"
    THEN_END_OF_MONTH = "net_eom"
    END_OF_MONTH_THEN = "eom_net"
    DAY_OF_MONTH = "day"


@dataclass(frozen=True, slots=True)
class Term:
    """A payment term: a kind and its number of days (or day of the month)."""

    kind: TermKind
    days: int

    def __str__(self) -> str:
        forms = {
            TermKind.NET: "net {}",
            TermKind.THEN_END_OF_MONTH: "{} eom",
            TermKind.END_OF_MONTH_THEN: "eom {}",
            TermKind.DAY_OF_MONTH: "day {}",
        }
        return forms[self.kind].format(self.days)


_FORMS = (
    (re.compile(r"(?:net\s*)?(\d{1,3})(?:\s*d(?:ays?)?)?\Z"), TermKind.NET),
    (re.compile(r"(?:net\s*)?(\d{1,3})\s*eom\Z"), TermKind.THEN_END_OF_MONTH),
    (re.compile(r"eom\s*\+?\s*(\d{1,3})\Z"), TermKind.END_OF_MONTH_THEN),
    (re.compile(r"day\s*(\d{1,2})\Z"), TermKind.DAY_OF_MONTH),
)


def parse_term(text: str) -> Term:
    """Return the term that `text` names; refuses what is none of the forms above."""
    wanted = text.strip().lower()
    for form, kind in _FORMS:
        match = form.match(wanted)
        if match and not (kind is TermKind.DAY_OF_MONTH and not 1 <= int(match[1]) <= LONGEST_MONTH):
            return Term(kind, int(match[1]))
    raise refuse("terms.unreadable", "terms", f"{text!r} is not a payment term; try 30, 30 eom or day 15.")


def end_of_month(day: date) -> date:
    """Return the last day of the month of `day`."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _next_day_of_month(issued: date, wanted: int) -> date:
    last = end_of_month(issued)
    candidate = issued.replace(day=min(wanted, last.day))
    if candidate > issued:
        return candidate
    following = end_of_month(last + timedelta(days=1))
    return following.replace(day=min(wanted, following.day))


def due_date(term: Term, issued: date, holidays: Collection[date] | None = None) -> date:
    """Return the day on which an invoice of day `issued` is due.

    With `holidays` (even an empty set) a due day on a weekend or holiday moves to the next business day;
    without it the calendar day stands.
    """
    match term.kind:
        case TermKind.NET:
            due = issued + timedelta(days=term.days)
        case TermKind.THEN_END_OF_MONTH:
            due = end_of_month(issued + timedelta(days=term.days))
        case TermKind.END_OF_MONTH_THEN:
            due = end_of_month(issued) + timedelta(days=term.days)
        case _:
            due = _next_day_of_month(issued, term.days)
    return due if holidays is None else next_business_day(due, holidays)


def next_business_day(day: date, holidays: Collection[date]) -> date:
    """Return `day`, or the first later day that is neither on a weekend nor in `holidays`."""
    while day.weekday() >= SATURDAY or day in holidays:
        day += timedelta(days=1)
    return day


def check_due(issued: date, due: date, *, business: bool = True) -> tuple[Finding, ...]:
    """Return what speaks against a due date: before the issue (refused), or long between undertakings."""
    if due < issued:
        return (Finding("terms.before_issue", "terms.due", "The due date lies before the day of issue."),)
    if business and (due - issued).days > LONGEST_USUAL:
        sentence = "More than 60 days between undertakings need an express agreement that is not unfair."
        return (Finding("terms.long", "terms.due", sentence, Severity.WARNING, DIRECTIVE),)
    return ()


def discount_until(issued: date, days: int) -> date:
    """Return the last day on which an early-payment discount of `days` days may be taken."""
    return issued + timedelta(days=days)


def readable(text: str) -> bool:
    """Tell whether `text` is a payment term."""
    try:
        parse_term(text)
    except RefusedError:
        return False
    return True
