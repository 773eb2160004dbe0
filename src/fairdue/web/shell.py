"""What the frame around every page needs: who, for which creditor, as of which day, and where one may go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language

from fairdue.web import navigation
from fairdue.web.permit import reachable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.http import HttpRequest

    from fairdue.foundation.permissions import Permission

THEMES = ("light", "dark")
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2199, 12, 31)
"""Books have no other days; outside of them the calendar itself ends within a report's reach."""


@dataclass(frozen=True, slots=True)
class NewAction:
    """One line of the New menu."""

    name: str
    label: str
    icon: str


NEW_ACTIONS = (
    NewAction("invoice_new", "Invoice", "file-plus-corner"),
    NewAction("customer_new", "Customer", "building-2"),
    NewAction("cash_import", "Bank statement", "landmark"),
    NewAction("imports", "Import from a file", "upload"),
)


@dataclass(frozen=True, slots=True)
class CreditorChoice:
    """One line of the creditor switch; an empty id is all of them."""

    id: str
    name: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Shell:
    """The frame of one request, as `base.html` reads it."""

    tenant: str = ""
    user_name: str = ""
    user_email: str = ""
    role: str = ""
    today: date = date.min
    as_of: date = date.min
    clients: int = 0
    """How many clients the reader sees, also where there is nothing to switch between."""
    creditors: Sequence[CreditorChoice] = ()
    groups: Sequence[tuple[str, list[navigation.Shown]]] = ()
    new: Sequence[tuple[NewAction, str]] = ()
    theme: str = ""
    keys: bool = True
    language: str = "en"

    @property
    def creditor(self) -> CreditorChoice | None:
        """Return the creditor that the reader has narrowed the books to."""
        return next((choice for choice in self.creditors if choice.current and choice.id), None)

    @property
    def first_use(self) -> bool:
        """Say whether the agency has no client yet: before anything else it adds one."""
        return self.clients == 0

    @property
    def in_past(self) -> bool:
        """Say whether the page shows the books of another day than today."""
        return self.as_of != self.today


def read_as_of(request: HttpRequest, today: date) -> date:
    """Return the day that the page is asked for; a day that cannot be read, or of another age, is today."""
    try:
        asked = date.fromisoformat(request.GET.get("asof", ""))
    except ValueError:
        return today
    return asked if FIRST_DAY <= asked <= LAST_DAY else today


def read_theme(request: HttpRequest) -> str:
    """Return the theme chosen by cookie; nothing means that the device decides."""
    theme = request.COOKIES.get("theme", "")
    return theme if theme in THEMES else ""


def build_shell(request: HttpRequest, may: Callable[[Permission], bool], today: date, **known: Any) -> Shell:
    """Return the frame for a reader who `may` do what the callable allows."""
    return Shell(
        today=today,
        as_of=read_as_of(request, today),
        groups=navigation.groups_for(request, may),
        new=[(action, url) for action in NEW_ACTIONS if (url := reachable(request, f"web:{action.name}"))],
        theme=read_theme(request),
        language=get_language() or "en",
        keys=request.COOKIES.get("keys") != "off",
        **known,
    )
