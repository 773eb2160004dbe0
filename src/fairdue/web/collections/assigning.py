"""Who has which cadence: a client's customers, or one customer."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from fairdue.collections import services
from fairdue.core.findings import RefusedError, refuse
from fairdue.foundation.permissions import Permission
from fairdue.parties import selectors as parties
from fairdue.web.collections.frame import ctx_of, today_of
from fairdue.web.permit import needs

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

NOBODY = "none"
"""What the form sends for "no reminders at all"."""


def _uuid(text: str, path: str, sentence: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise refuse(f"{path}.unknown", path, sentence) from None


def _debtor(request: HttpRequest, creditor: UUID) -> UUID | None:
    """Return the customer of the form, by id or by number; None when it is for all of the client's."""
    if request.POST.get("debtor"):
        return _uuid(request.POST["debtor"], "debtor", "There is no such customer.")
    number = request.POST.get("number", "").strip()
    if not number:
        return None
    found = parties.debtors_by_external_id(ctx_of(request), creditor, [number])
    if number not in found:
        raise refuse("debtor.unknown", "number", f"This client has no customer {number}.")
    return found[number]


def _back(request: HttpRequest) -> str:
    onward = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure())
    return onward if safe else reverse("web:cadences")


@require_POST
@needs(Permission.CADENCE_EDIT)
def assign(request: HttpRequest) -> HttpResponse:
    """Give a client's customers, or one of them, a cadence or none."""
    chosen = request.POST.get("cadence", "")
    try:
        creditor = _uuid(request.POST.get("creditor", ""), "creditor", "Say which client.")
        services.assign_cadence(
            ctx_of(request), creditor=creditor, debtor=_debtor(request, creditor), today=today_of(request),
            cadence=None if chosen == NOBODY else _uuid(chosen, "cadence", "Say which cadence."),
        )  # fmt: skip
        messages.success(request, "Assigned. The next run follows it.")
    except RefusedError as refused:
        messages.error(request, refused.findings[0].message)
    return redirect(_back(request))


@require_POST
@needs(Permission.CADENCE_EDIT)
def unassign(request: HttpRequest, assignment: UUID) -> HttpResponse:
    """Take an assignment back."""
    services.unassign_cadence(ctx_of(request), assignment=assignment, today=today_of(request))
    messages.success(request, "Taken back. The client's or the default cadence counts again.")
    return redirect(_back(request))
