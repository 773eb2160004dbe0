"""Bank statements, the lines that wait, what is proposed for them, and what was done."""

from datetime import date, datetime
from http import HTTPStatus
from typing import Literal
from uuid import UUID

from django.http import Http404
from ninja import File
from ninja.files import UploadedFile
from pydantic import BaseModel, Field

from fairdue.api import values
from fairdue.api.paging import DEFAULT_LIMIT, Cursor, Limit, Page, decode, page
from fairdue.api.resources import creditors
from fairdue.api.resources.debtors import LARGEST_BULK, known_debtors
from fairdue.api.resources.items import Ids
from fairdue.api.routing import Call, Resource
from fairdue.cash import selectors
from fairdue.cash.services import (
    Chosen,
    accept,
    accept_all,
    change,
    import_statements,
    not_receivable,
    put_on_account,
    refuse_proposal,
    reverse,
    run_matching,
)
from fairdue.core.findings import refuse
from fairdue.core.matching import AdjustmentKind
from fairdue.foundation.files import store
from fairdue.foundation.permissions import Permission
from fairdue.parties import selectors as parties

statements = Resource("/bank-statements", "cash")
lines = Resource("/bank-lines", "cash")
proposals = Resource("/proposals", "cash")
applications = Resource("/applications", "cash")
RESOURCES = [statements, lines, proposals, applications]


class StatementOut(BaseModel):
    """An imported statement."""

    id: UUID
    creditor: UUID
    format: str
    statement_id: str
    sequence: str
    account: str
    currency: str
    opening: values.Amount | None
    closing: values.Amount | None
    closing_on: date | None
    entries: int
    complete: bool
    new_lines: int
    imported_at: datetime


class Statements(BaseModel):
    """Imported statements, newest first."""

    data: list[StatementOut]


class LineOut(BaseModel):
    """A bank line that waits, with what is proposed for it; confidence in basis points."""

    id: UUID
    creditor: UUID
    amount: values.Amount
    currency: str
    booked_on: date
    payer_name: str
    remittance: str
    bank_reference: str
    state: str
    proposal: UUID | None
    confidence: int | None
    reason: str | None
    debtor: UUID | None


class ChosenIn(values.Body):
    """An item and how much of the line goes onto it.

    `adjustment` is what falls off beside the money, by its kind; with `deduction` (our reason) the rest stays open and
    is contested.
    """

    item: UUID
    amount: values.Amount
    adjustment: values.Amount | None = None
    adjustment_kind: Literal["", "discount", "bank_charge", "small_difference", "withholding_tax"] = ""
    deduction: values.Name | None = None


class AllocateIn(values.Body):
    """Items that a person chose for a line; what is left goes on account of their customer."""

    items: list[ChosenIn] = Field(min_length=1, max_length=1000)
    debtor: UUID | None = None


class OnAccountIn(values.Body):
    """Whose money a line is."""

    debtor: UUID


class Reason(values.Body):
    """Why."""

    reason: values.Name


class AcceptIn(values.Body):
    """Proposals to carry out, all or none."""

    proposals: list[UUID] = Field(min_length=1, max_length=LARGEST_BULK)


class MatchIn(values.Body):
    """Whose waiting lines are matched, at most 500 a call."""

    creditor: UUID


class Matched(BaseModel):
    """How many lines got a proposal."""

    proposed: int


class ApplicationOut(BaseModel):
    """What was done with a line; its id is what a reversal names."""

    id: UUID


class ApplicationRow(BaseModel):
    """What was done with a line, and whether it was taken back."""

    id: UUID
    line: UUID
    creditor: UUID
    debtor: UUID | None
    how: str
    amount: values.Amount
    on_account: values.Amount
    currency: str
    applied_on: date
    applied_by: str
    reversed_on: date | None
    reversal_reason: str


class Applications(BaseModel):
    """What was done, newest first."""

    data: list[ApplicationRow]


def _line(call: Call, line: UUID) -> selectors.LineView:
    found = selectors.line(call.ctx, line)
    if found is None:
        raise Http404
    return found


@statements.get("", Permission.CASH_VIEW, Statements)
def list_statements(call: Call, creditor: UUID | None = None, limit: Limit = DEFAULT_LIMIT) -> Statements:
    """List imported statements, newest first."""
    rows = selectors.statements(call.ctx, creditor=creditor, limit=limit)
    return Statements(data=[values.wire(StatementOut, r, r.currency, ("opening", "closing")) for r in rows])


@statements.post("", Permission.CASH_APPLY, Ids, status=HTTPStatus.CREATED, money=True, upload=True)
def import_a_statement(
    call: Call,
    file: File[UploadedFile],
    creditor: UUID | None = None,
    take_findings: bool = False,  # noqa: FBT001, FBT002 - a query parameter
) -> Ids:
    """Import a bank file of any known format; lines that are known already change nothing.

    `creditor` is needed for an account that is not known yet. A statement that does not add up is refused
    with every finding, unless `take_findings` says that a person has seen them.
    """
    if creditor is not None:
        creditors.found(call, creditor)
    kept = store(
        call.ctx, content=file.read(), name=(file.name or "statement")[:200], media_type="application/octet-stream",
        creditor=creditor,
    )  # fmt: skip
    made = import_statements(
        call.ctx, file=UUID(str(kept.id)), creditor=creditor, take_findings=take_findings, today=call.today
    )
    return Ids(ids=made)


@lines.get("", Permission.CASH_VIEW, Page[LineOut])
def list_waiting_lines(
    call: Call, creditor: UUID | None = None, cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT
) -> Page[LineOut]:
    """List the lines that wait for a person, oldest first, with what is proposed."""
    after = decode(cursor, date, UUID)
    rows = selectors.waiting(
        call.ctx, creditor=creditor, after=(after[0], after[1]) if after else None, limit=limit + 1
    )
    return page(
        rows, limit, lambda row: values.wire(LineOut, row, row.currency, ("amount",)),
        lambda row: (row.booked_on, row.id),
    )  # fmt: skip


@lines.post("/match", Permission.CASH_APPLY, Matched, money=True)
def match_lines(call: Call, body: MatchIn) -> Matched:
    """Propose for the waiting lines of a creditor, and post what is sure."""
    if parties.creditor(call.ctx, body.creditor) is None:
        raise refuse("creditor.unknown", "creditor", "There is no such creditor.")
    return Matched(proposed=run_matching(call.ctx, creditor=body.creditor, today=call.today))


@lines.post("/{line}/allocate", Permission.CASH_APPLY, ApplicationOut, money=True)
def allocate_a_line(call: Call, line: UUID, body: AllocateIn) -> ApplicationOut:
    """Allocate a line to items that a person chose."""
    row = _line(call, line)
    if body.debtor is not None:
        known_debtors(call, {body.debtor}, "debtor")

    def chosen(one: ChosenIn, path: str) -> Chosen:
        amount = values.minor(one.amount, row.currency, f"{path}.amount")
        off = values.minor(one.adjustment, row.currency, f"{path}.adjustment") if one.adjustment else 0
        if bool(off) != bool(one.adjustment_kind) or off < 0:
            raise refuse("cash.adjustment", f"{path}.adjustment_kind", "An adjustment has an amount and a kind.")
        return Chosen(one.item, amount, off, AdjustmentKind(one.adjustment_kind), deduction=one.deduction or "")

    picked = values.each(body.items, chosen, "items")
    return ApplicationOut(id=change(call.ctx, line=line, chosen=picked, debtor=body.debtor, today=call.today))


@lines.post("/{line}/on-account", Permission.CASH_APPLY, ApplicationOut, money=True)
def put_a_line_on_account(call: Call, line: UUID, body: OnAccountIn) -> ApplicationOut:
    """Put a whole line on account of a customer."""
    row = _line(call, line)
    debtor = known_debtors(call, {body.debtor}, "debtor")[body.debtor]
    if debtor.creditor_id != row.creditor_id:
        raise refuse("debtor.unknown", "debtor", "This creditor has no such customer.")
    return ApplicationOut(id=put_on_account(call.ctx, line=line, debtor=body.debtor, today=call.today))


@lines.post("/{line}/not-receivable", Permission.CASH_APPLY, ApplicationOut, money=True)
def set_a_line_aside(call: Call, line: UUID, body: Reason) -> ApplicationOut:
    """Say that a line is no customer's payment."""
    _line(call, line)
    return ApplicationOut(id=not_receivable(call.ctx, line=line, reason=body.reason, today=call.today))


@proposals.post("/accept", Permission.CASH_APPLY, Ids, money=True)
def accept_many_proposals(call: Call, body: AcceptIn) -> Ids:
    """Carry out proposals, all or none; answers their applications."""
    return Ids(ids=accept_all(call.ctx, proposals=body.proposals, today=call.today))


@proposals.post("/{proposal}/accept", Permission.CASH_APPLY, ApplicationOut, money=True)
def accept_a_proposal(call: Call, proposal: UUID, alternative: int | None = None) -> ApplicationOut:
    """Carry out a proposal, or one of its alternatives by place."""
    return ApplicationOut(id=accept(call.ctx, proposal=proposal, alternative=alternative, today=call.today))


@proposals.post("/{proposal}/refuse", Permission.CASH_APPLY, ApplicationOut)
def refuse_a_proposal(call: Call, proposal: UUID) -> ApplicationOut:
    """Refuse a proposal for good; answers its line, which may get another."""
    return ApplicationOut(id=refuse_proposal(call.ctx, proposal=proposal, today=call.today))


@applications.get("", Permission.CASH_VIEW, Applications)
def list_applications(
    call: Call, creditor: UUID | None = None, line: UUID | None = None, limit: Limit = DEFAULT_LIMIT
) -> Applications:
    """List what was done with bank lines, newest first, reversals included."""
    rows = selectors.history(call.ctx, creditor=creditor, line_id=line, limit=limit)
    return Applications(data=[values.wire(ApplicationRow, r, r.currency, ("amount", "on_account")) for r in rows])


@applications.post("/{application}/reverse", Permission.CASH_APPLY, ApplicationOut, money=True)
def reverse_an_application(call: Call, application: UUID, body: Reason) -> ApplicationOut:
    """Take an application back; the line waits again."""
    return ApplicationOut(id=reverse(call.ctx, application=application, reason=body.reason, today=call.today))
