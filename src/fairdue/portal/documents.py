"""The documents that a debtor may download: those of his own invoices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairdue.invoicing import services
from fairdue.invoicing.showing import ShownFile, readable_file, with_files
from fairdue.parties import selectors as parties

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from uuid import UUID

    from fairdue.foundation.context import Ctx
    from fairdue.portal.links import Guest
    from fairdue.receivables.selectors import ItemRow


def document_of(ctx: Ctx, *, debtor: UUID, item: UUID) -> ShownFile | None:
    """Return the document of an item; the item of an invoice has the invoice's id."""
    return readable_file(ctx, invoice=item, debtors=parties.family(ctx, debtor))


def note_opened(guest: Guest, *, item: UUID, today: date) -> None:
    """Note that the debtor opened a document of his; the first time is a fact, `invoice.opened`."""
    with guest.acting.open():
        services.note_opened(guest.acting, invoice=item, source="portal", today=today)


def having_documents(ctx: Ctx, items: Sequence[ItemRow]) -> set[UUID]:
    """Return the items that have a document to download."""
    return with_files(ctx, [item.id for item in items if item.kind == "invoice"])
