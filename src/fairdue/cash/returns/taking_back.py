"""Take a returned payment back: open items as they were, the money gone, the fee booked, and it can be undone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.cash.account.uses import take_back_uses
from fairdue.cash.bulk import rows
from fairdue.cash.models import BankLine, CashApplication, CashProposal, CashReturn
from fairdue.cash.posting.forgetting import forget
from fairdue.cash.refunding.tasks import dismiss_of
from fairdue.cash.returns.fees import book_fee, charge_on, unbook_fee
from fairdue.cash.returns.paid import Paid
from fairdue.core.findings import refuse
from fairdue.core.money import Money
from fairdue.core.returned import Reason, reason_of
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record, record_all
from fairdue.foundation.ids import uuid7
from fairdue.foundation.permissions import Permission
from fairdue.receivables.services import assign_credit, restore_credit, reverse_allocations, withdraw_credit

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

State = BankLine.State
_MAY_GO_BACK = (State.RECEIVED, State.PROPOSED, State.APPLIED, State.ON_ACCOUNT)


@dataclass(frozen=True, slots=True)
class _Undoing:
    """The two locked lines, what was done with the payment, and what goes back of it."""

    line: BankLine
    original: BankLine
    application: CashApplication | None
    items: tuple[Paid, ...]
    part: int
    on: date

    @property
    def fee(self) -> int:
        """What the bank kept beside the payment."""
        return int(-self.line.amount - self.part)


@command("cash.take_back", Permission.CASH_APPLY)
def take_back(
    ctx: Ctx, *, line: UUID, original: UUID, today: date, code: str | None = None, items: Sequence[UUID] | None = None,
    charge_fee: bool = False, evidence: str = "chosen by hand", key: str | None = None,
) -> UUID:  # fmt: skip
    """Undo `original` by the line on which the bank took it back, or the part of it on some `items` of a collection.

    The items are open again with their original due dates, the money leaves the books, what the bank took beyond it is
    its fee; `charge_fee` opens an item for that fee. Refuses when less went back than was paid. Returns the return.
    """
    del key
    undoing = _undoing(ctx, line, original, items, today)
    reason = reason_of(undoing.line.return_code if code is None else code)
    words = f"returned by the bank: {reason.code} {reason.words}"
    assert undoing.original.credit_id is not None
    if items is None:
        dismiss_of(ctx, undoing.original.credit_id, 0, words, today)
        take_back_uses(ctx, undoing.original.credit_id, words, today)
    opened = _reverse(ctx, undoing, words, today, items)
    gone = withdraw_credit(
        ctx, credit=undoing.original.credit_id, amount=undoing.part, effective_on=undoing.on, today=today, reason=words
    )
    id_ = uuid7()
    book_fee(ctx, undoing.line, undoing.fee, undoing.on, id_)
    fee_item = None
    if charge_fee and undoing.fee and undoing.items:
        fee_item = charge_on(ctx, undoing.line, undoing.fee, undoing.items[0], id_, today)
    whose = {row.debtor_id for row in undoing.items}
    applied = undoing.application
    made = CashReturn.objects.create(
        tenant_id=ctx.tenant, id=id_, creditor_id=undoing.line.creditor_id,
        debtor_id=whose.pop() if len(whose) == 1 else (applied.debtor_id if applied else None),
        line_id=line, original_id=original, application_id=applied.id if applied else None, code=reason.code,
        step=reason.step, amount=undoing.part, fee=undoing.fee, fee_item_id=fee_item,
        items=sorted({str(row.item_id) for row in undoing.items}), reversal_id=opened, withdrawal_id=gone,
        evidence=evidence, returned_on=undoing.line.booked_on, recorded_by=ctx.actor,
    )  # fmt: skip
    BankLine.objects.filter(id__in=[line] if items is not None else [line, original]).update(state=State.RETURNED)
    record_all(ctx, _facts(made, undoing, reason, today))
    return id_


def _undoing(ctx: Ctx, line: UUID, original: UUID, items: Sequence[UUID] | None, today: date) -> _Undoing:
    """Lock both lines in id order and say what goes back; refuse what does not fit."""
    locked = BankLine.objects.select_for_update().filter(id__in=[line, original]).order_by("id")
    by_id = {row.id: row for row in locked}
    out, came = by_id.get(line), by_id.get(original)
    if out is None or out.amount >= 0 or out.state not in {State.RECEIVED, State.NOT_RECEIVABLE}:
        raise refuse("return.line", "line", "This is no line on which money went back, or it was settled already.")
    if came is None or came.state not in _MAY_GO_BACK or came.credit_id is None:
        raise refuse("return.original", "original", "This payment went back already, or is no customer's payment.")
    if came.account_id != out.account_id or came.currency != out.currency:
        raise refuse("return.account", "original", "The payment came on another account or in another currency.")
    applied = CashApplication.objects.filter(line_id=original, reversed_on__isnull=True).first()
    paid = _paid(ctx, applied, came, items)
    part = came.amount if items is None else sum(row.amount for row in paid)
    if not 0 < part <= -out.amount:
        left, back = Money(part, came.currency), Money(-out.amount, out.currency)
        raise refuse("return.amount", "original", f"{back} went back, and that is less than the {left} that came.")
    return _Undoing(out, came, applied, paid, part, max(out.booked_on, today.replace(day=1)))


def _paid(ctx: Ctx, applied: CashApplication | None, came: BankLine, items: Sequence[UUID] | None) -> tuple[Paid, ...]:
    """Return the allocations of a payment that still stand, all of them or those of some items."""
    if applied is None or applied.group_id is None:
        return ()
    wanted = None if items is None else list(items)
    return tuple(Paid(**row) for row in rows(ctx, "paid", group=applied.group_id, credit=came.credit_id, items=wanted))


def _reverse(ctx: Ctx, undoing: _Undoing, words: str, today: date, items: Sequence[UUID] | None) -> UUID | None:
    """Take the allocations back; an application that went back as a whole stands no longer.

    The payer stays known and the rule unblamed: the match was right, the money was not.
    """
    applied = undoing.application
    CashProposal.objects.filter(line_id=undoing.original.id, state="open").update(state=CashProposal.State.SUPERSEDED)
    if applied is None:
        return None
    if items is None:
        applied.reversed_on, applied.reversed_by, applied.reversal_reason = today, ctx.actor, words[:200]
        applied.save(update_fields=["reversed_on", "reversed_by", "reversal_reason"])
    if applied.group_id is None or not undoing.items:
        return None
    return reverse_allocations(
        ctx, group=applied.group_id, effective_on=undoing.on, today=today, reason=words, items=items
    )


def _facts(made: CashReturn, undoing: _Undoing, reason: Reason, today: date) -> list[NewFact]:
    """Return one fact for each customer whose payment went back; one that was not applied is nobody's yet."""
    shares: dict[UUID | None, list[Paid]] = defaultdict(list)
    for row in undoing.items:
        shares[row.debtor_id].append(row)
    if not shares:
        shares[made.debtor_id] = []
    return [
        NewFact("payment.returned", today, made.id, made.creditor_id, debtor, {
            "amount": {"minor": sum(row.amount for row in paid) or made.amount, "currency": undoing.line.currency},
            "code": reason.code, "reason": reason.words, "step": reason.step.value,
            "items": sorted({str(row.item_id) for row in paid}),
            "numbers": ", ".join(sorted({row.number for row in paid})),
            "fee": {"minor": made.fee, "currency": undoing.line.currency},
            "end_to_end_id": undoing.line.end_to_end_id or undoing.original.end_to_end_id,
            "mandate": undoing.line.mandate_id or undoing.original.mandate_id,
            "line": str(made.line_id), "original": str(made.original_id), "returned_on": made.returned_on,
            "application": str(made.application_id or ""), "reversal": str(made.reversal_id or ""),
            "customer": str(made.debtor_id or ""),
        })
        for debtor, paid in shares.items()
    ]  # fmt: skip


@command("cash.undo_return", Permission.CASH_APPLY)
def undo_return(ctx: Ctx, *, returned: UUID, reason: str, today: date, key: str | None = None) -> UUID:
    """Put both lines of a return back: the money is unapplied again and both wait for a decision.

    Refuses a second time, and when the fee that was charged on was paid meanwhile. Returns the payment's line.
    """
    del key
    row = CashReturn.objects.select_for_update().filter(id=returned, undone_on__isnull=True).first()
    if row is None:
        raise refuse("return.undone", "returned", "This return was undone already.")
    if not reason.strip():
        raise refuse("cash.reason", "reason", "Say why it is undone.")
    lines = BankLine.objects.select_for_update().filter(id__in=[row.line_id, row.original_id]).order_by("id")
    by_id = {line.id: line for line in lines}
    restore_credit(ctx, group=row.withdrawal_id, today=today, reason=reason)
    unbook_fee(ctx, row, by_id[row.line_id], today, reason)
    row.undone_on, row.undone_by, row.undo_reason = today, ctx.actor, reason[:200]
    row.save(update_fields=["undone_on", "undone_by", "undo_reason"])
    whole = by_id[row.original_id].state == State.RETURNED
    waiting = [row.line_id, row.original_id] if whole else [row.line_id]
    if whole and row.application_id is not None:
        # The payment waits for a decision again, so the one that was made before the return is no experience any more.
        forget(ctx, CashApplication.objects.get(id=row.application_id), by_id[row.original_id])
    if whole and by_id[row.original_id].credit_id is not None:
        assign_credit(ctx, credit=by_id[row.original_id].credit_id, debtor=None, today=today)
    BankLine.objects.filter(id__in=waiting).update(state=State.RECEIVED)
    payload = {"amount": {"minor": row.amount, "currency": by_id[row.line_id].currency}, "reason": reason}
    record(ctx, NewFact("payment.return_undone", today, row.id, row.creditor_id, row.debtor_id, payload))
    return UUID(str(row.original_id))
