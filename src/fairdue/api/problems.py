"""Every error as problem details (RFC 9457): one shape, a sentence for a person, findings by field.

Nothing here tells whether an id exists in another tenant: what is not there and what is not yours look
the same.
"""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ObjectDoesNotExist, RequestDataTooBig
from django.db import DatabaseError, DataError, IntegrityError, InterfaceError, OperationalError
from django.http import Http404, HttpResponse
from ninja.errors import HttpError, ValidationError
from psycopg import errors as pg
from pydantic import BaseModel

from fairdue.core.findings import Finding, RefusedError, Severity
from fairdue.core.money import MoneyError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest
    from ninja import NinjaAPI

log = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 2
_CONFLICTS = frozenset(
    "duplicate pending decided exceeds_item exceeds_credit exceeds closed frozen nothing_to_reverse withdrawn "
    "same_person last_admin known not_over state settled proposal_closed reversed "
    "nothing_insured not_indemnified undone cancelled answered".split()
)
"""Last words of finding codes that speak of the present state, not of the request: another time it may work."""


class FindingOut(BaseModel):
    """One observation: a stable code, the path of the field, a sentence, how much it weighs."""

    code: str
    path: str
    message: str
    severity: str
    source: str = ""


class Problem(BaseModel):
    """Problem details of RFC 9457, with findings."""

    type: str
    title: str
    status: int
    detail: str
    request_id: str
    findings: list[FindingOut] = []


class Refusal(Exception):  # noqa: N818 - an answer, not a failure
    """An answer of the edge itself: a status, a sentence, perhaps headers."""

    def __init__(self, status: HTTPStatus, detail: str, headers: dict[str, str] | None = None) -> None:
        self.status, self.detail, self.headers = status, detail, headers or {}
        super().__init__(detail)


def out(finding: Finding) -> FindingOut:
    """Return a finding as it goes over the wire."""
    return FindingOut(
        code=finding.code, path=finding.path, message=finding.message, severity=finding.severity.value,
        source=finding.source,
    )  # fmt: skip


def answer(
    request: HttpRequest, status: HTTPStatus, detail: str = "", findings: Sequence[Finding] = (),
    headers: dict[str, str] | None = None,
) -> HttpResponse:  # fmt: skip
    """Return the problem as a response."""
    problem = Problem(
        type="about:blank", title=status.phrase, status=status, detail=detail or status.description,
        request_id=getattr(request, "request_id", ""), findings=[out(finding) for finding in findings],
    )  # fmt: skip
    return HttpResponse(problem.model_dump_json(), status=status, content_type=MEDIA_TYPE, headers=headers)


def status_of(findings: Sequence[Finding]) -> HTTPStatus:
    """Return the status of a refusal: forbidden, conflict with the present state, or not to be worked on."""
    codes = [finding.code for finding in findings if finding.severity is Severity.ERROR]
    if any(code.startswith("permission.") for code in codes):
        return HTTPStatus.FORBIDDEN
    if codes and all(code.rpartition(".")[2] in _CONFLICTS for code in codes):
        return HTTPStatus.CONFLICT
    return HTTPStatus.UNPROCESSABLE_ENTITY


def install(api: NinjaAPI) -> None:
    """Answer every exception that can reach the edge with a problem."""
    handlers: dict[type[Exception], Any] = {
        Refusal: lambda r, e: answer(r, e.status, e.detail, headers=e.headers),
        RefusedError: lambda r, e: answer(r, status_of(e.findings), str(e), e.findings),
        ValidationError: _invalid,
        MoneyError: lambda r, e: answer(r, HTTPStatus.UNPROCESSABLE_ENTITY, str(e)),
        HttpError: _http,
        Http404: lambda r, _: answer(r, HTTPStatus.NOT_FOUND),
        ObjectDoesNotExist: lambda r, _: answer(r, HTTPStatus.NOT_FOUND),
        RequestDataTooBig: lambda r, _: answer(r, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
        DatabaseError: _database,
        InterfaceError: _unavailable,
        UnicodeEncodeError: lambda r, _: _unstorable(r),
        OverflowError: lambda r, _: _unstorable(r),  # a day from which none can be counted
        Exception: _failed,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    findings = [
        Finding(f"request.{one['type']}", _path(one["loc"]), f"{_path(one['loc'])}: {one['msg']}.")
        for one in error.errors[:100]
    ]
    return answer(request, HTTPStatus.UNPROCESSABLE_ENTITY, "The request does not have the shape asked for.", findings)


def _path(place: Sequence[str | int]) -> str:
    """Return ("body", "body", "items", 3, "amount") as "items[3].amount"."""
    parts = [part for part in place if part not in {"body", "query", "path", "header", "file", "form"}]
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts).lstrip(".")


def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    # What was raised while the body was read says where it is no JSON.
    why = f" ({error.__cause__})" if isinstance(error.__cause__, ValueError) else ""
    return answer(request, HTTPStatus(error.status_code), f"{error.message}{why}")


def _database(request: HttpRequest, error: DatabaseError) -> HttpResponse:
    """Answer what the database itself refused; its own words stay inside."""
    cause = error.__cause__
    if isinstance(cause, pg.InsufficientPrivilege):
        return answer(request, HTTPStatus.FORBIDDEN, "This is not open to users of one creditor.")
    if isinstance(error, DataError):
        return _unstorable(request)
    if isinstance(error, IntegrityError):
        return _integrity(request, cause)
    if isinstance(error, OperationalError):
        return _unavailable(request, error)
    if str(getattr(cause, "sqlstate", "")).startswith("FD"):
        return answer(request, HTTPStatus.CONFLICT, "The books do not allow this.")
    return _failed(request, error)


def _unstorable(request: HttpRequest) -> HttpResponse:
    finding = Finding("request.unstorable", "", "A value has characters or a size that cannot be kept.")
    return answer(request, HTTPStatus.UNPROCESSABLE_ENTITY, finding.message, [finding])


def _integrity(request: HttpRequest, cause: BaseException | None) -> HttpResponse:
    name = str(getattr(getattr(cause, "diag", None), "constraint_name", "") or "")
    if isinstance(cause, pg.ForeignKeyViolation):
        field = name.removesuffix("_fk").rpartition("_")[2]
        finding = Finding("reference.unknown", field, f"There is no such {field or 'record'}.")
        return answer(request, HTTPStatus.UNPROCESSABLE_ENTITY, finding.message, [finding])
    if isinstance(cause, pg.UniqueViolation | pg.ExclusionViolation):
        finding = Finding("record.duplicate", name, "This is recorded already.")
        return answer(request, HTTPStatus.CONFLICT, finding.message, [finding])
    finding = Finding("record.invalid", name, "The books do not allow these values.")
    return answer(request, HTTPStatus.UNPROCESSABLE_ENTITY, finding.message, [finding])


def _unavailable(request: HttpRequest, error: Exception) -> HttpResponse:
    log.warning("the database could not answer: %s", error)
    headers = {"Retry-After": str(RETRY_SECONDS)}
    return answer(
        request, HTTPStatus.SERVICE_UNAVAILABLE, "Busy just now; nothing was done. Try again.", headers=headers
    )


def _failed(request: HttpRequest, error: Exception) -> HttpResponse:
    log.error("the API failed", exc_info=error)
    return answer(request, HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong here; nothing was done.")
