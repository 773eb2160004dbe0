"""The stored file of an issued invoice that a person reads: its PDF, or else the first file that there is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.foundation.files import load
from fairdue.invoicing.models import Document, Invoice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairdue.foundation.context import Ctx


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file with its name and kind."""

    name: str
    media_type: str
    content: bytes


def readable_file(ctx: Ctx, *, invoice: UUID, debtors: Sequence[UUID]) -> ShownFile | None:
    """Return the file of an invoice of one of these debtors; None where there is none or it is somebody else's."""
    if not Invoice.objects.filter(id=invoice, debtor_id__in=list(debtors)).exists():
        return None
    files = [load(ctx, row.file_id) for row in Document.objects.filter(invoice_id=invoice).order_by("created_at")]
    shown = [ShownFile(row.name, row.media_type, content) for row, content in files]
    return next((file for file in shown if file.media_type == "application/pdf"), shown[0] if shown else None)


def with_files(ctx: Ctx, invoices: Sequence[UUID]) -> set[UUID]:
    """Return which of these invoices have a stored file."""
    del ctx
    found = Document.objects.filter(invoice_id__in=list(invoices)).values_list("invoice_id", flat=True)
    return set(found)
