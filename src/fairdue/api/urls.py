"""Addresses of the machine edge, each behind the same door: size and kind of the body, errors as problems."""

from __future__ import annotations

import functools
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt

from fairdue.api import problems
from fairdue.api.application import api
from fairdue.api.routing import ROUTES

app_name = "api"
LARGEST_UPLOAD = 200_000_000
_READS = {"GET", "HEAD", "OPTIONS"}
_UPLOADS = {route.path.removeprefix("/") for route in ROUTES if route.upload}


def _door(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Refuse bodies that are too large or of the wrong kind before they are read; explain wrong methods."""

    @csrf_exempt
    @functools.wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in _READS and (problem := _body_problem(request)):
            return problem
        response = view(request, *args, **kwargs)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            headers = {"Allow": response["Allow"]}
            return problems.answer(request, HTTPStatus.METHOD_NOT_ALLOWED, headers=headers)
        return response

    return answer


def _body_problem(request: HttpRequest) -> HttpResponse | None:
    length = request.META.get("CONTENT_LENGTH") or "0"
    size = int(length) if length.isdecimal() else 0
    match = request.resolver_match
    upload = match is not None and match.route.replace("<", "{").replace(">", "}") in _UPLOADS
    if size > (LARGEST_UPLOAD if upload else settings.DATA_UPLOAD_MAX_MEMORY_SIZE):
        return problems.answer(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    wanted = "multipart/form-data" if upload else "application/json"
    if size and request.content_type != wanted:
        return problems.answer(request, HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Send {wanted}.")
    return None


@csrf_exempt
def _nothing_here(request: HttpRequest, rest: str) -> HttpResponse:
    """Answer addresses that are not there."""
    del rest
    return problems.answer(request, HTTPStatus.NOT_FOUND)


def _behind_the_door(pattern: URLPattern) -> URLPattern:
    pattern.callback = _door(pattern.callback)
    return pattern


urlpatterns = [
    *(_behind_the_door(pattern) for pattern in api.urls[0] if isinstance(pattern, URLPattern)),
    path("<path:rest>", _nothing_here),
]
