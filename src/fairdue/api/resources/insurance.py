"""Insurance: policies, cover of the day, limits, duties, claims and indemnities."""

from datetime import date
from http import HTTPStatus
from uuid import UUID

from django.http import Http404
from pydantic import BaseModel, Field

from fairdue.api import values
from fairdue.api.paging import DEFAULT_LIMIT, Cursor, Limit, Page, decode, page
from fairdue.api.resources.debtors import LARGEST_BULK, known_debtors
from fairdue.api.resources.items import Ids
from fairdue.api.routing import Call, Resource
from fairdue.core.insurance.limits import LimitChange
from fairdue.foundation.permissions import Permission
from fairdue.insurance import selectors
from fairdue.insurance.services import LimitDraft, decide_limits, file_claim, indemnify_claim, withdraw_claim

policies = Resource("/policies", "insurance")
claims = Resource("/claims", "insurance")
RESOURCES = [policies, claims]
_CLAIM = ("claimed", "loss", "indemnity", "borne", "received", "recovered")


class PolicyOut(BaseModel):
    """A policy with the percentage that is insured today."""

    id: UUID
    creditor: UUID
    number: str
    insurer: str
    currency: str
    starts_on: date
    ends_on: date
    insured_percentage: str


class Policies(BaseModel):
    """Every policy."""

    data: list[PolicyOut]


class CoverOut(BaseModel):
    """One customer under a policy: limit of the day, exposure, what is insured of it, what is free."""

    debtor: UUID
    debtor_name: str
    currency: str
    limit: values.Amount
    limit_words: str
    exposure: values.Amount
    insured: values.Amount
    headroom: values.Amount
    stopped_since: date | None
    insolvent_on: date | None


class Cover(BaseModel):
    """The cover of customers on a day."""

    policy: UUID
    as_of: date
    data: list[CoverOut]


class LimitIn(values.Body):
    """A decision of the insurer on a customer's limit."""

    debtor: UUID
    acts_on: values.Day
    change: LimitChange
    amount: values.Amount = "0"
    percentage: values.Percent | None = None
    until_on: values.Day | None = None
    note: values.Text = ""


class LimitsIn(values.Body):
    """Decisions to record, all or none."""

    limits: list[LimitIn] = Field(min_length=1, max_length=LARGEST_BULK)


class DutyOut(BaseModel):
    """What somebody must do for an insured item by a day."""

    item: UUID
    number: str
    debtor: UUID
    debtor_name: str
    currency: str
    open: values.Amount
    duty: str
    on: date
    standing: str
    note: str


class Duties(BaseModel):
    """What is to be done, the nearest last day first."""

    data: list[DutyOut]


class ClaimIn(values.Body):
    """Whose insured items are claimed."""

    debtor: UUID


class ClaimOut(BaseModel):
    """A claim; amounts are null until it is indemnified."""

    id: UUID
    creditor: UUID
    policy: UUID
    number: str
    debtor: UUID
    debtor_name: str
    currency: str
    cause: str
    filed_on: date
    loss_on: date
    claimed: values.Amount
    loss: values.Amount | None
    indemnity: values.Amount | None
    borne: values.Amount | None
    indemnified_on: date | None
    withdrawn_on: date | None
    received: values.Amount
    recovered: values.Amount


class Reason(values.Body):
    """Why."""

    reason: values.Name


class Made(BaseModel):
    """The id of what was made or changed."""

    id: UUID


def _policy(call: Call, policy: UUID, day: date) -> selectors.PolicyRow:
    rows = selectors.policies_on(call.ctx, day, ids=[policy])
    if not rows:
        raise Http404
    return rows[0]


def _claim(call: Call, claim: UUID) -> ClaimOut:
    rows = selectors.claims(call.ctx, claim=claim)
    if not rows:
        raise Http404
    return values.wire(ClaimOut, rows[0], rows[0].currency, _CLAIM)


@policies.get("", Permission.INSURANCE_VIEW, Policies)
def list_policies(call: Call, creditor: UUID | None = None) -> Policies:
    """List the policies with the terms of today."""
    rows = selectors.policies_on(call.ctx, call.today, creditor=creditor)
    return Policies(
        data=[values.wire(PolicyOut, row, insured_percentage=f"{row.terms.insured_percentage:f}") for row in rows]
    )


@policies.get("/{policy}/cover", Permission.INSURANCE_VIEW, Cover)
def get_cover(call: Call, policy: UUID, debtor: UUID | None = None, as_of: values.Day | None = None) -> Cover:
    """Get what is insured of what each customer owes, on a day."""
    day = as_of or call.today
    rows = selectors.covers(call.ctx, _policy(call, policy, day), day, [debtor] if debtor else None)
    money = ("limit", "exposure", "insured", "headroom")
    return Cover(policy=policy, as_of=day, data=[values.wire(CoverOut, row, row.currency, money) for row in rows])


@policies.post("/{policy}/limits", Permission.INSURANCE_EDIT, Ids, status=HTTPStatus.CREATED)
def decide_many_limits(call: Call, policy: UUID, body: LimitsIn) -> Ids:
    """Record decisions on limits; what was delivered before stays insured under the limit of its day."""
    row = _policy(call, policy, call.today)
    known_debtors(call, {one.debtor for one in body.limits}, "limits")

    def draft(one: LimitIn, path: str) -> LimitDraft:
        return LimitDraft(
            one.debtor, one.acts_on, one.change, values.minor(one.amount, row.currency, f"{path}.amount"),
            values.percent(one.percentage), one.until_on, one.note,
        )  # fmt: skip

    drafts = values.each(body.limits, draft, "limits")
    return Ids(ids=decide_limits(call.ctx, policy=policy, limits=drafts, today=call.today))


@policies.get("/{policy}/duties", Permission.INSURANCE_VIEW, Duties)
def list_duties(call: Call, policy: UUID) -> Duties:
    """List what somebody must do for insured items, the nearest last day first."""
    rows = selectors.duties(call.ctx, _policy(call, policy, call.today), call.today)
    return Duties(
        data=[
            values.wire(DutyOut, r, r.currency, ("open",), duty=str(r.duty.value), standing=str(r.standing.value))
            for r in rows
        ]
    )


@policies.post("/{policy}/claims", Permission.INSURANCE_EDIT, Made, status=HTTPStatus.CREATED, money=True)
def file_a_claim(call: Call, policy: UUID, body: ClaimIn) -> Made:
    """File a claim for every insured item of a customer that is in none yet; the items are held."""
    _policy(call, policy, call.today)
    known_debtors(call, {body.debtor}, "debtor")
    return Made(id=file_claim(call.ctx, policy=policy, debtor=body.debtor, today=call.today))


@claims.get("", Permission.INSURANCE_VIEW, Page[ClaimOut])
def list_claims(
    call: Call, creditor: UUID | None = None, debtor: UUID | None = None, cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[ClaimOut]:  # fmt: skip
    """List claims, the newest first."""
    after = decode(cursor, date, str, UUID)
    rows = selectors.claims(call.ctx, creditor=creditor, debtor=debtor, after=after, limit=limit + 1)
    return page(
        rows, limit, lambda row: values.wire(ClaimOut, row, row.currency, _CLAIM),
        lambda row: (row.filed_on, row.number, row.id),
    )  # fmt: skip


@claims.get("/{claim}", Permission.INSURANCE_VIEW, ClaimOut)
def get_claim(call: Call, claim: UUID) -> ClaimOut:
    """Get one claim."""
    return _claim(call, claim)


@claims.post("/{claim}/indemnify", Permission.INSURANCE_EDIT, ClaimOut, money=True)
def indemnify_a_claim(call: Call, claim: UUID) -> ClaimOut:
    """Compute the indemnity of a claim at its date of loss, store the sheet, post it."""
    _claim(call, claim)
    indemnify_claim(call.ctx, claim=claim, today=call.today)
    return _claim(call, claim)


@claims.post("/{claim}/withdraw", Permission.INSURANCE_EDIT, ClaimOut, money=True)
def withdraw_a_claim(call: Call, claim: UUID, body: Reason) -> ClaimOut:
    """Take back a claim that is not indemnified."""
    _claim(call, claim)
    withdraw_claim(call.ctx, claim=claim, reason=body.reason, today=call.today)
    return _claim(call, claim)
