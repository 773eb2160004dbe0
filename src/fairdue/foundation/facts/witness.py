"""Facts as witnesses of figures: what a fact told of a row when it was written must still stand in that row.

Facts are sealed into hash-chained blocks (`sealing`), rows of state are not. Whoever changes a figure of a row past
all triggers would have to change its fact as well, and that breaks the chain. A row that no fact tells of was
written past the services.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, LiteralString

from django.db import connection

from fairdue.core.findings import Finding
from fairdue.foundation.verifying import invariant

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

AMOUNT: dict[LiteralString, LiteralString] = {"amount": "amount,minor"}
MONEY: dict[LiteralString, LiteralString] = {**AMOUNT, "currency": "amount,currency"}
CLIENT: dict[LiteralString, LiteralString] = {"creditor_id": "@creditor_id"}
CUSTOMER: dict[LiteralString, LiteralString] = {**CLIENT, "debtor_id": "@debtor_id"}
_BECAME: LiteralString = """WITH RECURSIVE became(was, now) AS (
    SELECT payload ->> 'merged', payload ->> 'survivor' FROM fact
    WHERE tenant_id = %(tenant)s AND type = 'debtor.merged'
    UNION
    SELECT b.was, m.payload ->> 'survivor' FROM became b
    JOIN fact m ON m.tenant_id = %(tenant)s AND m.type = 'debtor.merged' AND m.payload ->> 'merged' = b.now
) """
"""What is told of a customer whose record was merged stands in the record that survived, over any number of merges."""


@dataclass(frozen=True, slots=True)
class Witness:
    """Each row of `table` (of those that `only` selects) was told by one of `facts`, with these figures.

    `figures` maps a column to the path of the payload that tells it; a path with `?` is compared where it is told,
    for facts of earlier versions do not tell it. A path with `@` is a column of the fact itself. `subject` is the
    column with the id that the fact is about; empty where the fact is about something else and the figures must
    suffice.
    """

    table: LiteralString
    facts: tuple[LiteralString, ...]
    figures: Mapping[LiteralString, LiteralString]
    subject: LiteralString = "id"
    only: LiteralString = "true"

    def statement(self) -> LiteralString:
        """Return the query of the rows that no fact tells of; it takes the tenant and the types of facts."""
        told = " AND ".join(_compared(column, path) for column, path in sorted(self.figures.items()))
        about = f"AND f.subject_id = t.{self.subject}" if self.subject else ""
        return (
            f"{_BECAME}SELECT t.id FROM {self.table} t WHERE t.tenant_id = %(tenant)s AND {self.only} AND NOT EXISTS ("
            f" SELECT FROM fact f WHERE f.tenant_id = %(tenant)s AND f.type = ANY(%(facts)s) {about} AND {told})"
        )


def _compared(column: LiteralString, path: LiteralString) -> LiteralString:
    if path == "@debtor_id":
        return (
            f"(f.debtor_id IS NOT DISTINCT FROM t.{column} OR (f.debtor_id::text, t.{column}::text) IN"
            " (SELECT was, now FROM became))"
        )
    if path.startswith("@"):
        return f"f.{path[1:]} = t.{column}"
    if path.endswith("?"):
        return f"coalesce(f.payload #>> '{{{path[:-1]}}}', t.{column}::text) IS NOT DISTINCT FROM t.{column}::text"
    return f"f.payload #>> '{{{path}}}' = t.{column}::text"


WITNESSES: list[Witness] = []


def witness(
    table: LiteralString, *facts: LiteralString, figures: Mapping[LiteralString, LiteralString],
    subject: LiteralString = "id", only: LiteralString = "true",
) -> None:  # fmt: skip
    """Register what facts tell of the rows of a table."""
    WITNESSES.append(Witness(table, facts, figures, subject, only))


@invariant("foundation.told_figures")
def figures_are_as_told(ctx: Ctx) -> Iterable[Finding]:
    """Name each row whose figures no fact tells: changed since, or written past the services."""
    with connection.cursor() as cursor:
        for one in WITNESSES:
            cursor.execute(one.statement(), {"tenant": ctx.tenant, "facts": list(one.facts)})
            for (row,) in cursor.fetchall():
                what = ", ".join(sorted(one.figures))
                yield Finding(
                    "verify.told", f"{one.table} {row}", f"No fact {' or '.join(one.facts)} tells its {what}."
                )
