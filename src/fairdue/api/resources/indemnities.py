"""Insurance beyond looking: policies with their terms, declarations, premium, the insurer's money, recoveries."""

from datetime import date
from decimal import Decimal
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from django.http import Http404
from pydantic import BaseModel, Field

from fairdue.api import values
from fairdue.api.resources.creditors import found as found_creditor
from fairdue.api.resources.insurance import Made, claims, policies
from fairdue.api.routing import Call, Resource
from fairdue.core.findings import RefusedError
from fairdue.core.insurance.fields import Node
from fairdue.core.insurance.files import plain_policy, read_policy
from fairdue.core.insurance.policy import Policy as Terms
from fairdue.core.insurance.premium import PremiumTerms
from fairdue.foundation.permissions import Permission
from fairdue.insurance import selectors
from fairdue.insurance.services import (
    PolicyDraft,
    change_terms,
    declare_turnover,
    post_premium,
    receive_indemnity,
    reverse_premium,
    share_recovery,
    take_out_policy,
)

postings = Resource("/premium-postings", "insurance")
RESOURCES = [postings]


class PremiumIo(values.Body):
    """How the premium follows from the declared turnover."""

    rate_percent: values.Percent
    estimate: values.Amount
    minimum_percent: values.Percent = "80"
    instalments: Annotated[int, Field(ge=1, le=12)] = 4
    tax_percent: values.Percent = "0"
    liability_multiple: values.Percent | None = None


class PolicyIn(values.Body):
    """A policy: `terms` as in the files of the calculators (docs: insurance files)."""

    creditor: UUID
    insurer: values.Name
    currency: values.Currency
    terms: dict[str, Any]
    premium: PremiumIo | None = None


class TermsIn(values.Body):
    """A further version of the terms, from a day on."""

    valid_from: values.Day
    terms: dict[str, Any]
    premium: PremiumIo | None = None


class PolicyDetailOut(BaseModel):
    """A policy with the terms of today, its premium and what of it is booked."""

    id: UUID
    creditor: UUID
    number: str
    insurer: str
    currency: str
    starts_on: date
    ends_on: date
    valid_from: date
    terms: dict[str, Any]
    premium: dict[str, Any] | None
    premium_due: values.Amount | None
    premium_left: values.Amount


class DeclarationIn(values.Body):
    """A period whose turnover is declared; without `turnover` as the books count it."""

    starts_on: values.Day
    ends_on: values.Day
    turnover: values.Amount | None = None


class DeclarationOut(BaseModel):
    """The standing declaration of a period."""

    id: UUID
    starts_on: date
    ends_on: date
    revision: int
    turnover: values.Amount
    declared_on: date


class Declarations(BaseModel):
    """Declarations, oldest first."""

    data: list[DeclarationOut]


class PostingOut(BaseModel):
    """A booking of premium, or the reversal of one."""

    id: UUID
    premium: values.Amount
    tax: values.Amount
    turnover: values.Amount
    booked_on: date
    entry: UUID
    reversal_of: UUID | None
    reversed: bool


class Postings(BaseModel):
    """Bookings of a policy's premium, newest first."""

    data: list[PostingOut]


class PayoutIn(values.Body):
    """The insurer's money for a claim: how much of which unapplied payment."""

    credit: UUID
    amount: values.Amount


class RecoveryIn(values.Body):
    """Money of the customer after the date of loss, and what it cost to get it."""

    credit: UUID
    cost: values.Amount = "0"


class RecoveryOut(BaseModel):
    """A shared recovery."""

    received_on: date
    number: str
    amount: values.Amount
    cost: values.Amount
    insurer: values.Amount
    kept: values.Amount


class ClaimSheet(BaseModel):
    """A claim's stored calculation and its recoveries."""

    sheet: dict[str, Any] | None
    recoveries: list[RecoveryOut]


def _policy(call: Call, policy: UUID) -> selectors.PolicyRow:
    rows = selectors.policies_on(call.ctx, call.today, ids=[policy])
    if not rows:
        raise Http404
    return rows[0]


def _terms(plain: dict[str, Any], currency: str) -> Terms:
    node = Node(plain, "terms", [], currency)
    terms = read_policy(node)
    if node.found:
        raise RefusedError(*node.found)
    return terms


def _premium(told: PremiumIo | None, currency: str) -> PremiumTerms | None:
    if told is None:
        return None
    return PremiumTerms(
        Decimal(told.rate_percent), values.minor(told.estimate, currency, "premium.estimate"),
        Decimal(told.minimum_percent), told.instalments, Decimal(told.tax_percent),
        values.percent(told.liability_multiple),
    )  # fmt: skip


@policies.post("", Permission.INSURANCE_EDIT, Made, status=HTTPStatus.CREATED)
def take_out_a_policy(call: Call, body: PolicyIn) -> Made:
    """Record a policy with its first terms."""
    found_creditor(call, body.creditor)
    terms = _terms(body.terms, body.currency)
    draft = PolicyDraft(body.creditor, body.insurer, terms, _premium(body.premium, body.currency))
    return Made(id=take_out_policy(call.ctx, policy=draft, today=call.today))


@policies.get("/{policy}", Permission.INSURANCE_VIEW, PolicyDetailOut)
def get_policy(call: Call, policy: UUID) -> PolicyDetailOut:
    """Show a policy with the terms of today, its premium, and what of it is not booked."""
    row = _policy(call, policy)
    computed = selectors.premium_of(row)
    terms = row.premium
    shown = None if terms is None else {
        "rate_percent": str(terms.rate_percent), "estimate": values.amount(terms.estimate, row.currency),
        "minimum_percent": str(terms.minimum_percent), "instalments": terms.instalments,
        "tax_percent": str(terms.tax_percent),
        "liability_multiple": None if terms.liability_multiple is None else str(terms.liability_multiple),
    }  # fmt: skip
    return values.wire(
        PolicyDetailOut, row, terms=plain_policy(row.terms), premium=shown,
        premium_due=None if computed is None else values.amount(computed.due + computed.tax, row.currency),
        premium_left=values.amount(selectors.premium_left(row), row.currency),
    )  # fmt: skip


@policies.post("/{policy}/terms", Permission.INSURANCE_EDIT, Made, status=HTTPStatus.CREATED)
def change_the_terms(call: Call, policy: UUID, body: TermsIn) -> Made:
    """Record a further version of the terms; number, currency and period stay the policy's own."""
    row = _policy(call, policy)
    told = plain_policy(row.terms) | body.terms
    version = change_terms(
        call.ctx, policy=policy, valid_from=body.valid_from, terms=_terms(told, row.currency),
        premium=_premium(body.premium, row.currency) or row.premium, today=call.today,
    )  # fmt: skip
    return Made(id=version)


@policies.get("/{policy}/declarations", Permission.INSURANCE_VIEW, Declarations)
def list_declarations(call: Call, policy: UUID) -> Declarations:
    """List what was declared, the newest revision of each period."""
    row = _policy(call, policy)
    rows = selectors.declarations(policy)
    return Declarations(data=[values.wire(DeclarationOut, one, row.currency, ("turnover",)) for one in rows])


@policies.post("/{policy}/declarations", Permission.INSURANCE_EDIT, Made, status=HTTPStatus.CREATED)
def declare_a_turnover(call: Call, policy: UUID, body: DeclarationIn) -> Made:
    """Declare the insurable turnover of a period; the same period again corrects it."""
    row = _policy(call, policy)
    turnover = None if body.turnover is None else values.minor(body.turnover, row.currency, "turnover")
    made = declare_turnover(
        call.ctx, policy=policy, starts_on=body.starts_on, ends_on=body.ends_on, turnover=turnover, today=call.today
    )
    return Made(id=made)


@policies.get("/{policy}/premium-postings", Permission.INSURANCE_VIEW, Postings)
def list_postings(call: Call, policy: UUID) -> Postings:
    """List the bookings of a policy's premium."""
    row = _policy(call, policy)
    money = ("premium", "tax", "turnover")
    rows = selectors.premiums_posted(policy)
    return Postings(data=[values.wire(PostingOut, one, row.currency, money) for one in rows])


@policies.post("/{policy}/premium-postings", Permission.INSURANCE_EDIT, Made, status=HTTPStatus.CREATED, money=True)
def book_a_premium(call: Call, policy: UUID) -> Made:
    """Book the premium on what is declared, less what stands in the books."""
    _policy(call, policy)
    return Made(id=post_premium(call.ctx, policy=policy, today=call.today))


@postings.post("/{posting}/reverse", Permission.INSURANCE_EDIT, Made, money=True)
def reverse_a_premium(call: Call, posting: UUID) -> Made:
    """Take a booking of premium back by its mirror."""
    if not selectors.premium_known(posting):
        raise Http404
    return Made(id=reverse_premium(call.ctx, posting=posting, today=call.today))


@claims.get("/{claim}/sheet", Permission.INSURANCE_VIEW, ClaimSheet)
def get_sheet(call: Call, claim: UUID) -> ClaimSheet:
    """Show the stored calculation of a claim and what was recovered and shared."""
    found = selectors.claim_detail(call.ctx, claim)
    if found is None:
        raise Http404
    money = ("amount", "cost", "insurer", "kept")
    recoveries = [values.wire(RecoveryOut, row, found.row.currency, money) for row in found.recoveries]
    return ClaimSheet(sheet=found.sheet, recoveries=recoveries)


@claims.post("/{claim}/payouts", Permission.INSURANCE_EDIT, Made, status=HTTPStatus.CREATED, money=True)
def receive_a_payout(call: Call, claim: UUID, body: PayoutIn) -> Made:
    """Take the insurer's money for a claim out of an unapplied payment."""
    amount = values.minor(body.amount, _currency(call, claim), "amount")
    receive_indemnity(call.ctx, claim=claim, credit=body.credit, amount=amount, today=call.today)
    return Made(id=claim)


@claims.post("/{claim}/recoveries", Permission.INSURANCE_EDIT, Made, status=HTTPStatus.CREATED, money=True)
def share_a_recovery(call: Call, claim: UUID, body: RecoveryIn) -> Made:
    """Share a payment of the customer after the date of loss between insurer and creditor."""
    cost = values.minor(body.cost, _currency(call, claim), "cost")
    return Made(id=share_recovery(call.ctx, claim=claim, credit=body.credit, cost=cost, today=call.today))


def _currency(call: Call, claim: UUID) -> str:
    rows = selectors.claims(call.ctx, claim=claim)
    if not rows:
        raise Http404
    return rows[0].currency
