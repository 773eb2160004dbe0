"""Disputes: what is contested, whose move it is, and how it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from fairdue.collections import selectors, services
from fairdue.foundation.middleware import creditor_choice
from fairdue.foundation.permissions import Permission
from fairdue.web.collections.frame import ctx_of, today_of
from fairdue.web.lists import PAGE_SIZE, Filter, ListSpec, Page, read_state
from fairdue.web.panels import announce, render_panel, wants_panel
from fairdue.web.permit import needs
from fairdue.web.refusals import shown_on

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

SPEC = ListSpec(
    sorts=("answer_by",),
    filters=(
        Filter("q", "Customer", kind="search"),
        Filter(
            "state", "State",
            (("open", "All open"), ("ours", "Our move"), ("theirs", "Customer's move"), ("resolved", "Resolved"),
             ("all", "Open and resolved")),
            default="open",
        ),
        Filter("reason", "Reason", selectors.DISPUTE_REASONS),
    ),
    keep=(),
)  # fmt: skip
_CURSOR_PARTS = 2


class ResolveForm(forms.Form):
    """How a dispute ends."""

    outcome = forms.ChoiceField(label="Outcome", choices=selectors.DISPUTE_OUTCOMES)
    note = forms.CharField(
        label="What was found", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )


def waiting(request: HttpRequest) -> int:
    """Return how many disputes wait for our answer."""
    return selectors.work_counts(ctx_of(request), today=today_of(request)).get("dispute", 0)


def read_day_cursor(cursor: tuple[Any, ...] | None) -> tuple[str, UUID] | None:
    """Return (day, id) of the last row; anything else in the URL is the first page."""
    from datetime import date

    if cursor is None or len(cursor) != _CURSOR_PARTS:
        return None
    try:
        return date.fromisoformat(str(cursor[0])).isoformat(), UUID(str(cursor[1]))
    except ValueError:
        return None


@require_safe
@needs(Permission.WORKLIST_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Show disputes, those to be answered first on top."""
    ctx = ctx_of(request)
    state = read_state(request, SPEC)
    asked = state.asked("state")
    rows = selectors.disputes(
        ctx, creditor=creditor_choice(request), state="" if asked == "all" else asked,
        reason=state.filters.get("reason", ""), q=state.filters.get("q", ""),
        after=read_day_cursor(state.cursor), limit=PAGE_SIZE + 1,
    )  # fmt: skip
    following = None
    if len(rows) > PAGE_SIZE:
        rows = rows[:PAGE_SIZE]
        following = (rows[-1].answer_by.isoformat(), str(rows[-1].id))
    context = {"state": state, "page": Page(rows, following), "asked": asked, "any_filter": bool(state.filters)}
    return render(request, "web/collections/disputes.html", context)


@require_safe
@needs(Permission.WORKLIST_VIEW)
def show(request: HttpRequest, dispute: UUID) -> HttpResponse:
    """Show one dispute and what can be done about it."""
    return _show(request, dispute, ResolveForm())


def _show(request: HttpRequest, dispute: UUID, form: ResolveForm) -> HttpResponse:
    ctx = ctx_of(request)
    rows = selectors.disputes(ctx, id_=dispute)
    if not rows:
        raise Http404
    context = {"row": rows[0], "form": form, "may_act": ctx.may(Permission.COLLECTIONS_ACT)}
    return render_panel(
        request, "web/collections/dispute_page.html", "web/collections/dispute_panel.html", context,
        status=422 if form.errors else 200,
    )  # fmt: skip


@require_POST
@needs(Permission.COLLECTIONS_ACT)
def act(request: HttpRequest, dispute: UUID) -> HttpResponse:
    """Put the clock on the other side, or resolve."""
    ctx, today = ctx_of(request), today_of(request)
    form = ResolveForm(request.POST or None)
    if request.POST.get("clock") in {"ours", "theirs"}:
        services.move_dispute(ctx, dispute=dispute, clock=request.POST["clock"], today=today)
        form, said = ResolveForm(), "The clock runs on the other side now."
    else:
        said = "Dispute resolved. What is still open is collectable again."
        if form.is_valid():
            with shown_on(form):
                services.resolve_dispute(ctx, dispute=dispute, today=today, **form.cleaned_data)
        if form.errors:
            return _show(request, dispute, form)
    if not wants_panel(request):
        messages.success(request, said)
        return redirect(reverse("web:dispute", args=[dispute]))
    return announce(_show(request, dispute, ResolveForm()), said, "rows-changed")
