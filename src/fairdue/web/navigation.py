"""The left navigation: groups, letters and counts.

An entry appears as soon as its URL name exists and the reader may use it, so an area adds itself to the
navigation by naming its first page. Counts show only where something waits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import NoReverseMatch, reverse

from fairdue.foundation.permissions import Permission

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its URL name in the namespace `web`, label, icon, and the letter after `g`.

    What is the `team`'s alone does not show to client users.
    """

    name: str
    label: str
    icon: str
    letter: str
    permission: Permission
    team: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry as this reader sees it."""

    entry: Entry
    url: str
    current: bool
    count: int


GROUPS: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    (
        "Work",
        (
            Entry("worklist", "Worklist", "list-todo", "w", Permission.WORKLIST_VIEW),
            Entry("inbox", "Inbox", "inbox", "i", Permission.WORKLIST_VIEW, team=True),
            Entry("cash", "Cash", "landmark", "c", Permission.CASH_VIEW),
            Entry("disputes", "Disputes", "message-square-warning", "d", Permission.WORKLIST_VIEW),
        ),
    ),
    (
        "Books",
        (
            Entry("customers", "Customers", "building-2", "u", Permission.CUSTOMERS_VIEW),
            Entry("invoices", "Invoices", "file-text", "n", Permission.INVOICES_VIEW),
            Entry("ledger", "Ledger", "book-open", "l", Permission.LEDGER_VIEW),
        ),
    ),
    ("Protect", (Entry("insurance", "Insurance", "shield-check", "p", Permission.INSURANCE_VIEW),)),
    (
        "Know",
        (
            Entry("dashboard", "Dashboard", "chart-column", "h", Permission.REPORTS_VIEW),
            Entry("reports", "Reports", "file-chart-column", "r", Permission.REPORTS_VIEW),
            Entry("law", "Law", "scale", "a", Permission.WORKLIST_VIEW, team=True),
        ),
    ),
    (
        "",
        (
            Entry("cadences", "Cadences", "calendar-clock", "k", Permission.WORKLIST_VIEW, team=True),
            Entry("settings", "Settings", "settings", "s", Permission.OWN_ACCOUNT),
        ),
    ),
)

_COUNTS: dict[str, Callable[[HttpRequest], int]] = {}


def register_count(name: str, waiting: Callable[[HttpRequest], int]) -> None:
    """Let an area say how many things wait behind its entry; called from the area's `urls.py`."""
    _COUNTS[name] = waiting


def groups_for(request: HttpRequest, may: Callable[[Permission], bool]) -> list[tuple[str, list[Shown]]]:
    """Return the groups with the entries that exist and that `may` allows; empty groups fall away."""
    shown = [
        (title, [item for entry in entries if (item := _shown(request, entry, may)) is not None])
        for title, entries in GROUPS
    ]
    return [(title, entries) for title, entries in shown if entries]


def _shown(request: HttpRequest, entry: Entry, may: Callable[[Permission], bool]) -> Shown | None:
    if not may(entry.permission) or (entry.team and request.ctx.creditor):  # type: ignore[attr-defined]
        return None
    try:
        url = reverse(f"web:{entry.name}")
    except NoReverseMatch:
        return None
    here = request.path == url or request.path.startswith(f"{url.rstrip('/')}/")
    count = _COUNTS[entry.name](request) if entry.name in _COUNTS else 0
    return Shown(entry, url, here, count)
