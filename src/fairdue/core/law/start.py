"""The first day that carries late interest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from fairdue.core.findings import refuse
from fairdue.core.law.regime import InterestRule, StartRule


@dataclass(frozen=True, slots=True)
class Dates:
    """What is known about when payment became due; `due` is the agreed date, if one was agreed."""

    due: date | None = None
    invoice_received: date | None = None
    delivered: date | None = None
    reminder_received: date | None = None


def last_day_to_pay(rule: InterestRule | None, dates: Dates) -> date:
    """Return the last day on which payment is in time; refuse when the dates do not tell it.

    An agreed date is that day. Without one the rule counts its days (30 in the EU, Directive 2011/7/EU
    art. 3 (3)(b)) from the invoice or the delivery, or asks for a reminder.
    """
    if dates.due is not None:
        return _after_notice(rule, dates, dates.due)
    if rule is None:
        raise refuse("law.due_needed", "due", "Without a statutory rule the agreed due date is needed")
    if rule.start is StartRule.ON_NOTICE:
        return _needed(dates.reminder_received, "reminder_received", "the day the reminder was received")
    delivered = _needed(dates.delivered, "delivered", "the day of delivery")
    if rule.start is StartRule.AFTER_DELIVERY:
        base = delivered
    else:
        received = _needed(dates.invoice_received, "invoice_received", "the day the invoice was received")
        base = max(received, delivered)
    last = base + timedelta(days=rule.default_days)
    # A reminder after the claim fell due brings default at once, before the thirty days are over.
    return last if dates.reminder_received is None else min(last, max(base, dates.reminder_received))


def _after_notice(rule: InterestRule | None, dates: Dates, due: date) -> date:
    if rule is None or not rule.notice_always:
        return due
    return max(due, _needed(dates.reminder_received, "reminder_received", "the day the demand was received"))


def _needed(day: date | None, path: str, what: str) -> date:
    if day is None:
        raise refuse("law.date_needed", path, f"To know when default began, {what} is needed")
    return day
