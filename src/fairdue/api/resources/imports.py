"""Imports: files of debtors, open items, orders and past payments, with a dry run and findings by row."""

import tempfile
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from uuid import UUID

from django.http import Http404
from ninja import File
from ninja.files import UploadedFile
from pydantic import BaseModel

from fairdue.api.resources import creditors
from fairdue.api.routing import Call, Resource
from fairdue.foundation.files import store
from fairdue.foundation.permissions import Permission
from fairdue.parties.import_queue import queue_import
from fairdue.parties.imports import import_run, run_import

imports = Resource("/imports", "imports")
RESOURCES = [imports]
SHOWN = 1000


class RowFindingOut(BaseModel):
    """What is wrong with a field of a row."""

    row: int
    field: str
    code: str
    message: str


class ImportOut(BaseModel):
    """One import; counts are rows of the file, `findings` the first thousand."""

    id: UUID
    kind: str
    file_name: str
    state: str
    rows_done: int
    rows: int
    created: int
    changed: int
    unchanged: int
    refused: int
    created_at: datetime
    findings: list[RowFindingOut]


def _show(call: Call, run: UUID) -> ImportOut:
    row = import_run(call.ctx, run)
    if row is None:
        raise Http404
    findings = [
        RowFindingOut(row=one.row, field=one.field, code=one.code, message=one.message) for one in row.findings[:SHOWN]
    ]
    names = [name for name in ImportOut.model_fields if name != "findings"]
    return ImportOut(**{name: getattr(row, name) for name in names}, findings=findings)


@imports.post("/{kind}", Permission.IMPORTS_RUN, ImportOut, status=HTTPStatus.CREATED, money=True, upload=True)
def import_a_file(  # one parameter a choice
    call: Call, kind: str, file: File[UploadedFile], creditor: UUID, dry_run: bool = False,  # noqa: FBT001, FBT002 - a query parameter
    valid_only: bool = False,  # noqa: FBT001, FBT002 - a query parameter
    queued: bool = False,  # noqa: FBT001, FBT002 - a query parameter
) -> ImportOut:  # fmt: skip
    """Import a CSV or XLSX file of debtors, open-items, orders or payments for one creditor.

    `dry_run` reads and checks everything and changes nothing. One refused row refuses the file unless
    `valid_only`. The same file again changes nothing. `queued` answers at once with the state "waiting"; a
    job then does it, and `GET /imports/runs/{run}` tells how far it is.
    """
    creditors.found(call, creditor)
    if queued:
        return _queue(call, kind, file, creditor, dry_run=dry_run, valid_only=valid_only)
    name = Path(file.name or "import.csv").name[:200]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"import{Path(name).suffix[:10]}"
        with path.open("wb") as target:
            for chunk in file.chunks():
                target.write(chunk)
        run = run_import(
            call.ctx, kind=kind, path=path, creditor=creditor, today=call.today, file_name=name, dry_run=dry_run,
            valid_only=valid_only,
        )  # fmt: skip
    return _show(call, run)


def _queue(call: Call, kind: str, file: UploadedFile, creditor: UUID, *, dry_run: bool, valid_only: bool) -> ImportOut:
    name = Path(file.name or "import.csv").name[:200]
    kept = store(call.ctx, content=file.read(), name=name, media_type="application/octet-stream", creditor=creditor)
    run = queue_import(
        call.ctx, kind=kind, file=kept.id, creditor=creditor, today=call.today, dry_run=dry_run, valid_only=valid_only
    )
    return _show(call, run)


@imports.get("/runs/{run}", Permission.IMPORTS_RUN, ImportOut)
def get_import(call: Call, run: UUID) -> ImportOut:
    """Get what an import did, with its findings."""
    return _show(call, run)
