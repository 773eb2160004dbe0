"""Every fact with its actor, and `verify` on a page."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from fairdue.foundation import clock
from fairdue.foundation.accounts.profile import actor_names
from fairdue.foundation.facts.reading import FactFilter, areas, logged_facts
from fairdue.foundation.permissions import Permission
from fairdue.foundation.verifying import INVARIANTS, verify_tenant
from fairdue.web import factwords
from fairdue.web.lists import PAGE_SIZE, Filter, ListSpec, ListState, Page, read_state
from fairdue.web.panels import render_panel
from fairdue.web.permit import needs

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


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
    """Recompute every invariant from raw rows when asked, and name each broken row."""
    context: dict[str, Any] = {"invariants": sorted(INVARIANTS)}
    if request.method == "POST":
        context |= {"findings": verify_tenant(request.ctx), "checked_at": clock.now()}  # type: ignore[attr-defined]
    return render(request, "web/audit/verify.html", context)
