"""Notes on customers: what everybody who works on one should know."""

from http import HTTPStatus
from uuid import UUID

from pydantic import BaseModel

from fairdue.api import values
from fairdue.api.resources import debtors
from fairdue.api.routing import Call, Resource
from fairdue.collections.services import write_note
from fairdue.foundation.permissions import Permission

notes = Resource("/notes", "collections")
RESOURCES = [notes]


class NoteIn(values.Body):
    """What should be known about a customer."""

    debtor: UUID
    text: values.Text


class NoteOut(BaseModel):
    """The customer whose timeline tells the note."""

    debtor: UUID


@notes.post("", Permission.COLLECTIONS_ACT, NoteOut, status=HTTPStatus.CREATED)
def write_a_note(call: Call, body: NoteIn) -> NoteOut:
    """Write a note on a customer; it stands in the timeline as a fact and cannot be changed."""
    debtors.known_debtors(call, {body.debtor}, "debtor")
    return NoteOut(debtor=write_note(call.ctx, debtor=body.debtor, text=body.text, today=call.today))
