"""Context processor of the staff screens: the frame around every page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fairdue.foundation import clock
from fairdue.foundation.middleware import creditor_choice
from fairdue.foundation.permissions import ROLE_TITLES
from fairdue.web.creditors import creditor_choices
from fairdue.web.shell import CreditorChoice, Shell, build_shell, read_theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest

_MOST_CREDITORS = 60
"""Lines of the switch; an agency with more finds a client by the search."""


def shell(request: HttpRequest) -> dict[str, Any]:
    """Give templates the frame as `shell`; before sign-in it knows only the theme."""
    seat, ctx = getattr(request, "seat", None), getattr(request, "ctx", None)
    if seat is None or ctx is None:
        return {"shell": Shell(theme=read_theme(request))}
    user: Any = request.user
    known = creditor_choices(ctx)
    frame = build_shell(
        request,
        ctx.may,
        clock.today(seat.timezone),
        tenant=seat.tenant_name,
        user_name=user.get_full_name(),
        user_email=user.email,
        role=ROLE_TITLES.get(seat.role, seat.role),
        clients=len(known),
        creditors=_creditors(request, known),
    )
    return {"shell": frame}


def _creditors(request: HttpRequest, known: Sequence[tuple[str, str]]) -> list[CreditorChoice]:
    """Return what the creditor switch offers; with one creditor there is nothing to switch."""
    chosen = str(creditor_choice(request) or "")
    if len(known) < 2 and not chosen:  # noqa: PLR2004 - a choice needs two
        return []
    every = CreditorChoice("", "All clients", current=not chosen)
    return [every, *(CreditorChoice(id_, name, current=id_ == chosen) for id_, name in known[:_MOST_CREDITORS])]
