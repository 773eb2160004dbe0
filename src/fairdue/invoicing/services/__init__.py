"""The door in: every command of invoicing."""

from fairdue.invoicing.services.crediting import credit_invoice
from fairdue.invoicing.services.delivering import deliver_invoice, end_delivery, note_undeliverable
from fairdue.invoicing.services.documents import (
    check_document_again,
    keep_document,
    missing_formats,
    rendered,
    request_check,
)
from fairdue.invoicing.services.drafts import change_draft, discard_draft, draft_from_order, write_draft
from fairdue.invoicing.services.issuing import Preview, issue_invoice, issue_invoices, preview_issue
from fairdue.invoicing.services.orders import OrderDraft, OrderLineDraft, accept_orders, close_order
from fairdue.invoicing.services.series import open_series

__all__ = [
    "OrderDraft",
    "OrderLineDraft",
    "Preview",
    "accept_orders",
    "change_draft",
    "check_document_again",
    "close_order",
    "credit_invoice",
    "deliver_invoice",
    "discard_draft",
    "draft_from_order",
    "end_delivery",
    "issue_invoice",
    "issue_invoices",
    "keep_document",
    "missing_formats",
    "note_undeliverable",
    "open_series",
    "preview_issue",
    "rendered",
    "request_check",
    "write_draft",
]
