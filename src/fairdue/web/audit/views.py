"""Every fact with its actor, and `verify` on a page."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from fairdue.foundation import clock
from fairdue.foundation.accounts.profile import actor_names
from fairdue.foundation.facts.reading import FactFilter, areas, logged_facts
from fairdue.foundation.permissions import Permission
from fairdue.foundation.verifications import progress, start_verifying, verifications
from fairdue.foundation.verifying import INVARIANTS
from fairdue.web import factwords
from fairdue.web.lists import PAGE_SIZE, Filter, ListSpec, ListState, Page, read_state
from fairdue.web.panels import render_panel, wants_fragment
from fairdue.web.permit import needs

if TYPE_CHECKING:
    from django.http import HttpRequest

    from fairdue.foundation.verifications import Progress

WORDS = {
    "cash.lines": "Bank lines: money, state and application fit the books",
    "collections.notices": "Messages: each was about what was open and free; each dispute holds its part",
    "foundation.outbox": "What follows from facts: nothing was given up or lost",
    "foundation.sealed_facts": "Facts: none was changed, removed or put in another order",
    "foundation.stored_files": "Stored files: each has the content that was hashed",
    "foundation.told_figures": "Money: each amount is the one that a sealed fact tells",
    "insurance.claims": "Claims: each indemnity is booked with its amount, each claim has its items",
    "insurance.premiums": "Premiums: the journal bears out each booking",
    "insurance.recoveries": "Recoveries: no insurer got back more than it paid",
    "insurance.sheets": "Calculation sheets: each ends in the amount of its claim",
    "invoicing.frozen": "Issued invoices: none has changed since it was issued",
    "invoicing.rows": "Invoices: numbers, items, credits, billed quantities and files fit together",
    "receivables.ledger": "Ledger: open items, credits, allocations and journal add up",
}
"""What each invariant says, for a person."""


def _spec() -> ListSpec:
    """Return the spec with the areas that the rooms have declared by now."""
    choices = tuple((area, area.replace("_", " ").capitalize()) for area in areas())
    return ListSpec(
        sorts=("recorded",),
        descending=True,
        filters=(
            Filter("area", "Area", choices),
            Filter("since", "From", kind="date"),
            Filter("until", "To", kind="date"),
        ),
        keep=("subject", "actor"),
    )


@require_safe
@needs(Permission.AUDIT_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Show the facts of the tenant, newest first."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    state = read_state(request, _spec())
    rows = logged_facts(ctx, _asked(state), after=_cursor(state), limit=PAGE_SIZE + 1)
    shown, more = rows[:PAGE_SIZE], len(rows) > PAGE_SIZE
    zone = ZoneInfo(request.seat.timezone)  # type: ignore[attr-defined]
    days = factwords.timeline_days(ctx, shown, zone, url=lambda fact: f"/audit/{fact.id}", recorded=True)
    following = (shown[-1].recorded_at.isoformat(), str(shown[-1].id)) if more else None
    return render(
        request, "web/audit/index.html", {"state": state, "days": days, "page": Page(shown, next_cursor=following)}
    )


def _asked(state: ListState) -> FactFilter:
    return FactFilter(
        area=state.filters.get("area"),
        since=_day(state.filters.get("since", "")),
        until=_day(state.filters.get("until", "")),
        subject=_uuid(state.kept.get("subject", "")),
        actor=state.kept.get("actor"),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _cursor(state: ListState) -> tuple[datetime, UUID] | None:
    """Return where the page begins; a cursor that is not an instant and an id is the first page."""
    try:
        at, fact = state.cursor or ()
        return datetime.fromisoformat(str(at)), UUID(str(fact))
    except ValueError:
        return None


@require_safe
@needs(Permission.AUDIT_VIEW)
def fact(request: HttpRequest, fact: UUID) -> HttpResponse:
    """Show one fact: sentence, actor, cause, subject and the payload as it was recorded."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    found = logged_facts(ctx, FactFilter(id=fact), limit=1)
    if not found:
        raise Http404("There is no fact with this id.")
    context = {
        "fact": found[0],
        "sentence": factwords.sentence(found[0]),
        "who": actor_names(ctx, [found[0].actor])[found[0].actor],
        "payload": json.dumps(found[0].payload, indent=2, ensure_ascii=False, sort_keys=True),
    }
    return render_panel(request, "web/audit/fact.html", "web/audit/fact_panel.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.AUDIT_VIEW)
def verify(request: HttpRequest) -> HttpResponse:
    """Show what the last run found; a POST puts a run into the queue, and the page tells how far it is."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    if request.method == "POST":
        if not start_verifying(ctx, today=clock.today(request.seat.timezone)):  # type: ignore[attr-defined]
            messages.info(request, "A run is at work already; this is it.")
        return redirect("web:verify")
    told = progress(ctx)
    running = told if told is not None and not told.failed else None
    if wants_fragment(request):
        return _progress(request, running)
    kept = verifications(ctx)
    who = actor_names(ctx, {one.actor for one in kept})
    last = kept[0] if kept else None
    context: dict[str, Any] = {
        "invariants": [(WORDS.get(name, name), last and last.counts.get(name)) for name in sorted(INVARIANTS)],
        "last": last, "kept": [(one, who.get(one.actor, one.actor)) for one in kept],
        "running": running, "now": _now(running), "failed": told.failed if told is not None else "",
    }  # fmt: skip
    return render(request, "web/audit/verify.html", context)


def _progress(request: HttpRequest, running: Progress | None) -> HttpResponse:
    """Answer a page that waits: how far it is, or to read itself anew."""
    if running is not None:
        return render(request, "web/audit/verify_progress.html", {"running": running, "now": _now(running)})
    response = HttpResponse()
    response["HX-Refresh"] = "true"
    return response


def _now(running: Progress | None) -> str:
    return WORDS.get(running.now, "") if running else ""
