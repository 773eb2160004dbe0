"""The door out of money on account: what lies there, and what is proposed of it or was done with it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fairdue.cash.bulk import rows

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx


@dataclass(frozen=True, slots=True)
class UseRow:
    """Money on account with what is proposed of it (`state` open) or was done; minor units of `currency`."""

    id: UUID
    creditor_id: UUID
    debtor_id: UUID
    debtor_name: str
    credit_id: UUID
    number: str
    received_on: date
    unapplied: int
    allocations: list[dict[str, Any]] = field(hash=False)
    amount: int
    currency: str
    rule: str
    reason: str
    confidence: int
    state: str
    proposed_on: date
    decided_by: str
    decided_on: date | None
    reversed_on: date | None


@dataclass(frozen=True, slots=True)
class AccountRow:
    """Money that lies on account of a customer; minor units of `currency`."""

    credit_id: UUID
    creditor_id: UUID
    debtor_id: UUID
    debtor_name: str
    number: str
    amount: int
    unapplied: int
    currency: str
    received_on: date
    line_id: UUID | None
    refund_id: UUID | None
    use_id: UUID | None


def uses(
    ctx: Ctx, *, creditor: UUID | None = None, states: tuple[str, ...] = ("open",), limit: int = 200
) -> list[UseRow]:
    """Return uses of money on account, the surest first."""
    found = rows(ctx, "credit_uses", creditor=creditor, states=list(states), limit=limit)
    return [UseRow(**{**row, "allocations": json.loads(row["allocations"])}) for row in found]


def on_account(ctx: Ctx, *, creditor: UUID | None = None, limit: int = 200) -> list[AccountRow]:
    """Return payments with money on account of a known customer, the oldest first."""
    return [AccountRow(**row) for row in rows(ctx, "on_account", creditor=creditor, limit=limit)]
