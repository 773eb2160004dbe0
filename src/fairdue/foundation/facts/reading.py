"""Read the fact log: the timeline of a customer, the life of a document, the audit of a tenant."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from fairdue.foundation.facts.registry import FACT_TYPES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairdue.foundation.context import Ctx

_FACTS = """
SELECT id, type, subject_id, creditor_id, debtor_id, payload, actor, cause, happened_on, recorded_at
FROM fact
WHERE tenant_id = %(tenant)s
  AND (%(id)s::uuid IS NULL OR id = %(id)s)
  AND (%(subject)s::uuid IS NULL OR subject_id = %(subject)s)
  AND (%(debtor)s::uuid IS NULL OR debtor_id = %(debtor)s)
  AND (%(creditor)s::uuid IS NULL OR creditor_id = %(creditor)s)
  AND (%(actor)s::text IS NULL OR actor = %(actor)s)
  AND (%(types)s::text[] IS NULL OR type = ANY(%(types)s))
  AND (%(since)s::date IS NULL OR happened_on >= %(since)s)
  AND (%(until)s::date IS NULL OR happened_on <= %(until)s)
"""
_BY_RECORDED = """\
  AND (%(after_at)s::timestamptz IS NULL OR (recorded_at, id) < (%(after_at)s, %(after_id)s::uuid))
ORDER BY recorded_at DESC, id DESC
LIMIT %(limit)s
"""
_BY_DAY = """\
  AND (%(after_on)s::date IS NULL
       OR (happened_on, recorded_at, id) < (%(after_on)s, %(after_at)s::timestamptz, %(after_id)s::uuid))
ORDER BY happened_on DESC, recorded_at DESC, id DESC
LIMIT %(limit)s
"""

_ABOUT = """
SELECT id, type, subject_id, creditor_id, debtor_id, payload, actor, cause, happened_on, recorded_at
FROM fact
WHERE tenant_id = %(tenant)s AND subject_id = ANY(%(subjects)s::uuid[]) AND type = %(type)s
ORDER BY recorded_at, id
"""


@dataclass(frozen=True, slots=True)
class LoggedFact:
    """A fact with its cause, as timelines and the audit show it."""

    id: UUID
    type: str
    subject_id: UUID | None
    creditor_id: UUID | None
    debtor_id: UUID | None
    payload: dict[str, Any]
    actor: str
    cause: UUID | None
    happened_on: date
    recorded_at: datetime

    @property
    def area(self) -> str:
        """Return the area that the timeline filters by."""
        known = FACT_TYPES.get(self.type)
        return known.area if known else "other"


@dataclass(frozen=True, slots=True)
class FactFilter:
    """Which facts are asked for; nothing set is all of them."""

    id: UUID | None = None
    subject: UUID | None = None
    debtor: UUID | None = None
    creditor: UUID | None = None
    actor: str | None = None
    area: str | None = None
    type: str | None = None
    since: date | None = None
    until: date | None = None


def areas() -> list[str]:
    """Return the areas of all declared fact types."""
    return sorted({fact_type.area for fact_type in FACT_TYPES.values()})


def logged_facts(
    ctx: Ctx, asked: FactFilter, *, after: tuple[datetime, UUID] | None = None, limit: int = 50
) -> list[LoggedFact]:
    """Return facts as they were recorded, newest first, after the cursor (instant and id of the last one seen)."""
    place = {"after_at": after[0] if after else None, "after_id": after[1] if after else None}
    return _read(ctx, _BY_RECORDED, asked, place, limit)


def facts_by_day(
    ctx: Ctx, asked: FactFilter, *, after: tuple[date, datetime, UUID] | None = None, limit: int = 50
) -> list[LoggedFact]:
    """Return facts by the day they happened, newest first, after the cursor (day, instant, id of the last one seen).

    A history that was loaded today stands under the days of the history, as a timeline tells it.
    """
    on, at, id_ = after or (None, None, None)
    return _read(ctx, _BY_DAY, asked, {"after_on": on, "after_at": at, "after_id": id_}, limit)


def facts_about(ctx: Ctx, subjects: Sequence[UUID], type_: str) -> list[LoggedFact]:
    """Return the facts of one type about any of these subjects, oldest first; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_ABOUT, {"tenant": ctx.tenant, "subjects": list(subjects), "type": type_})
        return [_fact(row) for row in cursor.fetchall()]


def _read(ctx: Ctx, order: str, asked: FactFilter, place: dict[str, Any], limit: int) -> list[LoggedFact]:
    types = None
    if asked.type or asked.area:
        types = [name for name, known in FACT_TYPES.items() if asked.type in {None, name} and _in(known.area, asked)]
    parameters = {
        "tenant": ctx.tenant, "id": asked.id, "subject": asked.subject, "debtor": asked.debtor,
        "creditor": asked.creditor, "actor": asked.actor, "types": types, "since": asked.since,
        "until": asked.until, "limit": limit, **place,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_FACTS + order, parameters)
        return [_fact(row) for row in cursor.fetchall()]


def _fact(row: tuple[Any, ...]) -> LoggedFact:
    id_, type_, subject, creditor, debtor, payload, *rest = row
    return LoggedFact(id_, type_, subject, creditor, debtor, _loaded(payload), *rest)


def _in(area: str, asked: FactFilter) -> bool:
    return asked.area in {None, area}


def _loaded(payload: Any) -> dict[str, Any]:
    return json.loads(payload) if isinstance(payload, str) else dict(payload)
