"""Indemnities: computed with their sheet, posted as credits on the claimed items, received from the insurer."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Sum

from fairdue.core.findings import RefusedError, refuse
from fairdue.core.insurance.answers import plain_indemnity
from fairdue.core.insurance.cover import Exclusion
from fairdue.core.insurance.indemnity import Cause, Indemnity, Loss, Year, indemnify
from fairdue.core.ledger import AccountRole
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.permissions import Permission
from fairdue.insurance.books import PolicyRow, claimed_items, held_items, limits_of, policy_on, receipts_of
from fairdue.insurance.models import Claim, ClaimItem, PayoutReceived, Policy
from fairdue.insurance.selectors import premium_of
from fairdue.receivables.selectors import credits_
from fairdue.receivables.selectors import items as open_items
from fairdue.receivables.services import Applied, CreditDraft, allocate, record_credits, withdraw_credit

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

log = logging.getLogger(__name__)


@command("insurance.indemnify_claim", Permission.INSURANCE_EDIT)
def indemnify_claim(ctx: Ctx, *, claim: UUID, today: date, key: str | None = None) -> UUID:
    """Compute the indemnity of a claim at its date of loss, store the sheet, post it.

    Booked as insurer receivable against the claimed items: a credit of kind indemnity, allocated to them
    by their insured parts, the oldest first for what is left.
    """
    del key
    row = _claim(claim)
    policy = _locked_policy(ctx, row)
    if row.loss_on > today:
        raise refuse("claim.waiting", "claim", f"The date of loss of {row.number} is {row.loss_on}.")
    year = _year(policy, row)
    result = compute(ctx, policy, row, year)
    credit = _post(ctx, policy, row, result, today) if result.indemnity else None
    Claim.objects.filter(id=claim).update(
        indemnity=result.indemnity,
        borne=result.borne,
        loss=result.loss,
        aggregate_used=result.year.aggregate_used - year.aggregate_used,
        sheet=plain_indemnity(result, policy.currency),
        indemnified_on=today,
        credit_id=credit,
    )
    payload = {
        "number": row.number, "amount": {"minor": result.indemnity, "currency": policy.currency},
        "borne": {"minor": result.borne, "currency": policy.currency},
    }  # fmt: skip
    record(ctx, NewFact("claim.indemnified", today, row.id, row.creditor_id, row.debtor_id, payload))
    return claim


def _claim(claim: UUID) -> Claim:
    row = Claim.objects.select_for_update().filter(id=claim).first()
    if row is None:
        raise refuse("claim.unknown", "claim", "There is no such claim.")
    if row.withdrawn_on is not None or row.indemnified_on is not None:
        raise refuse("claim.closed", "claim", f"Claim {row.number} is closed.")
    return row


def _locked_policy(ctx: Ctx, claim: Claim) -> PolicyRow:
    """Return the policy with the terms of the day of filing, locked: the year is used by one loss at a time."""
    Policy.objects.select_for_update().get(id=claim.policy_id)
    return policy_on(ctx, claim.policy_id, claim.filed_on)


def compute(ctx: Ctx, policy: PolicyRow, claim: Claim, year: Year) -> Indemnity:
    """Return the indemnity of a claim from the books as they are; reads only."""
    elsewhere = claimed_items(policy.id, date.max, [claim.debtor_id], but=claim.id)
    own = set(ClaimItem.objects.filter(claim_id=claim.id).values_list("item_id", flat=True))
    rows = held_items(ctx, policy, claim.loss_on, [claim.debtor_id])
    held = [row for row in rows if row.id not in elsewhere]
    earlier = [one for one in elsewhere.values() if (one.filed_on, one.claim_number) < (claim.filed_on, claim.number)]
    loss = Loss(
        on=claim.loss_on,
        items=tuple(
            row.insured if row.id in own else replace(row.insured, exclusion=Exclusion.UNCLAIMED) for row in held
        ),
        limits=tuple(event for event in limits_of(policy.id, [claim.debtor_id]).get(claim.debtor_id, ())
                     if event.on <= claim.loss_on),
        receipts=receipts_of(ctx, policy, claim.debtor_id, held, claim.loss_on),
        cause=Cause(claim.cause),
        insolvent_on=claim.insolvent_on,
        taken=sum(one.taken for one in earlier),
        claimed=tuple(row.insured for row in rows if row.id in elsewhere),
    )  # fmt: skip
    return indemnify(policy.terms, loss, year)


def _year(policy: PolicyRow, claim: Claim) -> Year:
    """Return what the other claims of the policy have used of its year."""
    used = (
        Claim.objects.filter(policy_id=policy.id, indemnified_on__isnull=False)
        .exclude(id=claim.id)
        .aggregate(paid=Sum("indemnity"), eroded=Sum("aggregate_used"))
    )
    premium = premium_of(policy)
    return Year(int(used["eroded"] or 0), int(used["paid"] or 0), 0 if premium is None else premium.due)


def _post(ctx: Ctx, policy: PolicyRow, claim: Claim, result: Indemnity, today: date) -> UUID:
    """Record the indemnity as a credit and put it on the claimed items; what none can take stays on account."""
    amount = result.indemnity
    draft = CreditDraft(
        claim.creditor_id, claim.debtor_id, "indemnity", claim.number, policy.currency, amount, today,
        ((AccountRole.INSURER, amount),), source=claim.id,
    )  # fmt: skip
    (credit,) = record_credits(ctx, credits_=[draft], today=today)
    lines = _lines(ctx, claim, result, credit)
    if lines:
        allocate(ctx, lines=lines, effective_on=today, today=today)
    return credit


def _lines(ctx: Ctx, claim: Claim, result: Indemnity, credit: UUID) -> list[Applied]:
    """Return the allocation: each item's own part first, then the oldest items take what is left."""
    ids = list(ClaimItem.objects.filter(claim_id=claim.id).values_list("item_id", flat=True))
    own = {share.cover.item.id: share.indemnity for share in result.items}
    rows = open_items(ctx, ids=ids)
    parts = {row.id: min(row.residual, own.get(row.number, 0)) for row in rows}
    left = result.indemnity - sum(parts.values())
    for row in rows:
        more = min(left, row.residual - parts[row.id])
        parts[row.id] += more
        left -= more
    return [Applied(item, part, credit, reason=f"claim {claim.number}") for item, part in parts.items() if part]


def indemnify_due_claims(ctx: Ctx, *, today: date) -> list[UUID]:
    """Indemnify every claim whose date of loss has come, each in a transaction of its own."""
    with ctx.open():
        waiting = Claim.objects.filter(loss_on__lte=today, indemnified_on__isnull=True, withdrawn_on__isnull=True)
        todo = list(waiting.order_by("loss_on", "id").values_list("id", flat=True))
    done: list[UUID] = []
    for claim in todo:
        try:
            with ctx.open():
                done.append(indemnify_claim(ctx, claim=claim, today=today))
        except RefusedError as refusal:
            # A payment taken in the same moment: the next run computes it again with that payment.
            log.warning("claim %s not indemnified: %s", claim, refusal)
    return done


@command("insurance.receive_indemnity", Permission.INSURANCE_EDIT)
def receive_indemnity(ctx: Ctx, *, claim: UUID, credit: UUID, amount: int, today: date, key: str | None = None) -> UUID:
    """Take the insurer's money for a claim out of a payment of nobody known: it settles the insurer's account.

    Refuses a customer's payment (an insurer is no customer; its match is reversed first) and one of another client
    or currency.
    """
    del key
    row = Claim.objects.select_for_update().filter(id=claim).first()
    if row is None or row.indemnity is None:
        raise refuse("claim.not_indemnified", "claim", "There is no indemnity to receive.")
    paid = PayoutReceived.objects.filter(claim_id=claim).aggregate(paid=Sum("amount"))["paid"] or 0
    if not 0 < amount <= row.indemnity - paid:
        raise refuse("claim.payout", "amount", "More than what the insurer still owes for this claim.")
    currency = policy_on(ctx, row.policy_id, row.filed_on).currency
    reason = f"indemnity of claim {row.number}"
    withdraw_credit(
        ctx, credit=credit, amount=amount, effective_on=today, today=today, reason=reason, contra=AccountRole.INSURER
    )
    _check_payer(ctx, row, credit, currency)  # last, under the lock of the credit: nobody matches it meanwhile
    made = PayoutReceived.objects.create(
        tenant_id=ctx.tenant, creditor_id=row.creditor_id, claim_id=claim, credit_id=credit, received_on=today,
        amount=amount,
    )  # fmt: skip
    payload = {"number": row.number, "amount": {"minor": amount, "currency": currency}, "credit": str(credit)}
    record(ctx, NewFact("indemnity.received", today, claim, row.creditor_id, row.debtor_id, payload))
    return made.id


def _check_payer(ctx: Ctx, claim: Claim, credit: UUID, currency: str) -> None:
    (found,) = credits_(ctx, ids=[credit], only_unapplied=False)
    if found.kind != "payment" or found.creditor_id != claim.creditor_id:
        raise refuse("claim.payment", "credit", f"{found.number} is no payment to the client of this claim.")
    if found.debtor_id is not None:
        raise refuse("claim.payer", "credit", "This payment is a customer's; reverse its match first.")
    if found.currency != currency:
        raise refuse("claim.currency", "credit", f"The claim is in {currency}, the payment in {found.currency}.")
