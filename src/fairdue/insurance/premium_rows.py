"""What was turned over and declared, what it costs, and what of it stands in the books."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.core.insurance.limits import Limits
from fairdue.core.insurance.premium import Premium, declared_premium
from fairdue.insurance.books import PolicyRow, limits_of, rows_of
from fairdue.insurance.models import Declaration, PremiumPosting

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx


@dataclass(frozen=True, slots=True)
class TurnoverRow:
    """A debtor's turnover of a period, and why it is not insurable, if it is not."""

    debtor_id: UUID
    debtor_name: str
    net: int
    items: int
    left_out: str


def insurable_turnover(ctx: Ctx, policy: PolicyRow, starts_on: date, ends_on: date) -> list[TurnoverRow]:
    """Return the turnover of a period by debtor; public bodies, private persons and debtors without limit are out."""
    parameters = {
        "tenant": ctx.tenant, "creditor": policy.creditor_id, "currency": policy.currency, "starts": starts_on,
        "ends": ends_on,
    }  # fmt: skip
    events = limits_of(policy.id)
    found = []
    for debtor, name, kind, net, items in rows_of("insurance", "turnover", parameters):
        left_out = {"public": "public body", "consumer": "private person"}.get(kind, "")
        limits = Limits(events.get(debtor, ()), policy.terms.discretionary_limit)
        if not left_out and not limits.on(ends_on).amount and not limits.on(starts_on).amount:
            left_out = "no limit"
        found.append(TurnoverRow(debtor, name, net, items, left_out))
    return found


@dataclass(frozen=True, slots=True)
class DeclarationRow:
    """Turnover declared for a period: the newest revision."""

    id: UUID
    starts_on: date
    ends_on: date
    revision: int
    turnover: int
    declared_on: date


def declarations(policy: UUID) -> list[DeclarationRow]:
    """Return the standing declaration of each period, oldest first."""
    newest: dict[date, DeclarationRow] = {}
    for row in Declaration.objects.filter(policy_id=policy).order_by("starts_on", "revision"):
        newest[row.starts_on] = DeclarationRow(
            row.id, row.starts_on, row.ends_on, row.revision, row.turnover, row.declared_on
        )
    return list(newest.values())


def premium_of(policy: PolicyRow) -> Premium | None:
    """Return the premium of the policy year on what is declared so far; None without premium terms."""
    if policy.premium is None:
        return None
    return declared_premium(policy.premium, sum(row.turnover for row in declarations(policy.id)))


@dataclass(frozen=True, slots=True)
class PremiumRow:
    """A posting of premium, in minor units of the policy's currency; `reversed` once it was taken back."""

    id: UUID
    premium: int
    tax: int
    turnover: int
    booked_on: date
    entry_id: UUID
    reversal_of_id: UUID | None
    posted_by: str
    reversed: bool


def premiums_posted(policy: UUID) -> list[PremiumRow]:
    """Return what was booked of a policy's premium, newest first."""
    rows = list(PremiumPosting.objects.filter(policy_id=policy).order_by("-recorded_at", "-id"))
    gone = {row.reversal_of_id for row in rows}
    return [
        PremiumRow(
            row.id, row.premium, row.tax, row.turnover, row.booked_on, row.entry_id, row.reversal_of_id, row.posted_by,
            row.id in gone,
        )
        for row in rows
    ]  # fmt: skip


def premium_known(posting: UUID) -> bool:
    """Return whether there is such a posting of premium."""
    return bool(PremiumPosting.objects.filter(id=posting).exists())


def premium_left(policy: PolicyRow) -> int:
    """Return what posting would book now, with tax; 0 when all stands in the books or nothing is computed."""
    premium = premium_of(policy)
    if premium is None:
        return 0
    return premium.due + premium.tax - sum(row.premium + row.tax for row in premiums_posted(policy.id))
