"""A credit insurance policy as parameters: every term that wordings differ in is a switch here.

Amounts are whole minor units of the policy's currency, percentages are Decimals in percent, periods are
calendar days. A term that is `None` (or zero, where zero is natural) does not exist in the policy.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from fairdue.core.findings import Finding
from fairdue.core.money import EXACT, Rounding

HUNDRED = Decimal(100)


class Attachment(StrEnum):
    """What must fall into the policy period."""

    RISK = "risk"
    """Risk-attaching: the delivery."""
    LOSS = "loss"
    """Losses-occurring: the date of loss."""


class Anchor(StrEnum):
    """The day from which the maximum extension period runs."""

    DUE = "due"
    INVOICE = "invoice"


class WaitingFrom(StrEnum):
    """The day from which the waiting period runs."""

    CLAIM = "claim"
    MANDATE = "mandate"
    DUE = "due"


class ClaimFrom(StrEnum):
    """The day from which the time for filing a claim runs."""

    EXTENSION = "extension"
    """End of the maximum extension period."""
    DUE = "due"


class FirstLossPlace(StrEnum):
    """Where the each-and-every first loss is taken off."""

    BEFORE = "before"
    """Before the insured percentage: off the loss."""
    AFTER = "after"
    """After the insured percentage: off the indemnity."""


class AggregateOn(StrEnum):
    """What erodes the aggregate first loss of the year."""

    LOSS = "loss"
    INDEMNITY = "indemnity"


class ReceiptOrder(StrEnum):
    """Which item a receipt before the date of loss reduces."""

    OLDEST = "oldest"
    """The oldest due item, whatever the payer said."""
    DESIGNATED = "designated"
    """The item the payer named; the oldest due when none is named."""


class RecoveryRule(StrEnum):
    """How what comes in after the date of loss is shared."""

    LOSS_SHARE = "loss_share"
    """Each party by its share of the loss: indemnity to loss."""
    COVER_SHARE = "cover_share"
    """The insurer by insured part of the debt times insured percentage, deductibles left aside."""
    INSURER_FIRST = "insurer_first"
    """The insurer until the indemnity is restored."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The terms of one policy version."""

    currency: str
    starts: date = date.min
    ends: date = date.max
    number: str = ""
    attachment: Attachment = Attachment.RISK
    insured_percentage: Decimal = Decimal(90)
    vat_insured: bool = False
    threshold: int = 0
    """Non-qualifying loss: at or below it nothing counts, above it the whole loss counts."""
    each_and_every: int = 0
    each_and_every_place: FirstLossPlace = FirstLossPlace.AFTER
    minimum_retention: int = 0
    """The policyholder bears at least this much of every insured loss."""
    aggregate_first_loss: int = 0
    aggregate_on: AggregateOn = AggregateOn.INDEMNITY
    maximum_liability: int | None = None
    """Most the insurer pays for one policy year."""
    liability_multiple: Decimal | None = None
    """Most the insurer pays for one policy year, as a multiple of the premium paid."""
    discretionary_limit: int = 0
    """Most the policyholder may grant by its own check."""
    maximum_credit_days: int | None = None
    """Invoice date to due date; an item beyond it is uninsured altogether."""
    maximum_invoicing_days: int | None = None
    """Delivery to invoice."""
    extension_days: int = 60
    extension_from: Anchor = Anchor.DUE
    stop_deliveries: bool = True
    """Deliveries while an item is unpaid beyond its extension period are not insured."""
    notification_days: int | None = 30
    """End of the extension period to the overdue notification."""
    mandate_days: int | None = 30
    """End of the extension period to the collection mandate."""
    claim_days: int | None = 90
    claim_from: ClaimFrom = ClaimFrom.EXTENSION
    claim_not_before_days: int | None = None
    """Due date to the first day on which the insurer takes a claim."""
    waiting_days: int = 180
    waiting_from: WaitingFrom = WaitingFrom.MANDATE
    payout_days: int = 30
    receipt_order: ReceiptOrder = ReceiptOrder.OLDEST
    receipts_on_uninsured: bool = True
    """Receipts also reduce older items that are not insured; off: insured items only."""
    credit_advance_receipts: bool = False
    """Cash in advance for deliveries after a withdrawal also reduces the old debt (void in Germany: BGH
    IV ZR 343/12, 22 January 2014)."""
    recovery_rule: RecoveryRule = RecoveryRule.LOSS_SHARE

    def liability(self, premium_paid: int) -> int | None:
        """Return the most that is paid for a policy year, the smaller of amount and multiple, if any."""
        caps = [] if self.maximum_liability is None else [self.maximum_liability]
        if self.liability_multiple is not None:
            caps.append(times(premium_paid, self.liability_multiple))
        return min(caps, default=None)


def times(minor: int, factor: Decimal) -> int:
    """Return `minor` times `factor`, half away from zero to a whole minor unit."""
    return int(EXACT.multiply(Decimal(minor), factor).to_integral_value(Rounding.HALF_UP.value))


def percent_of(minor: int, percent: Decimal) -> int:
    """Return `percent` per cent of `minor`, half away from zero to a whole minor unit."""
    return times(minor, percent.scaleb(-2, EXACT))


_NOT_NEGATIVE = (
    "threshold each_and_every minimum_retention aggregate_first_loss maximum_liability liability_multiple "
    "discretionary_limit maximum_credit_days maximum_invoicing_days extension_days notification_days "
    "mandate_days claim_days claim_not_before_days waiting_days payout_days"
).split()


LONGEST_DAYS = 3650
"""Ten years: no policy counts a longer period, and a day so many days on can still be told."""


def check(policy: Policy) -> tuple[Finding, ...]:
    """Return every finding against the terms: percentage, amounts below zero, endless days, a period reversed."""
    found = [
        Finding("policy.negative", name, f"{name.replace('_', ' ')} is below zero")
        for name in _NOT_NEGATIVE
        if (value := getattr(policy, name)) is not None and value < 0
    ]
    found += [
        Finding("policy.days", name, f"{name.replace('_', ' ')} is more than {LONGEST_DAYS} days")
        for name in _NOT_NEGATIVE
        if name.endswith("_days") and (getattr(policy, name) or 0) > LONGEST_DAYS
    ]
    if not 0 < policy.insured_percentage <= HUNDRED:
        text = f"an insured percentage of {policy.insured_percentage} is not between 0 and 100"
        found.append(Finding("policy.percentage", "insured_percentage", text))
    if policy.ends < policy.starts:
        found.append(Finding("policy.period", "ends", f"the policy ends {policy.ends} before it starts"))
    return tuple(found)
