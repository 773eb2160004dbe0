"""The file that orders approved refunds from the bank, and what the bank answers to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from fairdue.cash.refunding.answering import read_refund_answers
from fairdue.cash.refunding.ordering import file_of, order_refunds
from fairdue.core.findings import RefusedError
from fairdue.foundation.figures import money_text, plural_text
from fairdue.foundation.files import disposition, load, store
from fairdue.foundation.permissions import Permission
from fairdue.web.cash.shown import today_of
from fairdue.web.permit import needs

if TYPE_CHECKING:
    from django.http import HttpRequest


@require_POST
@needs(Permission.CASH_APPLY)
def refund_file(request: HttpRequest) -> HttpResponse:
    """Write what is approved for a client into a pain.001 file; the list says so and gives the file."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    try:
        made = order_refunds(ctx, creditor=UUID(request.POST.get("creditor", "")), today=today_of(request),
                             currency=request.POST.get("currency", "EUR")[:3])  # fmt: skip
    except ValueError:
        raise Http404 from None
    except RefusedError as refused:
        messages.error(request, " ".join(finding.message for finding in refused.findings))
        return redirect("web:cash_refunds")
    amount = money_text(made.amount, made.currency)
    said = (
        f"{plural_text(made.count, 'refund')} over {amount} ordered. Download the file below and give it to the bank."
    )
    messages.success(request, said)
    if made.left_out:
        reasons = "; ".join(sorted({why for _, why in made.left_out}))
        messages.warning(request, f"Left out: {plural_text(len(made.left_out), 'refund')}, for {reasons}.")
    return redirect("web:cash_refunds")


@require_safe
@needs(Permission.CASH_APPLY)
def order_file(request: HttpRequest, refund: UUID) -> HttpResponse:
    """Give the file that orders a refund, as often as somebody needs it: the bank takes one file once."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    file = file_of(ctx, refund)
    if file is None:
        raise Http404("No file orders this refund.")
    row, content = load(ctx, file)
    answer = HttpResponse(content, content_type="application/xml")
    answer["Content-Disposition"] = disposition(row.name)
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
