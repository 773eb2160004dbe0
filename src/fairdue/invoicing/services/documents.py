"""Documents: each invoice written in the formats of its creditor and judged by the official rules."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from fairdue.core.findings import RefusedError
from fairdue.core.invoice.wire import from_wire
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record, record_all
from fairdue.foundation.facts.reading import FactFilter, logged_facts
from fairdue.foundation.files import NewFile, load, store_many
from fairdue.foundation.ids import uuid7
from fairdue.foundation.jobs import defer
from fairdue.foundation.permissions import Permission
from fairdue.foundation.sqlfiles import sql
from fairdue.invoicing import masterdata
from fairdue.invoicing.formats.registry import by_code, write
from fairdue.invoicing.models import Document, Invoice
from fairdue.invoicing.services.routing import wanted_formats
from fairdue.invoicing.validation.pool import validate, validate_many

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairdue.foundation.context import Ctx
    from fairdue.invoicing.documents.sheet import Look
    from fairdue.invoicing.formats.written import Written
    from fairdue.invoicing.validation.record import Record, State


RETRIED = "document.retried"
UNWRITTEN = frozenset({"document.refused", "document.failed", RETRIED})
"""Facts of which the last one tells whether a file that is not there is still to come."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file that is to be written: an issued invoice in one format, in its creditor's look."""

    invoice: UUID
    code: str
    content: dict[str, Any]
    look: Look


@dataclass(frozen=True, slots=True)
class FileOf:
    """A written file of an invoice with the verdict on it."""

    invoice: UUID
    code: str
    written: Written
    verdict: Record


def missing_formats(ctx: Ctx, invoice: UUID) -> tuple[str, ...]:
    """Return the formats of its creditor that an invoice has not been written in yet."""
    return tuple(one.code for one in missing_files(ctx, [invoice]))


def missing_files(ctx: Ctx, invoices: Sequence[UUID]) -> list[Wanted]:
    """Return what is still to be written of issued invoices, in the formats of their creditors."""
    rows = {row.id: row for row in Invoice.objects.filter(id__in=list(invoices))}
    there = set(Document.objects.filter(invoice_id__in=list(rows)).values_list("invoice_id", "format"))
    sellers = masterdata.sellers(ctx, [row.creditor_id for row in rows.values()])
    return [
        Wanted(row.id, code, row.content, seller.look)
        for row in (rows[one] for one in invoices)
        for seller in (sellers[row.creditor_id],)
        for code in seller.formats
        if (row.id, code) not in there
    ]


def channel_files(ctx: Ctx, invoices: Sequence[UUID]) -> list[Wanted]:
    """Return what the channels of issued invoices carry and nobody has written, beyond the formats of creditors."""
    codes = wanted_formats(ctx, invoices)
    rows = {row.id: row for row in Invoice.objects.filter(id__in=list(codes))}
    sellers = masterdata.sellers(ctx, [row.creditor_id for row in rows.values()])
    return [
        Wanted(one, code, rows[one].content, sellers[rows[one].creditor_id].look)
        for one, code in ((one, codes[one]) for one in invoices if one in codes)
    ]


def written_file(wanted: Wanted) -> FileOf:
    """Return one file, written and judged; asks no database. Refuses what the format cannot carry."""
    return judged_files([(wanted, written_content(wanted))])[0]


def written_content(wanted: Wanted) -> Written:
    """Return one file as it is written, not judged yet; asks no database. Refuses what the format cannot carry."""
    content, unreadable = from_wire(wanted.content)
    if content is None:
        raise RefusedError(*unreadable)
    return write(wanted.code, content, wanted.look)


def judged_files(files: Sequence[tuple[Wanted, Written]]) -> list[FileOf]:
    """Return written files with the verdicts on them, in order; asks no database."""
    verdicts = validate_many([(written.content, wanted.code) for wanted, written in files])
    return [
        FileOf(wanted.invoice, wanted.code, written, verdict)
        for (wanted, written), verdict in zip(files, verdicts, strict=True)
    ]


def rendered(ctx: Ctx, invoice: UUID, code: str) -> tuple[Written, Record]:
    """Return an issued invoice written in one format, with the verdict on the file; stores nothing."""
    row = Invoice.objects.get(id=invoice)
    look = masterdata.sellers(ctx, [row.creditor_id])[row.creditor_id].look
    file = written_file(Wanted(invoice, code, row.content, look))
    return file.written, file.verdict


@command("invoicing.keep_documents")
def keep_documents(ctx: Ctx, *, files: Sequence[FileOf], today: date, key: str | None = None) -> list[UUID | None]:
    """Keep written files with their verdicts, in order; one file a format, a second one is dropped (none)."""
    del key
    owners = {row.id: row for row in Invoice.objects.filter(id__in={one.invoice for one in files})}
    ids = [uuid7() for _ in files]
    stored = [_new_file(one, owners[one.invoice]) for one in files]
    kept = _insert(ctx, files, ids, stored)
    store_many(ctx, [file for id_, file in zip(ids, stored, strict=True) if id_ in kept])
    told = [one for id_, one in zip(ids, files, strict=True) if id_ in kept]
    record_all(ctx, [_rendered_fact(owners[one.invoice], one.code, one.verdict.state, today) for one in told])
    return [id_ if id_ in kept else None for id_ in ids]


def _new_file(one: FileOf, row: Invoice) -> NewFile:
    form = by_code(one.code)
    content = one.written.content
    name = f"{row.number.replace('/', '-')}{form.suffix}"
    return NewFile(uuid7(), content, hashlib.sha256(content).hexdigest(), name, form.media_type, row.creditor_id)


def _insert(ctx: Ctx, files: Sequence[FileOf], ids: list[UUID], stored: list[NewFile]) -> set[UUID]:
    parameters: dict[str, Any] = {
        "tenant": ctx.tenant, "ids": ids, "invoices": [one.invoice for one in files],
        "formats": [one.code for one in files], "files": [file.id for file in stored],
        "hashes": [file.sha256 for file in stored], "states": [one.verdict.state.value for one in files],
        "records": [json.dumps(one.verdict.to_wire(), ensure_ascii=False) for one in files],
        "moments": [one.verdict.checked_at for one in files],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(sql("invoicing", "keep_documents"), parameters)
        return {row[0] for row in cursor.fetchall()}


def _rendered_fact(row: Invoice, code: str, state: State, today: date) -> NewFact:
    payload = {"number": row.number, "format": code, "state": state.value.replace("_", " ")}
    return NewFact("document.rendered", today, row.id, row.creditor_id, row.debtor_id, payload)


@command("invoicing.keep_document")
def keep_document(
    ctx: Ctx, *, invoice: UUID, code: str, written: Written, verdict: Record, today: date, key: str | None = None
) -> UUID | None:
    """Keep one written file with its verdict; none where there is one of this format already."""
    del key
    return keep_documents(ctx, files=[FileOf(invoice, code, written, verdict)], today=today)[0]


@command("invoicing.note_unwritten")
def note_unwritten(
    ctx: Ctx, *, invoice: UUID, code: str, reason: str, today: date, fault: bool = False, key: str | None = None
) -> UUID:
    """Note, once a try, that an invoice cannot be written in one format, so that a person sees why.

    `fault` says that writing stopped with a fault; else the format cannot carry the invoice.
    """
    del key
    row = Invoice.objects.get(id=invoice)
    told = logged_facts(ctx, FactFilter(subject=invoice, area="invoices"), limit=200)
    last = next((one.type for one in told if one.type in UNWRITTEN and one.payload.get("format") == code), RETRIED)
    if last == RETRIED:
        payload = {"number": row.number, "format": code, "reason": reason[:500]}
        name = "document.failed" if fault else "document.refused"
        record(ctx, NewFact(name, today, invoice, row.creditor_id, row.debtor_id, payload))
    return invoice


@command("invoicing.check_document_again")
def check_document_again(ctx: Ctx, *, document: UUID, today: date, key: str | None = None) -> UUID:
    """Ask the official rules once more about a stored file, for instance after rules were installed."""
    del key
    row = Document.objects.select_for_update().get(id=document)
    _, content = load(ctx, row.file_id)
    verdict = validate(content, code=row.format)
    row.state, row.record, row.checked_at = verdict.state.value, verdict.to_wire(), verdict.checked_at
    row.save(update_fields=["state", "record", "checked_at"])
    record_all(ctx, [_rendered_fact(Invoice.objects.get(id=row.invoice_id), row.format, verdict.state, today)])
    return document


@command("invoicing.request_check", Permission.INVOICES_ISSUE)
def request_check(ctx: Ctx, *, invoice: UUID, today: date, key: str | None = None) -> UUID:
    """Queue another look of the official rules at the files of an invoice; the rules run in the worker."""
    del key, today
    for document in Document.objects.filter(invoice_id=invoice).values_list("id", flat=True):
        defer(ctx, "invoicing.check", document=str(document))
    return invoice
