"""The second navigation of the settings: what this reader may set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fairdue.foundation.permissions import Permission
from fairdue.web.permit import reachable

if TYPE_CHECKING:
    from django.http import HttpRequest

ENTRIES: tuple[tuple[str, tuple[tuple[str, str, Permission], ...]], ...] = (
    (
        "You",
        (
            ("settings", "Overview", Permission.OWN_ACCOUNT),
            ("settings_you", "Profile and sign-in", Permission.OWN_ACCOUNT),
        ),
    ),
    (
        "Organisation",
        (
            ("settings_creditors", "Clients", Permission.SETTINGS_EDIT),
            ("settings_people", "People", Permission.USERS_EDIT),
            ("settings_roles", "Roles", Permission.USERS_EDIT),
            ("settings_keys", "API keys", Permission.USERS_EDIT),
        ),
    ),
    (
        "Work",
        (
            ("approvals", "Approvals", Permission.OWN_ACCOUNT),
            ("series", "Number series", Permission.INVOICES_VIEW),
            ("settings_rules", "Official rules", Permission.INVOICES_VIEW),
            ("cadences", "Cadences", Permission.WORKLIST_VIEW),
            ("wordings", "Wordings", Permission.WORKLIST_VIEW),
            ("imports", "Imports", Permission.IMPORTS_RUN),
        ),
    ),
    (
        "Proof",
        (
            ("audit", "Audit", Permission.AUDIT_VIEW),
            ("verify", "Verify", Permission.AUDIT_VIEW),
        ),
    ),
)
AGENCY = frozenset({"settings_rules", "cadences", "wordings"})
"""What belongs to the whole tenant: users of one client do not see it."""


def menu(request: HttpRequest) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the entries that the reader may open, by group."""
    groups = ((title, [_shown(request, *entry) for entry in entries]) for title, entries in ENTRIES)
    return [(title, shown) for title, found in groups if (shown := [entry for entry in found if entry])]


def _shown(request: HttpRequest, name: str, label: str, permission: Permission) -> dict[str, Any]:
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    url = reachable(request, f"web:{name}")
    if not url or not ctx.may(permission) or (ctx.creditor and name in AGENCY):
        return {}
    inside = name != "settings" and request.path.startswith(f"{url}/")
    return {"url": url, "label": label, "current": request.path == url or inside}
