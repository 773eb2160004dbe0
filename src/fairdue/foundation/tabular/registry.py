"""Which kinds of file can be imported, and which room brings the rows in.

A room registers its kind in `AppConfig.ready`: `register_import(ImportKind("orders", "Orders", ORDERS,
apply_orders))`. The engine (`fairdue.parties.imports`) reads, reports, stores the run and keeps or undoes
what `apply` wrote; so `apply` writes the good rows, set-based, and returns what it found.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx
    from fairdue.foundation.tabular.findings import RowFinding
    from fairdue.foundation.tabular.schema import Schema

CHUNK = 10_000
"""Rows that are compared with the books and written together."""


@dataclass(frozen=True, slots=True)
class ImportScope:
    """Whose books the file is for, the business date, and the words that name the file as a source."""

    creditor: UUID
    today: date
    source: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What `apply` did: counts of rows, and findings by row (errors are rows that did not go in)."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    findings: tuple[RowFinding, ...] = ()


type NumberedRows = Sequence[tuple[int, Any]]
"""(row number in the file, typed row) of every row that could be read."""
type Apply = Callable[[Ctx, ImportScope, NumberedRows], Outcome]


def in_chunks(apply: Apply) -> Apply:
    """Return `apply` for files of any length: the rows come by chunks, within the one transaction of the caller.

    A file of a whole ledger then neither asks one question of half a million numbers nor keeps the database waiting
    between two statements. For kinds whose rows do not refer to each other.
    """

    def by_chunks(ctx: Ctx, scope: ImportScope, rows: NumberedRows) -> Outcome:
        done = [apply(ctx, scope, rows[start : start + CHUNK]) for start in range(0, len(rows), CHUNK)]
        return Outcome(
            sum(one.created for one in done), sum(one.changed for one in done), sum(one.unchanged for one in done),
            tuple(found for one in done for found in one.findings),
        )  # fmt: skip

    return by_chunks


@dataclass(frozen=True, slots=True)
class ImportKind:
    """One kind of import: the word of the command line, its title, its columns and how rows go in."""

    word: str
    title: str
    schema: Schema
    apply: Apply
    after: str = ""
    """What must be imported before, in words."""
    order: int = 100


KINDS: dict[str, ImportKind] = {}


def register_import(kind: ImportKind) -> None:
    """Make a kind of import known; the last registration of a word stands."""
    KINDS[kind.word] = kind


def kinds() -> list[ImportKind]:
    """Return the kinds in the order in which one imports them."""
    return sorted(KINDS.values(), key=lambda kind: (kind.order, kind.word))
