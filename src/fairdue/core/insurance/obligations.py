"""The dates that an insured item imposes on the policyholder, and what is due of them on a day.

Source: docs/rules/obligations.md. Periods run in calendar days from the day before them: 30 days after
14 November is 14 December.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from fairdue.core.insurance.cover import InsuredItem, extension_end
from fairdue.core.insurance.policy import ClaimFrom, Policy, WaitingFrom

if TYPE_CHECKING:
    from collections.abc import Mapping

NOTHING_DONE: Mapping[Duty, date] = MappingProxyType({})


class Duty(StrEnum):
    """What has to happen, in the order of time."""

    INVOICE = "invoice"
    TERMS = "terms"
    EXTENSION = "extension"
    STOP_DELIVERIES = "stop_deliveries"
    NOTIFY = "notify"
    MANDATE = "mandate"
    CLAIM = "claim"
    LOSS = "loss"
    PAYOUT = "payout"


class Standing(StrEnum):
    """Where an obligation stands on a day."""

    LATER = "later"
    DUE = "due"
    LATE = "late"
    DONE = "done"
    DONE_LATE = "done late"
    PASSED = "passed"
    """A date that the calendar brings, without anything to do."""


ACTS = frozenset({Duty.INVOICE, Duty.STOP_DELIVERIES, Duty.NOTIFY, Duty.MANDATE, Duty.CLAIM})
"""The duties that somebody must act on; the others are dates that come by themselves."""


@dataclass(frozen=True, slots=True)
class Obligation:
    """One date: the last day on which the duty is kept, the first on which it can be, and a sentence."""

    duty: Duty
    on: date
    note: str
    opens: date | None = None


def obligations(
    policy: Policy,
    item: InsuredItem,
    *,
    done: Mapping[Duty, date] = NOTHING_DONE,
    insolvent_on: date | None = None,
) -> tuple[Obligation, ...]:
    """Return every date of `item`, in the order of time as far as the policy has the term.

    The waiting period runs from the mandate or claim as `done`, or from the last day for it while it is
    not. An insolvency is the date of loss at once.
    """
    end = extension_end(policy, item)
    found = [*_before(policy, item), _extension(policy, end)]
    if policy.stop_deliveries:
        note = "stop deliveries: from this day nothing more is insured while the item is unpaid"
        found.append(Obligation(Duty.STOP_DELIVERIES, end + timedelta(days=1), note))
    found += _after(policy, item, end)
    loss = _date_of_loss(policy, item, found, done, insolvent_on)
    found.append(loss)
    note = f"{policy.payout_days} days after the date of loss"
    found.append(Obligation(Duty.PAYOUT, loss.on + timedelta(days=policy.payout_days), note))
    return tuple(found)


def standing(obligation: Obligation, today: date, *, done: Mapping[Duty, date] = NOTHING_DONE) -> Standing:
    """Return where `obligation` stands on `today`; an act is due from the day it becomes possible."""
    if obligation.duty in done:
        return Standing.DONE if done[obligation.duty] <= obligation.on else Standing.DONE_LATE
    if obligation.duty not in ACTS:
        return Standing.PASSED if obligation.on <= today else Standing.LATER
    if today > obligation.on:
        return Standing.LATE
    opens = obligation.on if obligation.opens is None else obligation.opens
    return Standing.DUE if opens <= today else Standing.LATER


CLAIM_LEAD_DAYS = 30
"""A claim is filed this long before its last day, so that a missed night or a question costs no cover."""


def claim_is_due(policy: Policy, item: InsuredItem, today: date, insolvent_on: date | None = None) -> bool:
    """Whether the claim for `item` is to be filed: at an insolvency at once, else 30 days before its last day.

    Never before the insurer takes it. Without a term for filing: as soon as the extension period is over.
    """
    if insolvent_on is not None and insolvent_on <= today:
        return True
    for row in obligations(policy, item):
        if row.duty is Duty.CLAIM:
            assert row.opens is not None
            return today >= max(row.on - timedelta(days=CLAIM_LEAD_DAYS), row.opens)
    return today > extension_end(policy, item)


def _before(policy: Policy, item: InsuredItem) -> list[Obligation]:
    """Return the dates that the invoice itself must keep."""
    found = []
    if policy.maximum_invoicing_days is not None:
        note = f"invoice within {policy.maximum_invoicing_days} days of delivery"
        last = item.delivered + timedelta(days=policy.maximum_invoicing_days)
        found.append(Obligation(Duty.INVOICE, last, note, item.delivered))
    if policy.maximum_credit_days is not None:
        note = f"due date at most {policy.maximum_credit_days} days after the invoice"
        last = item.invoiced + timedelta(days=policy.maximum_credit_days)
        found.append(Obligation(Duty.TERMS, last, note))
    return found


def _extension(policy: Policy, end: date) -> Obligation:
    note = (
        f"maximum extension period of {policy.extension_days} days from {policy.extension_from} date: "
        "last day on which deliveries stay insured"
    )
    return Obligation(Duty.EXTENSION, end, note)


def _after(policy: Policy, item: InsuredItem, end: date) -> list[Obligation]:
    """Return notification, mandate and claim; each can be done as soon as the extension period is over."""
    opens = end + timedelta(days=1)
    found = []
    for duty, days, words in (
        (Duty.NOTIFY, policy.notification_days, "report the overdue item to the insurer"),
        (Duty.MANDATE, policy.mandate_days, "mandate the collection service"),
    ):
        if days is not None:
            note = f"{words} within {days} days of the end of the extension period"
            found.append(Obligation(duty, end + timedelta(days=days), note, opens))
    if policy.claim_days is not None:
        by_extension = policy.claim_from is ClaimFrom.EXTENSION
        start = end if by_extension else item.due
        early = policy.claim_not_before_days
        opens = opens if early is None else item.due + timedelta(days=early)
        what = "the end of the extension period" if by_extension else "the due date"
        note = f"file the claim within {policy.claim_days} days of {what}"
        found.append(Obligation(Duty.CLAIM, start + timedelta(days=policy.claim_days), note, opens))
    return found


def _date_of_loss(
    policy: Policy,
    item: InsuredItem,
    found: list[Obligation],
    done: Mapping[Duty, date],
    insolvent_on: date | None,
) -> Obligation:
    """Return the date of loss: the insolvency, or the end of the waiting period, whichever is earlier."""
    start = item.due
    if policy.waiting_from is not WaitingFrom.DUE:
        duty = Duty(policy.waiting_from.value)
        planned = next((obligation.on for obligation in found if obligation.duty is duty), item.due)
        start = done.get(duty, planned)
    ends = start + timedelta(days=policy.waiting_days)
    if insolvent_on is not None and insolvent_on <= ends:
        return Obligation(Duty.LOSS, insolvent_on, "date of loss: insolvency, without a waiting period")
    note = f"date of loss: {policy.waiting_days} days of waiting from the {policy.waiting_from} on {start}"
    return Obligation(Duty.LOSS, ends, note)
