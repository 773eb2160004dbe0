"""Imports as jobs: a person does not wait for a large file; the run says how far it is.

The file is read outside of any transaction, telling its progress; the rows go in in one. A job that dies is
run again from the beginning and finds nothing stored; one that is repeated after the end does nothing.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fairdue.core.findings import RefusedError
from fairdue.foundation import files
from fairdue.foundation.commands import command
from fairdue.foundation.context import Ctx
from fairdue.foundation.jobs import defer, job
from fairdue.foundation.permissions import Permission
from fairdue.foundation.tabular import Profile, RowFinding, open_reading
from fairdue.foundation.tabular.findings import FILE_ROW
from fairdue.foundation.tabular.registry import KINDS
from fairdue.parties.imports import Order, bring_in, checked_kind, read_rows, record_run
from fairdue.parties.models import ImportRun

if TYPE_CHECKING:
    from fairdue.foundation.tabular import Reading

JOB = "parties.import"


@command("parties.queue_import", Permission.IMPORTS_RUN)
def queue_import(
    ctx: Ctx, *, kind: str, file: UUID, creditor: UUID, today: date, profile: Profile | None = None,
    dry_run: bool = False, valid_only: bool = False, key: str | None = None,
) -> UUID:  # fmt: skip
    """Put the import of a stored file into the queue; returns the run, whose page tells the progress."""
    del key
    checked_kind(kind, creditor)
    stored, _ = files.load(ctx, file)
    run = ImportRun.objects.create(
        tenant_id=ctx.tenant, kind=kind, creditor_id=creditor, file_name=stored.name[:200], file_id=file,
        sha256=stored.sha256, profile=(profile or Profile()).as_json(), dry_run=dry_run, valid_only=valid_only,
        state=ImportRun.State.WAITING, actor=ctx.actor,
    )  # fmt: skip
    # The job acts for the person who asked, with what that person may do, and no more.
    defer(
        ctx, JOB, run=str(run.id), today=today.isoformat(), creditor=str(ctx.creditor) if ctx.creditor else "",
        permissions=sorted(permission.value for permission in ctx.permissions),
    )  # fmt: skip
    return UUID(str(run.id))


@job(JOB)
def carry_out(ctx: Ctx, *, run: str, today: str, creditor: str, permissions: list[str]) -> None:
    """Carry out a queued import in the name of the person who asked for it."""
    id_ = UUID(run)
    with ctx.open():
        row = ImportRun.objects.get(id=id_)
        if row.state != ImportRun.State.WAITING:
            return
        stored, content = files.load(ctx, row.file_id)
    actor = replace(
        ctx, actor=row.actor, creditor=UUID(creditor) if creditor else None,
        permissions=frozenset(Permission(word) for word in permissions),
    )  # fmt: skip
    order = Order(row.kind, row.creditor_id, date.fromisoformat(today), row.file_name, row.dry_run, row.valid_only)
    with tempfile.TemporaryDirectory(prefix="fairdue-import-") as folder:
        path = Path(folder) / "upload"
        path.write_bytes(content)
        del content, stored
        reading = open_reading(path, KINDS[row.kind].schema, Profile.from_json(row.profile))
        _tell(ctx, id_, stage="reading", rows=reading.row_count)
        rows, found = read_rows(reading, lambda count: _tell(ctx, id_, rows_done=count))
        _tell(ctx, id_, stage="storing", rows_done=reading.row_count)
        _store(actor, id_, order, reading, rows, found)


def _tell(ctx: Ctx, run: UUID, **columns: Any) -> None:
    """Say how far the run is, for its page; a transaction of its own."""
    with ctx.open():
        ImportRun.objects.filter(id=run, state=ImportRun.State.WAITING).update(**columns)


def _store(
    ctx: Ctx, run: UUID, order: Order, reading: Reading, rows: list[tuple[int, Any]], found: list[RowFinding]
) -> None:
    """Bring the rows in and close the run in one transaction; a refusal of the whole is kept as its finding."""
    try:
        _bring_in_and_close(ctx, run, order, reading, rows, found)
    except RefusedError as refused:
        reading.findings += [RowFinding(FILE_ROW, item.path, "", item.code, item.message) for item in refused.findings]
        _bring_in_and_close(ctx, run, order, reading, [], found)


def _bring_in_and_close(
    ctx: Ctx, run: UUID, order: Order, reading: Reading, rows: list[tuple[int, Any]], found: list[RowFinding]
) -> None:
    with ctx.open():
        # The lock comes first: of two workers with the same job the second finds the run ended.
        row = ImportRun.objects.select_for_update().get(id=run)
        if row.state != ImportRun.State.WAITING:
            return
        result = bring_in(ctx, order, reading, rows, found)
        for name, value in result.items():
            setattr(row, name, value)
        row.save(update_fields=list(result))
        record_run(ctx, row, order.today)
