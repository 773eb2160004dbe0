"""What the reader looked at last: find opens with it. Ids in a signed cookie of this person; names are read anew."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language

from fairdue.foundation.permissions import Permission
from fairdue.parties import selectors as parties
from fairdue.receivables import selectors as receivables
from fairdue.web import formats
from fairdue.web.palette import MOST_HITS, Hit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.http import HttpRequest, HttpResponse

COOKIE = "recent"
LASTS = 30 * 24 * 3600
"""Seconds."""
_CUSTOMER, _INVOICE = ("c", "debtor"), ("i", "invoice")
SEEN = {"customer": _CUSTOMER, "work": _CUSTOMER, "work_calling": _CUSTOMER, "invoice": _INVOICE}
"""Name of a record's page → (mark in the cookie, name of the id in its address)."""
OK = 200


def remember(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Keep which record was looked at, newest first; nothing is written to the database."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        match = request.resolver_match
        if request.method == "GET" and response.status_code == OK and match and match.url_name in SEEN:
            mark, name = SEEN[match.url_name]
            if "web" in match.namespaces and name in match.kwargs and request.user.is_authenticated:
                _keep(request, response, f"{mark}{match.kwargs[name].hex}")
        return response

    return middleware


def _keep(request: HttpRequest, response: HttpResponse, mark: str) -> None:
    marks = [mark, *(one for one in _marks(request) if one != mark)][:MOST_HITS]
    response.set_signed_cookie(
        COOKIE, ".".join(marks), salt=_salt(request), max_age=LASTS, httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip


def _salt(request: HttpRequest) -> str:
    """Return what binds the cookie to a person: whoever signs in here next has their own."""
    return f"fairdue.recent:{request.user.pk}"


def _marks(request: HttpRequest) -> list[str]:
    told = request.get_signed_cookie(COOKIE, default="", salt=_salt(request), max_age=LASTS)
    return [mark for mark in (told or "").split(".") if mark][:MOST_HITS]


def hits(request: HttpRequest, query: str) -> Iterator[Hit]:
    """Yield the records looked at last while nothing is asked yet; what is gone or not for the reader falls away."""
    marks = [] if query else _marks(request)
    known = _customers(request, _ids(marks, "c")) | _invoices(request, _ids(marks, "i"))
    yield from (known[mark] for mark in marks if mark in known)


def _ids(marks: list[str], kind: str) -> list[UUID]:
    return [UUID(mark[1:]) for mark in marks if mark[0] == kind]


def _customers(request: HttpRequest, ids: list[UUID]) -> dict[str, Hit]:
    ctx = request.ctx  # type: ignore[attr-defined]
    if not ids or not ctx.may(Permission.CUSTOMERS_VIEW):
        return {}
    return {
        f"c{row.id.hex}": Hit(
            row.name, reverse("web:customer", args=[row.id]), f"{row.city} \N{MIDDLE DOT} {row.external_id}",
            icon="building-2",
        )
        for row in parties.debtors(ctx, ids).values()
    }  # fmt: skip


def _invoices(request: HttpRequest, ids: list[UUID]) -> dict[str, Hit]:
    ctx = request.ctx  # type: ignore[attr-defined]
    if not ids or not ctx.may(Permission.INVOICES_VIEW):
        return {}
    locale = get_language() or "en"
    return {
        f"i{row.id.hex}": Hit(
            row.number, reverse("web:invoice", args=[row.id]), row.debtor_name,
            f"{formats.money_text(row.residual, row.currency, locale)} open" if row.residual else "paid", "file-text",
        )
        for row in receivables.items(ctx, ids=ids)
    }  # fmt: skip
