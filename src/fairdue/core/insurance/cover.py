"""What is insured of each open item of one debtor on a day, derived from events, with reasons in words.

Source: docs/rules/cover.md. Cover is never a flag: it follows from the delivery, the limit of the day of
delivery, the terms, disputes and what was unpaid when the goods left.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from fairdue.core.findings import Finding, Severity
from fairdue.core.insurance.policy import Anchor, Attachment, Policy
from fairdue.core.money import decimal_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

    from fairdue.core.insurance.limits import Limits


class Exclusion(StrEnum):
    """Receivables that a policy does not insure by their nature."""

    ASSOCIATED = "associated company"
    PUBLIC = "public body"
    PRIVATE = "private person"
    RENT = "rent"
    CASH = "cash sale"
    INTEREST = "interest"
    PENALTY = "penalty"
    FEE = "fee"
    UNCLAIMED = "not claimed"
    """Open beside a claim, but not part of it: borne, until it is claimed itself."""


@dataclass(frozen=True, slots=True)
class InsuredItem:
    """One receivable as the insurer sees it; net and VAT in minor units of the policy's currency."""

    id: str
    delivered: date
    invoiced: date
    due: date
    net: int
    vat: int = 0
    disputed: int = 0
    """The part in dispute, net of VAT; the whole of `net` when all of it is."""
    exclusion: Exclusion | None = None
    paid_on: date | None = None
    """The day on which nothing was left to pay, if that day has come."""

    def basis(self, policy: Policy) -> int:
        """Return what counts of the item: with VAT only where the policy insures it."""
        return self.net + self.vat if policy.vat_insured else self.net

    def disputed_basis(self, policy: Policy) -> int:
        """Return the disputed part in the same measure as `basis`; a wholly disputed item with its VAT."""
        return self.basis(policy) if self.disputed >= self.net else self.disputed


@dataclass(frozen=True, slots=True)
class Cover:
    """The cover of one item: what is open, what of it qualifies, what fits under the limit, and why."""

    item: InsuredItem
    open: int
    eligible: int
    insured: int
    percentage: Decimal
    reasons: tuple[Finding, ...]

    @property
    def is_insured(self) -> bool:
        """Whether any part of what is open is insured."""
        return self.insured > 0


def extension_end(policy: Policy, item: InsuredItem) -> date:
    """Return the last day of the maximum extension period: the last day on which deliveries stay insured."""
    anchor = item.due if policy.extension_from is Anchor.DUE else item.invoiced
    return anchor + timedelta(days=policy.extension_days)


class StoppedDays:
    """The days on which deliveries were not insured, because an item was unpaid beyond its extension period.

    A stop begins the day after the extension period ends and lasts until the day before the item is paid.
    """

    __slots__ = ("_first", "_last")

    def __init__(self, policy: Policy, items: Iterable[InsuredItem]) -> None:
        """Merge the stops of all items; sorting dominates, so a debtor's year costs n log n."""
        stops = sorted(self._stops(policy, items)) if policy.stop_deliveries else []
        self._first: list[date] = []
        self._last: list[date] = []
        for first, last in stops:
            if self._last and first <= self._last[-1]:
                self._last[-1] = max(self._last[-1], last)
            else:
                self._first.append(first)
                self._last.append(last)

    @staticmethod
    def _stops(policy: Policy, items: Iterable[InsuredItem]) -> Iterable[tuple[date, date]]:
        for item in items:
            end = extension_end(policy, item)
            last = date.max if item.paid_on is None else item.paid_on - timedelta(days=1)
            if end < last:
                yield end + timedelta(days=1), last

    def since(self, day: date) -> date | None:
        """Return the first day of the stop that `day` falls into, or None when deliveries were free."""
        place = bisect_left(self._last, day)
        if place < len(self._first) and self._first[place] <= day:
            return self._first[place]
        return None


def cover(
    policy: Policy,
    item: InsuredItem,
    limits: Limits,
    *,
    day: date,
    stopped: StoppedDays,
    room: int | None = None,
    open_amount: int | None = None,
    insolvent_on: date | None = None,
) -> Cover:
    """Return the cover of `item` on `day`; `room` is what earlier deliveries leave of the limit.

    Without `room` the whole limit of the delivery day is free, without `open_amount` the whole item is open.
    """
    left = item.basis(policy) if open_amount is None else open_amount
    limit = limits.on(item.delivered)
    percentage = policy.insured_percentage
    if limit.event is not None and limit.event.percentage is not None:
        percentage = limit.event.percentage
    against = _against(policy, item, limits, day, stopped, insolvent_on)
    disputed = min(left, item.disputed_basis(policy))
    eligible = 0 if against else left - disputed
    free = max(0, limit.amount if room is None else room)
    insured = min(eligible, free)
    reasons = [*against, *_parts(policy, item, eligible, insured, disputed)]
    if insured:
        text = f"delivered {item.delivered} under the limit of {_amount(policy, limit.amount)} {limit.words}"
        reasons.append(Finding("cover.insured", item.id, text, Severity.INFO))
    return Cover(item, left, eligible, insured, percentage, tuple(reasons))


def cover_debtor(
    policy: Policy,
    items: Sequence[InsuredItem],
    limits: Limits,
    *,
    day: date,
    open_amounts: Sequence[int] | None = None,
    insolvent_on: date | None = None,
    loss_on: date | None = None,
    taken: int = 0,
    claimed: Sequence[InsuredItem] = (),
) -> tuple[Cover, ...]:
    """Return the cover of each item of one debtor, in the order given, all under one limit.

    Items take their part of the limit in the order of delivery: earlier deliveries run off under the limit
    of their own day, later ones find what is left. Each payment frees limit for what did not fit.
    `loss_on` is asked for by losses-occurring policies. Items `claimed` before keep what they have `taken`
    of the limit, however much of them is indemnified, and still stop deliveries.
    """
    opens = [item.basis(policy) for item in items] if open_amounts is None else list(open_amounts)
    stopped = StoppedDays(policy, [*items, *claimed])
    covers: dict[int, Cover] = {}
    used = taken
    for index in sorted(range(len(items)), key=lambda place: (items[place].delivered, items[place].id)):
        item = items[index]
        found = cover(
            policy,
            item,
            limits,
            day=day if loss_on is None else loss_on,
            stopped=stopped,
            room=limits.on(item.delivered).amount - used,
            open_amount=opens[index],
            insolvent_on=insolvent_on,
        )
        used += found.insured
        covers[index] = found
    return tuple(covers[index] for index in range(len(items)))


def headroom(covers: Iterable[Cover], limits: Limits, day: date) -> int:
    """Return what a delivery of `day` still finds of the limit; below zero while older deliveries run off."""
    return limits.on(day).amount - sum(found.insured for found in covers)


def _against(
    policy: Policy,
    item: InsuredItem,
    limits: Limits,
    day: date,
    stopped: StoppedDays,
    insolvent_on: date | None,
) -> list[Finding]:
    """Return every reason for which nothing of the item is insured."""
    sentences = {
        "cover.excluded": _excluded(item),
        "cover.period": _outside(policy, item, day),
        "cover.terms": _too_long(item.invoiced, item.due, policy.maximum_credit_days, "payment term"),
        "cover.invoiced_late": _too_long(
            item.delivered, item.invoiced, policy.maximum_invoicing_days, "time from delivery to invoice"
        ),
        "cover.no_limit": _without_limit(item, limits),
        "cover.stopped": _shipped_into_default(item, stopped),
        "cover.insolvent": insolvent_on is not None
        and item.delivered > insolvent_on
        and f"delivered {item.delivered}, after the insolvency of {insolvent_on}",
        "cover.undelivered": item.delivered > day and f"not delivered before {item.delivered}",
    }
    return [Finding(code, item.id, text) for code, text in sentences.items() if text]


def _excluded(item: InsuredItem) -> str | None:
    if item.exclusion is None or item.exclusion is Exclusion.UNCLAIMED:
        return item.exclusion
    return f"not insurable by its nature: {item.exclusion}"


def _outside(policy: Policy, item: InsuredItem, day: date) -> str | None:
    what, when = ("delivered", item.delivered) if policy.attachment is Attachment.RISK else ("lost", day)
    if policy.starts <= when <= policy.ends:
        return None
    return f"{what} {when}, outside the policy period {policy.starts} to {policy.ends}"


def _too_long(start: date, end: date, most: int | None, name: str) -> str | None:
    days = (end - start).days
    return f"{name} of {days} days, more than {most}" if most is not None and days > most else None


def _without_limit(item: InsuredItem, limits: Limits) -> str | None:
    limit = limits.on(item.delivered)
    return None if limit.amount else f"no limit in force on the delivery day {item.delivered} ({limit.words})"


def _shipped_into_default(item: InsuredItem, stopped: StoppedDays) -> str | None:
    since = stopped.since(item.delivered)
    if since is None:
        return None
    return f"delivered {item.delivered}, though deliveries had to stop on {since} (older item unpaid)"


def _parts(policy: Policy, item: InsuredItem, eligible: int, insured: int, disputed: int) -> list[Finding]:
    """Return the reasons for which only a part is insured."""
    found = []
    if disputed:
        text = f"{_amount(policy, disputed)} disputed: not insured until the dispute is settled"
        found.append(Finding("cover.disputed", item.id, text, Severity.WARNING))
    if insured < eligible:
        text = f"{_amount(policy, eligible - insured)} above the limit"
        found.append(Finding("cover.above_limit", item.id, text, Severity.WARNING))
    return found


def _amount(policy: Policy, minor: int) -> str:
    return f"{decimal_of(minor, policy.currency)} {policy.currency}"
