"""The columns of a file of past payments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairdue.foundation.tabular.schema import Field, FieldKind, Problem, Schema

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


_DISCOUNT_SHARE = 10


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """One payment received; `allocations` are (open-item number, minor units) and may be empty."""

    payment_ref: str
    date: date
    currency: str
    amount: int
    payer_name: str
    payer_iban: str
    remittance: str
    debtor_external_id: str
    allocations: tuple[tuple[str, int], ...]


def _check(values: Mapping[str, object]) -> tuple[dict[str, object], list[Problem]]:
    """Refuse payments of nothing and allocations above the payment."""
    amount, allocations = values["amount"], values["allocations"]
    assert isinstance(amount, int)
    assert isinstance(allocations, tuple)
    problems: list[Problem] = []
    kept = _netted(amount, allocations)
    if amount == 0:
        problems.append(("amount", "amount.zero", "Is zero; nothing was paid."))
    if any(part == 0 or (part < 0) != (amount < 0) for _, part in kept):
        problems.append(("allocations", "amount.sign", "Holds a part of zero or of another sign than the amount."))
    elif abs(sum(part for _, part in kept)) > abs(amount):
        problems.append(("allocations", "allocation.over", "Allocates more than was paid."))
    numbers = [number for number, _ in kept]
    if len(set(numbers)) < len(numbers):
        problems.append(("allocations", "allocation.twice", "Names one open item twice."))
    return {"allocations": kept}, problems


def _netted(amount: int, allocations: tuple[tuple[str, int], ...]) -> tuple[tuple[str, int], ...]:
    """Return the parts that the money itself paid.

    A negative part of a payment is a credit note that was used up with it; the largest part is so much less. The same
    with gross amounts of items that were paid less a discount, up to a tenth.
    """
    paid = [(number, part) for number, part in allocations if part > 0]
    notes = -sum(part for _, part in allocations if part < 0)
    excess = sum(part for _, part in paid) - amount
    discount = not notes and 0 < excess * _DISCOUNT_SHARE <= amount
    if amount <= 0 or not (discount or (notes and 0 <= excess <= notes)):
        return allocations
    largest = max(paid, key=lambda pair: pair[1])
    return tuple((number, part - excess) if (number, part) == largest else (number, part) for number, part in paid)


PAYMENTS = Schema(
    "payments",
    (
        Field(
            "payment_ref",
            required=True,
            max_length=70,
            help="The bank's own reference of the line; the same reference again changes nothing.",
        ),
        Field(
            "date",
            FieldKind.DATE,
            required=True,
        ),
        Field(
            "currency",
            FieldKind.CURRENCY,
            required=True,
        ),
        Field(
            "amount",
            FieldKind.MONEY,
            required=True,
        ),
        Field(
            "payer_name",
            default="",
            quoted=True,
        ),
        Field(
            "payer_iban",
            max_length=42,
            default="",
        ),
        Field(
            "remittance",
            max_length=1000,
            default="",
            quoted=True,
        ),
        Field(
            "debtor_external_id",
            max_length=64,
            default="",
        ),
        Field(
            "allocations",
            FieldKind.AMOUNTS,
            default=(),
            help="number:amount, several with | between them.",
        ),
    ),
    PaymentRow,
    ("payment_ref",),
    _check,
)
