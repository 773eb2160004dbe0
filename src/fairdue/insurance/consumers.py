"""What insurance answers: money on claimed items and disputes over them.

Cover, duties and indemnities are derived from the books each time, so a payment changes them by itself. What is not
derived is told here: a waiting claim of which nothing is left is withdrawn, and waits again when the money went back;
the insurer must hear of money and disputes, and money after the indemnity is to be shared with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from fairdue.foundation.facts import FactRow, NewFact, consume, record
from fairdue.foundation.models import Fact
from fairdue.insurance.models import Claim, ClaimItem, Recovery
from fairdue.insurance.noticing import ask, ask_again
from fairdue.insurance.services.claims import HOLD, withdraw_claim
from fairdue.parties import selectors as parties
from fairdue.receivables.selectors import credits_
from fairdue.receivables.selectors import items as open_items
from fairdue.receivables.services import HoldDraft, place_holds

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

PAID = "everything that is claimed is paid or credited"
"""Why a claim is withdrawn without a person; only such a claim waits again by itself."""
_OF_INSURER = "indemnity"
"""The kind of credit that is the insurer's money."""


def _claims_of(item: UUID) -> list[Claim]:
    """Return the claims of an item, locked; there is at most one for each policy."""
    ids = ClaimItem.objects.filter(item_id=item).values("claim_id")
    return list(Claim.objects.select_for_update().filter(id__in=ids).order_by("id"))


def _claimed(facts: list[FactRow]) -> list[tuple[FactRow, UUID]]:
    """Return the facts about items of claims with the item; one question for all of them, as hardly any is claimed."""
    items = {fact.id: UUID(str(fact.payload.get("item", fact.subject_id))) for fact in facts}
    claimed = set(ClaimItem.objects.filter(item_id__in=items.values()).values_list("item_id", flat=True))
    return [(fact, items[fact.id]) for fact in facts if items[fact.id] in claimed]


def _waits(claim: Claim) -> bool:
    return claim.indemnified_on is None and claim.withdrawn_on is None


@consume("insurance.notice_money", "item.allocated", batch=500)
def notice_money(ctx: Ctx, facts: list[FactRow]) -> None:
    """Note money on a claimed item: a waiting claim is smaller by it, an indemnified one has recovered it."""
    for fact, item in _claimed(facts):
        credit = UUID(str(fact.payload["credit"]))
        if _is_insurers(ctx, credit):
            continue
        for claim in _claims_of(item):
            if _waits(claim):
                _tell(ctx, "claim.reduced", claim, fact, item=fact.payload["number"])
            elif claim.indemnity and not Recovery.objects.filter(credit_id=credit).exists():
                _tell(ctx, "recovery.noticed", claim, fact)
                ask(ctx, claim=claim.id, credit=credit, today=fact.happened_on)


def _is_insurers(ctx: Ctx, credit: UUID) -> bool:
    found = credits_(ctx, ids=[credit], only_unapplied=False)
    return not found or found[0].kind == _OF_INSURER


def _tell(ctx: Ctx, kind: str, claim: Claim, fact: FactRow, **more: Any) -> None:
    payload = {"number": claim.number, "amount": fact.payload["amount"], **more}
    record(ctx, NewFact(kind, fact.happened_on, claim.id, claim.creditor_id, fact.debtor_id, payload))


@consume("insurance.notice_on_account", "cash.put_on_account", batch=500)
def notice_on_account(ctx: Ctx, facts: list[FactRow]) -> None:
    """Note money on account of a customer whose claim is indemnified: a part of it is the insurer's."""
    creditors = {fact.creditor_id for fact in facts}
    claims = list(Claim.objects.filter(creditor_id__in=creditors, indemnity__gt=0).order_by("id"))
    owners = [(parties.survivor(ctx, claim.debtor_id), claim) for claim in claims]
    for fact in facts:
        for owner, claim in owners:
            if owner == fact.debtor_id:
                _tell(ctx, "recovery.noticed", claim, fact)
                credit = fact.payload.get("credit")
                if credit and not Recovery.objects.filter(credit_id=credit).exists():
                    ask(ctx, claim=claim.id, credit=UUID(str(credit)), today=fact.happened_on)


@consume("insurance.follow_recoveries", "allocation.reversed", "credit.withdrawn", batch=500)
def follow_recoveries(ctx: Ctx, facts: list[FactRow]) -> None:
    """Let the proposals to share a payment say what is left of it when money of it was taken back or paid out."""
    named = (fact.payload.get("credit", fact.subject_id) for fact in facts)
    touched = {UUID(str(credit)) for credit in named if credit}
    ask_again(ctx, touched, max(fact.happened_on for fact in facts))


@consume("insurance.end_paid_claims", "item.settled", batch=500)
def end_paid_claims(ctx: Ctx, facts: list[FactRow]) -> None:
    """Withdraw a waiting claim of which nothing is left to claim."""
    for fact, item in _claimed(facts):
        for claim in _claims_of(item):
            if _waits(claim) and not _open(ctx, claim):
                withdraw_claim(ctx, claim=claim.id, reason=PAID, today=fact.happened_on)


def _open(ctx: Ctx, claim: Claim) -> list[UUID]:
    """Return the claimed items with anything left."""
    ids = list(ClaimItem.objects.filter(claim_id=claim.id).values_list("item_id", flat=True))
    return [row.id for row in open_items(ctx, ids=ids, only_open=True)]


@consume("insurance.reopen_claims", "allocation.reversed", batch=500)
def reopen_claims(ctx: Ctx, facts: list[FactRow]) -> None:
    """Let a claim wait again that was withdrawn because it was paid, when that money went back."""
    for fact, item in _claimed(facts):
        for claim in _claims_of(item):
            left = _open(ctx, claim) if claim.withdrawn_on is not None and _ended_by_payment(claim) else []
            if left:
                _reopen(ctx, claim, left, fact)


def _ended_by_payment(claim: Claim) -> bool:
    last = Fact.objects.filter(type="claim.withdrawn", subject_id=claim.id).order_by("-recorded_at", "-id").first()
    return last is not None and last.payload.get("reason") == PAID


def _reopen(ctx: Ctx, claim: Claim, left: list[UUID], fact: FactRow) -> None:
    claim.withdrawn_on = None
    claim.save(update_fields=["withdrawn_on"])
    debtor = parties.survivor(ctx, claim.debtor_id)
    holds = [
        HoldDraft(
            claim.creditor_id, debtor, HOLD, fact.happened_on, item=item, note=f"claim {claim.number}", source=claim.id
        )
        for item in left
    ]  # fmt: skip
    place_holds(ctx, holds=holds, today=fact.happened_on)
    _tell(ctx, "claim.reopened", claim, fact)


@consume("insurance.notice_disputes", "dispute.opened", "dispute.resolved", batch=500)
def notice_disputes(ctx: Ctx, facts: list[FactRow]) -> None:
    """Note on a waiting claim that an item of it is contested, or no longer: the contested part is not insured."""
    for fact, item in _claimed(facts):
        kind = "claim.contested" if fact.type == "dispute.opened" else "claim.uncontested"
        for claim in _claims_of(item):
            if _waits(claim):
                _tell(ctx, kind, claim, fact, reason=fact.payload["reason"])
