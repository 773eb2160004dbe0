"""Deliveries: where each invoice went and how it ended; what networks, mail servers and print shops answer."""

from datetime import date, datetime
from http import HTTPStatus
from uuid import UUID

from django.http import Http404
from pydantic import BaseModel, Field

from fairdue.api import values
from fairdue.api.paging import DEFAULT_LIMIT, Cursor, Limit, Page, decode, page
from fairdue.api.resources.debtors import LARGEST_BULK
from fairdue.api.routing import Call, Resource
from fairdue.foundation.permissions import Permission
from fairdue.invoicing import monitor, selectors
from fairdue.invoicing.services import (
    confirm_print_batch,
    make_print_batch,
    note_event,
    note_returned_letter,
    retry_deliveries,
    take_answers,
    take_bounce,
)

deliveries = Resource("/deliveries", "invoicing")
RESOURCES = [deliveries]


class DeliveryLineOut(BaseModel):
    """One delivery with the channel, why it is that one, and how it ended."""

    id: UUID
    invoice: UUID
    creditor: UUID
    debtor: UUID
    number: str
    channel: str
    recipient: str
    attempt: int
    state: str
    reason: str
    why: str
    reference: str
    created_at: datetime
    ended_at: datetime | None


class AnswerOut(BaseModel):
    """What a network, a mail server or the customer said about an invoice."""

    id: UUID
    invoice: UUID
    number: str
    debtor_name: str
    kind: str
    source: str
    reason: str
    happened_on: date
    recorded_at: datetime


class BatchOut(BaseModel):
    """A batch of the print shop; `waiting` are invoices that nobody has said are in the post."""

    file: UUID
    creditor: UUID
    count: int
    waiting: int
    failed: int
    made_at: datetime


class RetryIn(values.Body):
    """Invoices whose last delivery failed."""

    invoices: list[UUID] = Field(min_length=1, max_length=LARGEST_BULK)


class Queued(BaseModel):
    """The new deliveries."""

    ids: list[UUID]


class EventIn(values.Body):
    """What the buyer's side says: a word (delivered, opened, rejected, refused, approved, paid) or a network's code."""

    invoice: UUID
    code: values.Word
    source: values.Word
    reference: values.Name
    """The identity of the message at its source: the same one is taken once."""
    happened_on: values.Day
    reason: values.Text = ""


class Taken(BaseModel):
    """The event or delivery that came of it; none where it was taken before or is about nothing of ours."""

    id: UUID | None


class BounceIn(values.Body):
    """A delivery report (RFC 3464) as it came, as text."""

    message: str = Field(min_length=1, max_length=2_000_000)


class AnswersIn(values.Body):
    """A file of answers of a transmitter: SdI XML, or CSV with the head reference,code,reason,date,id."""

    channel: values.Word
    name: values.Name
    content: str = Field(min_length=1, max_length=2_000_000)


class BatchIn(values.Body):
    """Whose waiting invoices are bound for the print shop."""

    creditor: UUID


class Batch(BaseModel):
    """The file of the batch."""

    id: UUID


class LetterIn(values.Body):
    """A letter that came back."""

    invoice: UUID
    reason: values.Text = ""


def _known(call: Call, invoice: UUID) -> UUID:
    if selectors.invoice(call.ctx, invoice, today=call.today) is None:
        raise Http404
    return invoice


@deliveries.get("", Permission.INVOICES_VIEW, Page[DeliveryLineOut])
def list_deliveries(
    call: Call, creditor: UUID | None = None, state: str = "", channel: str = "", cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[DeliveryLineOut]:  # fmt: skip
    """List deliveries, newest first."""
    rows = monitor.deliveries(
        call.ctx, filters={"state": state, "channel": channel}, creditor=creditor,
        after=decode(cursor, datetime, UUID), limit=limit + 1,
    )  # fmt: skip
    return page(rows, limit, lambda row: values.wire(DeliveryLineOut, row), lambda row: (row.created_at, row.id))


@deliveries.get("/answers", Permission.INVOICES_VIEW, Page[AnswerOut])
def list_answers(
    call: Call, creditor: UUID | None = None, kind: str = "", cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT
) -> Page[AnswerOut]:
    """List what networks, mail servers and customers said about invoices, newest first."""
    rows = monitor.answers(
        call.ctx, filters={"kind": kind}, creditor=creditor, after=decode(cursor, datetime, UUID), limit=limit + 1
    )
    return page(rows, limit, lambda row: values.wire(AnswerOut, row), lambda row: (row.recorded_at, row.id))


@deliveries.get("/print-batches", Permission.INVOICES_ISSUE, Page[BatchOut])
def list_print_batches(
    call: Call, creditor: UUID | None = None, cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT
) -> Page[BatchOut]:
    """List the batches of the print shop, newest first."""
    rows = monitor.batches(call.ctx, creditor=creditor, after=decode(cursor, datetime, UUID), limit=limit + 1)
    return page(rows, limit, lambda row: values.wire(BatchOut, row), lambda row: (row.made_at, row.file))


@deliveries.post("/retry", Permission.INVOICES_ISSUE, Queued)
def retry(call: Call, body: RetryIn) -> Queued:
    """Deliver invoices again whose last delivery failed; all or none."""
    return Queued(ids=retry_deliveries(call.ctx, invoices=body.invoices, today=call.today))


@deliveries.post("/events", Permission.INVOICES_ISSUE, Taken, status=HTTPStatus.CREATED)
def take_an_event(call: Call, body: EventIn) -> Taken:
    """Take what the buyer's side says about an invoice; the webhook of an access point ends here."""
    made = note_event(
        call.ctx, invoice=_known(call, body.invoice), code=body.code, source=body.source, reference=body.reference,
        happened_on=body.happened_on, reason=body.reason, today=call.today,
    )  # fmt: skip
    return Taken(id=made)


@deliveries.post("/bounces", Permission.INVOICES_ISSUE, Taken, status=HTTPStatus.CREATED)
def take_a_bounce(call: Call, body: BounceIn) -> Taken:
    """Take a delivery report; a delivery that came back fails and its address is unverified."""
    return Taken(id=take_bounce(call.ctx, content=body.message.encode(), today=call.today))


@deliveries.post("/answers", Permission.INVOICES_ISSUE, Queued, status=HTTPStatus.CREATED)
def take_a_file_of_answers(call: Call, body: AnswersIn) -> Queued:
    """Take a file of answers of a transmitter; the events that are new."""
    made = take_answers(
        call.ctx, channel=body.channel, name=body.name, content=body.content.encode(), today=call.today
    )  # fmt: skip
    return Queued(ids=made)


@deliveries.post("/print-batches", Permission.INVOICES_ISSUE, Batch, status=HTTPStatus.CREATED)
def bind_a_batch(call: Call, body: BatchIn) -> Batch:
    """Bind what waits for the print shop."""
    return Batch(id=make_print_batch(call.ctx, creditor=body.creditor, today=call.today))


@deliveries.post("/print-batches/{batch}/posted", Permission.INVOICES_ISSUE, Batch)
def confirm_a_batch(call: Call, batch: UUID) -> Batch:
    """Say that a batch is in the post."""
    return Batch(id=confirm_print_batch(call.ctx, batch=batch, today=call.today))


@deliveries.post("/returned-letters", Permission.INVOICES_ISSUE, Taken)
def take_a_returned_letter(call: Call, body: LetterIn) -> Taken:
    """Note that a letter came back; the postal address is unverified."""
    made = note_returned_letter(call.ctx, invoice=_known(call, body.invoice), reason=body.reason, today=call.today)
    return Taken(id=made)
