"""The collector's desk: tasks, messages and statements sent by hand, disputes handed on, personal links."""

from http import HTTPStatus
from uuid import UUID

from django.http import Http404
from pydantic import BaseModel

from fairdue.api import values
from fairdue.api.resources.collections import Made, disputes, notices
from fairdue.api.resources.debtors import debtors, found, known_debtors
from fairdue.api.routing import Call, Resource
from fairdue.collections import selectors, services
from fairdue.core.findings import RefusedError, refuse
from fairdue.foundation.accounts import members
from fairdue.foundation.permissions import Permission
from fairdue.foundation.portal import end_portal_links, portal_links

tasks = Resource("/tasks", "collections")
RESOURCES = [tasks]
KINDS = ("call", "follow_up")
CLOCKS = ("ours", "theirs")


class TaskIn(values.Body):
    """Work about a customer for a day."""

    debtor: UUID
    kind: values.Word
    reason: values.Name
    due_on: values.Day


class TaskEnd(values.Body):
    """How a task ended."""

    outcome: values.Word


class MoveIn(values.Body):
    """Who owns a dispute from now on, and whose turn it is; nothing is left as it is."""

    owner: UUID | None = None
    clock: values.Word | None = None
    answer_by: values.Day | None = None


class MessageIn(values.Body):
    """Which message is sent."""

    template: values.Word


class ReleaseIn(values.Body):
    """Whether the letter was posted by hand; else the message is sent by mail."""

    posted: bool = False


class LinkOut(BaseModel):
    """A personal link; it is a secret and is shown this once."""

    url: str


class Ended(BaseModel):
    """How many links ended."""

    ended: int


@tasks.post("", Permission.COLLECTIONS_ACT, Made, status=HTTPStatus.CREATED)
def open_a_task(call: Call, body: TaskIn) -> Made:
    """Open a call or a follow-up about a customer."""
    known_debtors(call, {body.debtor}, "debtor")
    if body.kind not in KINDS:
        raise refuse("task.kind", "kind", f"A task by hand is one of: {', '.join(KINDS)}.")
    made = services.open_task(
        call.ctx, debtor=body.debtor, kind=body.kind, reason=body.reason, due_on=body.due_on, today=call.today
    )
    assert made is not None, "a task without a key of its own is always new"
    return Made(id=made)


@tasks.post("/{task}/finish", Permission.COLLECTIONS_ACT, Made)
def finish_a_task(call: Call, task: UUID, body: TaskEnd) -> Made:
    """End a task with its outcome; one that was ended stays as it is."""
    try:
        selectors.task(call.ctx, id_=task)
    except RefusedError:
        raise Http404 from None
    return Made(id=services.finish_task(call.ctx, task=task, outcome=body.outcome, today=call.today))


@disputes.post("/{dispute}/move", Permission.COLLECTIONS_ACT, Made)
def move_a_dispute(call: Call, dispute: UUID, body: MoveIn) -> Made:
    """Hand a dispute to another owner, or put the clock on the other side."""
    if not selectors.disputes(call.ctx, id_=dispute):
        raise Http404
    if body.clock is not None and body.clock not in CLOCKS:
        raise refuse("dispute.clock", "clock", f"The clock is with one of: {', '.join(CLOCKS)}.")
    if body.owner is not None and body.owner not in {row.user_id for row in members(call.ctx) if row.active}:
        raise refuse("user.unknown", "owner", "There is no such person in this tenant.")
    moved = services.move_dispute(
        call.ctx, dispute=dispute, clock=body.clock, owner=body.owner, answer_by=body.answer_by, today=call.today
    )
    return Made(id=moved)


@debtors.post("/{debtor}/notices", Permission.COLLECTIONS_ACT, Made, status=HTTPStatus.CREATED, money=True)
def send_a_message(call: Call, debtor: UUID, body: MessageIn) -> Made:
    """Send a customer a message now, outside the ladder; one a day."""
    found(call, debtor)
    sent = services.send_notice(call.ctx, debtor=debtor, template=body.template, today=call.today)
    return Made(id=sent)


@notices.post("/{notice}/release", Permission.COLLECTIONS_ACT, Made)
def release_a_message(call: Call, notice: UUID, body: ReleaseIn) -> Made:
    """Send a message that waited for a hand, or note that the letter was posted."""
    if selectors.notice(call.ctx, id_=notice) is None:
        raise Http404
    released = services.release_notice(call.ctx, notice=notice, posted=body.posted, today=call.today)
    return Made(id=released)


@debtors.post("/{debtor}/statement", Permission.COLLECTIONS_ACT, Made, status=HTTPStatus.CREATED)
def send_a_statement(call: Call, debtor: UUID) -> Made:
    """Send the statement of account to the customer's mailbox, once a day."""
    found(call, debtor)
    return Made(id=services.send_statement(call.ctx, debtor=debtor, today=call.today))


@debtors.post("/{debtor}/portal-link", Permission.COLLECTIONS_ACT, LinkOut, status=HTTPStatus.CREATED, secret=True)
def make_a_portal_link(call: Call, debtor: UUID) -> LinkOut:
    """Make a personal link for a customer; it stands in this answer and nowhere else."""
    found(call, debtor)
    links = portal_links(call.ctx, debtors=[debtor], today=call.today)
    return LinkOut(url=links[debtor])


@debtors.post("/{debtor}/portal-links/end", Permission.COLLECTIONS_ACT, Ended)
def end_the_portal_links(call: Call, debtor: UUID) -> Ended:
    """End every link and visit of a customer at once."""
    found(call, debtor)
    return Ended(ended=end_portal_links(call.ctx, debtor=debtor))
