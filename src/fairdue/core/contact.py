"""May we contact this debtor about this item today, and about how much of it.

The one question that every reminder, call, letter and claim asks. The answer is derived from facts each
time and is never stored. Amounts are minor units of the item's currency.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from fairdue.core.money import Money

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable
    from datetime import date


class HoldReason(StrEnum):
    """Why an item, or everything of a debtor, is not chased."""

    DISPUTE = "dispute"
    PROMISE_TO_PAY = "promise_to_pay"
    PAYMENT_PLAN = "payment_plan"
    FILED_CLAIM = "filed_claim"
    INSOLVENCY = "insolvency"
    MORATORIUM = "moratorium"
    RESTRICTION_OF_PROCESSING = "restriction_of_processing"
    SNOOZE = "snooze"
    PLAUSIBLE_PAYMENT = "plausible_payment"
    """The debtor says that it is paid, and that is plausible."""
    MANUAL = "manual"


NEVER_CHASED = frozenset({"credit_note", "payment"})
"""Kinds of items that are in the debtor's favour."""


@dataclass(frozen=True, slots=True)
class Item:
    """What the question is about: one open item with its residual."""

    id: Hashable
    kind: str
    due_on: date
    residual_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Hold:
    """A reason not to chase, from a day on until the first free day (`until_on`, None is open).

    Without `item` it holds everything of the debtor; `amount_minor` limits it to that part of the item.
    """

    reason: str
    from_on: date
    until_on: date | None = None
    item: Hashable | None = None
    amount_minor: int | None = None

    def stands_on(self, day: date) -> bool:
        """Return whether `day` lies in the half-open range of the hold."""
        return self.from_on <= day and (self.until_on is None or day < self.until_on)

    def covers(self, item: Item) -> bool:
        """Return whether the hold is about `item`."""
        return self.item is None or self.item == item.id


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer: whether, how much may be chased, and every reason in words that speaks against."""

    allowed: bool
    chaseable_minor: int
    reasons: tuple[str, ...] = ()


def may_contact(item: Item, holds: Iterable[Hold], today: date) -> Decision:
    """Return whether `item` may be chased on `today`, how much of it, and why not the rest.

    A hold with an amount keeps only that part back; a hold without keeps everything back. The order of
    the holds does not matter.
    """
    if item.kind in NEVER_CHASED:
        return Decision(allowed=False, chaseable_minor=0, reasons=("in the customer's favour",))
    if item.residual_minor <= 0:
        return Decision(allowed=False, chaseable_minor=0, reasons=("paid",))
    standing = [hold for hold in holds if hold.stands_on(today) and hold.covers(item)]
    reasons = tuple(sorted({_words(hold, item) for hold in standing}))
    if any(hold.amount_minor is None for hold in standing):
        return Decision(allowed=False, chaseable_minor=0, reasons=reasons)
    left = item.residual_minor - sum(hold.amount_minor or 0 for hold in standing)
    return Decision(allowed=left > 0, chaseable_minor=max(left, 0), reasons=reasons)


def _words(hold: Hold, item: Item) -> str:
    """Return the hold as a person says it: "dispute of 40.00 EUR since 2026-03-01"."""
    amount = "" if hold.amount_minor is None else f" of {Money(hold.amount_minor, item.currency)}"
    end = "" if hold.until_on is None else f", until {hold.until_on}"
    return f"{hold.reason.replace('_', ' ')}{amount} since {hold.from_on}{end}"
