"""Context processor of the staff screens: the frame around every page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fairdue.foundation import clock
from fairdue.foundation.permissions import ROLE_TITLES
from fairdue.web.shell import Shell, build_shell, read_theme

if TYPE_CHECKING:
    from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    """Give templates the frame as `shell`; before sign-in it knows only the theme."""
    seat, ctx = getattr(request, "seat", None), getattr(request, "ctx", None)
    if seat is None or ctx is None:
        return {"shell": Shell(theme=read_theme(request))}
    user: Any = request.user
    frame = build_shell(
        request,
        ctx.may,
        clock.today(seat.timezone),
        tenant=seat.tenant_name,
        user_name=user.get_full_name(),
        user_email=user.email,
        role=ROLE_TITLES.get(seat.role, seat.role),
    )
    return {"shell": frame}
