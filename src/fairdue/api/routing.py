"""What a route is: an address, a permission, a tenant's transaction, and repeatable when it moves money.

A route is declared with `Resource.get/post/...`, which all demand a permission; the table of all routes is
`ROUTES`, from which the matrix of roles, the reference page and the tests are made.
"""

from __future__ import annotations

import functools
import hashlib
import inspect
import json
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.db import OperationalError
from django.http import HttpResponse
from ninja import Router
from ninja.files import UploadedFile
from psycopg import errors as pg
from pydantic import BaseModel

from fairdue.api.callers import ApiKey, Session
from fairdue.api.problems import Problem, Refusal
from fairdue.foundation.commands import command

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpRequest

    from fairdue.api.callers import Caller
    from fairdue.foundation.context import Ctx
    from fairdue.foundation.permissions import Permission

TRIES = 3
KEY_HEADER = "Idempotency-Key"
LONGEST_KEY = 200
_IN_THE_WAY = pg.DeadlockDetected | pg.LockNotAvailable | pg.SerializationFailure


@dataclass(frozen=True, slots=True)
class Route:
    """One line of the route table."""

    method: str
    path: str
    permission: Permission
    summary: str
    money: bool = False
    """Writes money facts: the call must carry an Idempotency-Key."""
    upload: bool = False
    """Takes a file as multipart/form-data."""


@dataclass(frozen=True, slots=True)
class Call:
    """What a route's function gets first: the open tenant's context, the business date, the request."""

    ctx: Ctx
    today: date
    request: HttpRequest


ROUTES: list[Route] = []
type View = Callable[..., BaseModel | HttpResponse]


class Resource:
    """A noun of the API with its routes under /v1/<noun>."""

    def __init__(self, prefix: str, tag: str) -> None:
        self.prefix, self.router = prefix, Router(tags=[tag])

    def get(self, path: str, permission: Permission, answers: Any) -> Callable[[View], View]:
        """Declare a route that reads."""
        return self._declare("GET", path, permission, answers, HTTPStatus.OK)

    def post(
        self, path: str, permission: Permission, answers: Any, *, status: HTTPStatus = HTTPStatus.OK,
        money: bool = False, upload: bool = False, secret: bool = False,
    ) -> Callable[[View], View]:  # fmt: skip
        """Declare a route that writes; `money` demands an Idempotency-Key, a `secret` answer is never kept."""
        return self._declare("POST", path, permission, answers, status, money=money, upload=upload, secret=secret)

    def patch(self, path: str, permission: Permission, answers: Any) -> Callable[[View], View]:
        """Declare a route that changes a part."""
        return self._declare("PATCH", path, permission, answers, HTTPStatus.OK)

    def put(self, path: str, permission: Permission, answers: Any) -> Callable[[View], View]:
        """Declare a route that sets a whole."""
        return self._declare("PUT", path, permission, answers, HTTPStatus.OK)

    def _declare(
        self, method: str, path: str, permission: Permission, answers: Any, status: HTTPStatus, *,
        money: bool = False, upload: bool = False, secret: bool = False,
    ) -> Callable[[View], View]:  # fmt: skip
        def declare(view: View) -> View:
            summary = (inspect.getdoc(view) or "").partition("\n")[0]
            route = Route(method, f"/api/v1{self.prefix}{path}", permission, summary, money, upload)
            ROUTES.append(route)
            self.router.add_api_operation(
                path, [method], _edge(view, route, status, secret=secret),
                auth=[ApiKey(permission), Session(permission)], summary=summary, description=inspect.getdoc(view),
                operation_id=view.__name__, response=_responses(answers, status), openapi_extra=_extra(route),
            )  # fmt: skip
            return view

        return declare


def _responses(answers: Any, status: HTTPStatus) -> dict[Any, Any]:
    problems = dict.fromkeys((400, 401, 403, 404, 409, 413, 415, 422, 429, 503), Problem)
    return {**({status.value: answers} if answers is not None else {}), **problems}


def _extra(route: Route) -> dict[str, Any]:
    extra: dict[str, Any] = {"x-permission": route.permission.value}
    if route.method == "POST":
        words = "Repeating a call with the same key gives the first answer again and does nothing twice."
        schema = {"type": "string", "maxLength": LONGEST_KEY}
        extra["parameters"] = [
            {"name": KEY_HEADER, "in": "header", "required": route.money, "schema": schema, "description": words}
        ]
    return extra


def _edge(view: View, route: Route, status: HTTPStatus, *, secret: bool) -> Callable[..., HttpResponse]:
    """Return what ninja calls: the view inside the caller's tenant, run again when another stood in the way."""

    @functools.wraps(view)
    def run(request: HttpRequest, **given: Any) -> HttpResponse:
        caller: Caller = request.auth  # type: ignore[attr-defined]
        key = None if secret or route.method != "POST" else _key(request, required=route.money)
        for attempt in range(1, TRIES + 1):
            try:
                return _in_tenant(view, route, caller, request, given, key, status)
            except OperationalError as error:
                if attempt == TRIES or not isinstance(error.__cause__, _IN_THE_WAY):
                    raise
        raise AssertionError

    signature = inspect.signature(view)
    first, *rest = signature.parameters.values()
    run.__signature__ = signature.replace(parameters=[first.replace(name="request"), *rest])  # type: ignore[attr-defined]
    return run


def _in_tenant(
    view: View, route: Route, caller: Caller, request: HttpRequest, given: dict[str, Any], key: str | None,
    status: HTTPStatus,
) -> HttpResponse:  # fmt: skip
    with caller.ctx.open():
        call = Call(caller.ctx, caller.today, request)
        if key is None:
            answer = view(call, **given)
            return answer if isinstance(answer, HttpResponse) else _json(answer.model_dump_json(), status)
        return _json(_once(call, view, route, given, key), status)


def _json(text: str, status: HTTPStatus) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="application/json")


def _key(request: HttpRequest, *, required: bool) -> str | None:
    key = request.headers.get(KEY_HEADER)
    if key is None and required:
        raise Refusal(
            HTTPStatus.BAD_REQUEST, f"This call moves money: send an {KEY_HEADER} header, a new one for each."
        )
    if key is not None and not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise Refusal(HTTPStatus.BAD_REQUEST, f"{KEY_HEADER} has 1 to {LONGEST_KEY} plain characters.")
    return key


def _once(call: Call, view: View, route: Route, given: dict[str, Any], key: str) -> str:
    """Answer as at the first time for the same key and request; the answer is kept beside the key.

    The business date is no part of the request: a repetition after midnight is still the same call.
    """

    @command(f"api {route.method} {route.path}"[:80])
    def answer(ctx: Ctx, *, request: str, key: str | None = None) -> str:
        del ctx, request, key
        result = view(call, **given)
        assert isinstance(result, BaseModel)
        return result.model_dump_json()

    return answer(call.ctx, request=_digest(given), key=key)


def _digest(given: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(given, sort_keys=True, default=_plain).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, UploadedFile):
        digest = hashlib.sha256()
        for chunk in value.chunks():
            digest.update(chunk)
        value.seek(0)
        return digest.hexdigest()
    return str(value)
