"""The premium in the books: what is due beyond what stands there is booked; a mistake is a reversal.

Dr premiums of credit insurance, Cr payable to insurers, with the insurance premium tax, which is no input tax.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Sum

from fairdue.core.findings import refuse
from fairdue.core.insurance.premium import declared_premium
from fairdue.core.ledger import AccountRole, Entry, against, functional_of
from fairdue.core.money import decimal_of
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.permissions import Permission
from fairdue.insurance.books import policy_on
from fairdue.insurance.models import Policy, PremiumPosting
from fairdue.insurance.selectors import declarations
from fairdue.parties import selectors as parties
from fairdue.receivables.services import post
from fairdue.receivables.services.books import Rates

if TYPE_CHECKING:
    from datetime import date

    from fairdue.core.insurance.premium import Premium
    from fairdue.foundation.context import Ctx
    from fairdue.insurance.books import PolicyRow


@command("insurance.post_premium", Permission.INSURANCE_EDIT)
def post_premium(ctx: Ctx, *, policy: UUID, today: date, key: str | None = None) -> UUID:
    """Book the premium of a policy year on what is declared so far, less what stands in the books.

    Refuses a policy without premium terms, and when nothing is left to book. A lower premium after a
    correction is booked as a negative amount.
    """
    del key
    _lock(policy)
    row = policy_on(ctx, policy, today)
    if row.premium is None:
        raise refuse("premium.terms", "policy", "The terms of this policy name no premium rate.")
    turnover = sum(one.turnover for one in declarations(policy))
    computed = declared_premium(row.premium, turnover)
    premium, tax = _left(policy, computed)
    if not premium and not tax:
        raise refuse("premium.posted", "policy", "The premium on what is declared stands in the books already.")
    made = _book(ctx, row, premium, tax, today, "premium")
    posted = PremiumPosting.objects.create(
        tenant_id=ctx.tenant, creditor_id=row.creditor_id, policy_id=policy, premium=premium, tax=tax,
        booked_on=today, turnover=turnover, entry_id=made, posted_by=ctx.actor,
        steps=[
            {"name": step.name, "amount": str(decimal_of(step.amount, row.currency)), "note": step.note}
            for step in computed.steps
        ],
    )  # fmt: skip
    _record(ctx, "premium.posted", row, posted, today)
    return UUID(str(posted.id))


@command("insurance.reverse_premium", Permission.INSURANCE_EDIT)
def reverse_premium(ctx: Ctx, *, posting: UUID, today: date, key: str | None = None) -> UUID:
    """Take a posting of premium back by its mirror; refuses a reversal, and what is reversed already."""
    del key
    row = PremiumPosting.objects.filter(id=posting).first()
    if row is None:
        raise refuse("premium.unknown", "posting", "There is no such posting.")
    _lock(row.policy_id)
    if row.reversal_of_id is not None or PremiumPosting.objects.filter(reversal_of_id=posting).exists():
        raise refuse("premium.reversed", "posting", "This is a reversal, or reversed already.")
    policy = policy_on(ctx, row.policy_id, today)
    made = _book(ctx, policy, -row.premium, -row.tax, today, "premium_reversal", reversal_of=row.entry_id)
    mirror = PremiumPosting.objects.create(
        tenant_id=ctx.tenant, creditor_id=row.creditor_id, policy_id=row.policy_id, premium=-row.premium,
        tax=-row.tax, booked_on=today, turnover=row.turnover, entry_id=made, reversal_of_id=row.id,
        posted_by=ctx.actor,
    )  # fmt: skip
    _record(ctx, "premium.reversed", policy, mirror, today)
    return UUID(str(mirror.id))


def _lock(policy: UUID) -> None:
    """Take the policy's row lock, so that two people do not book one premium twice."""
    if not Policy.objects.select_for_update().filter(id=policy).exists():
        raise refuse("policy.unknown", "policy", "There is no such policy.")


def _left(policy: UUID, computed: Premium) -> tuple[int, int]:
    """Return premium and tax that are due beyond what stands in the books."""
    stands = PremiumPosting.objects.filter(policy_id=policy).aggregate(premium=Sum("premium"), tax=Sum("tax"))
    return computed.due - (stands["premium"] or 0), computed.tax - (stands["tax"] or 0)


def _book(
    ctx: Ctx, policy: PolicyRow, premium: int, tax: int, today: date, kind: str, reversal_of: UUID | None = None
) -> UUID:
    """Post one entry in the policy's currency; a missing rate to the books refuses."""
    home = parties.books(ctx, [policy.creditor_id])[policy.creditor_id]
    amount = premium + tax
    functional = functional_of(amount, policy.currency, home, Rates().get(policy.currency, home, today))
    lines = against(AccountRole.PREMIUM, None, amount, functional, ((AccountRole.INSURER_SHARE, -amount),))
    entry = Entry(
        policy.creditor_id, today, kind, policy.currency, lines, policy.id, f"Policy {policy.number}", reversal_of
    )
    return post(ctx, [entry])[0]


def _record(ctx: Ctx, fact: str, policy: PolicyRow, row: PremiumPosting, today: date) -> None:
    payload = {
        "number": policy.number, "posting": str(row.id),
        "amount": {"minor": row.premium + row.tax, "currency": policy.currency},
    }  # fmt: skip
    record(ctx, NewFact(fact, today, policy.id, policy.creditor_id, None, payload))
