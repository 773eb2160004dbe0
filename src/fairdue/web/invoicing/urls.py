"""Addresses of the invoicing screens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path, reverse

from fairdue.foundation.permissions import Permission
from fairdue.invoicing import selectors
from fairdue.web import navigation, palette
from fairdue.web.invoicing import documents, drafts, invoice, issuing, lists, orders, register, runs, series, validating

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest

urlpatterns = [
    path("invoices", lists.index, name="invoices"),
    path("invoices/drafts", drafts.index, name="drafts"),
    path("invoices/drafts/preview", issuing.preview, name="issue_preview"),
    path("invoices/drafts/mend", issuing.mend, name="drafts_mend"),
    path("invoices/drafts/issue", issuing.issue, name="issue"),
    path("invoices/drafts/<uuid:draft>", drafts.edit, name="draft"),
    path("invoices/drafts/<uuid:draft>/check", drafts.check, name="draft_check"),
    path("invoices/drafts/<uuid:draft>/discard", drafts.discard, name="draft_discard"),
    path("invoices/drafts/<uuid:draft>/page/<int:page>.svg", drafts.page_image, name="draft_page"),
    path("invoices/runs", runs.index, name="issue_runs"),
    path("invoices/runs/new", runs.new, name="issue_run_new"),
    path("invoices/runs/<uuid:run>", runs.show, name="issue_run"),
    path("invoices/runs/<uuid:run>/cancel", runs.cancel, name="issue_run_cancel"),
    path("invoices/runs/<uuid:run>/repeat", runs.repeat, name="issue_run_repeat"),
    path("invoices/runs/<uuid:run>/retry", runs.retry, name="issue_run_retry"),
    path("invoices/runs/<uuid:run>/mend", runs.mend, name="issue_run_mend"),
    path("invoices/new", drafts.new, name="invoice_new"),
    path("invoices/orders", orders.index, name="orders"),
    path("invoices/orders/<uuid:order>", orders.show, name="order"),
    path("invoices/orders/<uuid:order>/bill", orders.bill, name="order_bill"),
    path("invoices/orders/<uuid:order>/close", orders.close, name="order_close"),
    path("invoices/orders/collect", documents.collect, name="orders_collect"),
    path("invoices/orders/<uuid:order>/prepay", documents.prepay, name="order_prepay"),
    path("invoices/orders/<uuid:order>/settle", documents.settle, name="order_settle"),
    path("invoices/plans", documents.plans, name="plans"),
    path("invoices/plans/<uuid:plan>/state", documents.plan_state, name="plan_state"),
    path("invoices/drafts/<uuid:draft>/pro-forma", documents.pro_forma, name="pro_forma"),
    path("invoices/drafts/<uuid:draft>/repeat", documents.repeat, name="draft_repeat"),
    path("invoices/register/<uuid:creditor>", register.show, name="register"),
    path("invoices/register/<uuid:creditor>/void", documents.void, name="number_void"),
    path("invoices/<uuid:invoice>/correct", documents.correct, name="invoice_correct"),
    path("invoices/<uuid:invoice>/cancel", documents.cancel, name="invoice_cancel"),
    path("invoices/series", series.index, name="series"),
    path("invoices/series/new", series.new, name="series_new"),
    path("invoices/validate", validating.index, name="validate_files"),
    path("invoices/<uuid:invoice>", invoice.show, name="invoice"),
    path("invoices/<uuid:invoice>/page/<int:page>.svg", invoice.page_image, name="invoice_page"),
    path("invoices/<uuid:invoice>/files/<slug:code>", invoice.download, name="invoice_file"),
    path("invoices/<uuid:invoice>/credit", invoice.credit, name="invoice_credit"),
    path("invoices/<uuid:invoice>/deliver", invoice.deliver, name="invoice_deliver"),
    path("invoices/<uuid:invoice>/hold", invoice.hold, name="invoice_hold"),
    path("invoices/<uuid:invoice>/check", invoice.check_again, name="invoice_check"),
]


def _found(request: HttpRequest, query: str) -> Iterable[palette.Hit]:
    ctx = request.ctx  # type: ignore[attr-defined]
    if not query or not ctx.may(Permission.INVOICES_VIEW):
        return
    for row in selectors.invoices(ctx, today=lists.today_of(request), filters={"q": query}, limit=palette.MOST_HITS):
        url = reverse("web:invoice", args=[row.id])
        yield palette.Hit(row.number, url, row.debtor_name, lists.amount_text(row), "file-text")


palette.register_source("Invoices", _found, order=20)
navigation.register_count(
    "invoices",
    lambda request: selectors.open_drafts(request.ctx),  # type: ignore[attr-defined]
)
