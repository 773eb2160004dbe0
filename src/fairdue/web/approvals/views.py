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
from fairdue.parties import selectors as parties
from fairdue.parties.services.accounts import proposed_accounts
from fairdue.web.permit import needs
from fairdue.web.typed import refused_back

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

PERMISSION_WORDS = {
    Permission.WRITE_OFF_APPROVE: "to approve write-offs",
    Permission.REFUND_APPROVE: "to approve refunds",
    Permission.BANK_DETAILS_APPROVE: "to approve bank details",
    Permission.INSURANCE_EDIT: "to share money with the insurer",
}
"""What the deciding person must be allowed, as the list says it."""


def _may_compare(row: room.ApprovalRow, actor: str) -> bool:
    return row.kind == "bank_account" and row.proposed_by != actor


@require_safe
@needs(Permission.OWN_ACCOUNT)
def index(request: HttpRequest) -> HttpResponse:
    """Show proposals; buttons stand only where the reader may decide."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    waiting = room.pending(ctx)
    about = parties.debtors(ctx, {row.debtor_id for row in waiting if row.debtor_id})
    names = actor_names(ctx, {row.proposed_by for row in waiting})
    numbers = proposed_accounts(ctx, [row.subject_id for row in waiting if _may_compare(row, ctx.actor)])
    rows = [
        {
            "row": row,
            "who": names[row.proposed_by],
            "own": row.proposed_by == ctx.actor,
            "why": str(row.payload.get("reason", "")),
            "account": numbers.get(row.subject_id) if row.subject_id else None,
            "about": about.get(row.debtor_id) if row.debtor_id else None,
            "needs": PERMISSION_WORDS.get(row.permission, row.permission.value),
            "may": ctx.may(row.permission),
        }
        for row in waiting
    ]
    may_open = ctx.may(Permission.CUSTOMERS_VIEW)
    return render(request, "web/approvals/index.html", {"rows": rows, "may_open": may_open})


@require_POST
@needs(Permission.OWN_ACCOUNT)
def decide(request: HttpRequest, approval: UUID) -> HttpResponse:
    """Approve or reject; the command itself asks for the permission that this kind needs."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    approve = request.POST.get("decision") == "approve"
    today = clock.today(request.seat.timezone)  # type: ignore[attr-defined]
    own = any(row.id == approval and row.proposed_by == ctx.actor for row in room.pending(ctx))
    try:
        room.decide(ctx, approval=approval, approve=approve, note=request.POST.get("note", ""), today=today)
    except RefusedError as refused:
        return refused_back(request, refused, "web:approvals")
    else:
        back = "Taken back." if own else "Rejected. The proposer sees your note."
        messages.success(request, "Approved and carried out." if approve else back)
    return redirect("web:approvals")
