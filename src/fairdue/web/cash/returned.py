"""Money that went back: say which payment it was, see what followed, undo it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from fairdue.cash.returns import selectors
from fairdue.cash.returns.recalls import propose_recall
from fairdue.cash.returns.taking_back import take_back, undo_return
from fairdue.core.findings import RefusedError
from fairdue.core.returned import reason_of
from fairdue.foundation.middleware import creditor_choice
from fairdue.foundation.permissions import Permission
from fairdue.web.cash.shown import today_of
from fairdue.web.lists import PAGE_SIZE, ListSpec, Page, read_state
from fairdue.web.permit import needs
from fairdue.web.typed import refused_back

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from fairdue.cash.selectors import LineView

SPEC = ListSpec(sorts=("recorded",), descending=True, filters=())
STEPS = {
    "retry": ("Call, collect again", "accent"),
    "new_details": ("Ask for new details", "attention"),
    "dispute": ("Disputed", "danger"),
    "deceased": ("On hold", "danger"),
    "duplicate": ("Paid twice?", "attention"),
    "correct": ("Correct our order", "attention"),
    "recalled": ("Called back", "attention"),
    "ask": ("Decide", "attention"),
}
"""Each step in words and with its tone."""


def returned_context(ctx: Any, line: LineView) -> dict[str, Any]:
    """Return what the panel of a line shows about money that went back."""
    if line.state == "returned":
        standing = selectors.standing(ctx, line.id)
        return {"went_back": standing, "because": reason_of(standing.code) if standing else None}
    if line.amount < 0 and line.state == "received":
        may_undo = selectors.may_undo(ctx, line.id)
        parts = [] if any(one.sure for one in may_undo) else selectors.collections_of(ctx, line.id)
        return {"may_undo": may_undo, "because": reason_of(line.return_code), "may_be_part": parts}
    return {}


@require_safe
@needs(Permission.CASH_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """List what went back, newest first."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    state = read_state(request, SPEC)
    rows = selectors.returns(ctx, creditor=creditor_choice(request), before=_before(state.cursor), limit=PAGE_SIZE + 1)
    shown = rows[:PAGE_SIZE]
    following = (shown[-1].recorded_at.isoformat(),) if len(rows) > PAGE_SIZE else None
    page = Page([{"row": row, "reason": reason_of(row.code), "step": STEPS[row.step]} for row in shown], following)
    return render(request, "web/cash/returns.html", {"state": state, "page": page})


def _before(cursor: tuple[Any, ...] | None) -> datetime | None:
    try:
        return datetime.fromisoformat(str(cursor[0])) if cursor else None
    except ValueError:
        return None


@require_POST
@needs(Permission.CASH_APPLY)
def settle(request: HttpRequest, line: UUID) -> HttpResponse:
    """Undo the payment that a person chose by a line on which money went back."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    try:
        original = UUID(request.POST.get("original", ""))
        items = [UUID(one) for one in request.POST.getlist("item")]
    except ValueError:
        raise Http404 from None
    try:
        take_back(
            ctx, line=line, original=original, charge_fee=bool(request.POST.get("charge")), today=today_of(request),
            items=items or None, key=request.POST.get("key") or None,
        )  # fmt: skip
    except RefusedError as refused:
        return refused_back(request, refused, "web:cash_line", line)
    messages.success(request, "The payment went back. Its items are open again with their old due dates.")
    return redirect("web:cash_returns")


@require_POST
@needs(Permission.REFUND_PROPOSE)
def recall(request: HttpRequest, line: UUID) -> HttpResponse:
    """Ask a second person whether a payment may go back as its bank asks."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    try:
        propose_recall(ctx, line=line, code=request.POST.get("code", ""), today=today_of(request))
        messages.success(request, "A second person decides; until the bank takes it, the money stays.")
    except RefusedError as refused:
        back = _shown_on(request, "application", "web:cash_application", reverse("web:cash_line", args=[line]))
        return refused_back(request, refused, *back)
    return redirect("web:cash_line", line)


@require_POST
@needs(Permission.CASH_APPLY)
def undo(request: HttpRequest, returned: UUID) -> HttpResponse:
    """Put both lines of a return back."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    try:
        original = undo_return(ctx, returned=returned, reason=request.POST.get("reason", ""), today=today_of(request))
    except RefusedError as refused:
        return refused_back(request, refused, *_shown_on(request, "line", "web:cash_line", "web:cash_returns"))
    messages.success(request, "Undone. Both lines wait for a decision again.")
    return redirect("web:cash_line", original)


def _shown_on(request: HttpRequest, field: str, page: str, otherwise: str) -> tuple[Any, ...]:
    """Return the page that shows the form which was sent: that of the record which the form names, if it names one."""
    try:
        return page, UUID(request.POST.get(field, ""))
    except ValueError:
        return (otherwise,)
