"""What a person keeps and what asks them: saved views and the inbox, read from the facts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from fairdue.collections.models import SavedView
from fairdue.collections.services.desk import person
from fairdue.foundation import clock
from fairdue.foundation.approvals import KINDS as APPROVALS
from fairdue.foundation.permissions import Permission
from fairdue.foundation.sqlfiles import sql

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

WEEKS = timedelta(weeks=4)
"""Older facts ask nobody any more."""
INBOX_KINDS = {
    "promise": "Promise not kept",
    "dispute": "Dispute",
    "approval": "Approval asked",
    "bounce": "Message came back",
    "payment": "Payment arrived",
}


@dataclass(frozen=True, slots=True)
class ViewRow:
    """A saved view; `mine` may be deleted, the others are shared by somebody."""

    id: UUID
    name: str
    query: str
    shared: bool
    mine: bool


@dataclass(frozen=True, slots=True)
class InboxRow:
    """A fact that asks this person."""

    id: UUID
    kind: str
    type: str
    payload: dict[str, Any]
    subject_id: UUID | None
    creditor_id: UUID | None
    debtor_id: UUID | None
    debtor_name: str
    actor: str
    happened_on: date
    recorded_at: datetime

    @property
    def kind_word(self) -> str:
        """The kind in words."""
        return INBOX_KINDS[self.kind]


def views(ctx: Ctx, page: str) -> list[ViewRow]:
    """Return the views of a list that a person keeps, and those that others share, by name; client users keep none."""
    if ctx.creditor:
        return []
    me = person(ctx)
    rows = SavedView.objects.filter(Q(owner_id=me) | Q(shared=True), page=page).order_by("name", "id")
    return [ViewRow(row.id, row.name, row.query, row.shared, row.owner_id == me) for row in rows]


def inbox(ctx: Ctx, *, creditor: UUID | None = None, kind: str = "", limit: int = 100) -> list[InboxRow]:
    """Return the facts of the last four weeks that ask this person and are not marked as done, newest first.

    The inbox is the team's: a client user, narrowed to one creditor, has none.
    """
    if ctx.creditor:
        return []
    parameters: dict[str, Any] = {
        "tenant": ctx.tenant, "owner": person(ctx), "actor": ctx.actor, "creditor": creditor, "kind": kind,
        "limit": limit, "since": clock.now() - WEEKS, "may_act": ctx.may(Permission.COLLECTIONS_ACT),
        "decides": [name for name, known in APPROVALS.items() if ctx.may(known.permission)],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(sql("collections", "inbox"), parameters)
        return [InboxRow(id_, of, name, json.loads(told), *rest) for id_, of, name, told, *rest in cursor.fetchall()]
