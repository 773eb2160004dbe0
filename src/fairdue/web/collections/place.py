"""Where a person stands in the worklist: each line carries its place, so that what is done leads to the next one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from fairdue.collections import selectors
from fairdue.foundation.middleware import creditor_choice
from fairdue.web.collections.frame import ctx_of, today_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from django.http import HttpRequest

    from fairdue.collections.selectors import WorkRow

NAME = "place"
"""The parameter of links and forms."""
AHEAD = 20
"""Lines looked at to find another customer; one customer seldom has more."""
_ROW_PARTS = 3
_PARTS = 6


@dataclass(frozen=True, slots=True)
class Place:
    """The row somebody works on and the filters under which he found it."""

    row: tuple[int, int, UUID] | None = None
    """(priority, overdue, id), the order of the worklist."""
    kind: str = ""
    mine: bool = False
    q: str = ""

    def query(self, row: WorkRow) -> str:
        """Return the place of a row as the query of a link; a task in hand tells the id, so it stands there once."""
        own = {"task": row.id} if row.source == "task" else {}
        id_ = "" if own else row.id
        told = f"{row.priority}.{row.overdue}.{id_}.{self.kind}.{'1' if self.mine else ''}.{self.q}".rstrip(".")
        return urlencode(own | {NAME: told})


def found_by(filters: Mapping[str, str]) -> Place:
    """Return the place before the first row of a list with these filters."""
    return Place(None, filters.get("kind", ""), bool(filters.get("mine")), filters.get("q", ""))


def read_row(cursor: tuple[Any, ...] | None) -> tuple[int, int, UUID] | None:
    """Return (priority, overdue, id); anything else in the URL is the first page."""
    if cursor is None or len(cursor) != _ROW_PARTS:
        return None
    try:
        return int(cursor[0]), int(cursor[1]), UUID(str(cursor[2]))
    except (ValueError, TypeError):
        return None


def token_of(request: HttpRequest) -> str:
    """Return the place that the request carries, as it came."""
    return request.POST.get(NAME) or request.GET.get(NAME) or ""


def in_worklist(request: HttpRequest) -> bool:
    """Return whether the customer was opened from a line of the worklist, so that the next line follows."""
    return bool(token_of(request) or request.POST.get("task") or request.GET.get("task"))


def read_place(request: HttpRequest) -> Place:
    """Return the place that the request carries; what cannot be read is the top of the whole worklist."""
    told = token_of(request).replace("\0", "").split(".", _PARTS - 1)
    priority, overdue, id_, kind, mine, q = told + [""] * (_PARTS - len(told))
    row = read_row((priority, overdue, id_ or request.POST.get("task") or request.GET.get("task")))
    return Place(row, kind, bool(mine), q) if row and kind in {"", *selectors.KINDS} else Place()


def onward(request: HttpRequest, besides: UUID, source: str = "") -> tuple[WorkRow, Place] | None:
    """Return the line that follows, of another customer (and of one source), and the filters it was found under.

    After the last line it is the first one that still waits; None when no other customer waits.
    """
    place = read_place(request)
    for row in _rows(request, place):
        if row.debtor_id != besides and source in {"", row.source}:
            return row, place
    return None


def _rows(request: HttpRequest, place: Place) -> Iterator[WorkRow]:
    """Yield the lines behind a place, then those from the top."""
    for after in (place.row, None) if place.row else (None,):
        yield from selectors.worklist(
            ctx_of(request), today=today_of(request), creditor=creditor_choice(request), kind=place.kind,
            owner=UUID(str(request.user.pk)) if place.mine else None, q=place.q, after=after, limit=AHEAD,
        )  # fmt: skip
