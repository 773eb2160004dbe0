"""Append facts and put them into the outbox, one statement each however many there are."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from fairdue.foundation.facts.registry import FACT_TYPES, consumers_of
from fairdue.foundation.ids import uuid7

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairdue.foundation.context import Ctx

_INSERT_FACTS = """
INSERT INTO fact (tenant_id, id, type, version, subject_id, creditor_id, debtor_id, payload, actor, cause, happened_on)
SELECT %s, f.id, f.type, 1, f.subject, f.creditor, f.debtor, f.payload::jsonb, %s, %s, f.happened_on
FROM unnest(%s::uuid[], %s::text[], %s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::date[])
     AS f(id, type, subject, creditor, debtor, payload, happened_on)
"""
_INSERT_OUTBOX = """
INSERT INTO outbox (tenant_id, id, fact_id, consumer, subject_id)
SELECT %s, o.id, o.fact, o.consumer, o.subject
FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::uuid[]) WITH ORDINALITY AS o(id, fact, consumer, subject, n)
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
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT_FACTS,
            [
                ctx.tenant, ctx.actor, ctx.cause,
                [fact.id for fact in facts], [fact.type for fact in facts],
                [fact.subject_id for fact in facts], [fact.creditor_id for fact in facts],
                [fact.debtor_id for fact in facts], [_json(fact.payload) for fact in facts],
                [fact.happened_on for fact in facts],
            ],
        )  # fmt: skip
        rows = [(fact, name) for fact in facts for name in consumers_of(fact.type)]
        if rows:
            cursor.execute(
                _INSERT_OUTBOX,
                [
                    ctx.tenant, [uuid7() for _ in rows], [fact.id for fact, _ in rows],
                    [name for _, name in rows], [fact.subject_id for fact, _ in rows],
                ],
            )  # fmt: skip


def _json(payload: dict[str, Any]) -> str:
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":"), default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, UUID | date):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in a fact")
