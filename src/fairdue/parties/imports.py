"""The import engine: read a file, bring its rows in or only try, keep the run and its findings file.

One transaction: either everything that the caller asked for is stored, or nothing but the record that it
was tried. `KINDS` (foundation.tabular.registry) says which room brings which rows in.
"""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from fairdue.core.findings import Severity, refuse
from fairdue.foundation import files
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.patience import be_patient
from fairdue.foundation.permissions import Permission
from fairdue.foundation.tabular import Profile, RowFinding, open_reading, write_findings
from fairdue.foundation.tabular.findings import FILE_ROW, kept_back
from fairdue.foundation.tabular.reading import group_of
from fairdue.foundation.tabular.registry import KINDS, ImportKind, ImportScope, Outcome, register_import
from fairdue.parties import import_debtors
from fairdue.parties.models import Creditor, ImportProfile, ImportRun

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from fairdue.foundation.context import Ctx
    from fairdue.foundation.tabular import Reading
    from fairdue.foundation.tabular.cells import Cell

TELL_EVERY = 2000
"""Rows between two words about the progress."""
KEPT_FINDINGS = 200
"""Findings kept with the run for its page; the findings file holds all."""

register_import(import_debtors.KIND)


@dataclass(frozen=True, slots=True)
class RunRow:
    """One import as its page shows it. Counts are rows of the file."""

    id: UUID
    kind: str
    creditor_id: UUID
    file_name: str
    file_id: UUID | None
    profile: dict[str, Any]
    state: str
    dry_run: bool
    valid_only: bool
    stage: str
    rows_done: int
    rows: int
    created: int
    changed: int
    unchanged: int
    refused: int
    findings: tuple[RowFinding, ...]
    findings_file_id: UUID | None
    actor: str
    created_at: datetime

    @property
    def waiting(self) -> bool:
        """Whether the job has not ended yet."""
        return self.state == ImportRun.State.WAITING

    @property
    def good(self) -> int:
        """The rows that went in, or would."""
        return self.created + self.changed + self.unchanged


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """A saved mapping profile."""

    id: UUID
    kind: str
    name: str
    profile: Profile


def read_rows(
    reading: Reading, tell: Callable[[int], None] | None = None
) -> tuple[list[tuple[int, Any]], list[RowFinding]]:
    """Return the typed rows and the findings; `tell` hears now and then how many rows are read."""
    rows: list[tuple[int, Any]] = []
    findings: list[RowFinding] = []
    broken: set[str] = set()
    for count, row in enumerate(reading.rows(), start=1):
        findings += row.findings
        if row.value is not None:
            rows.append((row.number, row.value))
        else:
            broken.add(group_of(reading, row.cells))
        if tell is not None and count % TELL_EVERY == 0:
            tell(count)
    return _whole(reading.schema.together, rows, findings, broken - {""})


def _whole(
    together: str, rows: list[tuple[int, Any]], findings: list[RowFinding], broken: set[str]
) -> tuple[list[tuple[int, Any]], list[RowFinding]]:
    """Keep the rows back that would go in without one that they belong to, each with its finding."""
    if not broken:
        return rows, findings
    kept = [(number, row) for number, row in rows if getattr(row, together) not in broken]
    back = [kept_back(number, together, getattr(row, together)) for number, row in rows
            if getattr(row, together) in broken]  # fmt: skip
    return kept, [*findings, *back]


def _errors(findings: Sequence[RowFinding]) -> list[RowFinding]:
    return [item for item in findings if item.severity is Severity.ERROR]


def _rejected(
    reading: Reading, findings: Sequence[RowFinding]
) -> Iterator[tuple[int, Sequence[Cell], Sequence[RowFinding]]]:
    """Walk the file once more and yield the refused rows as they were."""
    by_row: dict[int, list[RowFinding]] = {}
    for item in _errors(findings):
        by_row.setdefault(item.row, []).append(item)
    for number, cells, _ in reading.body():
        if number in by_row:
            yield number, cells, by_row[number]


def _findings_file(ctx: Ctx, reading: Reading, findings: Sequence[RowFinding], name: str) -> UUID | None:
    if not any(item.row != FILE_ROW for item in _errors(findings)):
        return None
    delimiter = reading.source.delimiter if reading.source else ","
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "findings.csv"
        headings = {column.field.name: column.header for column in reading.columns}
        write_findings(path, reading.header, _rejected(reading, findings), delimiter, headings)
        stored = files.store(
            ctx, content=path.read_bytes(), name=f"{Path(name).stem}.findings.csv", media_type="text/csv"
        )
    return UUID(str(stored.id))


def _apply(
    ctx: Ctx, kind: ImportKind, scope: ImportScope, rows: list[tuple[int, Any]], *, bad: bool, keep: tuple[bool, bool]
) -> tuple[Outcome, bool]:
    """Bring the rows in; returns the outcome and whether it was kept. `keep`: (not a dry run, valid only)."""
    wanted, valid_only = keep
    with transaction.atomic():
        outcome = kind.apply(ctx, scope, rows)
        kept = wanted and (valid_only or not (bad or _errors(outcome.findings)))
        if not kept:
            transaction.set_rollback(True)  # the outcome still says what it would have been
    return outcome, kept


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked of an import: which rows, for whom, on which day, and whether it is only a try."""

    kind: str
    creditor: UUID
    today: date
    file_name: str
    dry_run: bool = False
    valid_only: bool = False


@command("parties.run_import", Permission.IMPORTS_RUN)
def run_import(
    ctx: Ctx, *, kind: str, path: Path, creditor: UUID, today: date, profile: Profile | None = None,
    file_name: str = "", file_id: UUID | None = None, dry_run: bool = False, valid_only: bool = False,
) -> UUID:  # fmt: skip
    """Import a file for one creditor; returns the run, which says what happened.

    Without `valid_only` one refused row refuses the whole file. The run itself is always kept; importing
    the same file again changes nothing.
    """
    known = checked_kind(kind, creditor)
    order = Order(kind, creditor, today, (file_name or path.name)[:200], dry_run, valid_only)
    be_patient()
    reading = open_reading(path, known.schema, profile)
    rows, findings = read_rows(reading)
    result = bring_in(ctx, order, reading, rows, findings)
    run = ImportRun.objects.create(
        tenant_id=ctx.tenant, kind=kind, creditor_id=creditor, file_name=order.file_name, file_id=file_id,
        sha256=sha256_of(path), dry_run=dry_run, valid_only=valid_only, actor=ctx.actor, **result,
    )  # fmt: skip
    record_run(ctx, run, today)
    return UUID(str(run.id))


def checked_kind(kind: str, creditor: UUID) -> ImportKind:
    """Return the kind of import; refuse one that is not there, and an unknown creditor."""
    known = KINDS.get(kind)
    if known is None:
        raise refuse("import.kind", "kind", f"There is no import of \u201c{kind}\u201d; there are: {', '.join(KINDS)}.")
    if not Creditor.objects.filter(id=creditor).exists():
        raise refuse("creditor.unknown", "creditor", "There is no such creditor.")
    return known


def bring_in(
    ctx: Ctx, order: Order, reading: Reading, rows: list[tuple[int, Any]], found: Sequence[RowFinding]
) -> dict[str, Any]:
    """Store the rows, or only try; returns the columns of the run that say what happened."""
    be_patient()
    findings = [*reading.findings, *found]
    scope = ImportScope(order.creditor, order.today, f"import {order.file_name}"[:120])
    outcome, kept = Outcome(), False
    if not reading.refused:
        keep = (not order.dry_run, order.valid_only)
        outcome, kept = _apply(ctx, KINDS[order.kind], scope, rows, bad=bool(_errors(findings)), keep=keep)
    findings += outcome.findings
    refused = len({item.row for item in _errors(findings)} - {FILE_ROW})
    return {
        "profile": reading.resolved().as_json(), "rows": reading.row_count, "rows_done": reading.row_count,
        "state": _state(dry_run=order.dry_run, refused=reading.refused, kept=kept), "stage": "", "refused": refused,
        "created": outcome.created, "changed": outcome.changed, "unchanged": outcome.unchanged,
        "findings": [item.as_json() for item in _kept_findings(findings)],
        "findings_file_id": _findings_file(ctx, reading, findings, order.file_name),
    }  # fmt: skip


def _kept_findings(findings: list[RowFinding]) -> list[RowFinding]:
    """Return the first findings, what refuses before what warns, each by row."""
    return sorted(findings, key=lambda item: (item.severity is not Severity.ERROR, item.row))[:KEPT_FINDINGS]


def _state(*, dry_run: bool, refused: bool, kept: bool) -> str:
    if dry_run and not refused:
        return ImportRun.State.TRIED
    return ImportRun.State.DONE if kept else ImportRun.State.REFUSED


def sha256_of(path: Path) -> str:
    """Return the hash of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def record_run(ctx: Ctx, run: ImportRun, today: date) -> None:
    """Record what an import did; a try leaves no fact."""
    if run.dry_run:
        return
    payload = {
        "file": run.file_name, "kind": run.kind, "created": run.created, "changed": run.changed,
        "refused": run.refused, "run": str(run.id),
    }  # fmt: skip
    fact = "import.done" if run.state == ImportRun.State.DONE else "import.refused"
    record(ctx, NewFact(fact, today, run.id, run.creditor_id, None, payload))


def _run_row(row: ImportRun) -> RunRow:
    values = {name: getattr(row, name) for name in RunRow.__dataclass_fields__ if name != "findings"}
    return RunRow(**values, findings=tuple(RowFinding.from_json(item) for item in row.findings))


def import_run(ctx: Ctx, run: UUID) -> RunRow | None:
    """Return one run."""
    del ctx
    row = ImportRun.objects.filter(id=run).first()
    return _run_row(row) if row else None


def import_runs(ctx: Ctx, *, limit: int = 50) -> list[RunRow]:
    """Return the last runs, newest first."""
    del ctx
    return [_run_row(row) for row in ImportRun.objects.order_by("-created_at", "-id")[:limit]]


@command("parties.save_profile", Permission.IMPORTS_RUN)
def save_profile(ctx: Ctx, *, kind: str, profile: Profile, today: date) -> UUID:
    """Save a mapping profile under its name; the same name again replaces it."""
    del today
    if kind not in KINDS or not profile.name.strip():
        raise refuse("profile.name", "name", "A profile needs a kind of import and a name.")
    row, _ = ImportProfile.objects.update_or_create(
        tenant_id=ctx.tenant, kind=kind, name=profile.name.strip()[:60],
        defaults={"settings": profile.as_json(), "saved_by": ctx.actor},
    )  # fmt: skip
    return UUID(str(row.id))


@command("parties.delete_profile", Permission.IMPORTS_RUN)
def delete_profile(ctx: Ctx, *, profile: UUID, today: date) -> UUID:
    """Delete a mapping profile; runs keep a copy of what they used."""
    del ctx, today
    ImportProfile.objects.filter(id=profile).delete()
    return profile


def profiles(ctx: Ctx, kind: str = "") -> list[ProfileRow]:
    """Return the saved profiles (of one kind), by name."""
    del ctx
    rows = ImportProfile.objects.filter(kind=kind) if kind else ImportProfile.objects.all()
    return [ProfileRow(r.id, r.kind, r.name, Profile.from_json(r.settings)) for r in rows.order_by("kind", "name")]
