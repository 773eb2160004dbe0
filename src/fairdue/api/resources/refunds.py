"""Money that goes back, and money on account that meets the items of its customer."""

from dataclasses import asdict
from datetime import date, datetime
from http import HTTPStatus
from typing import Literal
from uuid import UUID

from django.http import Http404
from ninja import File
from ninja.files import UploadedFile
from pydantic import BaseModel

from fairdue.api import values
from fairdue.api.paging import DEFAULT_LIMIT, Cursor, Limit, Page, decode, page
from fairdue.api.problems import FindingOut
from fairdue.api.resources import creditors
from fairdue.api.resources.cash import Reason
from fairdue.api.routing import Call, Resource
from fairdue.cash.account import selectors as account
from fairdue.cash.account.uses import accept_use, refuse_use, reverse_use
from fairdue.cash.refunding import selectors
from fairdue.cash.refunding.answering import read_refund_answers
from fairdue.cash.refunding.ordering import order_refunds
from fairdue.cash.refunding.tasks import dismiss_refund, name_agent, open_refund, propose_refund
from fairdue.core.findings import refuse
from fairdue.foundation.files import load, store
from fairdue.foundation.permissions import Permission
from fairdue.receivables import selectors as receivables

refunds = Resource("/refunds", "cash")
uses = Resource("/credit-uses", "cash")
RESOURCES = [refunds, uses]


class RefundIn(values.Body):
    """How much of an unapplied payment is to be paid back, why, and to which account of the customer."""

    credit: UUID
    amount: values.Amount
    reason: values.Name
    account: UUID | None = None
    agent: values.Text = ""
    """BIC of the bank of the account: a transfer outside SEPA needs it."""


class RefundAsked(BaseModel):
    """The approval that waits for a second person."""

    approval: UUID


class RefundId(BaseModel):
    """A refund."""

    id: UUID


class RefundOut(BaseModel):
    """A refund; `unapplied` is what is left of the payment, `account` is masked."""

    id: UUID
    creditor: UUID
    debtor: UUID | None
    credit: UUID
    number: str
    kind: str
    amount: values.Amount
    unapplied: values.Amount
    currency: str
    account: str | None
    reason: str
    state: str
    opened_on: date
    decided_on: date | None


class OrderIn(values.Body):
    """Whose approved refunds are ordered; all of them, or those that are named."""

    creditor: UUID
    refunds: list[UUID] | None = None
    currency: values.Currency = "EUR"


class LeftOut(BaseModel):
    """An approved refund that is not in the file, and why."""

    refund: UUID
    reason: str


class RefundFile(BaseModel):
    """The pain.001 file for the bank."""

    name: str
    content: str
    count: int
    amount: values.Amount
    currency: str
    left_out: list[LeftOut]


class RefundsAnswered(BaseModel):
    """Refunds by what the bank said of their order; what it rejected is open again."""

    accepted: list[UUID]
    rejected: list[UUID]
    waiting: list[UUID]


class AgentIn(values.Body):
    """The BIC of the bank of the account to which a refund goes."""

    agent: values.Name


class CheckOut(BaseModel):
    """An account of the customer with everything that speaks against paying to it today; an error blocks it."""

    account: UUID | None
    masked: str
    findings: list[FindingOut]


class Checks(BaseModel):
    """Every account of the customer."""

    data: list[CheckOut]


class PartOut(BaseModel):
    """An item of a use."""

    item: UUID
    number: str
    amount: values.Amount


class UseOut(BaseModel):
    """Money on account proposed for items, or applied to them; confidence in basis points."""

    id: UUID
    creditor: UUID
    debtor: UUID
    credit: UUID
    number: str
    amount: values.Amount
    unapplied: values.Amount
    currency: str
    items: list[PartOut]
    rule: str
    reason: str
    confidence: int
    state: str
    proposed_on: date


class Uses(BaseModel):
    """Uses of money on account, the surest first."""

    data: list[UseOut]


class UseId(BaseModel):
    """A use; an undo names it."""

    id: UUID


def _refund(row: selectors.RefundRow) -> RefundOut:
    return values.wire(RefundOut, row, row.currency, ("amount", "unapplied"))


@refunds.get("", Permission.CASH_VIEW, Page[RefundOut])
def list_refunds(
    call: Call, creditor: UUID | None = None, cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT
) -> Page[RefundOut]:
    """List refunds, those that wait first, then the newest."""
    after = decode(cursor, int, datetime, UUID)
    rows = selectors.refunds(call.ctx, creditor=creditor, after=after, limit=limit + 1)
    return page(rows, limit, _refund, lambda row: row.key)


def _minor(call: Call, body: RefundIn) -> int:
    found = receivables.credits_(call.ctx, ids=[body.credit])
    if not found:
        raise refuse("refund.credit", "credit", "There is no payment with money left.")
    return values.minor(body.amount, found[0].currency, "amount")


@refunds.post("", Permission.REFUND_PROPOSE, RefundAsked, status=HTTPStatus.CREATED, money=True)
def propose_a_refund(call: Call, body: RefundIn) -> RefundAsked:
    """Propose to pay unapplied money back; a second person approves. Refused with everything that blocks it."""
    waits = propose_refund(
        call.ctx, credit=body.credit, amount=_minor(call, body), reason=body.reason, account=body.account,
        agent=body.agent, today=call.today,
    )  # fmt: skip
    return RefundAsked(approval=waits)


@refunds.post("/tasks", Permission.REFUND_PROPOSE, RefundId, status=HTTPStatus.CREATED, money=True)
def open_a_refund(call: Call, body: RefundIn) -> RefundId:
    """Open the task to pay money back, before an account is chosen."""
    amount = _minor(call, body)
    return RefundId(id=open_refund(call.ctx, credit=body.credit, amount=amount, reason=body.reason, today=call.today))


@refunds.post("/files", Permission.CASH_APPLY, RefundFile, status=HTTPStatus.CREATED, money=True)
def order_approved_refunds(call: Call, body: OrderIn) -> RefundFile:
    """Write approved refunds of one currency into a pain.001 file for the bank; each comes into one file only."""
    creditors.found(call, body.creditor)
    made = order_refunds(
        call.ctx, creditor=body.creditor, refunds=body.refunds, currency=body.currency, today=call.today
    )
    return RefundFile(
        name=f"{made.reference}.xml", content=load(call.ctx, made.file)[1].decode(), count=made.count,
        amount=values.amount(made.amount, made.currency), currency=made.currency,
        left_out=[LeftOut(refund=one, reason=why) for one, why in made.left_out],
    )  # fmt: skip


@refunds.post("/answers", Permission.CASH_APPLY, RefundsAnswered, money=True, upload=True)
def read_refund_file_answers(call: Call, file: File[UploadedFile]) -> RefundsAnswered:
    """Read the bank's answer to files of refunds (pain.002); the same file again changes nothing."""
    kept = store(call.ctx, content=file.read(), name=file.name or "answer", media_type="application/xml")
    said = read_refund_answers(call.ctx, file=UUID(str(kept.id)), today=call.today)
    return RefundsAnswered(accepted=list(said.accepted), rejected=list(said.rejected), waiting=list(said.waiting))


@refunds.post("/{refund}/agent", Permission.REFUND_PROPOSE, RefundId, money=True)
def name_the_bank_of_a_refund(call: Call, refund: UUID, body: AgentIn) -> RefundId:
    """Say at which bank the account of a refund is, before a file orders it."""
    return RefundId(id=name_agent(call.ctx, refund=refund, agent=body.agent, today=call.today))


@refunds.get("/{refund}/checks", Permission.CASH_VIEW, Checks)
def check_a_refund(call: Call, refund: UUID) -> Checks:
    """Return what speaks against paying to each account of the customer today."""
    rows = selectors.refunds(call.ctx, refund=refund)
    if not rows:
        raise Http404
    found = selectors.against(call.ctx, rows[0], call.today)
    return Checks(data=[
        CheckOut(
            account=one.account.id if one.account else None, masked=one.account.masked if one.account else "",
            findings=[FindingOut(**asdict(finding)) for finding in one.findings],
        )
        for one in found
    ])  # fmt: skip


@refunds.post("/{refund}/dismiss", Permission.REFUND_PROPOSE, RefundId, money=True)
def dismiss_a_refund(call: Call, refund: UUID, body: Reason) -> RefundId:
    """Let the money stay where it is."""
    return RefundId(id=dismiss_refund(call.ctx, refund=refund, reason=body.reason, today=call.today))


@uses.get("", Permission.CASH_VIEW, Uses)
def list_uses_of_money_on_account(
    call: Call, creditor: UUID | None = None, state: Literal["open", "accepted", "reversed"] = "open",
    limit: Limit = DEFAULT_LIMIT,
) -> Uses:  # fmt: skip
    """List what is proposed of money on account, or was done with it."""
    return Uses(data=[_use(row) for row in account.uses(call.ctx, creditor=creditor, states=(state,), limit=limit)])


def _use(row: account.UseRow) -> UseOut:
    items = [
        PartOut(item=UUID(part["item"]), number=part["number"], amount=values.amount(part["amount"], row.currency))
        for part in row.allocations
    ]
    return values.wire(UseOut, row, row.currency, ("amount", "unapplied"), items=items)


@uses.post("/{use}/accept", Permission.CASH_APPLY, UseId, money=True)
def accept_a_use(call: Call, use: UUID) -> UseId:
    """Apply money on account as proposed."""
    return UseId(id=accept_use(call.ctx, use=use, today=call.today))


@uses.post("/{use}/refuse", Permission.CASH_APPLY, UseId)
def refuse_a_use(call: Call, use: UUID) -> UseId:
    """Leave money on account; the same items are not proposed for it again."""
    return UseId(id=refuse_use(call.ctx, use=use, today=call.today))


@uses.post("/{use}/reverse", Permission.CASH_APPLY, UseId, money=True)
def reverse_a_use(call: Call, use: UUID, body: Reason) -> UseId:
    """Take a use back: the items are open, the money is on account again."""
    return UseId(id=reverse_use(call.ctx, use=use, reason=body.reason, today=call.today))
