"""Documents: each invoice written in the formats of its creditor and judged by the official rules."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction

from fairdue.core.findings import RefusedError
from fairdue.core.invoice.wire import from_wire
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.facts.reading import FactFilter, logged_facts
from fairdue.foundation.files import load, store
from fairdue.foundation.jobs import defer
from fairdue.foundation.permissions import Permission
from fairdue.invoicing import masterdata
from fairdue.invoicing.formats.registry import by_code, write
from fairdue.invoicing.models import Document, Invoice
from fairdue.invoicing.validation.pool import validate

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx
    from fairdue.invoicing.formats.written import Written
    from fairdue.invoicing.validation.record import Record


def missing_formats(ctx: Ctx, invoice: UUID) -> tuple[str, ...]:
    """Return the formats of its creditor that an invoice has not been written in yet."""
    row = Invoice.objects.get(id=invoice)
    there = set(Document.objects.filter(invoice_id=invoice).values_list("format", flat=True))
    wanted = masterdata.sellers(ctx, [row.creditor_id])[row.creditor_id].formats
    return tuple(code for code in wanted if code not in there)


def rendered(ctx: Ctx, invoice: UUID, code: str) -> tuple[Written, Record]:
    """Return an issued invoice written in one format, with the verdict on the file; stores nothing."""
    row = Invoice.objects.get(id=invoice)
    content, unreadable = from_wire(row.content)
    if content is None:
        raise RefusedError(*unreadable)
    written = write(code, content, masterdata.sellers(ctx, [row.creditor_id])[row.creditor_id].look)
    return written, validate(written.content, code=code)


@command("invoicing.keep_document")
def keep_document(
    ctx: Ctx, *, invoice: UUID, code: str, written: Written, verdict: Record, today: date, key: str | None = None
) -> UUID | None:
    """Keep a rendered file with its verdict; one file a format, a second one is dropped."""
    del key
    row = Invoice.objects.get(id=invoice)
    form = by_code(code)
    try:
        with transaction.atomic():
            file = store(
                ctx, content=written.content, name=f"{row.number.replace('/', '-')}{form.suffix}",
                media_type=form.media_type, creditor=row.creditor_id,
            )  # fmt: skip
            document = Document.objects.create(
                tenant_id=ctx.tenant, creditor_id=row.creditor_id, invoice_id=invoice, format=code, file_id=file.id,
                sha256=file.sha256, state=verdict.state.value, record=verdict.to_wire(), checked_at=verdict.checked_at,
            )  # fmt: skip
    except IntegrityError:
        return None
    payload = {"number": row.number, "format": code, "state": verdict.state.value.replace("_", " ")}
    record(ctx, NewFact("document.rendered", today, invoice, row.creditor_id, row.debtor_id, payload))
    return document.id


@command("invoicing.note_unwritten")
def note_unwritten(ctx: Ctx, *, invoice: UUID, code: str, reason: str, today: date, key: str | None = None) -> UUID:
    """Note, once, that an invoice cannot be written in one format, so that a person sees why."""
    del key
    row = Invoice.objects.get(id=invoice)
    told = logged_facts(ctx, FactFilter(subject=invoice, type="document.refused"), limit=50)
    if not any(one.payload.get("format") == code for one in told):
        payload = {"number": row.number, "format": code, "reason": reason[:500]}
        record(ctx, NewFact("document.refused", today, invoice, row.creditor_id, row.debtor_id, payload))
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
    owner = Invoice.objects.get(id=row.invoice_id)
    payload = {"number": owner.number, "format": row.format, "state": row.state.replace("_", " ")}
    record(ctx, NewFact("document.rendered", today, row.invoice_id, row.creditor_id, owner.debtor_id, payload))
    return document


@command("invoicing.request_check", Permission.INVOICES_ISSUE)
def request_check(ctx: Ctx, *, invoice: UUID, today: date, key: str | None = None) -> UUID:
    """Queue another look of the official rules at the files of an invoice; the rules run in the worker."""
    del key, today
    for document in Document.objects.filter(invoice_id=invoice).values_list("id", flat=True):
        defer(ctx, "invoicing.check", document=str(document))
    return invoice
