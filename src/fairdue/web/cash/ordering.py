"""The file that orders approved refunds from the bank."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from fairdue.cash.refunding.ordering import order_refunds
from fairdue.core.findings import RefusedError
from fairdue.foundation.files import load
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
        made = order_refunds(ctx, creditor=UUID(request.POST.get("creditor", "")), today=today_of(request))
    except ValueError:
        raise Http404 from None
    except RefusedError as refused:
        messages.error(request, " ".join(finding.message for finding in refused.findings))
        return redirect("web:cash_refunds")
    row, content = load(ctx, made.file)
    answer = HttpResponse(content, content_type="application/xml")
    answer["Content-Disposition"] = f'attachment; filename="{row.name}"'
    return answer
