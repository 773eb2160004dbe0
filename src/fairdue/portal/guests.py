"""What every page of the portal needs: the visit behind the cookie, the language, headers, the debtor's context."""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, cast
from urllib.parse import quote, unquote

from django.conf import settings
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import translation

from fairdue.foundation import clock
from fairdue.parties import selectors as parties
from fairdue.portal.links import Guest, guest_of
from fairdue.portal.words import LANGUAGES, language_for, words_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from django.http import HttpRequest, HttpResponse

    from fairdue.parties.selectors import CreditorRow, DebtorRow

COOKIE = "fairdue_visit"
LANGUAGE_COOKIE = "fairdue_visit_language"


@dataclass(frozen=True, slots=True)
class Frame:
    """One page view: who visits, the two parties, the day, and the words."""

    guest: Guest
    creditor: CreditorRow
    debtor: DebtorRow
    today: date
    language: str
    say: Callable[..., str]


type Page[**P] = Callable[Concatenate[HttpRequest, Frame, P], HttpResponse]


def for_guests[**P](page: Page[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Run a page for the visitor of the cookie; everybody else is shown the closed door."""

    @wraps(page)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        guest = guest_of(request.COOKIES.get(COOKIE, ""))
        frame = _frame(request, guest) if guest else None
        if frame is None:
            return sealed(closed_door(request, words=words_of(language_of(request))))
        with translation.override(frame.language):
            try:
                return sealed(page(request, frame, *args, **kwargs))
            except Http404:
                return sealed(show(request, frame, "lost", status=404))

    answer.for_guests = True  # type: ignore[attr-defined]
    return cast("Callable[Concatenate[HttpRequest, P], HttpResponse]", answer)


def _frame(request: HttpRequest, guest: Guest) -> Frame | None:
    with guest.reading.open():
        debtor = parties.debtor(guest.reading, guest.debtor)
        creditor = parties.creditor(guest.reading, guest.creditor)
    if debtor is None or creditor is None:
        return None
    language = language_for(request.COOKIES.get(LANGUAGE_COOKIE, ""), debtor.language, creditor.language)
    if request.COOKIES.get(LANGUAGE_COOKIE) not in LANGUAGES:
        language = language_for(debtor.language)
    return Frame(guest, creditor, debtor, clock.today(guest.timezone), language, words_of(language))


def language_of(request: HttpRequest) -> str:
    """Return the language of somebody unknown: chosen before, or what the browser asks for."""
    return language_for(request.COOKIES.get(LANGUAGE_COOKIE) or request.headers.get("Accept-Language", "")[:2])


def show(request: HttpRequest, frame: Frame, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """Render a page with the frame around it."""
    words = {"say": frame.say, "language": frame.language, "languages": LANGUAGES}
    return render(request, f"portal/{template}.html", {"frame": frame, **words, **context}, status=status)


def too_old(request: HttpRequest) -> HttpResponse:
    """Show that a form was sent with a token that no longer counts; nothing about the visitor is read for it."""
    language = language_of(request)
    context = {"say": words_of(language), "language": language, "old": True}
    with translation.override(language):
        return sealed(render(request, "portal/lost.html", context, status=403))


def closed_door(
    request: HttpRequest, *, words: Callable[..., str], token: str = "", sent: bool = False, gone: bool = False
) -> HttpResponse:
    """Show that nothing opens; the same page for unknown, expired, ended and never known links."""
    context = {
        "say": words, "token": token, "sent": sent, "gone": gone, "language": language_of(request),
        "languages": {} if sent or gone else LANGUAGES,
    }  # fmt: skip
    return render(request, "portal/door.html", context, status=200 if sent or gone else 404)


def back_home(frame: Frame, key: str, **values: Any) -> HttpResponse:
    """Lead to the overview; what to say there travels as a signed cookie, so that nobody can put words there.

    It is quoted, for a header carries no letter beyond Latin-1: one would cost the visitor his other cookies too.
    """
    response = redirect("portal:home")
    told = quote(f"{_tone(key)}:{frame.say(key, **values)}")
    response.set_signed_cookie(
        "fairdue_visit_said", told, max_age=60, httponly=True, samesite="Lax", path="/p/",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
    return response


def _tone(key: str) -> str:
    """Return how a sentence is shown: what was done, or what is still to be done first."""
    return "done" if key.endswith(".done") else "attention"


def said(request: HttpRequest) -> dict[str, str]:
    """Return what the page before wants to say, once, and its tone; nothing where it said nothing."""
    told = unquote(str(request.get_signed_cookie("fairdue_visit_said", default="", max_age=60) or ""))
    tone, _, words = told.partition(":")
    return {"tone": tone, "words": words} if words else {}


def sealed(response: HttpResponse) -> HttpResponse:
    """Forbid storing, framing, indexing and passing on the address."""
    response["Cache-Control"] = "no-store, private"
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["X-Frame-Options"] = "DENY"
    return response
