"""What a person typed into a form that was refused: kept in the session for the next page, which shows it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import get_language

from fairdue.web.formats import in_words

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from fairdue.core.findings import RefusedError

_KEY = "typed"
_NOT_KEPT = frozenset({"csrfmiddlewaretoken", "key"})
"""A key belongs to one attempt: the next one gets its own."""
_MOST, _LONGEST = 60, 500
"""Fields of a form that are kept, and characters of each: a form of a person is smaller than this."""


def keep(request: HttpRequest) -> None:
    """Keep what was sent to this address until its form is shown again; files and passwords are no such fields."""
    values = {
        name: [text[:_LONGEST] for text in request.POST.getlist(name)[:_MOST]]
        for name in list(request.POST)[:_MOST]
        if name not in _NOT_KEPT
    }
    request.session[_KEY] = {"path": request.path, "values": values}


def forget(request: HttpRequest) -> None:
    """Forget what was kept: it was done, and the form is shown empty."""
    request.session.pop(_KEY, None)


def typed(request: HttpRequest, path: str) -> dict[str, Any]:
    """Return what was sent to the form at this address and refused: the last value of each name, `all` of them too.

    It is taken out of the session at the first look, so that it is shown once, however often one page asks for it.
    """
    if not hasattr(request, "typed_before"):
        request.typed_before = request.session.pop(_KEY, None) if _KEY in request.session else None  # type: ignore[attr-defined]
    found = request.typed_before  # type: ignore[attr-defined]
    if not found or found["path"] != path:
        return {}
    return {name: texts[-1] for name, texts in found["values"].items() if texts} | {"all": found["values"]}


def refused_back(request: HttpRequest, refused: RefusedError, to: str, *arguments: UUID) -> HttpResponse:
    """Tell why a form was refused and lead back to its page, which shows what was typed."""
    keep(request)
    said = dict.fromkeys(in_words(finding.message, get_language() or "en") for finding in refused.findings)
    messages.error(request, " ".join(said))
    return redirect(to, *arguments)
