"""Direct debits: mandates, runs with their file for the bank, and the bank's answers."""

from datetime import date, datetime
from http import HTTPStatus
from typing import Literal
from uuid import UUID

from django.http import Http404
from ninja import File
from ninja.files import UploadedFile
from pydantic import BaseModel

from fairdue.api import values
from fairdue.api.paging import DEFAULT_LIMIT, Limit
from fairdue.api.resources import creditors
from fairdue.api.resources.debtors import known_debtors
from fairdue.api.resources.items import Ids
from fairdue.api.routing import Call, Resource
from fairdue.cash.directdebit import selectors
from fairdue.cash.directdebit.answering import read_debit_answers
from fairdue.cash.directdebit.making import cancel_debit_run, make_debit_run
from fairdue.cash.directdebit.mandates import add_mandate, cancel_mandate, release_mandate, stop_mandate
from fairdue.cash.directdebit.proposing import propose_run
from fairdue.foundation.files import load, store
from fairdue.foundation.permissions import Permission

mandates = Resource("/mandates", "cash")
runs = Resource("/debit-runs", "cash")
RESOURCES = [mandates, runs]


class MandateOut(BaseModel):
    """What a customer has signed; the account is masked. Nothing is collected before it is `approved`."""

    id: UUID
    creditor: UUID
    debtor: UUID
    account: str
    approved: bool
    reference: str
    scheme: str
    one_off: bool
    signed_on: date
    last_used_on: date | None
    lapses_on: date
    state: str
    state_reason: str


class Mandates(BaseModel):
    """Mandates, the newest first."""

    data: list[MandateOut]


class MandateIn(values.Body):
    """A mandate of a customer for one of its accounts; without a reference one is made."""

    debtor: UUID
    account: UUID
    signed_on: values.Day
    reference: str = ""
    scheme: Literal["core", "b2b"] = "core"
    one_off: bool = False


class OneId(BaseModel):
    """The id of what was made or changed."""

    id: UUID


class Why(values.Body):
    """Why."""

    reason: values.Name


class RunIn(values.Body):
    """A run of a creditor, a day and a scheme; of what is due, or of some `items` of it."""

    creditor: UUID
    collect_on: values.Day
    scheme: Literal["core", "b2b"] = "core"
    items: list[UUID] | None = None


class CollectOut(BaseModel):
    """An item that would be collected."""

    item: UUID
    number: str
    debtor: UUID
    mandate: UUID
    sequence: str
    amount: values.Amount


class ExcludedOut(BaseModel):
    """An item that is left out, and why."""

    item: UUID
    number: str
    reason: str


class PreviewOut(BaseModel):
    """What a run would do; nothing is made."""

    count: int
    amount: values.Amount
    collects: list[CollectOut]
    excluded: list[ExcludedOut]


class RunOut(BaseModel):
    """A run and what became of it."""

    id: UUID
    creditor: UUID
    reference: str
    scheme: str
    collect_on: date
    count: int
    amount: values.Amount
    currency: str
    made_at: datetime
    cancelled_on: date | None
    collected: int
    failed: int


class Runs(BaseModel):
    """Runs, the newest first."""

    data: list[RunOut]


class FileOut(BaseModel):
    """The pain.008 file of a run."""

    name: str
    content: str


class AnswerOut(BaseModel):
    """One answer of the bank; `refused` counts the collections that it refused."""

    id: UUID
    level: str
    status: str
    code: str
    sentence: str
    end_to_end_id: str
    refused: int
    read_on: date


class AnswersOut(BaseModel):
    """The bank's answers in the order of its files."""

    data: list[AnswerOut]


@mandates.get("", Permission.CASH_VIEW, Mandates)
def list_mandates(call: Call, debtor: UUID | None = None, limit: Limit = DEFAULT_LIMIT) -> Mandates:
    """List mandates, the newest first."""
    return Mandates(
        data=[values.wire(MandateOut, row) for row in selectors.mandates(call.ctx, debtor=debtor, limit=limit)]
    )


@mandates.post("", Permission.CASH_APPLY, OneId, status=HTTPStatus.CREATED)
def record_a_mandate(call: Call, body: MandateIn) -> OneId:
    """Record what a customer has signed."""
    known_debtors(call, {body.debtor}, "debtor")
    made = add_mandate(
        call.ctx, debtor=body.debtor, account=body.account, signed_on=body.signed_on, reference=body.reference,
        scheme=body.scheme, one_off=body.one_off, today=call.today,
    )  # fmt: skip
    return OneId(id=made)


@mandates.post("/{mandate}/stop", Permission.CASH_APPLY, OneId)
def stop_a_mandate(call: Call, mandate: UUID, body: Why) -> OneId:
    """Use a mandate no more until it is released."""
    return OneId(id=stop_mandate(call.ctx, mandate=mandate, reason=body.reason, today=call.today))


@mandates.post("/{mandate}/release", Permission.CASH_APPLY, OneId)
def release_a_mandate(call: Call, mandate: UUID) -> OneId:
    """Use a stopped mandate again."""
    if not any(row.id == mandate for row in selectors.mandates(call.ctx, limit=100_000)):
        raise Http404
    return OneId(id=release_mandate(call.ctx, mandate=mandate, today=call.today))


@mandates.post("/{mandate}/cancel", Permission.CASH_APPLY, OneId)
def cancel_a_mandate(call: Call, mandate: UUID, body: Why) -> OneId:
    """Take a mandate back for good."""
    return OneId(id=cancel_mandate(call.ctx, mandate=mandate, reason=body.reason, today=call.today))


@runs.post("/preview", Permission.CASH_VIEW, PreviewOut)
def preview_a_debit_run(call: Call, body: RunIn) -> PreviewOut:
    """Show what a run would collect and what it leaves out, with reasons."""
    creditors.found(call, body.creditor)
    found = propose_run(
        call.ctx, creditor=body.creditor, collect_on=body.collect_on, scheme=body.scheme, today=call.today
    )
    return PreviewOut(
        count=len(found.collects),
        amount=values.amount(found.amount, "EUR"),
        collects=[
            CollectOut(
                item=one.item.id, number=one.item.number, debtor=one.item.debtor_id, mandate=one.mandate.id,
                sequence=one.sequence, amount=values.amount(one.amount, "EUR"),
            )
            for one in found.collects
        ],
        excluded=[
            ExcludedOut(item=one.item.id, number=one.item.number, reason=one.reason) for one in found.excluded
        ],
    )  # fmt: skip


@runs.get("", Permission.CASH_VIEW, Runs)
def list_runs(call: Call, creditor: UUID | None = None, limit: Limit = DEFAULT_LIMIT) -> Runs:
    """List runs, the newest first."""
    rows = selectors.runs(call.ctx, creditor=creditor, limit=limit)
    return Runs(data=[values.wire(RunOut, row, row.currency, ("amount",)) for row in rows])


@runs.post("", Permission.CASH_APPLY, OneId, status=HTTPStatus.CREATED, money=True)
def make_a_run(call: Call, body: RunIn) -> OneId:
    """Order collections: the file is made, each customer is told by mail."""
    creditors.found(call, body.creditor)
    made = make_debit_run(
        call.ctx, creditor=body.creditor, collect_on=body.collect_on, scheme=body.scheme, items=body.items,
        today=call.today,
    )  # fmt: skip
    return OneId(id=made)


@runs.get("/{run}/file", Permission.CASH_APPLY, FileOut)
def read_a_file(call: Call, run: UUID) -> FileOut:
    """Return the pain.008 file of a run, for the bank."""
    kept = selectors.file_of(run)
    if kept is None:
        raise Http404
    row, content = load(call.ctx, kept)
    return FileOut(name=row.name, content=content.decode())


@runs.get("/{run}/answers", Permission.CASH_VIEW, AnswersOut)
def list_answers(call: Call, run: UUID) -> AnswersOut:
    """List what the bank answered to a run (pain.002)."""
    if not selectors.runs(call.ctx, run=run):
        raise Http404
    return AnswersOut(data=[values.wire(AnswerOut, row) for row in selectors.answers(call.ctx, run=run)])


@runs.post("/answers", Permission.CASH_APPLY, Ids, money=True, upload=True)
def read_answers(call: Call, file: File[UploadedFile]) -> Ids:
    """Read the bank's answer (pain.002); answers the collections that it refuses."""
    kept = store(call.ctx, content=file.read(), name=(file.name or "answer")[:200], media_type="application/xml")
    return Ids(ids=read_debit_answers(call.ctx, file=UUID(str(kept.id)), today=call.today))


@runs.post("/{run}/cancel", Permission.CASH_APPLY, OneId, money=True)
def cancel_a_run(call: Call, run: UUID, body: Why) -> OneId:
    """Cancel a run whose file was not sent."""
    return OneId(id=cancel_debit_run(call.ctx, run=run, reason=body.reason, today=call.today))
