"""Promises and plans: what will come, what did not."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from fairdue.collections import selectors, services
from fairdue.core.findings import RefusedError
from fairdue.foundation.middleware import creditor_choice
from fairdue.foundation.permissions import Permission
from fairdue.web.collections.disputes import read_day_cursor
from fairdue.web.collections.frame import ctx_of, today_of
from fairdue.web.lists import PAGE_SIZE, Filter, ListSpec, Page, read_state
from fairdue.web.permit import needs

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

SPEC = ListSpec(
    sorts=("promised_on",),
    filters=(
        Filter("q", "Customer", kind="search"),
        Filter(
            "state", "State",
            (("open", "Open"), ("kept", "Kept"), ("partly_kept", "Partly kept"), ("broken", "Broken"),
             ("cancelled", "Taken back"), ("all", "All")),
            default="open",
        ),
    ),
    keep=(),
)  # fmt: skip
TONES = {"open": "accent", "kept": "done", "partly_kept": "attention", "broken": "danger"}


@require_safe
@needs(Permission.WORKLIST_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Show promises and plans by the day on which they are due."""
    ctx, today = ctx_of(request), today_of(request)
    state = read_state(request, SPEC)
    asked = state.asked("state")
    rows = selectors.promises(
        ctx, today=today, creditor=creditor_choice(request), state="" if asked == "all" else asked,
        q=state.filters.get("q", ""), after=read_day_cursor(state.cursor), limit=PAGE_SIZE + 1,
    )  # fmt: skip
    following = None
    if len(rows) > PAGE_SIZE:
        rows = rows[:PAGE_SIZE]
        following = (rows[-1].promised_on.isoformat(), str(rows[-1].id))
    shown = [(row, row.state.replace("_", " ").capitalize(), TONES.get(row.state, "")) for row in rows]
    sums: dict[str, int] = {}
    for row in rows:
        sums[row.currency] = sums.get(row.currency, 0) + max(row.amount - row.received, 0)
    context = {
        "state": state, "page": Page(shown, following), "asked": asked, "any_filter": bool(state.filters),
        "sums": sums, "may_act": ctx.may(Permission.COLLECTIONS_ACT),
    }  # fmt: skip
    return render(request, "web/collections/promises.html", context)


@require_POST
@needs(Permission.COLLECTIONS_ACT)
def cancel(request: HttpRequest, promise: UUID) -> HttpResponse:
    """Take a promise back; its items are chased again."""
    try:
        services.cancel_promise(ctx_of(request), promise=promise, today=today_of(request))
        messages.success(request, "Promise taken back. Its items are chased again from tonight.")
    except RefusedError as refused:
        messages.error(request, str(refused))
    return redirect("web:promises")
