"""Make a portal link for a customer, shown once; end all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from fairdue.foundation import clock
from fairdue.foundation.permissions import Permission
from fairdue.foundation.portal import end_portal_links, portal_links
from fairdue.parties import selectors as parties
from fairdue.web.permit import needs

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_POST
@needs(Permission.COLLECTIONS_ACT)
def make(request: HttpRequest, debtor: UUID) -> HttpResponse:
    """Make a link and show it this once, to be copied into a message."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    row = parties.debtor(ctx, debtor)
    today = clock.today(request.seat.timezone)  # type: ignore[attr-defined]
    made = portal_links(ctx, debtors=[debtor], today=today)
    if row is None or debtor not in made:
        raise Http404("There is no such customer.")
    return render(request, "web/guests/made.html", {"debtor": row, "link": made[debtor]})


@require_POST
@needs(Permission.COLLECTIONS_ACT)
def end(request: HttpRequest, debtor: UUID) -> HttpResponse:
    """End every link and visit of a customer at once."""
    count = end_portal_links(request.ctx, debtor=debtor)  # type: ignore[attr-defined]
    messages.success(request, f"{count} portal {'link has' if count == 1 else 'links have'} ended.")
    return redirect(f"/customers/{debtor}")
