"""The list of help pages and one page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fairdue.foundation.permissions import Permission
from fairdue.web.help.pages import pages
from fairdue.web.permit import needs

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
@needs(Permission.OWN_ACCOUNT)
def index(request: HttpRequest) -> HttpResponse:
    """Show every help page, or those that hold the words of `q`."""
    words = request.GET.get("q", "").casefold().split()
    found = [item for item in pages().values() if all(word in f"{item.title} {item.html}".casefold() for word in words)]
    return render(request, "web/help/index.html", {"pages": found, "query": request.GET.get("q", "")})


@require_safe
@needs(Permission.OWN_ACCOUNT)
def page(request: HttpRequest, page: str) -> HttpResponse:
    """Show one help page."""
    found = pages().get(page)
    if found is None:
        raise Http404("There is no help page of this name.")
    return render(request, "web/help/page.html", {"page": found, "pages": pages().values()})
