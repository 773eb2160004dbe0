"""Returned money: what the bank took back, which payment it was, and undoing it."""

from datetime import date, datetime
from http import HTTPStatus
from uuid import UUID

from django.http import Http404
from pydantic import BaseModel

from fairdue.api import values
from fairdue.api.paging import DEFAULT_LIMIT, Limit
from fairdue.api.resources.items import Ids
from fairdue.api.routing import Call, Resource
from fairdue.cash import selectors as cash
from fairdue.cash.returns import selectors
from fairdue.cash.returns.recalls import propose_recall
from fairdue.cash.returns.settling import settle_returns
from fairdue.cash.returns.taking_back import take_back, undo_return
from fairdue.foundation.permissions import Permission

returns = Resource("/returns", "cash")
RESOURCES = [returns]


class ReturnOut(BaseModel):
    """A payment that went back. `amount` is without the bank's fee; `step` is what follows from the reason."""

    id: UUID
    creditor: UUID
    debtor: UUID | None
    line: UUID
    original: UUID
    code: str
    step: str
    amount: values.Amount
    fee: values.Amount
    currency: str
    numbers: str
    evidence: str
    returned_on: date
    recorded_at: datetime
    undone_on: date | None


class Returns(BaseModel):
    """What went back, newest first."""

    data: list[ReturnOut]


class CandidateOut(BaseModel):
    """A payment that a line may have taken back; `sure` ones are settled by themselves."""

    line: UUID
    amount: values.Amount
    fee: values.Amount
    currency: str
    booked_on: date
    payer_name: str
    numbers: list[str]
    evidence: str
    sure: bool


class Candidates(BaseModel):
    """The payments that fit by the best evidence there is."""

    data: list[CandidateOut]


class ReturnIn(values.Body):
    """Which payment went back by a line; of a collection only some `items`. `charge_fee` opens an item for the fee."""

    line: UUID
    original: UUID
    items: list[UUID] | None = None
    code: str | None = None
    charge_fee: bool = False


class ReturnId(BaseModel):
    """The return; an undo names it."""

    id: UUID


class SettleIn(values.Body):
    """Whose waiting returns are settled as far as they leave no doubt."""

    creditor: UUID | None = None


class RecallIn(values.Body):
    """The payment that its bank asks back, and the reason code of the request."""

    line: UUID
    code: str = ""


class RecallOut(BaseModel):
    """The approval that waits for a second person."""

    approval: UUID


class UndoIn(values.Body):
    """Why a return is undone."""

    reason: values.Name


@returns.get("", Permission.CASH_VIEW, Returns)
def list_returns(call: Call, creditor: UUID | None = None, limit: Limit = DEFAULT_LIMIT) -> Returns:
    """List what went back, newest first, what was undone included."""
    rows = selectors.returns(call.ctx, creditor=creditor, limit=limit)
    return Returns(data=[values.wire(ReturnOut, row, row.currency, ("amount", "fee")) for row in rows])


@returns.get("/candidates/{line}", Permission.CASH_VIEW, Candidates)
def list_candidates(call: Call, line: UUID) -> Candidates:
    """List the payments that a waiting line may have taken back."""
    if cash.line(call.ctx, line) is None:
        raise Http404
    rows = selectors.may_undo(call.ctx, line)
    return Candidates(data=[values.wire(CandidateOut, row, row.currency, ("amount", "fee")) for row in rows])


@returns.post("", Permission.CASH_APPLY, ReturnId, status=HTTPStatus.CREATED, money=True)
def settle_a_return(call: Call, body: ReturnIn) -> ReturnId:
    """Take a payment back by the line on which the bank took it; its items are open again."""
    made = take_back(
        call.ctx, line=body.line, original=body.original, items=body.items, code=body.code, charge_fee=body.charge_fee,
        today=call.today,
    )  # fmt: skip
    return ReturnId(id=made)


@returns.post("/settle", Permission.CASH_APPLY, Ids, money=True)
def settle_sure_returns(call: Call, body: SettleIn) -> Ids:
    """Settle the waiting returns that leave no doubt; answers the returns that were made."""
    return Ids(ids=settle_returns(call.ctx, creditor=body.creditor, today=call.today))


@returns.post("/recalls", Permission.REFUND_PROPOSE, RecallOut, status=HTTPStatus.CREATED, money=True)
def ask_for_a_recall(call: Call, body: RecallIn) -> RecallOut:
    """Ask a second person whether a payment may go back; nothing moves before the bank has taken it."""
    return RecallOut(approval=propose_recall(call.ctx, line=body.line, code=body.code, today=call.today))


@returns.post("/{returned}/undo", Permission.CASH_APPLY, ReturnId, money=True)
def undo_a_return(call: Call, returned: UUID, body: UndoIn) -> ReturnId:
    """Put both lines of a return back; answers the payment's line."""
    return ReturnId(id=undo_return(call.ctx, returned=returned, reason=body.reason, today=call.today))
