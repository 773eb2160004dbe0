"""Money after an indemnity reaches a person: the machine proposes the sharing, whoever may share it decides.

The proposal names the parts as they would be now. When the payment changes (more of it is applied, it goes back),
the proposal lapses and one with the new figures takes its place; after a person's no none is made again.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fairdue.core.findings import RefusedError, refuse
from fairdue.core.insurance.policy import RecoveryRule
from fairdue.core.money import Money
from fairdue.foundation.approvals import approval, lapse, pending, propose, refused_by_person
from fairdue.foundation.permissions import Permission
from fairdue.insurance.services.recoveries import KIND, Outlook, outlook, share_recovery

if TYPE_CHECKING:
    from collections.abc import Collection

    from fairdue.foundation.context import Ctx

WORDS = {
    RecoveryRule.LOSS_SHARE: "each party by its share of the loss",
    RecoveryRule.COVER_SHARE: "by the insured part and percentage of the debt",
    RecoveryRule.INSURER_FIRST: "the insurer first, until it has its money back",
}
"""How a policy shares, in words."""


def ask(ctx: Ctx, *, claim: UUID, credit: UUID, today: date) -> None:
    """Let exactly one proposal wait that says what there is to share of a payment now, or none."""
    waiting = pending(ctx, kind=KIND, subjects=[credit])
    if waiting and waiting[0].payload["claim"] != str(claim):
        return  # a payment is shared under one claim: the one that heard of it first
    found = _outlook(ctx, claim, credit, today)
    if found is not None and waiting and _same(waiting[0].payload, found):
        return
    lapse(ctx, kind=KIND, subject=credit, note="the payment changed", today=today)
    if found is None or not found.insurer or refused_by_person(ctx, kind=KIND, subject=credit):
        return
    propose(
        ctx, kind=KIND, subject=credit, today=today, creditor=found.creditor_id, debtor=found.debtor_id,
        title=f"Share {Money(found.amount, found.currency)} of {found.payment} with {found.insurer_name}"[:200],
        payload={"claim": str(claim), "credit": str(credit), "amount": found.amount, "insurer": found.insurer,
                 "currency": found.currency, "reason": _reason(found)},
    )  # fmt: skip


def _outlook(ctx: Ctx, claim: UUID, credit: UUID, today: date) -> Outlook | None:
    try:
        return outlook(ctx, claim=claim, credit=credit, today=today)
    except RefusedError:
        # Shared already, gone again or no payment of this customer: there is nothing to ask anybody.
        return None


def _same(payload: dict[str, Any], found: Outlook) -> bool:
    return (payload["amount"], payload["insurer"]) == (found.amount, found.insurer)


def _reason(found: Outlook) -> str:
    insurer, kept = Money(found.insurer, found.currency), Money(found.kept, found.currency)
    return (
        f"It came in after claim {found.claim_number} was indemnified. Policy {found.policy_number} shares it "
        f"{WORDS[found.rule]}: {insurer} to the insurer, {kept} kept. Costs of recovery, if there are any, are entered "
        f"on the page of the claim; sharing it there settles this, too."
    )


def ask_again(ctx: Ctx, credits_: Collection[UUID], today: date) -> None:
    """Look anew at what waits about payments of which money was taken back or paid out."""
    for row in pending(ctx, kind=KIND, subjects=credits_):
        ask(ctx, claim=UUID(str(row.payload["claim"])), credit=row.subject_id, today=today)


@approval(KIND, Permission.INSURANCE_EDIT)
def carry_out(ctx: Ctx, payload: dict[str, Any], today: date) -> object:
    """Share the payment as the policy says; refused when its parts are no longer those that were shown."""
    claim, credit = UUID(str(payload["claim"])), UUID(str(payload["credit"]))
    now = outlook(ctx, claim=claim, credit=credit, today=today)
    if not _same(payload, now):
        insurer = Money(now.insurer, now.currency)
        raise refuse(
            "recovery.changed", "approval",
            f"What there is to share has changed to {Money(now.amount, now.currency)}, {insurer} of it the insurer's: "
            "share it on the page of the claim.",
        )  # fmt: skip
    return share_recovery(ctx, claim=claim, credit=credit, today=today)
