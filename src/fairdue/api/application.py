"""The API as one object: its resources, its errors, its description."""

from __future__ import annotations

import importlib
import json
import pkgutil
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NoReturn

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser

from fairdue import __version__
from fairdue.api import problems, resources

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest, HttpResponse

    from fairdue.api.routing import Resource

DESCRIPTION = """Accounts receivable over HTTP: the same words and services as the screens and the command line.

Amounts are decimal strings in their currency ("1190.00"), dates ISO 8601. Errors are problem details
(RFC 9457) with findings by field. Lists come in pages by cursor. Calls that move money carry an
Idempotency-Key. `x-permission` names the permission (the scope of a key) of each call.
"""


class OneMeaning(Parser):
    """Reads JSON that means one thing: a name that stands twice, NaN and Infinity are no JSON (RFC 8259, 4 and 6)."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """Return the body; who wrote another amount behind the first one is refused, not followed."""
        body: dict[str, Any] = json.loads(request.body, object_pairs_hook=_once_each, parse_constant=_no_number)
        return body


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in an object")
    return found


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")


class Api(NinjaAPI):
    """Describes problems as what they are, application/problem+json."""

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> OpenAPISchema:
        """Return the description of every route; it is made once, because anybody may ask for it and it costs much."""
        known = self.__dict__.setdefault("_described", {})
        if path_prefix not in known:
            known[path_prefix] = self._describe(path_prefix, path_params)
        described: OpenAPISchema = known[path_prefix]
        return described

    def _describe(self, path_prefix: str | None, path_params: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        for operations in schema["paths"].values():
            for operation in operations.values():
                for status, answer in operation["responses"].items():
                    if int(status) >= HTTPStatus.BAD_REQUEST and "content" in answer:
                        answer["content"] = {problems.MEDIA_TYPE: answer["content"]["application/json"]}
        return schema

    def on_exception(self, request: HttpRequest, exc: Any) -> HttpResponse:
        """Answer with a problem; who is not known is asked to say who they are."""
        response: HttpResponse = super().on_exception(request, exc)
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            response["WWW-Authenticate"] = 'Bearer realm="Fairdue"'
        return response


def _resources() -> Iterator[Resource]:
    for module in sorted(pkgutil.iter_modules(resources.__path__), key=lambda module: module.name):
        yield from importlib.import_module(f"{resources.__name__}.{module.name}").RESOURCES


def build() -> Api:
    """Return the API with every resource of `fairdue.api.resources`."""
    api = Api(
        title="Fairdue", version=__version__, description=DESCRIPTION, docs_url=None, urls_namespace="api",
        parser=OneMeaning(),
    )  # fmt: skip
    problems.install(api)
    for resource in _resources():
        api.add_router(f"/v1{resource.prefix}", resource.router)
    return api


api = build()
