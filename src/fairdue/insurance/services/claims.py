"""Claims: filed when due, one debtor at a time, at most one an item and policy."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from fairdue.core.findings import RefusedError, refuse
from fairdue.core.insurance.indemnity import Cause
from fairdue.core.insurance.obligations import Duty, claim_is_due, obligations
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.permissions import Permission
from fairdue.insurance.books import PolicyRow, duties_kept, held_items, policies_on, policy_on, rows_of
from fairdue.insurance.models import Claim, ClaimItem, Policy
from fairdue.insurance.selectors import CoverRow, DebtorCover, covers
from fairdue.receivables.services import HoldDraft, place_holds, release_holds

if TYPE_CHECKING:
    from fairdue.core.insurance.cover import InsuredItem
    from fairdue.foundation.context import Ctx

log = logging.getLogger(__name__)
HOLD = "filed_claim"


@dataclass(frozen=True, slots=True)
class _Due:
    """What one debtor's claim would hold: insured items that are in no claim yet."""

    debtor: DebtorCover
    rows: tuple[CoverRow, ...]
    items: tuple[InsuredItem, ...]

    def is_due(self, policy: PolicyRow, today: date) -> bool:
        """Whether any of the items has come to the day of filing."""
        return any(claim_is_due(policy.terms, item, today, self.debtor.insolvent_on) for item in self.items)


def _due_of(debtor: DebtorCover, items: dict[UUID, InsuredItem], claimed: set[UUID]) -> _Due:
    rows = tuple(row for row in debtor.items if row.cover.is_insured and row.item_id not in claimed)
    return _Due(debtor, rows, tuple(items[row.item_id] for row in rows))


def _dues(ctx: Ctx, policy: PolicyRow, today: date, debtors: Sequence[UUID]) -> list[_Due]:
    items = {row.id: row.insured for row in held_items(ctx, policy, today, debtors)}
    claimed = set(ClaimItem.objects.filter(policy_id=policy.id).values_list("item_id", flat=True))
    return [_due_of(debtor, items, claimed) for debtor in covers(ctx, policy, today, debtors)]


@command("insurance.file_claim", Permission.INSURANCE_EDIT)
def file_claim(ctx: Ctx, *, policy: UUID, debtor: UUID, today: date, key: str | None = None) -> UUID:
    """File a claim for every insured item of a debtor that is in none yet, and hold the items.

    Refuses when nothing is insured. The date of loss follows from the terms: insolvency, or the end of
    the waiting period of the oldest item.
    """
    del key
    Policy.objects.select_for_update().get(id=policy)
    row = policy_on(ctx, policy, today)
    found = _dues(ctx, row, today, [debtor])
    if not found or not found[0].rows:
        raise refuse("claim.nothing_insured", "debtor", "Nothing of this customer is insured and unclaimed.")
    return _file(ctx, row, found[0], today)


def _file(ctx: Ctx, policy: PolicyRow, due: _Due, today: date) -> UUID:
    oldest = min(due.items, key=lambda item: (item.due, item.id))
    oldest_id = due.rows[due.items.index(oldest)].item_id
    kept = duties_kept(policy.id, [oldest_id]).get(oldest_id, {})
    done = {**kept, Duty.CLAIM: today}
    dates = {
        row.duty: row.on for row in obligations(policy.terms, oldest, done=done, insolvent_on=due.debtor.insolvent_on)
    }
    insolvent_on = due.debtor.insolvent_on
    by_insolvency = insolvent_on is not None and dates[Duty.LOSS] == insolvent_on
    count = Claim.objects.filter(policy_id=policy.id).count()
    claim = Claim.objects.create(
        tenant_id=ctx.tenant, creditor_id=policy.creditor_id, policy_id=policy.id, terms_id=policy.terms_id,
        debtor_id=due.debtor.debtor_id, number=f"{policy.number}/{count + 1:03}",
        cause=Cause.INSOLVENCY if by_insolvency else Cause.DEFAULT, filed_on=today,
        last_day_on=dates.get(Duty.CLAIM), insolvent_on=insolvent_on,
        loss_on=max(dates[Duty.LOSS], today) if by_insolvency else dates[Duty.LOSS],
        claimed=sum(row.open for row in due.rows),
    )  # fmt: skip
    ClaimItem.objects.bulk_create([
        ClaimItem(tenant_id=ctx.tenant, creditor_id=policy.creditor_id, policy_id=policy.id, claim_id=claim.id,
                  item_id=row.item_id, insured=row.cover.insured)
        for row in due.rows
    ])  # fmt: skip
    place_holds(ctx, holds=_holds(policy, due, claim, today), today=today)
    payload = _payload(policy, claim, due)
    record(ctx, NewFact("claim.filed", today, claim.id, policy.creditor_id, claim.debtor_id, payload))
    return claim.id


def _holds(policy: PolicyRow, due: _Due, claim: Claim, today: date) -> list[HoldDraft]:
    note = f"claim {claim.number} with {policy.insurer}"
    return [
        HoldDraft(policy.creditor_id, claim.debtor_id, HOLD, today, item=row.item_id, note=note, source=claim.id)
        for row in due.rows
    ]


def _payload(policy: PolicyRow, claim: Claim, due: _Due) -> dict[str, Any]:
    return {
        "number": claim.number, "policy": policy.number, "cause": claim.cause, "loss_on": str(claim.loss_on),
        "amount": {"minor": claim.claimed, "currency": policy.currency}, "terms": str(claim.terms_id),
        "last_day_on": str(claim.last_day_on or ""),
        "items": [str(row.item_id) for row in due.rows],
    }  # fmt: skip


def file_due_claims(ctx: Ctx, *, today: date) -> list[UUID]:
    """File the claims of all policies whose day has come; each debtor in a transaction of its own.

    Call outside a transaction. A second run of the same day finds nothing left to file.
    """
    filed: list[UUID] = []
    with ctx.open():
        todo = [(row.id, debtor) for row in policies_on(ctx, today) for debtor in _due_debtors(ctx, row, today)]
    for policy, debtor in todo:
        try:
            with ctx.open():
                filed.append(file_claim(ctx, policy=policy, debtor=debtor, today=today))
        except RefusedError as refusal:
            # Another run filed it since, or a payment came: the next night asks again.
            log.info("claim of debtor %s not filed: %s", debtor, refusal)
    return filed


def _due_debtors(ctx: Ctx, policy: PolicyRow, today: date) -> list[UUID]:
    """Return the debtors whose claim is due: SQL narrows, the rule decides."""
    parameters = {
        "tenant": ctx.tenant, "creditor": policy.creditor_id, "currency": policy.currency, "policy": policy.id,
        "day": today,
    }  # fmt: skip
    candidates = [row[0] for row in rows_of("insurance", "claim_candidates", parameters)]
    if not candidates:
        return []
    return [due.debtor.debtor_id for due in _dues(ctx, policy, today, candidates) if due.is_due(policy, today)]


@command("insurance.withdraw_claim", Permission.INSURANCE_EDIT)
def withdraw_claim(ctx: Ctx, *, claim: UUID, reason: str, today: date, key: str | None = None) -> UUID:
    """Take back a claim that is not indemnified; its items are free to be chased again, not to be claimed again."""
    del key
    row = Claim.objects.select_for_update().filter(id=claim).first()
    if row is None or row.withdrawn_on is not None or row.indemnified_on is not None:
        raise refuse("claim.closed", "claim", "Only a claim that waits can be withdrawn.")
    if not reason.strip():
        raise refuse("claim.reason", "reason", "A withdrawal needs a reason.")
    row.withdrawn_on = today
    with transaction.atomic():
        row.save(update_fields=["withdrawn_on"])
    release_holds(ctx, source=claim, today=today)
    payload = {"number": row.number, "reason": reason}
    record(ctx, NewFact("claim.withdrawn", today, claim, row.creditor_id, row.debtor_id, payload))
    return claim
