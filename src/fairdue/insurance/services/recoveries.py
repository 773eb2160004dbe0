"""Recoveries: a payment after the date of loss, shared between the insurer and the creditor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.core.findings import refuse
from fairdue.core.insurance.policy import RecoveryRule
from fairdue.core.insurance.recovery import Ratio, Recovery, insurer_ratio, share_recoveries
from fairdue.core.ledger import AccountRole
from fairdue.core.money import proportion
from fairdue.foundation.approvals import lapse
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.permissions import Permission
from fairdue.insurance.books import PolicyRow, policy_on
from fairdue.insurance.models import Claim, ClaimItem
from fairdue.insurance.models import Recovery as SharedRow
from fairdue.parties import selectors as parties
from fairdue.receivables.selectors import AllocationRow, CreditRow, allocations, credits_
from fairdue.receivables.selectors import items as open_items
from fairdue.receivables.services import Applied, allocate, reverse_allocations, withdraw_credit

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

KIND = "recovery"
"""The kind of approval that asks a person to share a payment with the insurer."""


@command("insurance.share_recovery", Permission.INSURANCE_EDIT)
def share_recovery(ctx: Ctx, *, claim: UUID, credit: UUID, today: date, cost: int = 0, key: str | None = None) -> UUID:
    """Share what a payment of the debtor recovers: the insurer's part is owed to it, the rest is kept.

    Shared is what is unapplied of it and what it paid on the claimed items; that is taken back first. Where VAT
    is not insured, only the net part of the money is shared. Costs come off first. What is kept goes to the
    claimed items, the oldest first; more than they take stays on account.
    """
    del key
    row, policy, money, paid = _what(ctx, claim, credit)
    whole = money.unapplied + sum(part.amount for part in paid)
    insurer = _insurer_part(ctx, policy, row, whole, cost, today)
    if cost < 0 or not 0 <= insurer <= whole - cost:
        raise refuse("recovery.cost", "cost", "The costs are more than what was recovered.")
    reason = f"recovery of claim {row.number}"
    for group in sorted({part.group_id for part in paid}):
        reverse_allocations(
            ctx, group=group, effective_on=today, today=today, reason=reason, items=_items(row), credit=credit
        )
    if insurer:
        withdraw_credit(
            ctx, credit=credit, amount=insurer, effective_on=today, today=today, reason=reason,
            contra=AccountRole.INSURER_SHARE,
        )  # fmt: skip
    if credits_(ctx, ids=[credit], only_unapplied=False)[0].unapplied != whole - insurer:
        words = "Somebody used money of this payment in the meantime. Look at it again."
        raise refuse("recovery.moved", "credit", words)
    _keep(ctx, row, money, whole - insurer, today, reason)
    made = SharedRow.objects.create(
        tenant_id=ctx.tenant, creditor_id=row.creditor_id, claim_id=claim, credit_id=credit, received_on=today,
        amount=whole, cost=cost, insurer=insurer, kept=whole - cost - insurer,
    )  # fmt: skip
    _record(ctx, policy, row, made, today)
    lapse(ctx, kind=KIND, subject=credit, note="shared on the page of the claim", today=today)
    return made.id


@dataclass(frozen=True, slots=True)
class Outlook:
    """What sharing a payment would give: minor units of `currency`, without costs of recovery."""

    claim_number: str
    insurer_name: str
    policy_number: str
    rule: RecoveryRule
    payment: str
    creditor_id: UUID
    debtor_id: UUID
    currency: str
    amount: int
    insurer: int

    @property
    def kept(self) -> int:
        """What the creditor keeps."""
        return self.amount - self.insurer


def outlook(ctx: Ctx, *, claim: UUID, credit: UUID, today: date) -> Outlook:
    """Return what sharing a payment would give; refused like the sharing itself."""
    row, policy, money, paid = _what(ctx, claim, credit)
    whole = money.unapplied + sum(part.amount for part in paid)
    insurer = _insurer_part(ctx, policy, row, whole, 0, today) if whole else 0
    debtor = parties.survivor(ctx, row.debtor_id)
    return Outlook(
        row.number, policy.insurer, policy.number, policy.terms.recovery_rule, money.number, row.creditor_id, debtor,
        policy.currency, whole, insurer,
    )  # fmt: skip


def _what(ctx: Ctx, claim: UUID, credit: UUID) -> tuple[Claim, PolicyRow, CreditRow, list[AllocationRow]]:
    """Return the claim, locked, its policy, the payment, and what of the payment stands on the claimed items."""
    row = Claim.objects.select_for_update().filter(id=claim).first()
    if row is None or row.indemnity is None:
        raise refuse("claim.not_indemnified", "claim", "Nothing is indemnified: it is an ordinary payment.")
    policy = policy_on(ctx, row.policy_id, row.filed_on)
    money = _money(ctx, policy, row, credit)
    items = _items(row)
    paid = [
        one
        for one in allocations(ctx, credit=credit)
        if one.item_id in items and not one.reversed and not one.is_reversal
    ]
    if not money.unapplied and not paid:
        raise refuse("recovery.credit", "credit", "There is no such unapplied payment.")
    return row, policy, money, paid


def _items(claim: Claim) -> set[UUID]:
    return set(ClaimItem.objects.filter(claim_id=claim.id).values_list("item_id", flat=True))


def _money(ctx: Ctx, policy: PolicyRow, claim: Claim, credit: UUID) -> CreditRow:
    """Return the payment; it must be of this debtor, in the policy's currency, and not shared before."""
    found = credits_(ctx, ids=[credit], only_unapplied=False)
    if not found or found[0].creditor_id != claim.creditor_id or found[0].kind != "payment":
        raise refuse("recovery.credit", "credit", "There is no such unapplied payment.")
    money = found[0]
    # The claim is a voucher and keeps its debtor; after a merge the money is the survivor's.
    whose = {None, claim.debtor_id, parties.survivor(ctx, claim.debtor_id)}
    if money.debtor_id not in whose or money.currency != policy.currency:
        raise refuse("recovery.credit", "credit", "The payment is of another customer or in another currency.")
    if SharedRow.objects.filter(credit_id=credit).exists():
        raise refuse("recovery.shared", "credit", "This payment is shared already.")
    return money


def _insurer_part(ctx: Ctx, policy: PolicyRow, claim: Claim, amount: int, cost: int, today: date) -> int:
    """Return the insurer's part of `amount`, which is shared today, after all shared before it."""
    assert claim.indemnity is not None
    assert claim.loss is not None
    before = SharedRow.objects.filter(claim_id=claim.id).order_by("recorded_at", "id")
    net = _net_ratio(ctx, policy, claim)
    moneys = [(one.received_on, one.amount, one.cost) for one in before]
    moneys.append((today, amount, cost))
    rows = [Recovery(on, proportion(gross, net.part, net.whole), spent) for on, gross, spent in moneys]
    ratio = insurer_ratio(
        policy.terms.recovery_rule, indemnity=claim.indemnity, loss=claim.loss, covered=_covered(claim)
    )
    given = sum(one.insurer for one in before)
    return sum(one.insurer for one in share_recoveries(rows, ratio, claim.indemnity)) - given


def _covered(claim: Claim) -> int:
    """Return the insured loss times percentage, the step of that name in the stored sheet."""
    assert claim.sheet is not None
    steps = {step["name"]: Decimal(step["amount"]) for step in claim.sheet["steps"]}
    digits = -int(steps["percentage"].as_tuple().exponent)
    return int(steps["percentage"].scaleb(digits))


def _net_ratio(ctx: Ctx, policy: PolicyRow, claim: Claim) -> Ratio:
    """Return the net part of the claimed items: what of gross money concerns the insurer."""
    if policy.terms.vat_insured:
        return Ratio(1, 1)
    rows = open_items(ctx, ids=_items(claim))
    return Ratio(sum(row.net_amount for row in rows), sum(row.amount for row in rows))


def _keep(ctx: Ctx, claim: Claim, money: CreditRow, left: int, today: date, reason: str) -> None:
    """Put what is kept on the claimed items, the oldest first."""
    lines = []
    for row in open_items(ctx, ids=_items(claim), only_open=True):
        part = min(left, row.residual)
        if part:
            lines.append(Applied(row.id, part, money.id, reason=reason))
            left -= part
    if lines:
        allocate(ctx, lines=lines, effective_on=today, today=today)


def _record(ctx: Ctx, policy: PolicyRow, claim: Claim, made: SharedRow, today: date) -> None:
    payload = {
        name: {"minor": amount, "currency": policy.currency}
        for name, amount in (("amount", made.amount), ("insurer", made.insurer), ("kept", made.kept))
    }
    fact = {"number": claim.number, "credit": str(made.credit_id), **payload}
    record(ctx, NewFact("recovery.shared", today, claim.id, claim.creditor_id, claim.debtor_id, fact))
