"""The permission of a view: `@needs(Permission.CASH_VIEW)`. A view without one is refused by a test."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Concatenate, Protocol, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.urls import NoReverseMatch, resolve, reverse

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from fairdue.foundation.permissions import Permission


def reachable(request: HttpRequest, name: str, *args: object) -> str:
    """Return the address of a named view if it exists and the reader may open it, else nothing: no link ends in 403."""
    try:
        url = reverse(name, args=args)
    except NoReverseMatch:
        return ""
    permission = getattr(resolve(url).func, "permission", None)
    ctx = getattr(request, "ctx", None)
    return url if permission is None or (ctx is not None and ctx.may(permission)) else ""


class PermittedView(Protocol):
    """A view that says which permission it needs."""

    permission: Permission


def needs[**P](
    permission: Permission,
) -> Callable[
    [Callable[Concatenate[HttpRequest, P], HttpResponse]], Callable[Concatenate[HttpRequest, P], HttpResponse]
]:
    """Let a view run only for people who hold `permission`; others sign in or are told why not."""

    def guard(
        view: Callable[Concatenate[HttpRequest, P], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            ctx = getattr(request, "ctx", None)
            if ctx is None:
                return redirect_to_login(request.get_full_path())
            if not ctx.may(permission):
                raise PermissionDenied(permission.value)
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return cast("Callable[Concatenate[HttpRequest, P], HttpResponse]", guarded)

    return guard
