"""What the palette always answers: screens to go to and things to begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import NoReverseMatch, reverse

from fairdue.web import navigation
from fairdue.web.palette import Hit, register_source
from fairdue.web.shell import NEW_ACTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest


def register() -> None:
    """Hang the fixed sources into the palette: below records, above nothing."""
    register_source("Start something", beginnings, order=80)
    register_source("Go to", screens, order=90)


def screens(request: HttpRequest, query: str) -> Iterator[Hit]:
    """Return the screens of the navigation whose name holds the query."""
    for _, entries in navigation.groups_for(request, request.ctx.may):  # type: ignore[attr-defined]
        for item in entries:
            if query.casefold() in item.entry.label.casefold():
                yield Hit(item.entry.label, item.url, icon=item.entry.icon, keys=f"g {item.entry.letter}")


def beginnings(request: HttpRequest, query: str) -> Iterator[Hit]:
    """Return what can be begun and matches the query."""
    del request
    for action in NEW_ACTIONS:
        label = f"New: {action.label}"
        if query.casefold() in label.casefold():
            try:
                yield Hit(label, reverse(f"web:{action.name}"), icon=action.icon)
            except NoReverseMatch:
                continue
