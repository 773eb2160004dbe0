"""Commands about policies: take out, change terms, decide limits, declare turnover, keep duties."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max

from fairdue.core.findings import RefusedError, refuse
from fairdue.core.insurance.limits import LimitChange
from fairdue.core.insurance.obligations import Duty
from fairdue.core.insurance.policy import HUNDRED, check
from fairdue.core.insurance.policy import Policy as Terms
from fairdue.core.money import Money
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record, record_all
from fairdue.foundation.permissions import Permission
from fairdue.insurance.books import PolicyRow, plain_premium, plain_terms, policy_on, rows_of
from fairdue.insurance.models import Declaration, DutyKept, LimitDecision, Policy, PolicyTerms
from fairdue.insurance.selectors import insurable_turnover

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairdue.core.insurance.premium import PremiumTerms
    from fairdue.foundation.context import Ctx


@dataclass(frozen=True, slots=True)
class PolicyDraft:
    """A policy about to be recorded; its number and period are those of `terms`."""

    creditor: UUID
    insurer: str
    terms: Terms
    premium: PremiumTerms | None = None


@command("insurance.take_out_policy", Permission.INSURANCE_EDIT)
def take_out_policy(ctx: Ctx, *, policy: PolicyDraft, today: date, key: str | None = None) -> UUID:
    """Record a policy with its first terms; refuse terms out of range and a number used before."""
    del key
    terms = policy.terms
    if found := check(terms):
        raise RefusedError(*found)
    if not terms.number or not policy.insurer.strip():
        raise refuse("policy.name", "number", "A policy has a number and an insurer.")
    Money.zero(terms.currency)
    row = Policy(
        tenant_id=ctx.tenant, creditor_id=policy.creditor, number=terms.number, insurer=policy.insurer.strip(),
        currency=terms.currency, starts_on=terms.starts, ends_on=terms.ends,
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        if "insurance_policy_number" in str(error):
            raise refuse("policy.duplicate", "number", f"Policy {terms.number} is recorded already.") from error
        raise
    version = _add_terms(ctx, row, terms.starts, terms, policy.premium)
    payload = {
        "number": row.number, "insurer": row.insurer, "currency": row.currency, "starts_on": row.starts_on,
        "ends_on": row.ends_on, **_told_terms(version),
    }  # fmt: skip
    record(ctx, NewFact("policy.taken_out", today, row.id, row.creditor_id, None, payload))
    return row.id


def _add_terms(ctx: Ctx, policy: Policy, valid_from: date, terms: Terms, premium: PremiumTerms | None) -> PolicyTerms:
    return PolicyTerms.objects.create(
        tenant_id=ctx.tenant, creditor_id=policy.creditor_id, policy_id=policy.id, valid_from=valid_from,
        terms=plain_terms(terms), premium=plain_premium(premium),
    )  # fmt: skip


def _told_terms(version: PolicyTerms) -> dict[str, Any]:
    """Return what a fact tells of a version of the terms: all of it, so that nobody changes it unnoticed."""
    return {
        "version": str(version.id), "valid_from": str(version.valid_from), "terms": version.terms,
        "premium": version.premium,
    }  # fmt: skip


@command("insurance.change_terms", Permission.INSURANCE_EDIT)
def change_terms(
    ctx: Ctx, *, policy: UUID, valid_from: date, terms: Terms, premium: PremiumTerms | None, today: date,
    key: str | None = None,
) -> UUID:  # fmt: skip
    """Record a new version of a policy's terms; number, currency and period stay the policy's own."""
    del key
    row = _locked(policy)
    terms = replace(terms, number=row.number, currency=row.currency, starts=row.starts_on, ends=row.ends_on)
    if found := check(terms):
        raise RefusedError(*found)
    if not row.starts_on <= valid_from <= row.ends_on:
        raise refuse("policy.valid_from", "valid_from", "The terms would begin outside the policy period.")
    version = _add_terms(ctx, row, valid_from, terms, premium)
    payload = {"number": row.number, **_told_terms(version)}
    record(ctx, NewFact("policy.terms_changed", today, row.id, row.creditor_id, None, payload))
    return version.id


def _locked(policy: UUID) -> Policy:
    """Return the policy under its row lock: claims, numbers and the year's use are settled one at a time."""
    row = Policy.objects.select_for_update().filter(id=policy).first()
    if row is None:
        raise refuse("policy.unknown", "policy", "There is no such policy.")
    return row


@dataclass(frozen=True, slots=True)
class LimitDraft:
    """A decision on a debtor's limit; `amount` in minor units of the policy's currency."""

    debtor: UUID
    acts_on: date
    change: LimitChange
    amount: int = 0
    percentage: Decimal | None = None
    until_on: date | None = None
    note: str = ""


@command("insurance.decide_limits", Permission.INSURANCE_EDIT)
def decide_limits(
    ctx: Ctx, *, policy: UUID, limits: Sequence[LimitDraft], today: date, key: str | None = None
) -> list[UUID]:
    """Record decisions on limits; what was delivered before stays insured under the limit of its day."""
    del key
    row = policy_on(ctx, policy, today)
    for place, draft in enumerate(limits):
        _check_limit(row, draft, f"limits[{place}]")
    rows = LimitDecision.objects.bulk_create([
        LimitDecision(
            tenant_id=ctx.tenant, creditor_id=row.creditor_id, policy_id=policy, debtor_id=draft.debtor,
            acts_on=draft.acts_on, change=draft.change.value, amount=draft.amount, percentage=draft.percentage,
            until_on=draft.until_on, note=draft.note[:300],
        )
        for draft in limits
    ])  # fmt: skip
    record_all(ctx, [
        NewFact("limit.decided", today, draft.debtor, row.creditor_id, draft.debtor, {
            "policy": str(policy), "change": draft.change.value, "acts_on": str(draft.acts_on),
            "amount": {"minor": draft.amount, "currency": row.currency}, "until_on": str(draft.until_on or ""),
            "percentage": "" if draft.percentage is None else f"{draft.percentage:.3f}",
        })
        for draft in limits
    ])  # fmt: skip
    return [one.id for one in rows]


def _check_limit(policy: PolicyRow, draft: LimitDraft, path: str) -> None:
    if draft.amount < 0:
        raise refuse("limit.amount", f"{path}.amount", "A limit is not below zero.")
    if draft.percentage is not None and not 0 < draft.percentage <= HUNDRED:
        raise refuse("limit.percentage", f"{path}.percentage", "An insured percentage is between 0 and 100.")
    if draft.until_on is not None and draft.until_on < draft.acts_on:
        raise refuse("limit.until", f"{path}.until_on", "The limit would end before it acts.")
    own = draft.change is LimitChange.DISCRETIONARY
    if own and draft.amount > policy.terms.discretionary_limit:
        raise refuse("limit.discretionary", f"{path}.amount", "More than the policy lets you grant by your own check.")


@command("insurance.declare_turnover", Permission.INSURANCE_EDIT)
def declare_turnover(
    ctx: Ctx, *, policy: UUID, starts_on: date, ends_on: date, today: date, turnover: int | None = None,
    key: str | None = None,
) -> UUID:  # fmt: skip
    """Declare the insurable turnover of a period, counted from the books unless given; a repeat corrects.

    What was counted and what was left out, with the terms of the day, is stored with the declaration.
    """
    del key
    row = _locked(policy)
    if ends_on < starts_on:
        raise refuse("declaration.period", "ends_on", "The period would end before it starts.")
    terms = policy_on(ctx, policy, ends_on)
    counted = insurable_turnover(ctx, terms, starts_on, ends_on)
    insurable = sum(one.net for one in counted if not one.left_out)
    declared = insurable if turnover is None else turnover
    if declared < 0:
        raise refuse("declaration.turnover", "turnover", "Turnover is not below zero.")
    same = Declaration.objects.filter(policy_id=policy, starts_on=starts_on)
    last = same.aggregate(last=Max("revision"))["last"]
    left_out: dict[str, int] = {}
    for one in counted:
        if one.left_out:
            left_out[one.left_out] = left_out.get(one.left_out, 0) + one.net
    made = Declaration.objects.create(
        tenant_id=ctx.tenant, creditor_id=row.creditor_id, policy_id=policy, starts_on=starts_on, ends_on=ends_on,
        revision=0 if last is None else last + 1, turnover=declared, declared_on=today,
        basis={"counted": insurable, "left_out": left_out, "terms": str(terms.terms_id),
               "premium": plain_premium(terms.premium), "debtors": len(counted)},
    )  # fmt: skip
    payload = {
        "number": row.number, "period": f"{starts_on} to {ends_on}",
        "amount": {"minor": declared, "currency": row.currency},
    }  # fmt: skip
    record(ctx, NewFact("turnover.declared", today, row.id, row.creditor_id, None, payload))
    return made.id


@command("insurance.keep_duty", Permission.INSURANCE_EDIT)
def keep_duty(
    ctx: Ctx, *, policy: UUID, items: Sequence[UUID], duty: Duty, done_on: date, today: date,
    key: str | None = None,
) -> list[UUID]:  # fmt: skip
    """Record that items were reported, or the collection mandated; what is recorded already stays."""
    del key
    if duty not in {Duty.NOTIFY, Duty.MANDATE, Duty.STOP_DELIVERIES}:
        raise refuse("duty.kind", "duty", f"“{duty.value}” is not recorded by hand.")
    if done_on > today:
        raise refuse("duty.date", "done_on", "What is done is not in the future.")
    row = policy_on(ctx, policy, today)
    parameters = {"tenant": ctx.tenant, "creditor": row.creditor_id, "items": list(items)}
    known = {item: (number, debtor) for item, number, debtor in rows_of("insurance", "items_named", parameters)}
    if unknown := set(items) - known.keys():
        raise refuse("duty.item", "items", f"{len(unknown)} of the items are none of this creditor.")
    kept = set(
        DutyKept.objects.filter(policy_id=policy, duty=duty, item_id__in=known).values_list("item_id", flat=True)
    )
    fresh = [item for item in dict.fromkeys(items) if item not in kept]
    DutyKept.objects.bulk_create([
        DutyKept(tenant_id=ctx.tenant, creditor_id=row.creditor_id, policy_id=policy, item_id=item,
                 duty=duty.value, done_on=done_on)
        for item in fresh
    ])  # fmt: skip
    record_all(ctx, [
        NewFact("duty.kept", today, item, row.creditor_id, known[item][1],
                {"number": known[item][0], "duty": duty.value, "done_on": str(done_on)})
        for item in fresh
    ])  # fmt: skip
    return fresh
