"""The file that orders approved refunds from the bank, and what the bank answers to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from fairdue.cash.refunding.answering import read_refund_answers
from fairdue.cash.refunding.ordering import order_refunds
from fairdue.core.findings import RefusedError
from fairdue.foundation.files import load, store
from fairdue.foundation.permissions import Permission
from fairdue.web.cash.shown import today_of
from fairdue.web.permit import needs

if TYPE_CHECKING:
    from django.http import HttpRequest


@require_POST
@needs(Permission.CASH_APPLY)
def refund_file(request: HttpRequest) -> HttpResponse:
    """Write what is approved for a client into a pain.001 file and send it."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    try:
        made = order_refunds(ctx, creditor=UUID(request.POST.get("creditor", "")), today=today_of(request),
                             currency=request.POST.get("currency", "EUR")[:3])  # fmt: skip
    except ValueError:
        raise Http404 from None
    except RefusedError as refused:
        messages.error(request, " ".join(finding.message for finding in refused.findings))
        return redirect("web:cash_refunds")
    row, content = load(ctx, made.file)
    answer = HttpResponse(content, content_type="application/xml")
    answer["Content-Disposition"] = f'attachment; filename="{row.name}"'
    return answer


@require_POST
@needs(Permission.CASH_APPLY)
def refund_answers(request: HttpRequest) -> HttpResponse:
    """Read the bank's answer (pain.002); what it refused waits again."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    upload = request.FILES.get("upload")
    if upload is None or isinstance(upload, list):
        messages.error(request, "Choose the bank's file first.")
        return redirect("web:cash_refunds")
    try:
        kept = store(ctx, content=upload.read(), name=(upload.name or "answer")[:200], media_type="application/xml")
        said = read_refund_answers(ctx, file=UUID(str(kept.id)), today=today_of(request))
    except RefusedError as refused:
        messages.error(request, " ".join(finding.message for finding in refused.findings))
        return redirect("web:cash_refunds")
    counts = ((said.accepted, "taken"), (said.rejected, "refused"), (said.waiting, "not decided yet"))
    words = ", ".join(f"{len(ids)} {word}" for ids, word in counts if ids)
    if said.rejected:
        messages.warning(request, f"The bank's answer: {words}. What it refused waits here again, with the reason.")
    else:
        messages.success(request, f"The bank's answer: {words}." if words else "This answer is known already.")
    return redirect("web:cash_refunds")
