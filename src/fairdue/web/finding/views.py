"""Search as a page, the palette as a fragment, and the creditor switch."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from fairdue.foundation.permissions import Permission
from fairdue.web import navigation
from fairdue.web import palette as sources
from fairdue.web.finding import recent
from fairdue.web.permit import needs

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
@needs(Permission.OWN_ACCOUNT)
def home(request: HttpRequest) -> HttpResponse:
    """Lead to the first screen that the reader may use: the worklist for most, work before charts."""
    groups = navigation.groups_for(request, request.ctx.may)  # type: ignore[attr-defined]
    return redirect(groups[0][1][0].url)


@require_safe
@needs(Permission.OWN_ACCOUNT)
def search(request: HttpRequest) -> HttpResponse:
    """Show everything that matches `q`, grouped by kind; before anything is asked, what was looked at last."""
    query = request.GET.get("q", "").strip()
    found = sources.search(request, query) if query else _begin(request)
    return render(request, "web/search.html", {"query": query, "search_query": query, "found": found})


def _begin(request: HttpRequest) -> list[tuple[str, list[sources.Hit]]]:
    """Return what the search opens with; nothing while nothing was looked at."""
    hits = [*recent.hits(request, "")]
    return [("Looked at last", hits)] if hits else []


@require_safe
@needs(Permission.OWN_ACCOUNT)
def palette(request: HttpRequest) -> HttpResponse:
    """Answer the command palette with its rows."""
    query = request.GET.get("q", "").strip()
    return render(request, "web/palette.html", {"query": query, "found": sources.search(request, query)})


@require_POST
@needs(Permission.OWN_ACCOUNT)
def switch_creditor(request: HttpRequest) -> HttpResponse:
    """Narrow the screens to one creditor, or show all again; the choice lives in the session."""
    request.session["creditor"] = _creditor_id(request.POST.get("creditor", ""))
    onward = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(onward if safe else "/")


def _creditor_id(text: str) -> str | None:
    try:
        return str(UUID(text))
    except ValueError:
        return None
