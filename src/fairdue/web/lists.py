"""Lists whose whole state lives in the URL: filters, sort order and the cursor of a page.

A view declares a `ListSpec`, reads a `ListState` from the request, hands `state.sort`, `state.descending`,
`state.filters` and `state.cursor` to a selector of a room, and gives the rows back as a `Page`.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.utils.translation import get_language

from fairdue.web.formats import day_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.http import HttpRequest

PAGE_SIZE = 50
_LONGEST_TEXT = 200
_LONGEST_CURSOR = 2000


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter of a list: the name in the URL, its label, and its choices (none means free text)."""

    name: str
    label: str
    choices: tuple[tuple[str, str], ...] = ()
    kind: str = "select"
    """`select`, `search`, `date` or `check`."""
    default: str = ""
    """What counts while the URL says nothing; such a filter names "all" among its choices."""

    def word(self, value: str) -> str:
        """Return how a value of this filter is shown to a person; what is only ticked needs no value."""
        if self.kind == "check":
            return ""
        return _day(value) if self.kind == "date" else dict(self.choices).get(value, value)


def _day(text: str) -> str:
    """Return a day of the address as people write it; what is no day stays as it is."""
    try:
        return day_text(date.fromisoformat(text), get_language() or "en")
    except ValueError:
        return text


@dataclass(frozen=True, slots=True)
class ListSpec:
    """What may be asked of a list; everything else in the URL is ignored."""

    sorts: tuple[str, ...]
    """Names of the columns that may be sorted by; the first one is the default."""
    filters: tuple[Filter, ...] = ()
    descending: bool = False
    """Direction of the default order."""
    keep: tuple[str, ...] = ("asof",)
    """Other parameters that links of the list carry on."""


@dataclass(frozen=True, slots=True)
class ListState:
    """What this request asks of the list, already cut down to what the spec allows."""

    spec: ListSpec
    path: str
    sort: str
    descending: bool
    filters: dict[str, str] = field(default_factory=dict)
    cursor: tuple[Any, ...] | None = None
    kept: dict[str, str] = field(default_factory=dict)

    def asked(self, name: str) -> str:
        """Return what counts for a filter: what the URL says, else its default."""
        named = {item.name: item.default for item in self.spec.filters}
        return self.filters.get(name, named[name])

    def url(self, **changes: str | None) -> str:
        """Return the address of the list with parameters changed (None removes); the cursor starts anew."""
        query: dict[str, str] = {**self.kept, **self.filters}
        if self.sort != self.spec.sorts[0] or self.descending != self.spec.descending:
            query["sort"] = f"-{self.sort}" if self.descending else self.sort
        for name, value in changes.items():
            query.pop(name, None)
            if value:
                query[name] = value
        return f"{self.path}?{urlencode(query)}" if query else self.path

    def view_query(self) -> str:
        """Return filters and order as the part of the address that a saved view keeps."""
        return self.url().partition("?")[2]

    def sort_url(self, column: str) -> str:
        """Return the address that sorts by `column`, or turns the direction round."""
        down = not self.descending if column == self.sort else False
        return self.url(sort=f"-{column}" if down else column)

    def aria_sort(self, column: str) -> str:
        """Return the value of `aria-sort` for a column head, empty where the list is sorted by another."""
        if column != self.sort:
            return ""
        return "descending" if self.descending else "ascending"

    def active(self) -> list[tuple[str, str, str]]:
        """Return label, value in words and the address without it, for every filter that is set."""
        named = {item.name: item for item in self.spec.filters}
        return [
            (named[name].label, named[name].word(value), self.url(**{name: None}))
            for name, value in self.filters.items()
        ]

    def clear_url(self) -> str:
        """Return the address of the list without any filter."""
        return self.url(**dict.fromkeys(self.filters))


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of one page, where the next begins, and what the whole list holds."""

    rows: Sequence[Any]
    next_cursor: tuple[Any, ...] | None = None
    total: int | None = None
    """Rows in the whole list, if the selector knows."""


def read_state(request: HttpRequest, spec: ListSpec) -> ListState:
    """Return what the URL asks; what it may not ask falls back to the default."""
    asked = request.GET.get("sort", "")
    name = asked.removeprefix("-")
    known = name in spec.sorts
    return ListState(
        spec=spec,
        path=request.path,
        sort=name if known else spec.sorts[0],
        descending=asked.startswith("-") if known else spec.descending,
        filters=_filters(request.GET, spec),
        cursor=decode_cursor(request.GET.get("after", "")),
        kept={key: request.GET[key].replace("\0", "") for key in spec.keep if request.GET.get(key)},
    )


def _filters(query: Mapping[str, str], spec: ListSpec) -> dict[str, str]:
    found: dict[str, str] = {}
    for item in spec.filters:
        value = query.get(item.name, "").replace("\0", "").strip()[:_LONGEST_TEXT]
        if value and (not item.choices or value in dict(item.choices)):
            found[item.name] = value
    return found


def encode_cursor(values: tuple[Any, ...]) -> str:
    """Return the sort values of the last row as a token for the URL; it holds no secret."""
    raw = json.dumps([str(v) if not isinstance(v, int | None) else v for v in values]).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode_cursor(token: str) -> tuple[Any, ...] | None:
    """Return the values of a cursor; None, the first page, where it cannot be read."""
    if not token or len(token) > _LONGEST_CURSOR:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except (binascii.Error, ValueError):
        return None
    if not isinstance(values, list) or not all(isinstance(value, str | int | None) for value in values):
        return None
    return tuple(values)
