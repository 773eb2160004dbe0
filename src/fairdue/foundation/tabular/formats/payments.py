"""The columns of a file of past payments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairdue.foundation.tabular.schema import Field, FieldKind, Problem, Schema

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


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
    if amount == 0:
        problems.append(("amount", "amount.zero", "Is zero; nothing was paid."))
    if any(part == 0 or (part < 0) != (amount < 0) for _, part in allocations):
        problems.append(("allocations", "amount.sign", "Holds a part of zero or of another sign than the amount."))
    elif abs(sum(part for _, part in allocations)) > abs(amount):
        problems.append(("allocations", "allocation.over", "Allocates more than was paid."))
    numbers = [number for number, _ in allocations]
    if len(set(numbers)) < len(numbers):
        problems.append(("allocations", "allocation.twice", "Names one open item twice."))
    return {}, problems


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
