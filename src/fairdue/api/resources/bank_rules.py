"""Bank rules of people, and how good cash application was in a period."""

from datetime import date, datetime, timedelta
from http import HTTPStatus
from uuid import UUID

from django.http import Http404
from pydantic import BaseModel, Field

from fairdue.api import values
from fairdue.api.resources.creditors import found as found_creditor
from fairdue.api.resources.debtors import LARGEST_BULK, known_debtors
from fairdue.api.resources.items import Ids
from fairdue.api.routing import Call, Resource
from fairdue.cash.bankrules.making import RuleDraft, add_bank_rule, remove_bank_rule, switch_bank_rule
from fairdue.cash.bankrules.selectors import bank_rules, fitting
from fairdue.cash.quality.selectors import quality
from fairdue.cash.services import reverse_many
from fairdue.core.bankrules import Nature, RuleAction
from fairdue.core.findings import refuse
from fairdue.foundation.permissions import Permission
from fairdue.foundation.tabular.dates import OTHER_AGE, is_of_another_age

rules = Resource("/bank-rules", "cash")
measured = Resource("/cash-quality", "cash")
undone = Resource("/application-reversals", "cash")
RESOURCES = [rules, measured, undone]
_DAYS = 90


class RuleIn(values.Body):
    """A rule; everything that is given must hold. `debtor` for payer and on_account, `nature` for not_receivable."""

    creditor: UUID
    name: values.Name
    action: RuleAction
    text: str = Field("", max_length=140)
    payer: str = Field("", max_length=140)
    account: str = Field("", max_length=40)
    code: str = Field("", max_length=40)
    currency: str = Field("", max_length=3)
    least: values.Amount | None = None
    most: values.Amount | None = None
    nature: Nature = Nature.OTHER
    debtor: UUID | None = None
    priority: int = Field(100, ge=1, le=9999)
    posts: bool = True


class RuleOut(BaseModel):
    """A rule with what it did; the counterparty's account is masked."""

    id: UUID
    creditor: UUID
    name: str
    action: str
    text: str
    payer: str
    masked: str
    code: str
    currency: str
    nature: str
    debtor: UUID | None
    priority: int
    posts: bool
    active: bool
    stopped: bool
    used: int
    undone: int
    waiting: int
    made_by: str
    made_at: datetime


class Rules(BaseModel):
    """Rules in the order in which they are asked."""

    data: list[RuleOut]


class Made(BaseModel):
    """The rule."""

    id: UUID


class SwitchIn(values.Body):
    """Whether the rule is asked."""

    active: bool


class FittingOut(BaseModel):
    """How many lines of the last 400 days a rule would have fitted, wait now, or say otherwise; the newest lines."""

    lines: int
    waiting: int
    contrary: int
    newest: list[UUID]


class ClassOut(BaseModel):
    """How many payments became something."""

    became: str
    payments: int


class BinOut(BaseModel):
    """Judged proposals of about the same confidence; shares in basis points."""

    low: int
    high: int
    predicted: int
    kept: int
    judged: int


class RuleQualityOut(BaseModel):
    """What a rule posted, and what of it was taken back; shares in basis points."""

    rule: str
    posted: int
    wrong: int
    precision: int | None
    lower: int
    accepted: int
    otherwise: int


class QualityOut(BaseModel):
    """How good cash application was; shares in basis points, cost in manual looks."""

    payments: int
    straight_through: int | None
    precision: int | None
    lower: int
    calibration_error: int | None
    cost: int
    saved: int
    shadow: bool
    classes: list[ClassOut]
    rules: list[RuleQualityOut]
    bins: list[BinOut]


class ReversalsIn(values.Body):
    """Applications to take back, all or none."""

    applications: list[UUID] = Field(min_length=1, max_length=min(500, LARGEST_BULK))
    reason: values.Name


def _draft(call: Call, body: RuleIn) -> RuleDraft:
    found_creditor(call, body.creditor)
    if body.debtor is not None:
        known_debtors(call, {body.debtor}, "debtor")
    least = values.minor(body.least, body.currency, "least") if body.least is not None else None
    most = values.minor(body.most, body.currency, "most") if body.most is not None else None
    return RuleDraft(
        body.name, body.action, body.text, body.payer, body.account, code=body.code, least=least, most=most,
        currency=body.currency, nature=body.nature, debtor=body.debtor, priority=body.priority, posts=body.posts,
    )  # fmt: skip


def _found(call: Call, rule: UUID) -> None:
    if not bank_rules(call.ctx, rule=rule):
        raise Http404


@rules.get("", Permission.CASH_VIEW, Rules)
def list_bank_rules(call: Call, creditor: UUID | None = None) -> Rules:
    """List the rules that people made, those in force first, in the order in which they are asked."""
    return Rules(data=[values.wire(RuleOut, row) for row in bank_rules(call.ctx, creditor=creditor)])


@rules.post("", Permission.CASH_APPLY, Made, status=HTTPStatus.CREATED)
def add_a_bank_rule(call: Call, body: RuleIn) -> Made:
    """Make a rule; it is asked from the next matching on."""
    return Made(id=add_bank_rule(call.ctx, creditor=body.creditor, draft=_draft(call, body), today=call.today))


@rules.post("/preview", Permission.CASH_APPLY, FittingOut)
def preview_a_bank_rule(call: Call, body: RuleIn) -> FittingOut:
    """Tell which past lines a rule would have fitted; nothing is kept."""
    hits = fitting(call.ctx, creditor=body.creditor, draft=_draft(call, body), today=call.today)
    newest = [line.id for line in hits.lines[:100]]
    return FittingOut(lines=len(hits.lines), waiting=hits.waiting, contrary=hits.contrary, newest=newest)


@rules.post("/{rule}/switch", Permission.CASH_APPLY, Made)
def switch_a_bank_rule(call: Call, rule: UUID, body: SwitchIn) -> Made:
    """Switch a rule on or off."""
    _found(call, rule)
    return Made(id=switch_bank_rule(call.ctx, rule=rule, active=body.active, today=call.today))


@rules.post("/{rule}/remove", Permission.CASH_APPLY, Made)
def remove_a_bank_rule(call: Call, rule: UUID) -> Made:
    """Remove a rule; what it did stays."""
    _found(call, rule)
    return Made(id=remove_bank_rule(call.ctx, rule=rule, today=call.today))


@measured.get("", Permission.CASH_VIEW, QualityOut)
def measure_cash_quality(
    call: Call, creditor: UUID | None = None, since: date | None = None, until: date | None = None
) -> QualityOut:
    """Measure the payments booked from `since` to `until`, by default the last ninety days, from stored decisions."""
    last = until or call.today
    if is_of_another_age(last, since or last):
        raise refuse("quality.day", "until", f"No payment was booked then: {OTHER_AGE}.")
    found = quality(
        call.ctx, since=since or last - timedelta(days=_DAYS), until=last, today=call.today, creditor=creditor
    )
    return QualityOut(
        payments=found.payments, straight_through=found.straight_through, precision=found.precision.share,
        lower=found.precision.lower, calibration_error=found.error, cost=found.cost.total, saved=found.cost.saved,
        shadow=found.shadow.on, classes=[ClassOut(became=row.became, payments=row.payments) for row in found.classes],
        rules=[
            RuleQualityOut(
                rule=row.rule, posted=row.precision.posted, wrong=row.precision.wrong, precision=row.precision.share,
                lower=row.precision.lower, accepted=row.accepted, otherwise=row.otherwise,
            )
            for row in found.rules
        ],
        bins=[
            BinOut(low=one.low, high=one.high, predicted=one.predicted, kept=one.share, judged=one.judged)
            for one in found.bins
        ],
    )  # fmt: skip


@undone.post("", Permission.CASH_APPLY, Ids, money=True)
def reverse_many_applications(call: Call, body: ReversalsIn) -> Ids:
    """Take many applications back, all or none; the lines wait again."""
    return Ids(ids=reverse_many(call.ctx, applications=body.applications, reason=body.reason, today=call.today))
