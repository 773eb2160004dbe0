"""Facts: what happened, newest first; and the changes in an order that a reader can follow without a gap."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from fairdue.api import values
from fairdue.api.paging import DEFAULT_LIMIT, Cursor, Limit, Page, decode, encode, page
from fairdue.api.routing import Call, Resource
from fairdue.foundation.facts.feed import changes
from fairdue.foundation.facts.reading import FactFilter, LoggedFact, logged_facts
from fairdue.foundation.permissions import Permission

facts = Resource("/facts", "facts")
feed = Resource("/changes", "facts")
RESOURCES = [facts, feed]


class FactOut(BaseModel):
    """Something that happened. Money in payloads is {"minor": 119000, "currency": "EUR"}."""

    id: UUID
    type: str
    area: str
    subject: UUID | None
    creditor: UUID | None
    debtor: UUID | None
    payload: dict[str, Any]
    actor: str
    cause: UUID | None
    happened_on: values.Day
    recorded_at: values.Instant


class Changes(BaseModel):
    """Changes in the order of their sealing; keep `next` and come back with it, also when `data` is empty."""

    data: list[FactOut]
    next: str | None


def show(fact: LoggedFact) -> FactOut:
    """Return a fact as the wire shows it."""
    return FactOut(
        id=fact.id, type=fact.type, area=fact.area, subject=fact.subject_id, creditor=fact.creditor_id,
        debtor=fact.debtor_id, payload=fact.payload, actor=fact.actor, cause=fact.cause,
        happened_on=fact.happened_on, recorded_at=fact.recorded_at,
    )  # fmt: skip


def timeline_page(call: Call, asked: FactFilter, cursor: str | None, limit: int) -> Page[FactOut]:
    """Return a page of facts, newest first."""
    after = decode(cursor, datetime, UUID)
    rows = logged_facts(call.ctx, asked, after=(after[0], after[1]) if after else None, limit=limit + 1)
    return page(rows, limit, show, lambda row: (row.recorded_at.isoformat(), row.id))


@facts.get("", Permission.AUDIT_VIEW, Page[FactOut])
def list_facts(
    call: Call, subject: UUID | None = None, debtor: UUID | None = None, creditor: UUID | None = None,
    type: str | None = None, actor: str | None = None, since: values.Day | None = None,  # noqa: A002 - the word on the wire
    until: values.Day | None = None, cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT,
) -> Page[FactOut]:  # fmt: skip
    """List every fact with its actor, newest first."""
    asked = FactFilter(
        subject=subject, debtor=debtor, creditor=creditor, type=type, actor=actor, since=since, until=until
    )
    return timeline_page(call, asked, cursor, limit)


@feed.get("", Permission.AUDIT_VIEW, Changes)
def list_changes(call: Call, cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT) -> Changes:
    """Follow the facts of the tenant, oldest first, without missing any."""
    after = decode(cursor, int, int)
    found = changes(call.ctx, after=(after[0], after[1]) if after else (0, 0), limit=limit)
    following = encode(found[-1].block, found[-1].place) if found else cursor
    return Changes(data=[show(one.fact) for one in found], next=following)
