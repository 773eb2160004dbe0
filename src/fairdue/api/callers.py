"""Who calls: a machine with a key, or a signed-in person. First who, then how often, then whether allowed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import structlog
from ninja.security import APIKeyCookie, HttpBearer

from fairdue.api import limits
from fairdue.api.problems import Refusal
from fairdue.foundation import clock
from fairdue.foundation.access import seat_of
from fairdue.foundation.accounts import authenticate_api_key
from fairdue.foundation.context import Ctx, TenantId
from fairdue.foundation.proxies import sender_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from fairdue.foundation.permissions import Permission


@dataclass(frozen=True, slots=True)
class Caller:
    """Who acts, and the business date where they are."""

    ctx: Ctx
    today: date


def _too_many(wait: int) -> Refusal:
    return Refusal(HTTPStatus.TOO_MANY_REQUESTS, f"Wait {wait} s.", {"Retry-After": str(wait)})


def _admitted(caller: Caller, permission: Permission) -> Caller:
    ctx = caller.ctx
    structlog.contextvars.bind_contextvars(tenant=ctx.tenant, actor=ctx.actor)
    if wait := limits.take(ctx.actor):
        raise _too_many(wait)
    if not ctx.may(permission):
        raise Refusal(HTTPStatus.FORBIDDEN, f"This needs the permission “{permission.value}”.")
    return caller


class ApiKey(HttpBearer):
    """`Authorization: Bearer fairdue_…`; what the key may do is said by its scopes."""

    def __init__(self, permission: Permission) -> None:
        super().__init__()
        self.permission = permission

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:
        """Return the caller that the key stands for."""
        holder = authenticate_api_key(token)
        if holder is None:
            if wait := limits.take_failure(sender_of(request)):
                raise _too_many(wait)
            return None
        ctx = Ctx(
            TenantId(holder.tenant_id), f"key:{holder.id}", holder.creditor_id, holder.permissions,
            request_id=getattr(request, "request_id", ""),
        )  # fmt: skip
        return _admitted(Caller(ctx, clock.today(holder.timezone)), self.permission)


class Session(APIKeyCookie):
    """The session of a signed-in person, with the CSRF token on everything that writes."""

    param_name = "sessionid"

    def __init__(self, permission: Permission) -> None:
        super().__init__()
        self.permission = permission

    def __call__(self, request: HttpRequest) -> Any:
        """Leave calls with an Authorization header or without a session to others; they need no CSRF token."""
        if "Authorization" in request.headers or not request.user.is_authenticated:
            return None
        return super().__call__(request)

    def authenticate(self, request: HttpRequest, key: str | None) -> Caller | None:
        """Return the signed-in person in the chosen tenant."""
        del key
        seat = seat_of(request)
        if seat is None:
            return None
        ctx = Ctx(
            TenantId(seat.tenant_id), f"user:{request.user.pk}", seat.creditor_id, seat.permissions,
            request_id=getattr(request, "request_id", ""),
        )  # fmt: skip
        return _admitted(Caller(ctx, clock.today(seat.timezone)), self.permission)
