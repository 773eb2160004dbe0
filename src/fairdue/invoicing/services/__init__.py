"""The door in: every command of invoicing."""

from fairdue.invoicing.services.answering import note_event, note_opened, take_answers, take_bounce
from fairdue.invoicing.services.chunks import issue_chunk
from fairdue.invoicing.services.correcting import draft_correction
from fairdue.invoicing.services.crediting import cancel_invoice, credit_invoice
from fairdue.invoicing.services.delivering import (
    deliver_invoice,
    deliver_invoices,
    end_delivery,
    note_sent,
    note_undeliverable,
    retry_deliveries,
)
from fairdue.invoicing.services.dispatch import Dispatch, set_dispatch
from fairdue.invoicing.services.documents import (
    FileOf,
    Wanted,
    channel_files,
    check_document_again,
    judged_files,
    keep_document,
    keep_documents,
    missing_files,
    missing_formats,
    note_unwritten,
    rendered,
    request_check,
    written_content,
    written_file,
)
from fairdue.invoicing.services.drafts import change_draft, discard_draft, draft_from_order, write_draft
from fairdue.invoicing.services.finals import draft_final, draft_prepayment
from fairdue.invoicing.services.fixing import MENDS, mend_drafts
from fairdue.invoicing.services.handing import (
    confirm_print_batch,
    hand_over,
    make_print_batch,
    note_returned_letter,
    poll,
)
from fairdue.invoicing.services.issuing import Preview, issue_invoice, issue_invoices, preview_issue
from fairdue.invoicing.services.orders import (
    Delivered,
    OrderDraft,
    OrderLineDraft,
    accept_orders,
    close_order,
    note_deliveries,
)
from fairdue.invoicing.services.plans import PlanDraft, run_plans, set_plan_state, start_plan
from fairdue.invoicing.services.proforma import pro_forma
from fairdue.invoicing.services.routing import routed, wanted_formats
from fairdue.invoicing.services.rulepacks import propose_rule_pack
from fairdue.invoicing.services.runs import (
    cancel_run,
    repeat_run,
    resume_run,
    resume_runs,
    retry_files,
    start_run,
    started_by,
)
from fairdue.invoicing.services.sending import Asked
from fairdue.invoicing.services.series import SERIES_WORDS, open_series
from fairdue.invoicing.services.standing import Standing, set_standing, standing_of
from fairdue.invoicing.services.summaries import draft_from_orders
from fairdue.invoicing.services.voiding import void_number

__all__ = [
    "MENDS",
    "SERIES_WORDS",
    "Asked",
    "Delivered",
    "Dispatch",
    "FileOf",
    "OrderDraft",
    "OrderLineDraft",
    "PlanDraft",
    "Preview",
    "Standing",
    "Wanted",
    "accept_orders",
    "cancel_invoice",
    "cancel_run",
    "change_draft",
    "channel_files",
    "check_document_again",
    "close_order",
    "confirm_print_batch",
    "credit_invoice",
    "deliver_invoice",
    "deliver_invoices",
    "discard_draft",
    "draft_correction",
    "draft_final",
    "draft_from_order",
    "draft_from_orders",
    "draft_prepayment",
    "end_delivery",
    "hand_over",
    "issue_chunk",
    "issue_invoice",
    "issue_invoices",
    "judged_files",
    "keep_document",
    "keep_documents",
    "make_print_batch",
    "mend_drafts",
    "missing_files",
    "missing_formats",
    "note_deliveries",
    "note_event",
    "note_opened",
    "note_returned_letter",
    "note_sent",
    "note_undeliverable",
    "note_unwritten",
    "open_series",
    "poll",
    "preview_issue",
    "pro_forma",
    "propose_rule_pack",
    "rendered",
    "repeat_run",
    "request_check",
    "resume_run",
    "resume_runs",
    "retry_deliveries",
    "retry_files",
    "routed",
    "run_plans",
    "set_dispatch",
    "set_plan_state",
    "set_standing",
    "standing_of",
    "start_plan",
    "start_run",
    "started_by",
    "take_answers",
    "take_bounce",
    "void_number",
    "wanted_formats",
    "write_draft",
    "written_content",
    "written_file",
]
