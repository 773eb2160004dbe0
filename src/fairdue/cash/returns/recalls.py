"""Recalls: the payer's bank asks for a payment back (camt.056). Two people decide; nothing goes back by itself."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fairdue.cash.models import BankLine, CashApplication
from fairdue.core.findings import refuse
from fairdue.core.money import Money
from fairdue.core.returned import reason_of
from fairdue.foundation.approvals import approval, propose
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.permissions import Permission

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

_OURS = (BankLine.State.RECEIVED, BankLine.State.PROPOSED, BankLine.State.APPLIED, BankLine.State.ON_ACCOUNT)


@command("cash.propose_recall", Permission.REFUND_PROPOSE)
def propose_recall(ctx: Ctx, *, line: UUID, code: str, today: date, key: str | None = None) -> UUID:
    """Ask a second person whether a payment may go back as its bank asks; returns the approval that waits.

    Refuses what is no payment that we hold, and a second request while one waits.
    """
    del key
    row = BankLine.objects.filter(id=line).first()
    if row is None or row.state not in _OURS or row.credit_id is None:
        raise refuse("recall.line", "line", "This is no payment that we hold.")
    reason = reason_of(code)
    applied = CashApplication.objects.filter(line_id=line, reversed_on__isnull=True).first()
    money = Money(row.amount, row.currency)
    return propose(
        ctx, kind="recall", subject=line, title=f"Let {money} of {row.payer_name or 'an unknown payer'} go back",
        payload={"line": str(line), "code": reason.code, "reason": reason.words}, today=today,
        creditor=row.creditor_id, debtor=applied.debtor_id if applied else None,
    )  # fmt: skip


@approval("recall", Permission.REFUND_APPROVE)
def agree_to_recall(ctx: Ctx, payload: dict[str, Any], today: date) -> object:
    """Record that the payment may go back; the items open when the bank has taken the money (its line says FOCR)."""
    row = BankLine.objects.get(id=UUID(str(payload["line"])))
    if row.state not in _OURS:
        raise refuse("recall.line", "line", "The payment went back already.")
    about = {"amount": {"minor": row.amount, "currency": row.currency}, "code": payload["code"],
             "reason": payload["reason"]}  # fmt: skip
    record(ctx, NewFact("payment.recall_agreed", today, row.id, row.creditor_id, None, about))
    return row.id
