"""Collections: the worklist, the run, promises, disputes, calls and notices."""

from datetime import date
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import Http404
from pydantic import BaseModel, Field

from fairdue.api import values
from fairdue.api.paging import DEFAULT_LIMIT, Cursor, Limit, Page, decode, page
from fairdue.api.resources import debtors
from fairdue.api.resources.creditors import found as found_creditor
from fairdue.api.routing import Call, Resource
from fairdue.collections import selectors
from fairdue.collections.services import (
    agree_plan,
    book_claim,
    cancel_promise,
    log_call,
    open_dispute,
    queue_run,
    resolve_dispute,
    run_cadence,
    snooze,
    take_promise,
)
from fairdue.collections.services.run import RunResult, preview_run
from fairdue.core.findings import refuse
from fairdue.core.promise import Frequency
from fairdue.foundation.permissions import Permission
from fairdue.receivables import selectors as receivables

worklist = Resource("/worklist", "collections")
runs = Resource("/cadence-runs", "collections")
promises = Resource("/promises", "collections")
plans = Resource("/payment-plans", "collections")
disputes = Resource("/disputes", "collections")
calls = Resource("/calls", "collections")
notices = Resource("/notices", "collections")
RESOURCES = [worklist, runs, promises, plans, disputes, calls, notices]


class WorkOut(BaseModel):
    """A line of the worklist: who, why, how much is overdue, how urgent."""

    id: UUID
    kind: str
    creditor: UUID
    debtor: UUID
    debtor_name: str
    reason: str
    due_on: date
    currency: str
    overdue: values.Amount
    priority: int
    owner: UUID | None


class RunIn(values.Body):
    """Whose run: one creditor, some customers, or all."""

    creditor: UUID | None = None
    debtors: list[UUID] | None = Field(default=None, max_length=5000)


class RunOut(BaseModel):
    """What a run did, or would do; `skipped` counts customers left out by reason.

    `state` is waiting while the job is at work, done, or preview; only a job has an id.
    """

    id: UUID | None = None
    state: str = "done"
    messages: int
    calls: int
    items: int
    totals: dict[str, values.Amount]
    skipped: dict[str, int]


class PromiseIn(values.Body):
    """A promise to pay an amount for items by a day."""

    items: list[UUID] = Field(min_length=1, max_length=1000)
    amount: values.Amount
    promised_on: values.Day
    contact: values.Text = ""
    note: values.Text = ""


class PromiseOut(BaseModel):
    """A promise or plan, judged as of today."""

    id: UUID
    creditor: UUID
    debtor: UUID
    kind: str
    currency: str
    amount: values.Amount
    received: values.Amount
    made_on: date
    promised_on: date
    state: str


class PlanIn(values.Body):
    """A payment plan over items: so many equal parts, `frequency` weekly, two_weekly or monthly."""

    items: list[UUID] = Field(min_length=1, max_length=1000)
    count: int = Field(ge=2, le=60)
    frequency: Frequency
    first_on: values.Day
    amount: values.Amount | None = None
    note: values.Text = ""


class PartOut(BaseModel):
    """An instalment."""

    due_on: date
    amount: values.Amount
    arrived: values.Amount


class PlanOut(BaseModel):
    """A payment plan, judged as of today."""

    id: UUID
    creditor: UUID
    debtor: UUID
    currency: str
    amount: values.Amount
    made_on: date
    state: str
    instalments: list[PartOut]


class DisputeIn(values.Body):
    """What is contested of an item; without `amount` all of it. Only that part is held."""

    item: UUID
    reason: values.Word
    amount: values.Amount | None = None
    note: values.Text = ""


class DisputeOut(BaseModel):
    """A dispute; `amount` is what is contested and still open."""

    id: UUID
    creditor: UUID
    debtor: UUID
    item: UUID
    number: str
    currency: str
    amount: values.Amount
    reason: str
    clock: str
    answer_by: date
    opened_on: date
    resolved_on: date | None
    outcome: str


class ResolutionIn(values.Body):
    """How a dispute ended."""

    outcome: values.Word
    note: values.Text = ""


class CallIn(values.Body):
    """A call with its coded outcome."""

    debtor: UUID
    outcome: values.Word
    spoke_with: values.Text = ""
    note: values.Text = ""
    follow_up_on: values.Day | None = None


class SnoozeIn(values.Body):
    """Until when a customer is left alone: the first day on which it is chased again."""

    debtor: UUID
    until: values.Day
    note: values.Text = ""


class Made(BaseModel):
    """The id of what was made or changed."""

    id: UUID


class NoticeOut(BaseModel):
    """A message as it was written."""

    id: UUID
    debtor: UUID
    run_on: date
    level: int
    channel: str
    recipient: str
    subject: str
    text: str
    state: str


class NoticeLineOut(BaseModel):
    """An item of a message with what the law added to it; `law` is the answer of the calculator."""

    item: UUID
    number: str
    currency: str
    chaseable: values.Amount
    interest: values.Amount
    compensation: values.Amount
    law: dict[str, Any]


class NoticeDetailOut(NoticeOut):
    """A message with its lines; `booked`: its claims are open items."""

    booked: bool
    lines: list[NoticeLineOut]


class Booked(BaseModel):
    """The open items that were made."""

    ids: list[UUID]


def _run(result: RunResult) -> RunOut:
    return RunOut(
        messages=result.notices, calls=result.calls, items=result.items, skipped=dict(result.skipped),
        totals={currency: values.amount(total, currency) for currency, total in result.totals.items()},
    )  # fmt: skip


def _asked(call: Call, body: RunIn) -> dict[str, Any]:
    if body.creditor is not None:
        found_creditor(call, body.creditor)
    if body.debtors is not None:
        debtors.known_debtors(call, set(body.debtors), "debtors")
    return {"today": call.today, "creditor": body.creditor, "debtors": body.debtors}


def _known_items(call: Call, ids: list[UUID]) -> list[receivables.ItemRow]:
    rows = receivables.items(call.ctx, ids=ids, limit=len(ids))
    if len(rows) < len(set(ids)):
        raise refuse("open_item.unknown", "items", "One of these items is not there.")
    return rows


@worklist.get("", Permission.WORKLIST_VIEW, Page[WorkOut])
def list_work(
    call: Call, creditor: UUID | None = None, kind: str = "", cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT
) -> Page[WorkOut]:
    """List what waits for a person, most urgent first."""
    rows = selectors.worklist(
        call.ctx, today=call.today, creditor=creditor, kind=kind, after=decode(cursor, int, int, UUID),
        limit=limit + 1,
    )  # fmt: skip
    return page(
        rows, limit, lambda row: values.wire(WorkOut, row, row.currency, ("overdue",), owner=row.owner_id),
        lambda row: (row.priority, row.overdue, row.id),
    )  # fmt: skip


@runs.post("/preview", Permission.WORKLIST_VIEW, RunOut)
def preview_a_run(call: Call, body: RunIn) -> RunOut:
    """Say what the cadence would do today; nothing is written."""
    result = RunResult()
    for planned, skipped in preview_run(call.ctx, **_asked(call, body)):
        result.add(planned, skipped)
    return _run(result).model_copy(update={"state": "preview"})


@runs.post("", Permission.CADENCE_EDIT, RunOut, money=True)
def run_the_cadence(call: Call, body: RunIn) -> RunOut:
    """Take every step that is due today; the same day again doubles nothing.

    Named customers are done at once. A creditor or everybody is done by a job, chunk by chunk, each in a
    transaction of its own: the answer is the run's id, and `GET /cadence-runs/{run}` tells what it did.
    """
    asked = _asked(call, body)
    if body.debtors is not None:
        return _run(run_cadence(call.ctx, **asked))
    return _told(call, queue_run(call.ctx, creditor=body.creditor, today=call.today))


@runs.get("/{run}", Permission.WORKLIST_VIEW, RunOut)
def get_run(call: Call, run: UUID) -> RunOut:
    """Tell whether a run is done, and what it did."""
    return _told(call, run)


def _told(call: Call, run: UUID) -> RunOut:
    found = selectors.cadence_run(call.ctx, run)
    if found is None:
        raise Http404
    if found.result is None:
        return RunOut(id=run, state="waiting", messages=0, calls=0, items=0, totals={}, skipped={})
    return _run(found.result).model_copy(update={"id": run})


@promises.get("", Permission.WORKLIST_VIEW, Page[PromiseOut])
def list_promises(
    call: Call, creditor: UUID | None = None, debtor: UUID | None = None, cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[PromiseOut]:  # fmt: skip
    """List promises and plans by promised day, judged as of today."""
    rows = selectors.promises(
        call.ctx, today=call.today, creditor=creditor, debtor=debtor, after=decode(cursor, date, UUID),
        limit=limit + 1,
    )  # fmt: skip
    return page(
        rows, limit, lambda row: values.wire(PromiseOut, row, row.currency, ("amount", "received")),
        lambda row: (row.promised_on, row.id),
    )  # fmt: skip


@promises.post("", Permission.COLLECTIONS_ACT, Made, status=HTTPStatus.CREATED)
def take_a_promise(call: Call, body: PromiseIn) -> Made:
    """Take a promise to pay; it pauses only the items it is about."""
    currency = _known_items(call, body.items)[0].currency
    promise = take_promise(
        call.ctx, items=body.items, amount=values.minor(body.amount, currency, "amount"),
        promised_on=body.promised_on, contact=body.contact, note=body.note, today=call.today,
    )  # fmt: skip
    return Made(id=promise)


@plans.post("", Permission.COLLECTIONS_ACT, Made, status=HTTPStatus.CREATED)
def agree_a_plan(call: Call, body: PlanIn) -> Made:
    """Agree a plan of equal instalments; its items are left alone while it is kept."""
    currency = _known_items(call, body.items)[0].currency
    plan = agree_plan(
        call.ctx, items=body.items, count=body.count, first_on=body.first_on, frequency=body.frequency, note=body.note,
        amount=None if body.amount is None else values.minor(body.amount, currency, "amount"), today=call.today,
    )  # fmt: skip
    return Made(id=plan)


@plans.get("/{plan}", Permission.WORKLIST_VIEW, PlanOut)
def get_plan(call: Call, plan: UUID) -> PlanOut:
    """Show a plan with its instalments and what of each has arrived."""
    found = selectors.plan(call.ctx, id_=plan, today=call.today)
    if found is None:
        raise Http404
    parts = [values.wire(PartOut, part, found.currency, ("amount", "arrived")) for part in found.parts]
    return values.wire(PlanOut, found, found.currency, ("amount",), instalments=parts)


@plans.post("/{plan}/cancel", Permission.COLLECTIONS_ACT, Made)
def cancel_a_plan(call: Call, plan: UUID) -> Made:
    """Take an open plan back; its items are chased again."""
    if selectors.plan(call.ctx, id_=plan, today=call.today) is None:
        raise Http404
    return Made(id=cancel_promise(call.ctx, promise=plan, today=call.today))


@promises.post("/{promise}/cancel", Permission.COLLECTIONS_ACT, Made)
def cancel_a_promise(call: Call, promise: UUID) -> Made:
    """Take an open promise or plan back."""
    return Made(id=cancel_promise(call.ctx, promise=promise, today=call.today))


@disputes.get("", Permission.WORKLIST_VIEW, Page[DisputeOut])
def list_disputes(
    call: Call, creditor: UUID | None = None, debtor: UUID | None = None, state: str = "", cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[DisputeOut]:  # fmt: skip
    """List disputes by the day an answer is due; `state` is open, ours, theirs or resolved."""
    rows = selectors.disputes(
        call.ctx, creditor=creditor, debtor=debtor, state=state, after=decode(cursor, date, UUID), limit=limit + 1
    )
    return page(
        rows, limit, lambda row: values.wire(DisputeOut, row, row.currency, ("amount",)),
        lambda row: (row.answer_by, row.id),
    )  # fmt: skip


@disputes.post("", Permission.COLLECTIONS_ACT, Made, status=HTTPStatus.CREATED)
def open_a_dispute(call: Call, body: DisputeIn) -> Made:
    """Open a dispute over an item or a part of it."""
    row = _known_items(call, [body.item])[0]
    part = None if body.amount is None else values.minor(body.amount, row.currency, "amount")
    dispute = open_dispute(call.ctx, item=body.item, reason=body.reason, amount=part, note=body.note, today=call.today)
    return Made(id=dispute)


@disputes.post("/{dispute}/resolve", Permission.COLLECTIONS_ACT, Made)
def resolve_a_dispute(call: Call, dispute: UUID, body: ResolutionIn) -> Made:
    """Resolve a dispute; its hold ends today."""
    if not selectors.disputes(call.ctx, id_=dispute):
        raise Http404
    return Made(id=resolve_dispute(call.ctx, dispute=dispute, outcome=body.outcome, note=body.note, today=call.today))


@calls.post("", Permission.COLLECTIONS_ACT, Made, status=HTTPStatus.CREATED)
def log_a_call(call: Call, body: CallIn) -> Made:
    """Log a call; its outcome opens the next task where it asks for one."""
    debtors.known_debtors(call, {body.debtor}, "debtor")
    logged = log_call(
        call.ctx, debtor=body.debtor, outcome=body.outcome, spoke_with=body.spoke_with, note=body.note,
        follow_up_on=body.follow_up_on, today=call.today,
    )  # fmt: skip
    return Made(id=logged)


@worklist.post("/snooze", Permission.COLLECTIONS_ACT, Made)
def snooze_a_customer(call: Call, body: SnoozeIn) -> Made:
    """Leave a customer alone until a day; answers the hold."""
    debtors.known_debtors(call, {body.debtor}, "debtor")
    return Made(id=snooze(call.ctx, debtor=body.debtor, until=body.until, note=body.note, today=call.today))


@notices.get("", Permission.WORKLIST_VIEW, Page[NoticeOut])
def list_notices(
    call: Call, debtor: UUID | None = None, run_on: values.Day | None = None, cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[NoticeOut]:  # fmt: skip
    """List messages as they were written, newest first."""
    after = decode(cursor, date, UUID)
    rows = selectors.notices(
        call.ctx, debtor=debtor, run_on=run_on, after=(after[0], after[1]) if after else None, limit=limit + 1
    )
    return page(rows, limit, lambda row: values.wire(NoticeOut, row), lambda row: (row.run_on, row.id))


@notices.get("/{notice}", Permission.WORKLIST_VIEW, NoticeDetailOut)
def get_notice(call: Call, notice: UUID) -> NoticeDetailOut:
    """Show a message with its items and what the law added, with rate rows and articles."""
    found = selectors.notice(call.ctx, id_=notice)
    if found is None:
        raise Http404
    lines = [
        values.wire(NoticeLineOut, line, line.currency, ("chaseable", "interest", "compensation"))
        for line in found.lines
    ]
    return values.wire(NoticeDetailOut, found.row, booked=found.booked, lines=lines)


@notices.post("/{notice}/book-claim", Permission.COLLECTIONS_ACT, Booked, status=HTTPStatus.CREATED, money=True)
def book_a_claim(call: Call, notice: UUID) -> Booked:
    """Make open items of the interest and compensation that a sent formal notice claimed."""
    if selectors.notice(call.ctx, id_=notice) is None:
        raise Http404
    return Booked(ids=book_claim(call.ctx, notice=notice, today=call.today))
