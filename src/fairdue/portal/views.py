"""The pages of the portal. All of them work without script."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fairdue.collections.statement import statement_of
from fairdue.core.promise import add_bank_days
from fairdue.foundation.figures import day_text, money_text
from fairdue.foundation.files import disposition
from fairdue.foundation.proxies import sender_of
from fairdue.portal import acting, choosing, documents, links, paying
from fairdue.portal.guests import (
    COOKIE,
    LANGUAGE_COOKIE,
    Frame,
    back_home,
    closed_door,
    for_guests,
    language_of,
    said,
    sealed,
    show,
)
from fairdue.portal.words import LANGUAGES, words_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from fairdue.receivables.selectors import ItemRow

LONGEST_TOKEN = 100
_OWN_PAGE = re.compile(r"/p/[\w-]*(?:/[\w-]+)*(?:\?[\w=&-]*)?", re.ASCII)
"""An address within the portal: no other host, no dots."""
ANSWER_BANK_DAYS = 5


@require_safe
def open_door(request: HttpRequest, token: str) -> HttpResponse:
    """Turn a personal link into a visit: the secret leaves the address at once."""
    secret = links.open_link(token[:LONGEST_TOKEN], sender_of(request))
    if secret is None:
        return sealed(closed_door(request, words=words_of(language_of(request)), token=token[:LONGEST_TOKEN]))
    response = sealed(redirect("portal:home"))
    response["Referrer-Policy"] = "no-referrer"
    _keep(response, COOKIE, secret, links.VISIT)
    return response


def _keep(response: HttpResponse, name: str, value: str, span: timedelta) -> None:
    response.set_cookie(
        name, value, max_age=int(span.total_seconds()), httponly=True, samesite="Lax", path="/p/",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip


@require_POST
def again(request: HttpRequest) -> HttpResponse:
    """Ask for a fresh link; the answer is the same for every token."""
    links.send_again(request.POST.get("token", "")[:LONGEST_TOKEN], sender_of(request))
    return sealed(closed_door(request, words=words_of(language_of(request)), sent=True))


@require_safe
@for_guests
def home(request: HttpRequest, frame: Frame) -> HttpResponse:
    """Show what is open, with boxes, and what is on account."""
    with frame.guest.reading.open():
        items = choosing.own_items(frame)
        chosen = choosing.chosen_ids(request)
        lines = choosing.lines(frame, items, chosen)
        credit = statement_of(frame.guest.reading, debtor=frame.debtor.id, today=frame.today).credits_
    picked = [line.item for line in lines if line.chosen]
    on_account: dict[str, int] = {}
    for row in credit:
        on_account[row.currency] = on_account.get(row.currency, 0) + row.unapplied
    context: dict[str, Any] = {
        "lines": lines,
        "has_documents": any(line.has_document for line in lines),
        "total": choosing.sums_text(frame, items),
        "chosen": choosing.sums_text(frame, picked),
        "on_account": " + ".join(money_text(minor, code, frame.language) for code, minor in on_account.items()),
        "said": said(request),
    }
    response = show(request, frame, "home", **context)
    response.delete_cookie("fairdue_visit_said", path="/p/")
    return response


def _chosen(request: HttpRequest, frame: Frame) -> list[ItemRow]:
    with frame.guest.reading.open():
        return choosing.chosen_items(request, frame)


@require_safe
@for_guests
def pay(request: HttpRequest, frame: Frame) -> HttpResponse:
    """Show how the chosen items are paid."""
    items = _chosen(request, frame)
    if not items:
        return back_home(frame, "list.choose_first")
    made = paying.transfers(frame.creditor, frame.debtor.external_id, items)
    return show(request, frame, "pay", transfers=made, items=items, total=choosing.sums_text(frame, items))


@require_http_methods(["GET", "HEAD", "POST"])
@for_guests
def promise(request: HttpRequest, frame: Frame) -> HttpResponse:
    """Take a promise for the chosen items."""
    items = _chosen(request, frame)
    if not items:
        return back_home(frame, "list.choose_first")
    total, problem = choosing.sums_text(frame, items), ""
    if request.method == "POST":
        with frame.guest.reading.open():
            day, problem = acting.promise_problem(frame, items, request.POST.get("day", ""))
        if day is not None:
            problem = acting.promise(frame, items, day, request.POST.get("note", ""))
            if not problem:
                return back_home(frame, "promise.done", sum=total, day=day_text(day, frame.language))
    context = {
        "items": items, "total": total, "problem": problem, "last": acting.last_day(frame),
        "given": request.POST,
    }  # fmt: skip
    return show(request, frame, "promise", status=422 if problem else 200, **context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_guests
def dispute(request: HttpRequest, frame: Frame) -> HttpResponse:
    """Contest one item, or a part of it."""
    items = _chosen(request, frame)
    if len(items) != 1:
        return back_home(frame, "dispute.one")
    answer_by = day_text(add_bank_days(frame.today, ANSWER_BANK_DAYS), frame.language)
    reason, problems = request.POST.get("reason", ""), {}
    if request.method == "POST":
        amount, problems["amount"] = acting.contested(frame, items[0], request.POST.get("amount", ""))
        problems["reason"] = "" if reason in acting.REASONS else frame.say("dispute.bad_reason")
        if not any(problems.values()):
            problems["all"] = acting.dispute(frame, items[0], reason, amount, request.POST.get("note", ""))
            if not problems["all"]:
                return back_home(frame, "dispute.done", day=answer_by)
    context = {
        "item": items[0], "total": choosing.sums_text(frame, items), "answer_by": answer_by, "problems": problems,
        "reasons": [(code, frame.say(f"reason.{code}")) for code in acting.REASONS], "given": request.POST,
    }  # fmt: skip
    return show(request, frame, "dispute", status=422 if any(problems.values()) else 200, **context)


@require_safe
@for_guests
def statement(request: HttpRequest, frame: Frame) -> HttpResponse:
    """Show the statement of account as it stands, to be printed."""
    with frame.guest.reading.open():
        found = statement_of(frame.guest.reading, debtor=frame.debtor.id, today=frame.today)
        lines = choosing.lines(frame, found.items, set())
    totals = sorted(found.totals.items())
    return show(request, frame, "statement", lines=lines, credits=found.credits_, totals=totals)


@require_safe
@for_guests
def document(request: HttpRequest, frame: Frame, item: UUID) -> HttpResponse:
    """Give the document of one of the debtor's own items."""
    del request
    with frame.guest.reading.open():
        found = documents.document_of(frame.guest.reading, debtor=frame.debtor.id, item=item)
    if found is None:
        raise Http404("There is no document.")
    documents.note_opened(frame.guest, item=item, today=frame.today)
    response = HttpResponse(found.content, content_type=found.media_type)
    response["Content-Disposition"] = disposition(found.name, inline=True)
    response["X-Content-Type-Options"] = "nosniff"
    return response


@for_guests
def lost(request: HttpRequest, frame: Frame, rest: str) -> HttpResponse:
    """Answer an address that is none; strangers see the closed door."""
    del request, frame
    raise Http404(rest)


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the language that the visitor chose, and show him again the page that he saw, also a closed door."""
    seen = request.POST.get("from", "")
    response = sealed(redirect(seen if _OWN_PAGE.fullmatch(seen) else "portal:home"))
    wanted = request.POST.get("language", "")
    if wanted in LANGUAGES:
        _keep(response, LANGUAGE_COOKIE, wanted, timedelta(days=365))
    return response


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """End the visit on this device."""
    links.leave(request.COOKIES.get(COOKIE, ""))
    words = words_of(language_of(request))
    response = sealed(closed_door(request, words=words, gone=True))
    response.delete_cookie(COOKIE, path="/p/")
    return response
