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
class Telling:
    """What one of `facts` tells of a row.

    `figures` maps a column to the path of the payload that tells it; a path with `?` is compared where it is told,
    for facts of earlier versions do not tell it, and told as an empty text it is no value. A path with `@` is a
    column of the fact itself. `subject` is the column with the id that the fact is about; empty where the fact is
    about something else and the figures must suffice. `also` is a further condition over `f` (the fact) and `t`
    (the row). With `last_of` only the last fact of these types about a subject counts: what was told earlier is over.
    """

    facts: tuple[LiteralString, ...]
    figures: Mapping[LiteralString, LiteralString]
    subject: LiteralString = "id"
    also: LiteralString = "true"
    last_of: tuple[LiteralString, ...] = ()

    @property
    def source(self) -> LiteralString:
        """Return the facts that are looked at, as `f`."""
        if not self.last_of:
            return "fact f"
        return (
            "(SELECT DISTINCT ON (l.subject_id) l.* FROM fact l WHERE l.tenant_id = %(tenant)s"
            f" AND l.type IN ({_names(self.last_of)}) ORDER BY l.subject_id, l.recorded_at DESC, l.id DESC) f"
        )

    @property
    def condition(self) -> LiteralString:
        """Return when a fact `f` tells of the row `t`."""
        told = " AND ".join(_compared(column, path) for column, path in sorted(self.figures.items())) or "true"
        about = f"AND f.subject_id = t.{self.subject}" if self.subject else ""
        types = _names(self.facts)
        return f"f.tenant_id = %(tenant)s AND f.type IN ({types}) {about} AND {told} AND ({self.also})"


@dataclass(frozen=True, slots=True)
class Witness:
    """Each row of `table` (of those that `only` selects) is told by one of the tellings."""

    table: LiteralString
    tellings: tuple[Telling, ...]
    only: LiteralString = "true"

    def statement(self) -> LiteralString:
        """Return the query of the rows that no fact tells of; it takes the tenant."""
        untold = " AND ".join(f"NOT EXISTS (SELECT FROM {one.source} WHERE {one.condition})" for one in self.tellings)
        return f"{_BECAME}SELECT t.id FROM {self.table} t WHERE t.tenant_id = %(tenant)s AND {self.only} AND {untold}"

    @property
    def sentence(self) -> str:
        """Return what is wrong with a row that no fact tells of."""
        facts = dict.fromkeys(fact for one in self.tellings for fact in one.facts)
        what = dict.fromkeys(column for one in self.tellings for column in sorted(one.figures))
        if not what:
            return f"The last fact about it, {' or '.join(facts)}, says something else."
        return f"No fact {' or '.join(facts)} tells its {', '.join(what)}."


def _names(types: tuple[LiteralString, ...]) -> LiteralString:
    return ", ".join(f"'{name}'" for name in types)


def _compared(column: LiteralString, path: LiteralString) -> LiteralString:
    if path == "@debtor_id":
        return (
            f"(f.debtor_id IS NOT DISTINCT FROM t.{column} OR (f.debtor_id::text, t.{column}::text) IN"
            " (SELECT was, now FROM became))"
        )
    if path.startswith("@"):
        return f"f.{path[1:]} IS NOT DISTINCT FROM t.{column}"
    if path.endswith("?"):
        told: LiteralString = f"f.payload #>> '{{{path[:-1]}}}'"
        return f"({told} IS NULL OR nullif({told}, '') IS NOT DISTINCT FROM nullif(t.{column}::text, ''))"
    return f"f.payload #>> '{{{path}}}' = t.{column}::text"


WITNESSES: list[Witness] = []


def witness(
    table: LiteralString, *facts: LiteralString, figures: Mapping[LiteralString, LiteralString],
    subject: LiteralString = "id", only: LiteralString = "true", also: LiteralString = "true",
    last_of: tuple[LiteralString, ...] = (), otherwise: Telling | None = None,
) -> None:  # fmt: skip
    """Register what facts tell of the rows of a table; `otherwise` is another way in which a row is told."""
    first = Telling(facts, figures, subject, also, last_of)
    WITNESSES.append(Witness(table, (first, otherwise) if otherwise else (first,), only))


@invariant("foundation.told_figures")
def figures_are_as_told(ctx: Ctx) -> Iterable[Finding]:
    """Name each row whose figures no fact tells: changed since, or written past the services."""
    with connection.cursor() as cursor:
        for one in WITNESSES:
            cursor.execute(one.statement(), {"tenant": ctx.tenant})
            for (row,) in cursor.fetchall():
                yield Finding("verify.told", f"{one.table} {row}", one.sentence)
