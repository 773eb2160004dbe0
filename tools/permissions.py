"""Write the pages that the routes know best: who may call what, and what the API offers. `--check` only compares.

Run: python tools/permissions.py [--check]
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent.parent / "docs/reference"
Row = tuple[str, str, str]


class UnpermittedRouteError(LookupError):
    """A route that says no permission; the matrix refuses to leave it out."""


def web_routes(patterns: Any = None, prefix: str = "/") -> Iterator[Row]:
    """Yield (address, what it is, permission) of every screen; a screen without a permission is an error."""
    from django.urls import URLPattern

    from fairdue.foundation.permissions import Permission
    from fairdue.web import urls

    for entry in urls.urlpatterns if patterns is None else patterns:
        path = prefix + str(entry.pattern)
        if not isinstance(entry, URLPattern):
            yield from web_routes(entry.url_patterns, path)
            continue
        permission = getattr(entry.callback, "permission", None)
        if not isinstance(permission, Permission):
            raise UnpermittedRouteError(path)
        yield path, str(entry.name), permission.value


def api_routes() -> Iterator[Row]:
    """Yield (method and address, what it does, permission) of every call."""
    from fairdue.api.application import api  # noqa: F401 - declares every route
    from fairdue.api.routing import ROUTES

    for route in sorted(ROUTES, key=lambda one: (one.path, one.method)):
        yield f"{route.method} {route.path}", route.summary, route.permission.value


def _table(rows: list[Row]) -> Iterator[str]:
    from fairdue.foundation.permissions import ROLE_TITLES, ROLES

    yield f"| route | permission | {' | '.join(ROLE_TITLES[role] for role in ROLES)} |"
    yield f"|---|---|{'---|' * len(ROLES)}"
    for path, _, permission in rows:
        marks = ("yes" if permission in allowed else "" for allowed in ROLES.values())
        yield f"| `{path}` | `{permission}` | {' | '.join(marks)} |"


def matrix() -> str:
    """Return the page of routes and roles."""
    lines = [
        "# Permissions",
        "Who may call what. Every route names one permission; a role is a set of permissions; a route without one",
        "does not get past the tests. Commands check again what a route cannot know (four eyes, limits of amounts,",
        "terms of a customer). A client user sees one creditor only, whatever the role.",
        "",
        "## Screens",
        *_table(sorted(web_routes())),
        "",
        "## API",
        "The same permissions are the scopes of API keys.",
        "",
        *_table(list(api_routes())),
    ]
    return "\n".join(lines) + "\n"


def calls() -> str:
    """Return the page of the API's calls, by noun."""
    from fairdue.api.routing import ROUTES

    lines = [
        "# API",
        "Every call under `/api/v1`. The whole description with all fields is at `/api/openapi.json`;",
        "[how to use it](../howto/use-the-api.md). **Key** marks calls that must carry an `Idempotency-Key`,",
        "**file** those that take a file as multipart/form-data. Each call needs the named permission (scope).",
        "",
    ]
    rows = sorted(ROUTES, key=lambda one: (one.path, one.method))
    for noun, group in groupby(rows, key=lambda one: one.path.split("/")[3]):
        lines += [f"## {noun}", "| call | what it does | permission | |", "|---|---|---|---|"]
        for one in group:
            marks = " ".join(word for word, on in (("key", one.money), ("file", one.upload)) if on)
            lines.append(f"| `{one.method} {one.path}` | {one.summary} | `{one.permission.value}` | {marks} |")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def pages() -> dict[str, str]:
    """Return the generated pages by file name."""
    return {"permissions.md": matrix(), "api.md": calls()}


def main() -> int:
    """Write or compare the pages."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fairdue.settings")
    os.environ.setdefault("FAIRDUE_SECRET_KEY", "only for reading the routes")
    import django

    django.setup()
    stale = []
    for name, text in pages().items():
        path = FOLDER / name
        if "--check" not in sys.argv:
            path.write_text(text)
        elif not path.exists() or path.read_text() != text:
            stale.append(name)
    for name in stale:
        print(f"docs/reference/{name} is not up to date; run python tools/permissions.py", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
