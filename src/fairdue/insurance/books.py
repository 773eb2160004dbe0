"""Stored rows as core types: policies with the terms of a day, limits, items as the insurer sees them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from fairdue.core.findings import RefusedError, refuse
from fairdue.core.insurance.cover import Exclusion, InsuredItem
from fairdue.core.insurance.fields import Node
from fairdue.core.insurance.files import plain_policy, read_policy
from fairdue.core.insurance.limits import LimitChange, LimitEvent
from fairdue.core.insurance.obligations import Duty
from fairdue.core.insurance.policy import Policy as Terms
from fairdue.core.insurance.premium import PremiumTerms
from fairdue.core.insurance.receipts import Receipt
from fairdue.core.money import proportion
from fairdue.foundation.sqlfiles import sql
from fairdue.insurance.models import ClaimItem, DutyKept, LimitDecision, Policy, PolicyTerms

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

_EXCLUDED = {"public": Exclusion.PUBLIC, "consumer": Exclusion.PRIVATE}


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """A policy with the terms in force on the day that was asked for."""

    id: UUID
    creditor_id: UUID
    number: str
    insurer: str
    currency: str
    starts_on: date
    ends_on: date
    terms_id: UUID
    valid_from: date
    terms: Terms
    premium: PremiumTerms | None


@dataclass(frozen=True, slots=True)
class HeldItem:
    """An item of the books with what the insurer sees of it; amounts are minor units, with VAT."""

    id: UUID
    debtor_id: UUID
    debtor_name: str
    open: int
    amount: int
    insured: InsuredItem

    def open_basis(self, terms: Terms) -> int:
        """Return what is open in the measure of the policy: with VAT only where it is insured."""
        if terms.vat_insured or self.insured.net == 0:
            return self.open if terms.vat_insured else 0
        return min(self.insured.net, proportion(self.insured.net, self.open, self.insured.net + self.insured.vat))


def rows_of(room: str, name: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Return the rows of a statement of a room's `sql` folder."""
    with connection.cursor() as cursor:
        cursor.execute(sql(room, name), parameters)
        return cursor.fetchall()


def policies_on(ctx: Ctx, day: date, *, creditor: UUID | None = None, ids: Iterable[UUID] = ()) -> list[PolicyRow]:
    """Return policies with the terms of `day` (the first terms before they begin), by creditor and number."""
    del ctx
    chosen = Policy.objects.order_by("creditor_id", "-starts_on", "number")
    if creditor is not None:
        chosen = chosen.filter(creditor_id=creditor)
    if wanted := list(ids):
        chosen = chosen.filter(id__in=wanted)
    policies = list(chosen)
    versions: dict[UUID, list[PolicyTerms]] = defaultdict(list)
    stored = PolicyTerms.objects.filter(policy_id__in=[row.id for row in policies])
    for version in stored.order_by("valid_from", "recorded_at", "id"):
        versions[version.policy_id].append(version)
    return [_policy_row(policy, versions[policy.id], day) for policy in policies]


def policy_on(ctx: Ctx, policy: UUID, day: date) -> PolicyRow:
    """Return one policy with the terms of `day`; refuse an unknown one."""
    found = policies_on(ctx, day, ids=[policy])
    if not found:
        raise refuse("policy.unknown", "policy", "There is no such policy.")
    return found[0]


def _policy_row(policy: Policy, versions: list[PolicyTerms], day: date) -> PolicyRow:
    valid = [version for version in versions if version.valid_from <= day] or versions[:1]
    version = valid[-1]
    return PolicyRow(
        policy.id, policy.creditor_id, policy.number, policy.insurer, policy.currency, policy.starts_on,
        policy.ends_on, version.id, version.valid_from, stored_terms(version.terms, policy.currency),
        stored_premium(version.premium),
    )  # fmt: skip


def stored_terms(plain: dict[str, Any], currency: str) -> Terms:
    """Return the terms of a stored version; what cannot be read is refused, not guessed."""
    node = Node(plain, "terms", [], currency)
    terms = read_policy(node)
    if node.found:
        raise RefusedError(*node.found)
    return terms


def plain_terms(terms: Terms) -> dict[str, object]:
    """Return terms as they are stored."""
    return plain_policy(terms)


def stored_premium(plain: dict[str, Any]) -> PremiumTerms | None:
    """Return the premium terms of a stored version, None when the policy has none."""
    if not plain:
        return None
    multiple = plain["liability_multiple"]
    return PremiumTerms(
        rate_percent=Decimal(plain["rate_percent"]),
        estimate=int(plain["estimate"]),
        minimum_percent=Decimal(plain["minimum_percent"]),
        instalments=int(plain["instalments"]),
        tax_percent=Decimal(plain["tax_percent"]),
        liability_multiple=None if multiple is None else Decimal(multiple),
    )


def plain_premium(premium: PremiumTerms | None) -> dict[str, object]:
    """Return premium terms as they are stored: amounts as minor units, rates as text."""
    if premium is None:
        return {}
    multiple = premium.liability_multiple
    return {
        "rate_percent": str(premium.rate_percent),
        "estimate": premium.estimate,
        "minimum_percent": str(premium.minimum_percent),
        "instalments": premium.instalments,
        "tax_percent": str(premium.tax_percent),
        "liability_multiple": None if multiple is None else str(multiple),
    }


def limits_of(policy: UUID, debtors: Iterable[UUID] | None = None) -> dict[UUID, tuple[LimitEvent, ...]]:
    """Return the limit events of each debtor of a policy, in the order in which they were recorded."""
    rows = LimitDecision.objects.filter(policy_id=policy).order_by("recorded_at", "id")
    if debtors is not None:
        rows = rows.filter(debtor_id__in=list(debtors))
    events: dict[UUID, list[LimitEvent]] = defaultdict(list)
    for row in rows:
        event = LimitEvent(row.acts_on, LimitChange(row.change), row.amount, row.percentage, row.until_on, row.note)
        events[row.debtor_id].append(event)
    return {debtor: tuple(found) for debtor, found in events.items()}


def held_items(ctx: Ctx, policy: PolicyRow, day: date, debtors: Iterable[UUID] | None = None) -> list[HeldItem]:
    """Return the items that the policy may insure at the end of `day`, by debtor and due date: one statement."""
    parameters = {
        "tenant": ctx.tenant, "creditor": policy.creditor_id, "currency": policy.currency, "day": day,
        "debtors": None if debtors is None else list(debtors),
    }  # fmt: skip
    return [_held_item(row) for row in rows_of("insurance", "insured_items", parameters)]


def _held_item(row: tuple[Any, ...]) -> HeldItem:
    """Return an item less what credit notes and discounts took off, net and VAT in proportion."""
    (item, debtor, name, kind, number, amount, net, issued, due, delivered, open_, reduced, paid, disputed) = row
    gross = amount - reduced
    net_left = proportion(net, gross, amount)
    insured = InsuredItem(
        number, delivered, issued, due, net_left, gross - net_left,
        disputed=min(net_left, proportion(net, min(disputed, amount), amount)),
        exclusion=_EXCLUDED.get(kind), paid_on=paid,
    )  # fmt: skip
    return HeldItem(item, debtor, name, open_, amount, insured)


def receipts_of(ctx: Ctx, policy: PolicyRow, debtor: UUID, items: Iterable[HeldItem], day: date) -> tuple[Receipt, ...]:
    """Return the money of a debtor up to `day` that was put on `items`, or is on account."""
    parameters = {
        "tenant": ctx.tenant, "creditor": policy.creditor_id, "currency": policy.currency, "debtor": debtor,
        "items": [item.id for item in items], "day": day,
    }  # fmt: skip
    return tuple(
        Receipt(on, amount, None, number) for on, amount, number in rows_of("insurance", "receipts", parameters)
    )


def insolvencies(ctx: Ctx, creditor: UUID, day: date) -> dict[UUID, date]:
    """Return since when which debtors of a creditor are insolvent."""
    parameters = {"tenant": ctx.tenant, "creditor": creditor, "day": day}
    return dict(rows_of("insurance", "insolvencies", parameters))


def duties_kept(policy: UUID, items: Iterable[UUID]) -> dict[UUID, dict[Duty, date]]:
    """Return what was done for each item, and when."""
    found: dict[UUID, dict[Duty, date]] = defaultdict(dict)
    for row in DutyKept.objects.filter(policy_id=policy, item_id__in=list(items)):
        found[row.item_id][Duty(row.duty)] = row.done_on
    return found


@dataclass(frozen=True, slots=True)
class ClaimedItem:
    """An item in a claim: of whom, of which claim, and what it keeps of the limit (nothing once withdrawn)."""

    debtor_id: UUID
    claim_number: str
    filed_on: date
    taken: int


def claimed_items(
    policy: UUID, day: date, debtors: Iterable[UUID] | None = None, *, but: UUID | None = None
) -> dict[UUID, ClaimedItem]:
    """Return the items in claims filed by `day`, except those of the claim `but`."""
    rows = ClaimItem.objects.filter(policy_id=policy, claim__filed_on__lte=day)
    if debtors is not None:
        rows = rows.filter(claim__debtor_id__in=list(debtors))
    if but is not None:
        rows = rows.exclude(claim_id=but)
    names = ("item_id", "claim__debtor_id", "claim__number", "claim__filed_on", "insured", "claim__withdrawn_on")
    return {
        item: ClaimedItem(debtor, number, filed_on, 0 if withdrawn else insured)
        for item, debtor, number, filed_on, insured, withdrawn in rows.values_list(*names)
    }
