"""The list of what waits for a second person, and the decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from fairdue.core.findings import RefusedError
from fairdue.foundation import approvals as room
from fairdue.foundation import clock
from fairdue.foundation.accounts.profile import actor_names
from fairdue.foundation.permissions import Permission
from fairdue.web.permit import needs

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
@needs(Permission.OWN_ACCOUNT)
def index(request: HttpRequest) -> HttpResponse:
    """Show proposals; buttons stand only where the reader may decide."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    waiting = room.pending(ctx)
    names = actor_names(ctx, {row.proposed_by for row in waiting})
    rows = [
        {
            "row": row,
            "who": names[row.proposed_by],
            "own": row.proposed_by == ctx.actor,
            "may": ctx.may(row.permission),
        }
        for row in waiting
    ]
    return render(request, "web/approvals/index.html", {"rows": rows})


@require_POST
@needs(Permission.OWN_ACCOUNT)
def decide(request: HttpRequest, approval: UUID) -> HttpResponse:
    """Approve or reject; the command itself asks for the permission that this kind needs."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    approve = request.POST.get("decision") == "approve"
    today = clock.today(request.seat.timezone)  # type: ignore[attr-defined]
    try:
        room.decide(ctx, approval=approval, approve=approve, note=request.POST.get("note", ""), today=today)
    except RefusedError as refused:
        messages.error(request, " ".join(finding.message for finding in refused.findings))
    else:
        messages.success(request, "Approved and carried out." if approve else "Rejected. The proposer sees your note.")
    return redirect("web:approvals")
