"""What surrounds every request: its id in the logs, and the tenant's transaction around the view."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any, NoReturn
from uuid import UUID, uuid4

import structlog
from django.db import DataError, IntegrityError, OperationalError, ProgrammingError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils import timezone
from django.utils.datastructures import MultiValueDictKeyError
from psycopg import errors as pg

from fairdue.core.findings import RefusedError
from fairdue.foundation.access import Seat, seat_of
from fairdue.foundation.context import Ctx, TenantId
from fairdue.foundation.probes import REQUESTS, SECONDS

type View = Callable[[HttpRequest], HttpResponse]
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,80}")
_PORTAL_SECRET = re.compile(r"^(/p/l/).+")
"""Personal links are secrets; logs do not learn them."""
_TRIES = 3
OPEN_PATHS = ("/account/", "/static/", "/p/", "/healthz", "/readyz", "/metrics", "/api/")
"""Where no staff tenant is opened: sign-in, the portal and the API open their own."""


class _Retry(Exception):  # noqa: N818 - a signal to the caller, not a failure
    """Two requests stood in each other's way; nothing was done, so the request is run again."""

    def __init__(self, error: OperationalError) -> None:
        self.error = error


def request_context(get_response: View) -> View:
    """Give each request an id, log it, count it, and forbid storing answers that need a sign-in."""

    def answer(request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-Id", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else uuid4().hex
        request.request_id = request_id  # type: ignore[attr-defined]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        started = time.perf_counter()
        response = get_response(request)
        elapsed = time.perf_counter() - started
        REQUESTS.labels(request.method, response.status_code).inc()
        SECONDS.observe(elapsed)
        response["X-Request-Id"] = request_id
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        structlog.get_logger("fairdue.request").info(
            "answered", method=request.method, status=response.status_code,
            path=_PORTAL_SECRET.sub(r"\1…", request.path),
            milliseconds=int(elapsed * 1000),
        )  # fmt: skip
        return response

    return answer


class Tenancy:
    """Open the signed-in person's tenant around the view, as `request.ctx` and `request.seat`.

    A request that the database stopped for the sake of another (deadlock, lock timeout) did nothing and
    is run again; a request that fails is rolled back whole.
    """

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer inside the tenant's transaction."""
        if request.path.startswith(OPEN_PATHS) or not request.user.is_authenticated:
            return self.get_response(request)
        seat = seat_of(request)
        if seat is None:
            return render(request, "403_no_tenant.html", status=403)
        ctx = context_of(request, seat)
        # Instants on pages stand in the zone of the tenant.
        with timezone.override(seat.timezone):
            for attempt in range(1, _TRIES + 1):
                try:
                    return in_tenant(request, ctx, self.get_response)
                except _Retry as retry:
                    if attempt == _TRIES:
                        raise retry.error from None
        raise AssertionError

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Keep what went wrong: nothing of this request is kept. Answer what is not the house's own mistake.

        A refusal that no view caught is answered with its findings, a value that no screen of ours sends with 400, a
        page whose tables do not exist for users of one client with 403.
        """
        request.failure = exception  # type: ignore[attr-defined]
        if isinstance(exception, RefusedError):
            return render(request, "409.html", {"findings": exception.findings}, status=409)
        if _is_no_form_of_ours(exception):
            return _page_alone("400.html", 400)
        if isinstance(exception, ProgrammingError) and isinstance(exception.__cause__, pg.InsufficientPrivilege):
            return _page_alone("403.html", 403)
        return None


def _is_no_form_of_ours(error: Exception) -> bool:
    """Tell whether a request holds what none of our screens sends.

    That is a value that cannot be stored (a NUL, a number beyond every column), a day from which none can be counted,
    an id that is none or names nothing, a form without its fields.
    """
    if isinstance(error, IntegrityError):
        return isinstance(error.__cause__, pg.ForeignKeyViolation)
    no_id = isinstance(error, ValueError) and str(error) == "badly formed hexadecimal UUID string"
    return no_id or isinstance(error, DataError | MultiValueDictKeyError | OverflowError)


def _page_alone(template: str, status: int) -> HttpResponse:
    """Return a page that asks the database nothing: its transaction is broken."""
    return HttpResponse(get_template(template).render(), status=status)


def context_of(request: HttpRequest, seat: Seat) -> Ctx:
    """Return who acts in this request and what they may do."""
    ctx = Ctx(
        TenantId(seat.tenant_id), f"user:{request.user.pk}", seat.creditor_id, seat.permissions,
        request_id=getattr(request, "request_id", ""),
    )  # fmt: skip
    request.seat, request.ctx = seat, ctx  # type: ignore[attr-defined]
    structlog.contextvars.bind_contextvars(tenant=seat.tenant_id, user=str(request.user.pk))
    return ctx


class _RollBack(Exception):  # noqa: N818 - a signal, not a failure
    """Ends the transaction of an answer that reports an error, and carries the answer out."""

    def __init__(self, response: HttpResponse) -> None:
        self.response = response


def in_tenant(request: HttpRequest, ctx: Ctx, view: View) -> HttpResponse:
    """Run `view` in the tenant's transaction; a view that fails, with whatever answer, leaves nothing behind."""
    request.failure = None  # type: ignore[attr-defined]
    try:
        with ctx.open():
            response = view(request)
            rendering: Any = getattr(response, "render", None)
            if callable(rendering) and not getattr(response, "is_rendered", True):
                response = rendering()
            failed = getattr(request, "failure", None) is not None
            if failed or response.status_code >= 500:  # noqa: PLR2004 - the family of server errors
                _end_failed(request, response)
            return response
    except _RollBack as failed:
        return failed.response
    except OperationalError as error:
        _raise_conflict(error)
        raise


def _end_failed(request: HttpRequest, response: HttpResponse) -> NoReturn:
    _raise_conflict(getattr(request, "failure", None))
    raise _RollBack(response)


def _raise_conflict(error: BaseException | None) -> None:
    cause = getattr(error, "__cause__", None)
    if isinstance(error, OperationalError) and isinstance(
        cause, pg.DeadlockDetected | pg.LockNotAvailable | pg.SerializationFailure
    ):
        raise _Retry(error)


def creditor_choice(request: HttpRequest) -> UUID | None:
    """Return the creditor that the person narrowed the screens to, if any."""
    chosen = request.session.get("creditor")
    return UUID(chosen) if chosen else None
