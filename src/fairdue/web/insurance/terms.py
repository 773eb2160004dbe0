"""The terms of a policy in words: each choice said out, each amount with its currency, each period with its unit."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language

from fairdue.core.insurance.files import plain_policy
from fairdue.core.insurance.policy import (
    AggregateOn,
    Anchor,
    Attachment,
    ClaimFrom,
    FirstLossPlace,
    ReceiptOrder,
    RecoveryRule,
    WaitingFrom,
)
from fairdue.core.money import Money
from fairdue.web import formats

if TYPE_CHECKING:
    from collections.abc import Mapping
    from enum import StrEnum

    from fairdue.insurance.selectors import PolicyRow

CHOICES: dict[str, Mapping[Any, str]] = {
    "attachment": {
        Attachment.RISK: "deliveries in the policy period (risk attaching)",
        Attachment.LOSS: "losses in the policy period (loss occurring)",
    },
    "extension_from": {Anchor.DUE: "the due date", Anchor.INVOICE: "the invoice date"},
    "waiting_from": {
        WaitingFrom.CLAIM: "the claim",
        WaitingFrom.MANDATE: "the mandate to collect",
        WaitingFrom.DUE: "the due date",
    },
    "claim_from": {ClaimFrom.EXTENSION: "the end of the extension period", ClaimFrom.DUE: "the due date"},
    "each_and_every_place": {
        FirstLossPlace.BEFORE: "before the insured percentage",
        FirstLossPlace.AFTER: "after the insured percentage",
    },
    "aggregate_on": {AggregateOn.LOSS: "insured losses", AggregateOn.INDEMNITY: "indemnities"},
    "receipt_order": {
        ReceiptOrder.OLDEST: "the oldest item first",
        ReceiptOrder.DESIGNATED: "the item that the payer names",
    },
    "recovery_rule": {
        RecoveryRule.LOSS_SHARE: "the shares of the loss",
        RecoveryRule.COVER_SHARE: "insured and uninsured parts",
        RecoveryRule.INSURER_FIRST: "the insurer first",
    },
}
"""How a person reads each choice, after the words of its label."""
LABELS = {
    "starts": "From",
    "ends": "To",
    "attachment": "What counts",
    "stop_deliveries": "Stop deliveries after the extension period",
    "claim_from": "Claim counted from",
    "claim_not_before_days": "Claim not before, days",
    "receipts_on_uninsured": "Money also reduces uninsured items",
    "credit_advance_receipts": "Cash in advance reduces old debt",
}
SECTIONS = (
    ("The policy", "starts ends attachment"),
    (
        "What is insured",
        "insured_percentage vat_insured maximum_credit_days maximum_invoicing_days discretionary_limit",
    ),
    (
        "What must be done by when",
        (
            "extension_days extension_from stop_deliveries notification_days mandate_days claim_days claim_from "
            "claim_not_before_days waiting_days waiting_from payout_days"
        ),
    ),
    (
        "What you bear",
        (
            "threshold each_and_every each_and_every_place minimum_retention aggregate_first_loss aggregate_on "
            "maximum_liability liability_multiple"
        ),
    ),
    ("Money and recoveries", "receipt_order receipts_on_uninsured credit_advance_receipts recovery_rule"),
)
_AMOUNTS = frozenset(
    "discretionary_limit threshold each_and_every minimum_retention aggregate_first_loss maximum_liability".split()
)


def choices_of(name: str, words: type[StrEnum]) -> list[tuple[str, str]]:
    """Return the choices of a term for a form, every word of the core with its own."""
    return [(word.value, CHOICES[name][word]) for word in words]


def terms_shown(policy: PolicyRow, labels: Mapping[str, str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the sections of a policy's terms: title, and label and value of each term that it has."""
    plain = plain_policy(policy.terms)
    found = []
    for title, names in SECTIONS:
        rows = [
            (_label(name, labels), _value(name, plain[name], policy.currency))
            for name in names.split()
            if plain.get(name) is not None
        ]
        found.append((title, rows))
    return found


def _label(name: str, labels: Mapping[str, str]) -> str:
    return LABELS.get(name) or labels[name].removesuffix(", days").removesuffix(", %")


def _value(name: str, value: object, currency: str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name in CHOICES:
        return CHOICES[name][value]
    if name in _AMOUNTS:
        minor = Money.parse(str(value), currency).minor
        return formats.money_text(minor, currency, get_language() or "en") if minor else "none"
    return _measured(name, str(value))


def _measured(name: str, value: str) -> str:
    """Return a number with its unit, a day as people write it."""
    if name.endswith("_days"):
        return formats.plural_text(int(value), "day")
    if name == "insured_percentage":
        return f"{Decimal(value).normalize():f} %"
    if name == "liability_multiple":
        return f"{value} times the premium"
    return formats.days_in_words(value, get_language() or "en")
