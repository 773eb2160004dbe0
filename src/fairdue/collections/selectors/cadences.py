"""Cadences, who has which, and the wordings with their history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from fairdue.collections.ladders import ladder_of, load_ladders
from fairdue.collections.models import Cadence, CadenceAssignment, CadenceVersion, MessageWording
from fairdue.collections.wording import LANGUAGES, TEMPLATES, Wording, built_in, language_of
from fairdue.core.cadence import DEFAULT
from fairdue.core.cadence import Cadence as Ladder
from fairdue.foundation.facts.reading import FactFilter, logged_facts
from fairdue.foundation.sqlfiles import sql

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

HISTORY = 50


@dataclass(frozen=True, slots=True)
class CadenceRow:
    """A cadence with its newest ladder and how many creditors and customers have it by name."""

    id: UUID | None
    name: str
    is_default: bool
    number: int
    ladder: Ladder
    assigned: int


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version of a cadence: who saved it when, and whether it moved what was running."""

    id: UUID
    number: int
    ladder: Ladder
    moves_running: bool
    saved_by: str
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class AssignmentRow:
    """Who has a cadence by name: a creditor's customers, or one customer; no cadence is no reminders."""

    id: UUID
    creditor_id: UUID
    creditor_name: str
    debtor_id: UUID | None
    debtor_name: str
    external_id: str
    cadence_id: UUID | None
    cadence_name: str


@dataclass(frozen=True, slots=True)
class WordingRow:
    """The wording of a template in a language as it counts for a creditor (None: for the tenant)."""

    template: str
    language: str
    creditor_id: UUID | None
    wording: Wording
    source: str
    """`creditor`, `tenant` or `built_in`: whose wording it is."""


@dataclass(frozen=True, slots=True)
class WordingChange:
    """One change of a wording, from its fact; an empty body says that it was withdrawn."""

    on: date
    at: datetime
    actor: str
    subject: str
    body: str


def cadences(ctx: Ctx) -> list[CadenceRow]:
    """Return every cadence with its newest ladder; the built-in one while the tenant has saved none."""
    del ctx
    newest = {
        row.cadence_id: row for row in CadenceVersion.objects.order_by("cadence_id", "-number").distinct("cadence_id")
    }
    assigned: dict[UUID, int] = {}
    for id_ in CadenceAssignment.objects.exclude(cadence_id=None).values_list("cadence_id", flat=True):
        assigned[id_] = assigned.get(id_, 0) + 1
    rows = [
        CadenceRow(
            row.id, row.name, row.is_default, newest[row.id].number, ladder_of(newest[row.id]), assigned.get(row.id, 0)
        )
        for row in Cadence.objects.order_by("-is_default", "name")
    ]  # fmt: skip
    if not any(row.is_default for row in rows):
        rows.insert(0, CadenceRow(None, "Standard", True, 0, DEFAULT, 0))
    return rows


def ladder_for(ctx: Ctx, *, creditor: UUID, debtor: UUID) -> Ladder | None:
    """Return the ladder that a debtor climbs, None when none chases it."""
    del ctx
    version = load_ladders().of(creditor, debtor)
    return version.ladder if version else None


def cadence_versions(ctx: Ctx, cadence: UUID) -> list[VersionRow]:
    """Return the versions of a cadence, newest first."""
    del ctx
    rows = CadenceVersion.objects.filter(cadence_id=cadence).order_by("-number")
    return [VersionRow(r.id, r.number, ladder_of(r), r.moves_running, r.saved_by, r.saved_at) for r in rows]


def assignments(
    ctx: Ctx, *, creditor: UUID | None = None, debtor: UUID | None = None, limit: int = 500
) -> list[AssignmentRow]:
    """Return who has a cadence by name: creditors first, then customers by name."""
    parameters: dict[str, Any] = {"tenant": ctx.tenant, "creditor": creditor, "debtor": debtor, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(sql("collections", "assignments"), parameters)
        return [AssignmentRow(*row) for row in cursor.fetchall()]


def assignment_known(ctx: Ctx, assignment: UUID) -> bool:
    """Return whether there is such an assignment."""
    del ctx
    return bool(CadenceAssignment.objects.filter(id=assignment).exists())


def wordings(ctx: Ctx, *, creditor: UUID | None = None) -> list[WordingRow]:
    """Return every template in every language as it counts for a creditor, or for the tenant."""
    del ctx
    own = {(r.creditor_id, r.template, r.language): Wording(r.subject, r.body) for r in MessageWording.objects.all()}
    return [_wording_row(own, template, language, creditor) for template in TEMPLATES for language in LANGUAGES]


def _wording_row(
    own: dict[tuple[UUID | None, str, str], Wording], template: str, language: str, creditor: UUID | None
) -> WordingRow:
    for whose, source in ((creditor, "creditor"), (None, "tenant")):
        found = own.get((whose, template, language))
        if found is not None:
            return WordingRow(template, language, creditor, found, source if whose else "tenant")
    return WordingRow(template, language, creditor, built_in(template, language), "built_in")


def wording_history(ctx: Ctx, *, template: str, language: str, creditor: UUID | None = None) -> list[WordingChange]:
    """Return the changes of a wording, newest first, from the facts."""
    found = []
    for name in ("wording.saved", "wording.withdrawn"):
        for fact in logged_facts(ctx, FactFilter(type=name, creditor=creditor), limit=HISTORY * 10):
            told = fact.payload
            mine = (told.get("template"), told.get("language"), fact.creditor_id) == (template, language, creditor)
            if mine:
                body = str(told.get("body", "")) if name == "wording.saved" else ""
                found.append(
                    WordingChange(fact.happened_on, fact.recorded_at, fact.actor, str(told.get("subject", "")), body)
                )
    return sorted(found, key=lambda change: change.at, reverse=True)[:HISTORY]


def letter_language(tag: str) -> str:
    """Return the language in which a customer of this language tag is written to."""
    return language_of(tag)
