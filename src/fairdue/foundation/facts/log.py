"""Append facts and put them into the outbox, one statement each however many there are."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from fairdue.foundation.arrays import array
from fairdue.foundation.facts.registry import FACT_TYPES, consumers_of
from fairdue.foundation.ids import uuid7

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairdue.foundation.context import Ctx

# One statement for both, so that an outbox row cannot exist without its fact nor cost a journey of its own.
_INSERT = """
WITH recorded AS (
    INSERT INTO fact
        (tenant_id, id, type, version, subject_id, creditor_id, debtor_id, payload, actor, cause, happened_on)
    SELECT %(tenant)s, f.id, f.type, 1, f.subject, f.creditor, f.debtor, f.payload::jsonb, %(actor)s, %(cause)s, f.day
    FROM unnest(%(ids)s::uuid[], %(types)s::text[], %(subjects)s::uuid[], %(creditors)s::uuid[], %(debtors)s::uuid[],
                %(payloads)s::text[], %(days)s::date[]) AS f(id, type, subject, creditor, debtor, payload, day)
)
INSERT INTO outbox (tenant_id, id, fact_id, consumer, subject_id)
SELECT %(tenant)s, o.id, o.fact, o.consumer, o.subject
FROM unnest(%(rows)s::uuid[], %(facts)s::uuid[], %(consumers)s::text[], %(row_subjects)s::uuid[])
     WITH ORDINALITY AS o(id, fact, consumer, subject, n)
ORDER BY o.n
"""


@dataclass(frozen=True, slots=True)
class NewFact:
    """A fact about to be recorded. The payload must be JSON of strings, whole numbers, lists and maps."""

    type: str
    happened_on: date
    subject_id: UUID | None = None
    creditor_id: UUID | None = None
    debtor_id: UUID | None = None
    payload: dict[str, Any] = field(default_factory=dict)
    id: UUID = field(default_factory=uuid7)


def record(ctx: Ctx, fact: NewFact) -> UUID:
    """Append one fact and return its id."""
    record_all(ctx, [fact])
    return fact.id


def record_all(ctx: Ctx, facts: Sequence[NewFact]) -> None:
    """Append facts and one outbox row for each of their consumers, in the running transaction."""
    if not facts:
        return
    unknown = {fact.type for fact in facts} - FACT_TYPES.keys()
    if unknown:
        raise ValueError(f"undeclared fact types: {', '.join(sorted(unknown))}")
    rows = [(fact, name) for fact in facts for name in consumers_of(fact.type)]
    parameters: dict[str, Any] = {
        "tenant": ctx.tenant, "actor": ctx.actor, "cause": ctx.cause,
        "ids": array(fact.id for fact in facts), "types": array(fact.type for fact in facts),
        "subjects": array(fact.subject_id for fact in facts), "creditors": array(fact.creditor_id for fact in facts),
        "debtors": array(fact.debtor_id for fact in facts), "payloads": array(_json(fact.payload) for fact in facts),
        "days": array(fact.happened_on for fact in facts),
        "rows": array(uuid7() for _ in rows), "facts": array(fact.id for fact, _ in rows),
        "consumers": array(name for _, name in rows), "row_subjects": array(fact.subject_id for fact, _ in rows),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, parameters)


def _json(payload: dict[str, Any]) -> str:
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":"), default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, UUID | date):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in a fact")
