"""Take back what was done a moment ago: a signed note of the steps, and the reversal of each.

Only what has a true reversal is offered: the command behind each step undoes the act itself and says so in a fact.
The note is of one person and ends after a quarter of an hour; whether a step can still be undone its command decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from fairdue.collections import services
from fairdue.core.findings import RefusedError
from fairdue.foundation.approvals import decide
from fairdue.foundation.permissions import Permission
from fairdue.web.collections.frame import ctx_of, today_of
from fairdue.web.panels import announce, wants_panel
from fairdue.web.permit import needs

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from django.http import HttpRequest

    from fairdue.foundation.context import Ctx

type Step = tuple[str, list[Any]]
"""The name of a reversal and what it is about: ids as text, None for nobody."""

SALT = "fairdue.undo"
LASTS = 15 * 60
"""Seconds."""
TAG = "undo:"
"""Stands before the note among the tags of a message, so that the banner offers it."""
GONE = "This can no longer be undone."


def _work(ctx: Ctx, told: list[Any], today: date) -> object:
    lines, owners = told[::2], told[1::2]
    return services.assign_back(
        ctx, lines=[UUID(one) for one in lines], owners=[UUID(one) if one else None for one in owners], today=today
    )


def _inbox(ctx: Ctx, told: list[Any], today: date) -> object:
    return [services.mark_undone(ctx, fact=UUID(one), today=today) for one in told]


REVERSALS: dict[str, Callable[[Ctx, list[Any], date], object]] = {
    "snooze": lambda ctx, told, today: services.unsnooze(ctx, holds=[UUID(one) for one in told], today=today),
    "promise": lambda ctx, told, today: services.cancel_promise(ctx, promise=UUID(told[0]), today=today),
    "call": lambda ctx, told, today: services.withdraw_call(ctx, call=UUID(told[0]), today=today),
    "task": lambda ctx, told, today: services.reopen_task(ctx, task=UUID(told[0]), today=today),
    "write_off": lambda ctx, told, today: decide(ctx, approval=UUID(told[0]), approve=False, today=today),
    "work": _work,
    "inbox": _inbox,
}


def step(name: str, *about: object) -> Step:
    """Return one step of a note; `about` are ids, None for nobody."""
    if name not in REVERSALS:
        raise ValueError(f"{name} has no reversal")
    return name, [None if one is None else str(one) for one in about]


def note_of(request: HttpRequest, steps: list[Step], debtor: UUID | None = None) -> str:
    """Return the signed note of steps, the last act first; empty when there is nothing to undo."""
    if not steps:
        return ""
    told = {"by": str(request.user.pk), "steps": steps, "debtor": str(debtor or "")}
    return signing.dumps(told, salt=SALT, compress=True)


def tell(request: HttpRequest, said: str, undo: str = "") -> None:
    """Say on the next page what was done, with the way back where there is one."""
    messages.success(request, said, extra_tags=f"{TAG}{undo}" if undo else "")


def _read(request: HttpRequest) -> dict[str, Any] | None:
    try:
        told: dict[str, Any] = signing.loads(request.POST.get("note", ""), salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return None
    return told if told["by"] == str(request.user.pk) else None


@require_POST
@needs(Permission.WORKLIST_VIEW)
def undo(request: HttpRequest) -> HttpResponse:
    """Undo the steps of a note, all or none; the customer that they were about is shown again."""
    told = _read(request)
    if told is None:
        return _answer(request, GONE, None, done=False)
    try:
        with transaction.atomic():
            for name, about in told["steps"]:
                REVERSALS[name](ctx_of(request), about, today_of(request))
    except RefusedError as refused:
        return _answer(request, " ".join(finding.message for finding in refused.findings), None, done=False)
    return _answer(request, "Undone.", UUID(told["debtor"]) if told["debtor"] else None, done=True)


def _answer(request: HttpRequest, said: str, debtor: UUID | None, *, done: bool) -> HttpResponse:
    from fairdue.web.collections.worklist import render_customer

    if wants_panel(request):
        if debtor is None:
            response = HttpResponse(status=204)
            response["HX-Reswap"] = "none"
            return announce(response, said, "rows-changed", at_once=True)
        return announce(render_customer(request, debtor, done=said), said, "rows-changed")
    if done:
        messages.success(request, said)
    else:
        messages.error(request, said)
    onward = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure())
    return redirect(onward if safe else "web:worklist")
