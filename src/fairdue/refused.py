"""Forms whose token no longer counts: a page of the side on which they were sent, in its language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.views.csrf import csrf_failure

from fairdue.portal.guests import too_old

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a customer in the portal's words, everybody else in ours."""
    return too_old(request) if request.path.startswith("/p/") else csrf_failure(request, reason)
