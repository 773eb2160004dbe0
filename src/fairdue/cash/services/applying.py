"""Carry proposals out: many at a time, each undone on its own."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from fairdue.cash.models import BankLine, CashApplication, CashProposal, PayerMemory
from fairdue.cash.reasons import reason_words
from fairdue.core.findings import Finding, RefusedError, refuse
from fairdue.core.ledger import AccountRole
from fairdue.core.matching import AdjustmentKind, Allocation, Source, Step, alias_of, fund
from fairdue.foundation import clock
from fairdue.foundation.arrays import array, columns
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record_all
from fairdue.foundation.ids import uuid7
from fairdue.foundation.permissions import Permission
from fairdue.receivables.services import Applied, allocate, assign_credits, open_books, withdraw_credits

if TYPE_CHECKING:
    from fairdue.core.matching import Proposal
    from fairdue.foundation.context import Ctx

WAITING = (BankLine.State.RECEIVED, BankLine.State.PROPOSED)
_ADJUSTED = {
    AdjustmentKind.DISCOUNT: ("discount", None),
    AdjustmentKind.BANK_CHARGE: ("write_off", AccountRole.BANK_FEE),
    AdjustmentKind.SMALL_DIFFERENCE: ("write_off", AccountRole.SMALL_DIFFERENCE),
    AdjustmentKind.WITHHOLDING_TAX: ("write_off", AccountRole.WITHHELD_TAX),
}
_REASONS = {
    AdjustmentKind.DISCOUNT: "early-payment discount",
    AdjustmentKind.BANK_CHARGE: "bank charge",
    AdjustmentKind.SMALL_DIFFERENCE: "small difference",
    AdjustmentKind.WITHHOLDING_TAX: "tax withheld by the customer",
}
NO_CUSTOMER = "not a customer's payment"
_INSERT = """
INSERT INTO cash_application (tenant_id, id, creditor_id, debtor_id, line_id, proposal_id, group_id, how, amount,
                              on_account, items, batch_id, applied_on, applied_by, reversed_by, reversal_reason)
SELECT %s, a.*, %s, %s, '', '' FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[],
    %s::text[], %s::bigint[], %s::bigint[], %s::int[], %s::uuid[]) AS a
"""
_REMEMBER = """
INSERT INTO payer_account (tenant_id, id, creditor_id, debtor_id, blind, times, last_on)
SELECT %s, m.id, m.creditor, m.debtor, m.blind, m.times, %s
FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::int[]) AS m(id, creditor, debtor, blind, times)
ON CONFLICT (tenant_id, creditor_id, blind, debtor_id)
DO UPDATE SET times = payer_account.times + excluded.times, last_on = excluded.last_on
"""
_REMEMBER_OTHERS = """
INSERT INTO payer_memory (tenant_id, id, creditor_id, kind, key, debtor_id, times, last_on)
SELECT %s, m.id, m.creditor, m.kind, m.key, m.debtor, m.times, %s
FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::uuid[], %s::int[])
    AS m(id, creditor, kind, key, debtor, times)
ON CONFLICT (tenant_id, creditor_id, kind, key, debtor_id)
DO UPDATE SET times = payer_memory.times + excluded.times, last_on = excluded.last_on
"""
LONGEST_ALIAS = 200
NOBODY = UUID(int=0)
"""The debtor of remembered payments that were no customer's."""


@dataclass(frozen=True, slots=True)
class Use:
    """What becomes of one line: allocations, the rest on account of a debtor, and how it was decided."""

    line: BankLine
    allocations: tuple[Allocation, ...]
    on_account: int
    debtor: UUID | None
    how: str
    proposal: UUID | None = None
    deductions: tuple[dict[str, Any], ...] = ()
    group: UUID | None = None
    why: str = NO_CUSTOMER
    """What the money is that is no receivable."""
    batch: UUID | None = None
    """The act that it belongs to, where many were carried out by one."""


@command("cash.accept", Permission.CASH_APPLY)
def accept(ctx: Ctx, *, proposal: UUID, today: date, alternative: int | None = None, key: str | None = None) -> UUID:
    """Carry out a proposal, or one of its alternatives by place; returns the application for an undo.

    Of two who accept the same line one is refused.
    """
    del key
    return _carry_out(ctx, [proposal], today, alternative=alternative)[0]


@command("cash.accept_all", Permission.CASH_APPLY)
def accept_all(
    ctx: Ctx, *, proposals: Sequence[UUID], today: date, automatic: bool = False, key: str | None = None
) -> list[UUID]:
    """Carry out many proposals, all or none, as one batch that is undone by one act; returns their applications."""
    del key
    return _carry_out(ctx, list(proposals), today, automatic=automatic, batch=uuid7())


def _carry_out(
    ctx: Ctx, ids: list[UUID], today: date, *, automatic: bool = False, alternative: int | None = None,
    batch: UUID | None = None,
) -> list[UUID]:  # fmt: skip
    rows = CashProposal.objects.select_for_update().filter(id__in=ids).order_by("id")
    proposals = {row.id: row for row in rows}
    gone = [one for one in ids if one not in proposals or proposals[one].state != CashProposal.State.OPEN]
    if gone:
        raise refuse("cash.proposal_closed", "proposal", "This proposal is decided already.")
    lines = lock_lines([proposals[one].line_id for one in ids])
    how = CashApplication.How.AUTOMATIC if automatic else CashApplication.How.ACCEPTED
    uses = [replace(_use(proposals[one], lines, how, alternative), batch=batch) for one in ids]
    made = _apply_or_set_aside(ctx, uses, today)
    CashProposal.objects.filter(id__in=ids).update(
        state=CashProposal.State.ACCEPTED if alternative is None else CashProposal.State.CHANGED,
        decided_by=ctx.actor,
        decided_at=clock.now(),
    )
    return made


def post_sure(ctx: Ctx, sure: Sequence[tuple[UUID, BankLine, Proposal]], today: date) -> None:
    """Carry out what a run has just decided and written as accepted, as one batch; the run holds the lines' locks."""
    batch = uuid7()
    uses = [replace(_decided(id_, line, one), batch=batch) for id_, line, one in sure]
    if uses:
        _apply_or_set_aside(ctx, uses, today)


def _decided(id_: UUID, line: BankLine, one: Proposal) -> Use:
    """Return what becomes of a line by a proposal that was made in this transaction."""
    if one.step is Step.NOT_RECEIVABLE:
        return Use(
            line, (), line.amount, None, CashApplication.How.NOT_RECEIVABLE, id_, why=_why(one.rule, one.reason)
        )  # fmt: skip
    debtor = UUID(one.debtor) if one.debtor else None
    deductions = tuple(asdict(part) for part in one.deductions)
    return Use(
        line, one.allocations, one.on_account, debtor, CashApplication.How.AUTOMATIC, id_, deductions, uuid7()
    )  # fmt: skip


def _apply_or_set_aside(ctx: Ctx, uses: Sequence[Use], today: date) -> list[UUID]:
    """Carry out uses of both sorts; return their applications in order."""
    aside = [use for use in uses if use.how == CashApplication.How.NOT_RECEIVABLE]
    kept = [use for use in uses if use.how != CashApplication.How.NOT_RECEIVABLE]
    made = dict(zip([use.line.id for use in kept], apply(ctx, kept, today) if kept else [], strict=True))
    made |= dict(zip([use.line.id for use in aside], set_aside(ctx, aside, today) if aside else [], strict=True))
    return [made[use.line.id] for use in uses]


def set_aside(ctx: Ctx, uses: Sequence[Use], today: date) -> list[UUID]:
    """Take the money of lines that are no receivable out of unapplied cash; returns the applications."""
    booked: defaultdict[str, list[UUID]] = defaultdict(list)
    for use in uses:
        if use.line.credit_id is not None:
            booked[use.why].append(use.line.credit_id)
    groups: dict[UUID, UUID] = {}
    for reason, credits_ in sorted(booked.items()):
        made = withdraw_credits(ctx, credits_=credits_, today=today, reason=reason)
        groups |= dict(zip(credits_, made, strict=True))
    return note(ctx, [replace(use, group=groups.get(use.line.credit_id)) for use in uses], today)


def lock_lines(ids: Sequence[UUID]) -> dict[UUID, BankLine]:
    """Lock waiting lines in id order; refuse those that somebody has used already."""
    rows = BankLine.objects.select_for_update().filter(id__in=list(ids)).order_by("id")
    lines = {row.id: row for row in rows}
    findings = [
        Finding("cash.line_used", "line", "This payment was applied by somebody else in the meantime.")
        for one in ids
        if one not in lines or lines[one].state not in WAITING
    ]
    if findings:
        raise RefusedError(*findings)
    return lines


def _use(proposal: CashProposal, lines: dict[UUID, BankLine], how: str, alternative: int | None) -> Use:
    chosen: dict[str, Any] = {"allocations": proposal.allocations, "on_account": proposal.on_account}
    debtor = proposal.debtor_id
    if alternative is not None:
        if not 0 <= alternative < len(proposal.alternatives):
            raise refuse("cash.alternative", "alternative", "There is no such alternative.")
        chosen = proposal.alternatives[alternative]
        debtor = UUID(chosen["debtor"]) if chosen["debtor"] else None
    rule = chosen.get("rule", f"{proposal.source}.{proposal.step}")
    if rule.endswith(f".{Step.NOT_RECEIVABLE}"):
        return Use(
            lines[proposal.line_id], (), lines[proposal.line_id].amount, None, CashApplication.How.NOT_RECEIVABLE,
            proposal.id, why=_why(rule, chosen.get("reason", proposal.reason)),
        )  # fmt: skip
    allocations = tuple(allocation_of(part) for part in chosen["allocations"])
    deductions = tuple(proposal.deductions) if alternative is None else ()
    return Use(
        lines[proposal.line_id], allocations, chosen["on_account"], debtor, how, proposal.id, deductions, uuid7()
    )


def _why(rule: str, reason: str) -> str:
    """Return what the money is instead: by a person's rule its words, which are the same for all of its lines."""
    return reason[:200] if rule.startswith(f"{Source.RULE}.") else NO_CUSTOMER


def allocation_of(part: dict[str, Any]) -> Allocation:
    """Return an allocation as it was stored."""
    return Allocation(
        part["item"],
        part["amount"],
        part["adjustment"],
        AdjustmentKind(part["adjustment_kind"]),
        part["settles"],
        part.get("why", ""),
    )


def apply(ctx: Ctx, uses: Sequence[Use], today: date, effective_on: date | None = None) -> list[UUID]:
    """Allocate in the heart, note the applications, remember the payers; the lines are locked by the caller.

    `effective_on` is the first day on which the allocations may count, by default within this month.
    """
    for use in uses:
        _check(use)
    lines = [line for use in uses for line in _applied(use)]
    for creditor in {use.line.creditor_id for use in uses if any(map(_withheld, use.allocations))}:
        open_books(ctx, creditor=creditor)  # books from before tax could be withheld lack its account
    if lines:
        allocate(ctx, lines=lines, effective_on=effective_on or _effective(uses, today), today=today)
    owners = [(use.line.credit_id, use.debtor) for use in uses if use.on_account and use.debtor is not None]
    if owners:
        assign_credits(ctx, owners=owners, today=today)
    return note(ctx, uses, today)


def _withheld(allocation: Allocation) -> bool:
    return allocation.adjustment_kind is AdjustmentKind.WITHHOLDING_TAX


def _effective(uses: Sequence[Use], today: date) -> date:
    """Return the first booking day within this month; the heart moves each line on to its own payment's day.

    Money of an earlier month counts from the first of this one: the earlier month may be closed.
    """
    return max(min(use.line.booked_on for use in uses), today.replace(day=1))


def _check(use: Use) -> None:
    """Refuse what does not conserve the money, or would put it on account of nobody."""
    used = sum(part.amount for part in use.allocations)
    if used + use.on_account != use.line.amount or use.on_account < 0:
        raise refuse("cash.conservation", "amount", "The parts do not make up the payment.")
    if not use.allocations and use.debtor is None:
        raise refuse("cash.nobody", "debtor", "Nothing says whose money this is.")
    if use.line.credit_id is None:
        raise refuse("cash.no_money", "line", "No customer money was recorded for this line.")


def _applied(use: Use) -> list[Applied]:
    """Return the heart's lines: credit notes first, the payment for the rest, adjustments beside."""
    funded = [
        Applied(
            item=UUID(part.item),
            amount=part.settles,
            credit=UUID(part.credit_note) if part.credit_note else use.line.credit_id,
            credit_amount=part.amount,
            group=use.group,
        )
        for part in fund(use.allocations)
    ]
    adjusted = [
        Applied(
            item=UUID(part.item),
            amount=part.adjustment,
            kind=_ADJUSTED[part.adjustment_kind][0],
            reason=part.why or _REASONS[part.adjustment_kind],
            account=_ADJUSTED[part.adjustment_kind][1],
            group=use.group,
        )
        for part in use.allocations
        if part.adjustment
    ]
    return funded + adjusted


def note(ctx: Ctx, uses: Sequence[Use], today: date) -> list[UUID]:
    """Write the applications, the state of the lines, the memory of payers and the facts."""
    made = [uuid7() for _ in uses]
    filled = [
        made,
        [use.line.creditor_id for use in uses],
        [use.debtor for use in uses],
        [use.line.id for use in uses],
        [use.proposal for use in uses],
        [use.group if use.allocations or use.how == CashApplication.How.NOT_RECEIVABLE else None for use in uses],
        [use.how for use in uses],
        [use.line.amount for use in uses],
        [use.on_account for use in uses],
        [len(use.allocations) for use in uses],
        [use.batch for use in uses],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [ctx.tenant, today, ctx.actor, *map(array, filled)])
    _mark(uses)
    remember(ctx, uses, today)
    record_all(ctx, [fact for one, use in zip(made, uses, strict=True) for fact in _facts(one, use, today)])
    return made


def _mark(uses: Sequence[Use]) -> None:
    for state in (BankLine.State.APPLIED, BankLine.State.ON_ACCOUNT, BankLine.State.NOT_RECEIVABLE):
        lines = [use.line.id for use in uses if _state_of(use) == state]
        if lines:
            BankLine.objects.filter(id__in=lines).update(state=state)


def _state_of(use: Use) -> str:
    if use.how == CashApplication.How.NOT_RECEIVABLE:
        return BankLine.State.NOT_RECEIVABLE
    return BankLine.State.APPLIED if use.allocations else BankLine.State.ON_ACCOUNT


def remember(ctx: Ctx, uses: Sequence[Use], today: date) -> None:
    """Count for each account and name for whom it paid, or that its money was no customer's."""
    accounts: Counter[tuple[Any, ...]] = Counter()
    others: Counter[tuple[Any, ...]] = Counter()
    for use in uses:
        creditor, blind, name = (
            use.line.creditor_id,
            use.line.payer_blind,
            alias_of(use.line.payer_name)[:LONGEST_ALIAS],
        )
        if use.debtor is not None and blind:
            accounts[creditor, use.debtor, blind] += 1
        elif blind and use.how == CashApplication.How.NOT_RECEIVABLE:
            others[creditor, PayerMemory.Kind.ACCOUNT, blind, NOBODY] += 1
        if name and (use.debtor is not None or use.how == CashApplication.How.NOT_RECEIVABLE):
            others[creditor, PayerMemory.Kind.NAME, name, use.debtor or NOBODY] += 1
    _count_up(ctx, _REMEMBER, accounts, today)
    _count_up(ctx, _REMEMBER_OTHERS, others, today)


def _count_up(ctx: Ctx, statement: str, counted: Counter[tuple[Any, ...]], today: date) -> None:
    if counted:
        rows = [(uuid7(), *one, counted[one]) for one in sorted(counted, key=str)]
        with connection.cursor() as cursor:
            cursor.execute(statement, [ctx.tenant, today, *columns(rows)])


def _facts(application: UUID, use: Use, today: date) -> list[NewFact]:
    line, money = use.line, {"minor": use.line.amount, "currency": use.line.currency}
    about = (today, line.id, line.creditor_id, use.debtor)
    which = {"application": str(application), "proposal": str(use.proposal or ""), "batch": str(use.batch or "")}
    facts = []
    if use.allocations:
        payload = {
            "amount": {"minor": line.amount - use.on_account, "currency": line.currency},
            "items": _count(len(use.allocations)), "item_ids": [part.item for part in use.allocations],
            "how": use.how, "group": str(use.group), **which,
        }  # fmt: skip
        facts.append(NewFact("cash.allocated", *about, payload))
    if use.on_account and use.debtor is not None:
        rest = {"minor": use.on_account, "currency": line.currency}
        payload = {"amount": rest, "how": use.how, "credit": str(line.credit_id), **which}
        facts.append(NewFact("cash.put_on_account", *about, payload))
    if use.how == CashApplication.How.NOT_RECEIVABLE:
        facts.append(NewFact("cash.set_aside", *about, {"amount": money, "reason": use.why, **which}))
    for one in use.deductions:
        payload = {
            "item": one["item"], "number": one.get("number", "an item"),
            "reason": reason_words(one["reason"], one["said"]), "code": one["reason"],
            "amount": {"minor": one["amount"], "currency": line.currency},
        }  # fmt: skip
        facts.append(NewFact("cash.deduction_recorded", *about, payload))
    return facts


def _count(items: int) -> str:
    return "1 item" if items == 1 else f"{items} items"
