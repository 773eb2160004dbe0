"""The indemnity of one loss with its calculation sheet, every step named.

Source: docs/rules/indemnity.md. The order is: what is open, without VAT where VAT is not insured; receipts
before the date of loss to the oldest due item; what the policy does not insure and what is disputed; cap
at the limit; threshold; first loss before the percentage; percentage; first loss after it; minimum
retention; aggregate first loss of the year; most that is paid in the year.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from fairdue.core.findings import errors
from fairdue.core.insurance.cover import Cover, InsuredItem, cover_debtor
from fairdue.core.insurance.limits import LimitEvent, Limits
from fairdue.core.insurance.policy import AggregateOn, FirstLossPlace, Policy
from fairdue.core.insurance.receipts import Open, Receipt, Receipted, apply_receipts
from fairdue.core.insurance.recovery import (
    Ratio,
    Recovery,
    SharedRecovery,
    insurer_ratio,
    share_recoveries,
)
from fairdue.core.money import EXACT, proportion, split

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date


class Cause(StrEnum):
    """Why the loss is one."""

    INSOLVENCY = "insolvency"
    DEFAULT = "default"
    """Protracted default: the waiting period is over."""


@dataclass(frozen=True, slots=True)
class Year:
    """What earlier losses of the policy year used up, in minor units."""

    aggregate_used: int = 0
    indemnified: int = 0
    premium_paid: int = 0


@dataclass(frozen=True, slots=True)
class Loss:
    """Everything that one debtor's loss is computed from."""

    on: date
    items: tuple[InsuredItem, ...]
    limits: tuple[LimitEvent, ...]
    receipts: tuple[Receipt, ...] = ()
    recoveries: tuple[Recovery, ...] = ()
    cause: Cause = Cause.DEFAULT
    insolvent_on: date | None = None
    """The insolvency, where it came before the day from which the loss is counted."""
    taken: int = 0
    """What earlier claims of the debtor took of its limit."""
    claimed: tuple[InsuredItem, ...] = ()
    """The items of earlier claims: they are no part of this loss, but they stopped deliveries."""

    @property
    def insolvency(self) -> date | None:
        """The day after which nothing more is insured because of insolvency."""
        if self.insolvent_on is not None or self.cause is not Cause.INSOLVENCY:
            return self.insolvent_on
        return self.on


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the calculation sheet: the amount after (or taken off in) this step, and why."""

    name: str
    amount: int
    note: str


@dataclass(frozen=True, slots=True)
class ItemShare:
    """One item in the calculation: its cover and its part of the indemnity (insured parts decide)."""

    cover: Cover
    indemnity: int


@dataclass(frozen=True, slots=True)
class Indemnity:
    """The result: `indemnity` + `borne` = `loss`; the year as the next loss finds it."""

    indemnity: int
    borne: int
    loss: int
    steps: tuple[Step, ...]
    items: tuple[ItemShare, ...]
    recoveries: tuple[SharedRecovery, ...]
    year: Year
    set_aside: tuple[tuple[Receipt, int], ...] = ()


@dataclass(slots=True)
class _Sheet:
    """The running amount of the calculation and the steps so far."""

    amount: int
    steps: list[Step] = field(default_factory=list)

    def note(self, name: str, note: str) -> None:
        self.steps.append(Step(name, self.amount, note))

    def less(self, name: str, taken: int, note: str) -> int:
        """Take at most what is there off, write the step, return what was taken."""
        taken = min(self.amount, taken)
        self.amount -= taken
        self.steps.append(Step(name, -taken, note))
        return taken


def indemnify(policy: Policy, loss: Loss, year: Year | None = None) -> Indemnity:
    """Return the indemnity for `loss`, given what the policy `year` has used up so far."""
    year = Year() if year is None else year
    limits = Limits(loss.limits, policy.discretionary_limit)
    receipted = _receive(policy, loss, limits)
    covers = _covers(policy, loss, limits, receipted)
    sheet = _loss_steps(policy, loss, receipted)
    undisputed = sheet.amount
    _limit_steps(sheet, covers)
    insured = sheet.amount
    percentage = _percentage(covers)
    year = _policy_steps(policy, sheet, percentage, year)
    ratio = insurer_ratio(
        policy.recovery_rule,
        indemnity=sheet.amount,
        loss=undisputed,
        covered=proportion(insured, percentage.part, percentage.whole),
    )
    return Indemnity(
        sheet.amount,
        undisputed - sheet.amount,
        undisputed,
        tuple(sheet.steps),
        _shares(covers, sheet.amount),
        share_recoveries((*loss.recoveries, *_late(policy, loss)), ratio, sheet.amount),
        year,
        receipted.set_aside,
    )


def _receive(policy: Policy, loss: Loss, limits: Limits) -> Receipted:
    """Put the receipts up to the date of loss against the items that the policy lets them reduce."""
    before = [receipt for receipt in loss.receipts if receipt.on <= loss.on]
    usable = frozenset(item.id for item in loss.items)
    if not policy.receipts_on_uninsured:
        gross = cover_debtor(
            policy,
            loss.items,
            limits,
            day=loss.on,
            insolvent_on=loss.insolvency,
            taken=loss.taken,
            claimed=loss.claimed,
        )
        usable = frozenset(found.item.id for found in gross if found.eligible)
    return apply_receipts(policy, loss.items, before, limits, usable)


def _late(policy: Policy, loss: Loss) -> list[Recovery]:
    """Return the receipts after the date of loss: they are recoveries without cost."""
    late = [receipt for receipt in loss.receipts if receipt.on > loss.on]
    return [Recovery(row.on, row.gross if policy.vat_insured or row.net is None else row.net) for row in late]


def _left(policy: Policy, row: Open) -> int:
    return row.gross if policy.vat_insured else row.net


def _covers(policy: Policy, loss: Loss, limits: Limits, receipted: Receipted) -> tuple[Cover, ...]:
    items = [replace(row.item, paid_on=row.paid_on) for row in receipted.opens]
    return cover_debtor(
        policy,
        items,
        limits,
        day=loss.on,
        open_amounts=[_left(policy, row) for row in receipted.opens],
        insolvent_on=loss.insolvency,
        taken=loss.taken,
        claimed=loss.claimed,
    )


def _loss_steps(policy: Policy, loss: Loss, receipted: Receipted) -> _Sheet:
    """Write the steps from the invoices to the undisputed loss."""
    sheet = _Sheet(sum(item.net + item.vat for item in loss.items))
    sheet.note("invoiced", f"{len(loss.items)} items, with VAT")
    if not policy.vat_insured:
        sheet.less("vat", sum(item.vat for item in loss.items), "VAT is not insured")
    received = sheet.amount - sum(_left(policy, row) for row in receipted.opens)
    order = policy.receipt_order.replace("oldest", "the oldest due item, whatever the payer said")
    sheet.less("receipts", received, f"up to {loss.on}, to {order.replace('designated', 'the item named')}")
    disputed = sum(min(_left(policy, row), row.item.disputed_basis(policy)) for row in receipted.opens)
    sheet.less("disputed", disputed, "not a loss until the dispute is settled")
    sheet.note("loss", f"open on {loss.on}, the date of loss ({loss.cause})")
    return sheet


def _limit_steps(sheet: _Sheet, covers: Sequence[Cover]) -> None:
    """Write the steps from the loss to its insured part."""
    eligible = sum(found.eligible for found in covers)
    refused = [found.item.id for found in covers if found.open and errors(found.reasons)]
    sheet.less("not_insured", sheet.amount - eligible, f"not insured: {', '.join(refused) or 'no item'}")
    sheet.note("eligible_loss", "insured by period, terms, delivery and limit in force")
    over = eligible - sum(found.insured for found in covers)
    sheet.less("above_limit", over, "beyond the limit of the day of delivery")
    sheet.note("insured_loss", "eligible loss within the limit")


def _policy_steps(policy: Policy, sheet: _Sheet, percentage: Ratio, year: Year) -> Year:
    """Write the steps from the insured loss to the indemnity; return the year with this loss in it."""
    if sheet.amount <= policy.threshold:
        sheet.less("threshold", sheet.amount, "a loss at or below the threshold does not count")
    counted = sheet.amount
    first_loss = policy.each_and_every
    if first_loss and policy.each_and_every_place is FirstLossPlace.BEFORE:
        sheet.less("each_and_every", first_loss, "first loss of every loss, before the percentage")
    used = 0
    if policy.aggregate_on is AggregateOn.LOSS:
        used = _erode(policy, sheet, year)
    sheet.amount = proportion(sheet.amount, percentage.part, percentage.whole)
    sheet.note("percentage", f"insured percentage {_words(percentage)} %")
    if first_loss and policy.each_and_every_place is FirstLossPlace.AFTER:
        sheet.less("each_and_every", first_loss, "first loss of every loss, after the percentage")
    if policy.minimum_retention:
        short = max(0, policy.minimum_retention - (counted - sheet.amount))
        sheet.less("minimum_retention", short, "the policyholder bears at least this of every loss")
    if policy.aggregate_on is AggregateOn.INDEMNITY:
        used = _erode(policy, sheet, year)
    _cap(policy, sheet, year)
    sheet.note("indemnity", "what the insurer pays")
    return replace(year, aggregate_used=year.aggregate_used + used, indemnified=year.indemnified + sheet.amount)


def _erode(policy: Policy, sheet: _Sheet, year: Year) -> int:
    """Let the aggregate first loss of the year take its part; return it."""
    if not policy.aggregate_first_loss:
        return 0
    left = max(0, policy.aggregate_first_loss - year.aggregate_used)
    return sheet.less("aggregate_first_loss", left, "first loss of the policy year that is left")


def _cap(policy: Policy, sheet: _Sheet, year: Year) -> None:
    most = policy.liability(year.premium_paid)
    if most is not None:
        left = max(0, most - year.indemnified)
        sheet.less("maximum_liability", max(0, sheet.amount - left), "most that is paid in the policy year")


def _percentage(covers: Sequence[Cover]) -> Ratio:
    """Return the insured percentage over all insured parts, weighed by amount; nothing insured: 0."""
    whole = sum(found.insured for found in covers)
    if whole == 0:
        return Ratio(0, 1)
    weighed = sum(found.insured * int(found.percentage.scaleb(6, EXACT)) for found in covers)
    return Ratio(weighed, whole * 10**8)


def _words(ratio: Ratio) -> str:
    """Return the ratio in per cent, as many decimals as it takes, at most six."""
    percent = EXACT.divide(Decimal(100 * ratio.part), Decimal(ratio.whole)).quantize(Decimal("1e-6"))
    whole, _, decimals = f"{percent:f}".partition(".")
    return f"{whole}.{decimals.rstrip('0')}".rstrip(".")


def _shares(covers: Sequence[Cover], indemnity: int) -> tuple[ItemShare, ...]:
    """Split the indemnity over the items by their insured parts, losing nothing."""
    shares = split(indemnity, [found.insured for found in covers]) if covers else []
    return tuple(ItemShare(found, part) for found, part in zip(covers, shares, strict=True))
