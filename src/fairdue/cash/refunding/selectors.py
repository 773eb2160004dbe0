"""The door out of refunds: the tasks, and for one of them every account with what speaks against it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.cash.bulk import rows
from fairdue.cash.models import RefundAnswer
from fairdue.cash.refunding.checks import Checked, checked
from fairdue.receivables import selectors as receivables

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx


WAITING = ("open", "proposed")
type Key = tuple[int, datetime, UUID]
"""Closed or not, since when, which one."""


@dataclass(frozen=True, slots=True)
class RefundRow:
    """A refund; minor units of `currency`, `unapplied` is what is left of the payment."""

    id: UUID
    creditor_id: UUID
    debtor_id: UUID | None
    debtor_name: str | None
    credit_id: UUID
    number: str
    line_id: UUID | None
    payer_name: str | None
    kind: str
    amount: int
    unapplied: int
    currency: str
    account: str | None
    reason: str
    state: str
    opened_on: date
    opened_at: datetime
    opened_by: str
    decided_on: date | None
    decided_by: str
    agent: str
    ordered: bool
    bank_status: str
    bank_words: str
    answered_on: date | None

    @property
    def key(self) -> Key:
        """Where the next page goes on."""
        return int(self.state not in WAITING), self.opened_at, self.id


@dataclass(frozen=True, slots=True)
class RefundAnswerRow:
    """What a bank said of an order, newest first in a list."""

    status: str
    code: str
    sentence: str
    reference: str
    end_to_end_id: str
    read_on: date


def answers(ctx: Ctx, *, refund: UUID) -> list[RefundAnswerRow]:
    """Return what banks said of every order of a refund, the newest first."""
    rows_ = RefundAnswer.objects.filter(tenant_id=ctx.tenant, refund_id=refund).order_by("-read_at", "-place")
    return [RefundAnswerRow(r.status, r.code, r.sentence, r.reference, r.end_to_end_id, r.read_on) for r in rows_]


def refunds(
    ctx: Ctx, *, creditor: UUID | None = None, states: tuple[str, ...] = (), refund: UUID | None = None,
    after: Key | None = None, limit: int = 200,
) -> list[RefundRow]:  # fmt: skip
    """Return refunds, those that wait first, then the newest; `after` is the key of the last one seen."""
    closed, at, last = after or (None, None, None)
    found = rows(
        ctx, "refunds", creditor=creditor, states=list(states) or None, refund=refund, limit=limit,
        after_closed=None if closed is None else bool(closed), after_at=at, after_id=last,
    )  # fmt: skip
    return [RefundRow(**row) for row in found]


def against(ctx: Ctx, row: RefundRow, today: date) -> list[Checked]:
    """Return every account of the customer with everything that speaks against paying to it today."""
    found = receivables.credits_(ctx, ids=[row.credit_id], only_unapplied=False)
    return checked(ctx, found[0], row.amount, today) if found else []
