"""Take an application back: a reversal in the heart, and nothing is remembered of it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.cash.account.uses import take_back_uses
from fairdue.cash.models import BankLine, CashApplication, CashProposal, CashRefusal
from fairdue.cash.posting.forgetting import forget
from fairdue.cash.posting.withdrawing import withdraw_deductions
from fairdue.cash.refunding.tasks import dismiss_of
from fairdue.cash.services.calibrating import demote
from fairdue.core.findings import refuse
from fairdue.core.money import Money
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.permissions import Permission
from fairdue.receivables import selectors as receivables
from fairdue.receivables.services import assign_credit, restore_credit, reverse_allocations

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx


@command("cash.reverse", Permission.CASH_APPLY)
def reverse(ctx: Ctx, *, application: UUID, reason: str, today: date, key: str | None = None) -> UUID:
    """Take an application back; the items are open again, the money unapplied, the line waits again.

    The same proposal does not come again, and the rule that made it answers for it at once. Refuses a second time.
    """
    del key
    row = CashApplication.objects.select_for_update().filter(id=application).first()
    if row is None or row.reversed_on is not None:
        raise refuse("cash.reversed", "application", "This was taken back already.")
    if not reason.strip():
        raise refuse("cash.reason", "reason", "Say why it is taken back.")
    line = BankLine.objects.select_for_update().get(id=row.line_id)
    if line.credit_id is not None:
        # In the order of locks in which a refund is paid: first its task, then the payment.
        dismiss_of(ctx, line.credit_id, 0, "the payment was taken back", today)
        take_back_uses(ctx, line.credit_id, reason, today)
    if row.how == CashApplication.How.NOT_RECEIVABLE:
        if row.group_id is not None:
            restore_credit(ctx, group=row.group_id, today=today, reason=reason)
    elif row.group_id is not None:
        reverse_allocations(ctx, group=row.group_id, effective_on=today, today=today, reason=reason)
    if line.credit_id is not None:
        assign_credit(ctx, credit=line.credit_id, debtor=None, today=today)  # locks it: nothing leaves it from here on
        _must_be_whole(ctx, line)
    row.reversed_on, row.reversed_by, row.reversal_reason = today, ctx.actor, reason[:200]
    row.save(update_fields=["reversed_on", "reversed_by", "reversal_reason"])
    line.state = BankLine.State.RECEIVED
    line.save(update_fields=["state"])
    _unlearn(ctx, row, line, today)
    withdraw_deductions(ctx, row, line, today)
    money = {"minor": row.amount, "currency": line.currency}
    payload = {"amount": money, "reason": reason, "application": str(row.id)}
    record(ctx, NewFact("cash.reversed", today, line.id, row.creditor_id, row.debtor_id, payload))
    return UUID(str(row.id))


def _must_be_whole(ctx: Ctx, line: BankLine) -> None:
    """Refuse when money of a line went elsewhere: the line could never be applied as a whole again."""
    credit = receivables.credits_(ctx, ids=[line.credit_id], only_unapplied=False)[0]
    if credit.unapplied != line.amount:
        left = Money(line.amount - credit.unapplied, line.currency)
        words = f"{left} of this payment was paid back or applied on another page; take that back first."
        raise refuse("cash.used_elsewhere", "application", words)


def _unlearn(ctx: Ctx, row: CashApplication, line: BankLine, today: date) -> None:
    """Forget the payer of this application, and never propose the same again."""
    forget(ctx, row, line)
    proposal = CashProposal.objects.filter(id=row.proposal_id).first() if row.proposal_id else None
    if proposal is not None:
        CashRefusal.objects.create(
            tenant_id=ctx.tenant,
            creditor_id=row.creditor_id,
            line_id=line.id,
            fingerprint=proposal.fingerprint,
            refused_by=ctx.actor,
        )
        demote(ctx, proposal, row, today)
