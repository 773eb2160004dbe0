"""The command palette: sources answer a query with hits; the page works as a plain search as well."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.http import HttpRequest

LONGEST_QUERY = 100
MOST_HITS = 8


@dataclass(frozen=True, slots=True)
class Hit:
    """One answer: what it is, what it says about itself, and where Enter leads."""

    label: str
    url: str
    note: str = ""
    end: str = ""
    icon: str = "arrow-right"
    keys: str = ""


type Source = Callable[[HttpRequest, str], Iterable[Hit]]
_SOURCES: dict[str, tuple[int, Source]] = {}


def register_source(title: str, source: Source, order: int = 50) -> None:
    """Let an area answer searches; `title` heads its hits and lower `order` stands higher."""
    _SOURCES[title] = (order, source)


def search(request: HttpRequest, query: str) -> list[tuple[str, list[Hit]]]:
    """Return the hits of every source in order; sources without an answer fall away."""
    asked = " ".join(query.replace("\0", "").split())[:LONGEST_QUERY]
    found = (
        (title, [*source(request, asked)][:MOST_HITS])
        for title, (_, source) in sorted(_SOURCES.items(), key=lambda item: item[1][0])
    )
    return [(title, hits) for title, hits in found if hits]
