"""A person's own: saved views of lists, and the inbox of facts that ask."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_POST, require_safe

from fairdue.collections import selectors, services
from fairdue.core.findings import RefusedError
from fairdue.foundation.accounts.profile import actor_names
from fairdue.foundation.facts.reading import LoggedFact
from fairdue.foundation.middleware import creditor_choice
from fairdue.foundation.permissions import Permission
from fairdue.web import factwords
from fairdue.web.collections.frame import ctx_of, today_of
from fairdue.web.collections.undoing import note_of, step, tell
from fairdue.web.lists import Filter, ListSpec, read_state
from fairdue.web.permit import needs

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

LISTS = {"worklist": "web:worklist", "customers": "web:customers", "invoices": "web:invoices"}
SHOWN = 100
SPEC = ListSpec(sorts=("recorded",), filters=(Filter("kind", "Kind", tuple(selectors.INBOX_KINDS.items())),), keep=())
TONES = {"promise": "danger", "bounce": "danger", "payment": "done", "approval": "accent", "dispute": "attention"}
ICONS = {
    "promise": "handshake", "bounce": "mail", "payment": "landmark", "approval": "user-round-check",
    "dispute": "message-square-warning",
}  # fmt: skip


@require_POST
@needs(Permission.OWN_ACCOUNT)
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep the filters of a list under a name and go back to it."""
    page, query = request.POST.get("page", ""), request.POST.get("query", "")
    try:
        services.save_view(
            ctx_of(request), page=page, name=request.POST.get("name", ""), query=query, today=today_of(request),
            shared=request.POST.get("shared") == "on",
        )  # fmt: skip
        messages.success(request, "View saved.")
    except RefusedError as refused:
        messages.error(request, refused.findings[0].message)
    return redirect(f"{reverse(LISTS.get(page, 'web:worklist'))}{f'?{query}' if query else ''}")


@require_POST
@needs(Permission.OWN_ACCOUNT)
def delete_view(request: HttpRequest, view: UUID) -> HttpResponse:
    """Delete a view of one's own."""
    try:
        services.delete_view(ctx_of(request), view=view, today=today_of(request))
        messages.success(request, "View deleted.")
    except RefusedError as refused:
        messages.error(request, refused.findings[0].message)
    return redirect(LISTS.get(request.POST.get("page", ""), "web:worklist"))


def waiting(request: HttpRequest) -> int:
    """Return how many facts ask the reader."""
    return len(selectors.inbox(ctx_of(request), creditor=creditor_choice(request), limit=SHOWN))


@require_safe
@needs(Permission.WORKLIST_VIEW)
def inbox(request: HttpRequest) -> HttpResponse:
    """Show what asks the reader, newest first, each with where it leads."""
    ctx = ctx_of(request)
    state = read_state(request, SPEC)
    rows = selectors.inbox(ctx, creditor=creditor_choice(request), kind=state.filters.get("kind", ""), limit=SHOWN)
    people = actor_names(ctx, {row.actor for row in rows})
    shown = [
        {"row": row, "tone": TONES[row.kind], "icon": ICONS[row.kind], "text": _sentence(row), "url": _leads(row),
         "who": people[row.actor], "beside": row.kind != "approval"}
        for row in rows
    ]  # fmt: skip
    return render(request, "web/collections/inbox.html", {"state": state, "rows": shown, "full": len(rows) == SHOWN})


def _sentence(row: selectors.InboxRow) -> str:
    """Return the fact as the timeline says it."""
    return factwords.sentence(
        LoggedFact(
            row.id, row.type, row.subject_id, row.creditor_id, row.debtor_id, row.payload, row.actor, None,
            row.happened_on, row.recorded_at,
        )
    )  # fmt: skip


def _leads(row: selectors.InboxRow) -> str:
    try:
        if row.kind == "approval":
            return reverse("web:approvals")
        if row.kind == "dispute" and row.subject_id:
            return reverse("web:dispute", args=[row.subject_id])
        if row.debtor_id:
            name = "web:customer" if row.kind in {"payment", "bounce"} else "web:work"
            return reverse(name, args=[row.debtor_id])
    except NoReverseMatch:
        return ""
    return ""


@require_POST
@needs(Permission.WORKLIST_VIEW)
def done(request: HttpRequest) -> HttpResponse:
    """Mark the chosen facts as done; only facts that ask the reader can be marked."""
    ctx, chosen = ctx_of(request), set(request.POST.getlist("id"))
    mine = [row.id for row in selectors.inbox(ctx, limit=1000) if str(row.id) in chosen]
    count = services.mark_done(ctx, facts=mine, today=today_of(request))
    tell(request, f"{count} marked as done.", note_of(request, [step("inbox", *mine)] if count else []))
    return redirect("web:inbox")


@require_POST
@needs(Permission.WORKLIST_VIEW)
def undone(request: HttpRequest, fact: UUID) -> HttpResponse:
    """Put a fact back into the inbox."""
    services.mark_undone(ctx_of(request), fact=fact, today=today_of(request))
    return redirect("web:inbox")
