"""Cadences with their versions and who has which, and the wordings of messages."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from django.http import Http404
from pydantic import BaseModel, Field

from fairdue.api import values
from fairdue.api.resources.collections import Made
from fairdue.api.resources.creditors import found as found_creditor
from fairdue.api.routing import Call, Resource
from fairdue.collections import selectors
from fairdue.collections.services import (
    assign_cadence,
    save_cadence,
    save_wording,
    unassign_cadence,
    withdraw_wording,
)
from fairdue.collections.wording import LANGUAGES, TEMPLATES
from fairdue.core.cadence import Cadence, Channel, Step, Template, Tone
from fairdue.core.findings import refuse
from fairdue.foundation.permissions import Permission
from fairdue.parties import selectors as parties

cadences = Resource("/cadences", "collections")
assignments = Resource("/cadence-assignments", "collections")
wordings = Resource("/wordings", "collections")
RESOURCES = [cadences, assignments, wordings]


class StepIo(values.Body):
    """One rung of a ladder: days from the due date, how, what, in which tone."""

    offset_days: Annotated[int, Field(ge=-366, le=366)]
    channel: values.Word
    template: values.Word
    tone: values.Word
    automatic: bool = True


class CadenceIn(values.Body):
    """A ladder to save as the newest version of the cadence of this name."""

    name: values.Name
    steps: list[StepIo] = Field(max_length=60)
    minimum_days: Annotated[int, Field(ge=1, le=60)] = 3
    weekdays: list[int] = [1, 2, 3, 4, 5]
    default: bool = False
    move_running: bool = False


class CadenceOut(BaseModel):
    """A cadence with its newest version; the built-in one has no id."""

    id: UUID | None
    name: str
    default: bool
    version: int
    steps: list[StepIo]
    minimum_days: int
    weekdays: list[int]


class Cadences(BaseModel):
    """Every cadence, the default first."""

    data: list[CadenceOut]


class VersionOut(BaseModel):
    """A version of a cadence."""

    version: int
    steps: list[StepIo]
    moves_running: bool
    saved_by: str
    saved_at: datetime


class Versions(BaseModel):
    """The versions of a cadence, newest first."""

    data: list[VersionOut]


class AssignmentIn(values.Body):
    """Who gets which cadence; without `cadence` nobody is reminded."""

    creditor: UUID
    debtor: UUID | None = None
    cadence: UUID | None = None


class AssignmentOut(BaseModel):
    """Who has which cadence by name."""

    id: UUID
    creditor: UUID
    debtor: UUID | None
    cadence: UUID | None


class Assignments(BaseModel):
    """Creditors first, then customers."""

    data: list[AssignmentOut]


class WordingIn(values.Body):
    """The words of a message; placeholders look like {customer}."""

    subject: Annotated[str, Field(max_length=200)]
    body: Annotated[str, Field(max_length=10_000)]
    creditor: UUID | None = None


class WordingOut(BaseModel):
    """The words that count; `source` is creditor, tenant or built_in."""

    template: str
    language: str
    creditor: UUID | None
    subject: str
    body: str
    source: str


class Wordings(BaseModel):
    """Every message in every language."""

    data: list[WordingOut]


def _steps(ladder: Cadence) -> list[StepIo]:
    return [values.wire(StepIo, step) for step in ladder.steps]


def _ladder(body: CadenceIn) -> Cadence:
    ordered = sorted(body.steps, key=lambda step: step.offset_days)
    try:
        steps = tuple(
            Step(n, s.offset_days, Channel(s.channel), Template(s.template), Tone(s.tone), s.automatic)
            for n, s in enumerate(ordered, start=1)
        )
    except ValueError as error:
        raise refuse("cadence.word", "steps", f"A step could not be read: {error}.") from error
    return Cadence(steps, body.minimum_days, frozenset(body.weekdays))


@cadences.get("", Permission.WORKLIST_VIEW, Cadences)
def list_cadences(call: Call) -> Cadences:
    """List every cadence with its newest version."""
    return Cadences(
        data=[
            CadenceOut(
                id=row.id, name=row.name, default=row.is_default, version=row.number, steps=_steps(row.ladder),
                minimum_days=row.ladder.minimum_days, weekdays=sorted(row.ladder.weekdays),
            )
            for row in selectors.cadences(call.ctx)
        ]
    )  # fmt: skip


@cadences.post("", Permission.CADENCE_EDIT, Made, status=HTTPStatus.CREATED)
def save_a_cadence(call: Call, body: CadenceIn) -> Made:
    """Save a ladder as the newest version of the cadence of this name; running items keep theirs."""
    saved = save_cadence(
        call.ctx, name=body.name, ladder=_ladder(body), default=body.default, move_running=body.move_running,
        today=call.today,
    )  # fmt: skip
    return Made(id=saved)


@cadences.get("/{cadence}/versions", Permission.WORKLIST_VIEW, Versions)
def list_versions(call: Call, cadence: UUID) -> Versions:
    """List the versions of a cadence, newest first."""
    rows = selectors.cadence_versions(call.ctx, cadence)
    if not rows:
        raise Http404
    return Versions(
        data=[
            VersionOut(
                version=row.number, steps=_steps(row.ladder), moves_running=row.moves_running, saved_by=row.saved_by,
                saved_at=row.saved_at,
            )
            for row in rows
        ]
    )  # fmt: skip


@assignments.get("", Permission.WORKLIST_VIEW, Assignments)
def list_assignments(call: Call, creditor: UUID | None = None, debtor: UUID | None = None) -> Assignments:
    """List who has a cadence by name."""
    rows = selectors.assignments(call.ctx, creditor=creditor, debtor=debtor)
    return Assignments(data=[values.wire(AssignmentOut, row) for row in rows])


@assignments.post("", Permission.CADENCE_EDIT, Made, status=HTTPStatus.CREATED)
def assign_a_cadence(call: Call, body: AssignmentIn) -> Made:
    """Give a creditor's customers, or one of them, a cadence or none."""
    made = assign_cadence(call.ctx, creditor=body.creditor, debtor=body.debtor, cadence=body.cadence, today=call.today)
    return Made(id=made)


@assignments.post("/{assignment}/take-back", Permission.CADENCE_EDIT, Made)
def take_an_assignment_back(call: Call, assignment: UUID) -> Made:
    """Let the creditor's or the default cadence count again."""
    if not selectors.assignment_known(call.ctx, assignment):
        raise Http404
    return Made(id=unassign_cadence(call.ctx, assignment=assignment, today=call.today))


@wordings.get("", Permission.WORKLIST_VIEW, Wordings)
def list_wordings(call: Call, creditor: UUID | None = None) -> Wordings:
    """List the words of every message as they count for a creditor, or for the tenant."""
    if creditor is not None and parties.creditor(call.ctx, creditor) is None:
        raise refuse("creditor.unknown", "creditor", "There is no such creditor.")
    rows = selectors.wordings(call.ctx, creditor=creditor)
    return Wordings(
        data=[
            WordingOut(
                template=row.template, language=row.language, creditor=row.creditor_id, source=row.source,
                subject=row.wording.subject, body=row.wording.body,
            )
            for row in rows
        ]
    )  # fmt: skip


def _known_wording(call: Call, template: str, language: str, creditor: UUID | None) -> None:
    """Answer 404 for a message, a language or a creditor that is not there."""
    if template not in TEMPLATES or language not in LANGUAGES:
        raise Http404
    if creditor is not None:
        found_creditor(call, creditor)


@wordings.put("/{template}/{language}", Permission.CADENCE_EDIT, Made)
def save_a_wording(call: Call, template: str, language: str, body: WordingIn) -> Made:
    """Save the words of a message; unknown placeholders are refused by name."""
    _known_wording(call, template, language, body.creditor)
    saved = save_wording(
        call.ctx, template=template, language=language, subject=body.subject, body=body.body, creditor=body.creditor,
        today=call.today,
    )  # fmt: skip
    return Made(id=saved)


@wordings.post("/{template}/{language}/take-back", Permission.CADENCE_EDIT, Made)
def take_a_wording_back(call: Call, template: str, language: str, creditor: UUID | None = None) -> Made:
    """Let the tenant's or the shipped words count again."""
    _known_wording(call, template, language, creditor)
    taken = withdraw_wording(call.ctx, template=template, language=language, creditor=creditor, today=call.today)
    return Made(id=taken)
