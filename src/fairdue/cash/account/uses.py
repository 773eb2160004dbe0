"""Propose money on account for open items, apply it, refuse it, take it back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fairdue.cash.bulk import values
from fairdue.cash.loading import item_of, payment_of
from fairdue.cash.models import BankLine, CreditUse
from fairdue.cash.policies import policy_of
from fairdue.cash.refunding.tasks import dismiss_of, lock_refund_of
from fairdue.core.findings import refuse
from fairdue.core.matching import Payment
from fairdue.core.matching.advances import Meeting, OnAccount, meet
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record, record_all
from fairdue.foundation.permissions import Permission
from fairdue.receivables import selectors as receivables
from fairdue.receivables.services import Applied, allocate, reverse_allocations

if TYPE_CHECKING:
    from fairdue.core.matching import Item
    from fairdue.foundation.context import Ctx
    from fairdue.receivables.selectors import CreditRow

State = CreditUse.State
_MOST = 5_000


@command("cash.propose_uses", Permission.CASH_APPLY)
def propose_uses(ctx: Ctx, *, debtors: Collection[UUID], today: date, key: str | None = None) -> list[UUID]:
    """Propose the money on account of customers for their open items, anew; returns the proposals.

    What a person refused does not come again; a proposal that stays the same stays.
    """
    del key
    known = receivables.credits_(ctx, debtors=debtors, limit=_MOST) if debtors else []
    money: defaultdict[UUID, list[CreditRow]] = defaultdict(list)
    for row in known:
        if row.kind == "payment" and row.debtor_id is not None:
            money[row.creditor_id].append(row)
    made = []
    for creditor, credits_ in sorted(money.items()):
        made += _proposed(ctx, creditor, credits_, today)
    return made


def _proposed(ctx: Ctx, creditor: UUID, credits_: list[CreditRow], today: date) -> list[UUID]:
    debtors = sorted({row.debtor_id for row in credits_ if row.debtor_id})
    items: list[Item] = [item_of(row) for row in values(ctx, "items", creditor=creditor, ids=[], debtors=debtors)]
    before = {
        row.credit_id: row
        for row in CreditUse.objects.select_for_update()
        .filter(credit_id__in=[row.id for row in credits_], state=State.OPEN)
        .order_by("id")
    }
    found = meet(_on_account(credits_), items, policy_of(ctx, creditor))
    by_credit = {UUID(one.payment): one for one in found}
    stale = [row for credit, row in before.items() if _stored(by_credit.get(credit), items) != row.allocations]
    CreditUse.objects.filter(id__in=[row.id for row in stale]).update(state=State.SUPERSEDED)
    kept = set(before) - {row.credit_id for row in stale}
    fresh = [
        CreditUse(
            tenant_id=ctx.tenant, creditor_id=creditor, debtor_id=row.debtor_id, credit_id=row.id,
            allocations=_stored(one, items), amount=one.amount, currency=row.currency, rule=one.rule, reason=one.reason,
            confidence=one.confidence, proposed_on=today,
        )
        for row in credits_
        if (one := by_credit.get(row.id)) is not None and row.id not in kept
    ]  # fmt: skip
    CreditUse.objects.bulk_create(fresh)
    record_all(ctx, [_fact("cash.use_proposed", row, today) for row in fresh])
    return [UUID(str(row.id)) for row in fresh]


def _on_account(credits_: list[CreditRow]) -> list[OnAccount]:
    ids = [row.id for row in credits_]
    lines = {line.credit_id: line for line in BankLine.objects.filter(credit_id__in=ids)}
    refused: defaultdict[UUID, set[frozenset[str]]] = defaultdict(set)
    for credit, parts in CreditUse.objects.filter(
        credit_id__in=ids, state__in=[State.REFUSED, State.REVERSED]
    ).values_list("credit_id", "allocations"):
        refused[credit].add(frozenset(str(part["item"]) for part in parts))
    return [
        OnAccount(str(row.debtor_id), _payment(row, lines.get(row.id)), frozenset(refused[row.id])) for row in credits_
    ]


def _payment(row: CreditRow, line: BankLine | None) -> Payment:
    """Return what is not applied of a payment, with what its bank line says."""
    said = payment_of(line) if line else Payment(str(row.id), row.unapplied, row.currency, row.received_on)
    return replace(said, id=str(row.id), amount=row.unapplied, charges=0, instructed=None, instructed_currency="")


def _stored(one: Meeting | None, items: list[Item]) -> list[dict[str, Any]]:
    numbers = {item.id: item.number for item in items}
    parts = one.parts if one else ()
    return [{"item": item, "number": numbers[item], "amount": amount} for item, amount in parts]


def _fact(kind: str, row: CreditUse, today: date, **more: Any) -> NewFact:
    payload = {
        "amount": {"minor": row.amount, "currency": row.currency}, "credit": str(row.credit_id),
        "items": ", ".join(part["number"] for part in row.allocations),
        "item_ids": [part["item"] for part in row.allocations], "reason": row.reason, "confidence": row.confidence,
        "automatic": False, **more,
    }  # fmt: skip
    return NewFact(kind, today, row.id, row.creditor_id, row.debtor_id, payload)


def _open(use: UUID) -> CreditUse:
    row: CreditUse | None = CreditUse.objects.select_for_update().filter(id=use, state=State.OPEN).first()
    if row is None:
        words = "This proposal is decided already, or the money or the items have moved."
        raise refuse("use.closed", "use", words)
    return row


@command("cash.accept_use", Permission.CASH_APPLY)
def accept_use(ctx: Ctx, *, use: UUID, today: date, key: str | None = None) -> UUID:
    """Apply money on account as proposed; refuses when somebody used the money or paid the items meanwhile."""
    del key
    row = _open(use)
    lock_refund_of(row.credit_id)
    lines = [Applied(UUID(part["item"]), part["amount"], row.credit_id) for part in row.allocations]
    row.group_id = allocate(ctx, lines=lines, effective_on=today.replace(day=1), today=today)
    row.state, row.decided_by, row.decided_on = State.ACCEPTED, ctx.actor, today
    row.save(update_fields=["state", "group_id", "decided_by", "decided_on"])
    record(ctx, _fact("cash.use_accepted", row, today))
    left = receivables.credits_(ctx, ids=[row.credit_id], only_unapplied=False)[0].unapplied
    dismiss_of(ctx, row.credit_id, left, "the money was applied to items", today)
    return use


@command("cash.refuse_use", Permission.CASH_APPLY)
def refuse_use(ctx: Ctx, *, use: UUID, today: date, key: str | None = None) -> UUID:
    """Leave money on account; the same items are not proposed for it again."""
    del key
    row = _open(use)
    row.state, row.decided_by, row.decided_on = State.REFUSED, ctx.actor, today
    row.save(update_fields=["state", "decided_by", "decided_on"])
    record(ctx, _fact("cash.use_refused", row, today))
    return use


@command("cash.reverse_use", Permission.CASH_APPLY)
def reverse_use(ctx: Ctx, *, use: UUID, reason: str, today: date, key: str | None = None) -> UUID:
    """Take a use back: the items are open, the money is on account again. Refuses a second time."""
    del key
    row = CreditUse.objects.select_for_update().filter(id=use, state=State.ACCEPTED).first()
    if row is None:
        raise refuse("cash.reversed", "use", "This was taken back already.")
    if not reason.strip():
        raise refuse("cash.reason", "reason", "Say why it is taken back.")
    _take_back(ctx, row, reason, today)
    return use


def _take_back(ctx: Ctx, row: CreditUse, reason: str, today: date) -> None:
    assert row.group_id is not None
    reverse_allocations(ctx, group=row.group_id, effective_on=today, today=today, reason=reason)
    row.state, row.reversed_on, row.reversed_by, row.reversal_reason = State.REVERSED, today, ctx.actor, reason[:200]
    row.save(update_fields=["state", "reversed_on", "reversed_by", "reversal_reason"])
    record(ctx, _fact("cash.use_reversed", row, today, reason=reason))


def take_back_uses(ctx: Ctx, credit: UUID, reason: str, today: date) -> None:
    """Take every use of a payment back and drop what is proposed of it, because the payment itself moves."""
    for row in CreditUse.objects.select_for_update().filter(credit_id=credit, state=State.ACCEPTED).order_by("id"):
        _take_back(ctx, row, reason, today)
    CreditUse.objects.filter(credit_id=credit, state=State.OPEN).update(state=State.SUPERSEDED)
