"""Payments that banks ask back: requests read from files, the payment they mean, the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from fairdue.cash.formats.camt056 import REFUSALS
from fairdue.cash.returns import selectors
from fairdue.cash.returns.recalls import import_recalls, link_recall, refuse_recall
from fairdue.core.findings import RefusedError
from fairdue.core.returned import reason_of
from fairdue.foundation.files import disposition, load, store
from fairdue.foundation.middleware import creditor_choice
from fairdue.foundation.permissions import Permission
from fairdue.web.cash.shown import today_of
from fairdue.web.permit import needs
from fairdue.web.typed import refused_back

if TYPE_CHECKING:
    from django.http import HttpRequest

STATES = {
    "unknown": ("Which payment?", "attention"), "asked": ("Waits for approval", "accent"), "agreed": ("Agreed", "done"),
    "refused": ("Refused", "danger"),
}  # fmt: skip


@require_safe
@needs(Permission.CASH_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """List what banks ask back, those that wait first."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    rows = selectors.recalls(ctx, creditor=creditor_choice(request))
    context = {
        "rows": [{"row": row, "state": STATES[row.state], "reason": reason_of(row.code)} for row in rows],
        "may": ctx.may(Permission.CASH_APPLY), "may_refuse": ctx.may(Permission.REFUND_APPROVE),
        "refusals": tuple(REFUSALS.items()), "today": today_of(request),
    }  # fmt: skip
    return render(request, "web/cash/recalls.html", context)


@require_safe
@needs(Permission.CASH_VIEW)
def show(request: HttpRequest, recall: UUID) -> HttpResponse:
    """Show a request with the payments that it may mean."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    row = next(iter(selectors.recalls(ctx, recall=recall)), None)
    if row is None:
        raise Http404
    q = request.GET.get("q", "").replace("\0", "").strip()[:100]
    waits = row.state == "unknown"
    context = {
        "row": row, "state": STATES[row.state], "reason": reason_of(row.code), "q": q, "today": today_of(request),
        "choices": selectors.may_mean(ctx, row, q) if waits else [], "waits": waits,
        "may": ctx.may(Permission.CASH_APPLY), "said": REFUSALS.get(row.refusal, row.refusal),
        "may_refuse": row.state in {"unknown", "asked"} and ctx.may(Permission.REFUND_APPROVE),
        "refusals": tuple(REFUSALS.items()),
    }  # fmt: skip
    return render(request, "web/cash/recall.html", context)


@require_POST
@needs(Permission.CASH_APPLY)
def read(request: HttpRequest) -> HttpResponse:
    """Read a bank's request (camt.056)."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    upload = request.FILES.get("upload")
    if upload is None or isinstance(upload, list):
        messages.error(request, "Choose the bank's file first.")
        return redirect("web:cash_recalls")
    try:
        kept = store(ctx, content=upload.read(), name=(upload.name or "request")[:200], media_type="application/xml")
        made = import_recalls(ctx, file=UUID(str(kept.id)), creditor=creditor_choice(request), today=today_of(request))
        messages.success(request, f"{len(made)} new {'request' if len(made) == 1 else 'requests'}.")
    except RefusedError as refused:
        messages.error(request, " ".join(finding.message for finding in refused.findings))
    return redirect("web:cash_recalls")


@require_POST
@needs(Permission.REFUND_APPROVE)
def refuse(request: HttpRequest, recall: UUID) -> HttpResponse:
    """Answer a request with no."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    post = request.POST
    try:
        refuse_recall(ctx, recall=recall, code=post.get("code", ""), note=post.get("note", ""), today=today_of(request))
        messages.success(request, "Refused. Give the answer to the bank.")
    except RefusedError as refused:
        return refused_back(request, refused, "web:cash_recall_request", recall)
    return redirect("web:cash_recalls")


@require_POST
@needs(Permission.CASH_APPLY)
def link(request: HttpRequest, recall: UUID) -> HttpResponse:
    """Say which payment a request means."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    try:
        line = UUID(request.POST.get("line", ""))
    except ValueError:
        raise Http404 from None
    try:
        link_recall(ctx, recall=recall, line=line, today=today_of(request))
        messages.success(request, "A second person decides; until the bank takes it, the money stays.")
    except RefusedError as refused:
        messages.error(request, " ".join(finding.message for finding in refused.findings))
    return redirect("web:cash_recall_request", recall)


@require_safe
@needs(Permission.CASH_VIEW)
def answer(request: HttpRequest, recall: UUID) -> HttpResponse:
    """Hand out the answer for the bank (camt.029)."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    row = next(iter(selectors.recalls(ctx, recall=recall)), None)
    if row is None or row.answer_id is None:
        raise Http404
    kept, content = load(ctx, row.answer_id)
    response = HttpResponse(content, content_type="application/xml")
    response["Content-Disposition"] = disposition(kept.name)
    return response
