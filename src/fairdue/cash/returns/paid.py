"""What a payment paid, as long as it stands."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Paid:
    """An item that a payment paid; `amount` of the payment, minor units of its currency."""

    item_id: UUID
    number: str
    debtor_id: UUID
    amount: int
