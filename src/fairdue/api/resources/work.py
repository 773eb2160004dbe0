"""Lines of the worklist, many at once: given to a person, left alone, and what was done a moment ago taken back."""

from uuid import UUID

from django.http import Http404
from pydantic import BaseModel, Field

from fairdue.api import values
from fairdue.api.resources.collections import Made, calls, worklist
from fairdue.api.resources.debtors import known_debtors
from fairdue.api.resources.desk import tasks
from fairdue.api.routing import Call, Resource
from fairdue.collections import selectors, services
from fairdue.collections.services.assigning import MOST
from fairdue.core.findings import RefusedError
from fairdue.foundation.permissions import Permission

RESOURCES: list[Resource] = []


class AssignIn(values.Body):
    """Tasks and disputes, and who has them from now on; null is nobody."""

    lines: list[UUID] = Field(min_length=1, max_length=MOST)
    owner: UUID | None


class SnoozeManyIn(values.Body):
    """Customers that are left alone until a day, the first on which they are chased again; all or none."""

    debtors: list[UUID] = Field(min_length=1, max_length=MOST)
    until: values.Day
    note: values.Text = ""


class WakeIn(values.Body):
    """Rests that end today."""

    holds: list[UUID] = Field(min_length=1, max_length=MOST)


class Changed(BaseModel):
    """What was changed."""

    ids: list[UUID]


@worklist.post("/assign", Permission.COLLECTIONS_ACT, Changed)
def assign_work(call: Call, body: AssignIn) -> Changed:
    """Give lines to a person; answers those that changed hands. To give to others needs `worklist.assign`."""
    return Changed(ids=services.assign_work(call.ctx, lines=body.lines, owner=body.owner, today=call.today))


@worklist.post("/snooze-many", Permission.COLLECTIONS_ACT, Changed)
def snooze_customers(call: Call, body: SnoozeManyIn) -> Changed:
    """Leave many customers alone until a day; answers their holds."""
    known_debtors(call, set(body.debtors), "debtors")
    held = services.snooze_debtors(call.ctx, debtors=body.debtors, until=body.until, note=body.note, today=call.today)
    return Changed(ids=held)


@worklist.post("/unsnooze", Permission.COLLECTIONS_ACT, Changed)
def end_rests(call: Call, body: WakeIn) -> Changed:
    """End rests before their day: the tasks are due again when they were; answers the holds that ended."""
    return Changed(ids=services.unsnooze(call.ctx, holds=body.holds, today=call.today))


@calls.post("/{call_id}/withdraw", Permission.COLLECTIONS_ACT, Made)
def withdraw_a_call(call: Call, call_id: UUID) -> Made:
    """Take back a call that was logged by mistake today; it counts as no contact."""
    try:
        return Made(id=services.withdraw_call(call.ctx, call=call_id, today=call.today))
    except RefusedError as refused:
        if refused.findings[0].code == "call.unknown":
            raise Http404 from None
        raise


@tasks.post("/{task}/reopen", Permission.COLLECTIONS_ACT, Made)
def reopen_a_task(call: Call, task: UUID) -> Made:
    """Open a task again that was ended today."""
    try:
        selectors.task(call.ctx, id_=task)
    except RefusedError:
        raise Http404 from None
    return Made(id=services.reopen_task(call.ctx, task=task, today=call.today))
