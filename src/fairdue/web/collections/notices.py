"""A message as it went out: its items, what the law added with rates and articles, and booking that."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fairdue.collections import selectors, services
from fairdue.collections.statement import as_letter, statement_of
from fairdue.collections.wording import language_of
from fairdue.core.findings import RefusedError
from fairdue.foundation.permissions import Permission
from fairdue.parties import selectors as parties
from fairdue.web.collections.frame import ctx_of, today_of
from fairdue.web.panels import render_panel
from fairdue.web.permit import needs

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
@needs(Permission.WORKLIST_VIEW)
def show(request: HttpRequest, notice: UUID) -> HttpResponse:
    """Show one message; it is also the preview of what booking its claims will do."""
    ctx = ctx_of(request)
    found = selectors.notice(ctx, id_=notice)
    if found is None:
        raise Http404("There is no such message.")
    context = {
        "notice": found, "debtor": parties.debtor(ctx, found.row.debtor_id),
        "may_act": ctx.may(Permission.COLLECTIONS_ACT),
        "claims": [line for line in found.lines if line.interest or line.compensation],
    }  # fmt: skip
    return render_panel(request, "web/collections/notice_page.html", "web/collections/notice_panel.html", context)


@require_POST
@needs(Permission.COLLECTIONS_ACT)
def book(request: HttpRequest, notice: UUID) -> HttpResponse:
    """Make open items of the interest and compensation that the message claimed."""
    try:
        booked = services.book_claim(ctx_of(request), notice=notice, today=today_of(request))
        messages.success(request, f"Booked as {len(booked)} open items. They are undone by a reversal only.")
    except RefusedError as refused:
        messages.error(request, refused.findings[0].message)
    return redirect(reverse("web:notice", args=[notice]))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.COLLECTIONS_ACT)
def statement(request: HttpRequest, debtor: UUID) -> HttpResponse:
    """Show the statement that would go out; a POST sends it."""
    ctx, today = ctx_of(request), today_of(request)
    row = parties.debtor(ctx, debtor)
    if row is None:
        raise Http404("There is no such customer.")
    if request.method == "POST":
        try:
            services.send_statement(ctx, debtor=debtor, today=today)
            messages.success(request, "Statement queued.")
        except RefusedError as refused:
            messages.error(request, refused.findings[0].message)
        return redirect("web:customer", debtor)
    made = statement_of(ctx, debtor=debtor, today=today)
    context = {
        "debtor": row, "email": made.debtor.email, "letter": as_letter(made),
        "language": language_of(made.debtor.language),
    }  # fmt: skip
    return render_panel(request, "web/collections/statement_page.html", "web/collections/statement_panel.html", context)
