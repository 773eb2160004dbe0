"""What the dashboard and the reports share: scope from the URL, links, exports."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.urls import NoReverseMatch, reverse

from fairdue.foundation import clock
from fairdue.foundation.files import disposition
from fairdue.foundation.middleware import creditor_choice
from fairdue.reporting.exports import CONTENT_TYPES, Format, written
from fairdue.reporting.scope import Scope
from fairdue.web.shell import read_as_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from fairdue.reporting.exports import Table


def today_of(request: HttpRequest) -> date:
    """Return the tenant's business date."""
    return clock.today(request.seat.timezone)  # type: ignore[attr-defined]


def scope_of(request: HttpRequest) -> Scope:
    """Return what the URL asks for: `asof`, `recorded` (ISO 8601 with offset), `debtor`; and the chosen client."""
    return Scope(
        read_as_of(request, today_of(request)),
        _instant(request.GET.get("recorded", "")),
        creditor_choice(request) or _uuid(request.GET.get("creditor", "")),
        _uuid(request.GET.get("debtor", "")),
    )


def _instant(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def link(name: str, *args: object, **query: object) -> str:
    """Return the address of a screen with a query; parameters of nothing are left out."""
    kept = {key: value for key, value in query.items() if value not in (None, "")}
    return reverse(f"web:{name}", args=args) + (f"?{urlencode(kept)}" if kept else "")


def link_if(name: str, *args: object) -> str:
    """Return the address of a screen of another area, nothing where that area has none."""
    try:
        return reverse(f"web:{name}", args=args)
    except NoReverseMatch:
        return ""


def day_query(request: HttpRequest, scope: Scope) -> dict[str, str]:
    """Return what links carry on: the day when it is not today, and the instant of knowledge."""
    found = {"asof": scope.as_of.isoformat()} if scope.as_of != today_of(request) else {}
    if scope.recorded is not None:
        found["recorded"] = scope.recorded.isoformat()
    return found


def exported(request: HttpRequest, table: Table) -> HttpResponse | None:
    """Return the table as a file when the URL asks for a format, else None."""
    asked = request.GET.get("format", "")
    if asked not in {Format.CSV, Format.XLSX, Format.JSON}:
        return None
    form = Format(asked)
    response = HttpResponse(written(table, form), content_type=CONTENT_TYPES[form])
    day = dict(table.about).get("as_of", "")
    response["Content-Disposition"] = disposition(f"{table.name}-{day}.{form}")
    return response


def export_links(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the addresses of this page as files."""
    query = request.GET.copy()
    found = []
    for form in (Format.CSV, Format.XLSX):
        query["format"] = form.value
        query.pop("after", None)
        found.append((form.value.upper(), f"{request.path}?{query.urlencode()}"))
    return found


def ctx_of(request: HttpRequest) -> Any:
    """Return who asks."""
    return request.ctx  # type: ignore[attr-defined]
