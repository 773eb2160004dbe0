"""Values by the thousand on their way into a statement: each column travels as one array literal.

The driver writes a list element by element through its general machinery; a set command has hundred thousands of
them. What a literal looks like: PostgreSQL documentation, 8.15.2 "Array Value Input".
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from types import NoneType
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def _quoted(text: str) -> str:
    return f'"{text.replace("\\", "\\\\").replace('"', '\\"')}"'


class _Writers(dict[type, "Callable[[Any], str]"]):
    """How an element of each type is written; a subclass (an enumeration of texts) as its base."""

    def __missing__(self, kind: type) -> Callable[[Any], str]:
        for base in kind.__mro__[1:]:
            if base in self:
                self[kind] = self[base]
                return self[kind]
        raise TypeError(f"{kind.__name__} has no place in an array")


_WRITERS = _Writers({
    NoneType: lambda _: "NULL",
    UUID: attrgetter("hex"),
    str: _quoted,
    int: int.__repr__,
    bool: bool.__repr__,
    Decimal: Decimal.__str__,
    date: date.isoformat,
    datetime: lambda instant: f'"{instant.isoformat()}"',
    bytes: lambda data: f'"\\\\x{data.hex()}"',
})  # fmt: skip


def array(values: Iterable[object]) -> str:
    """Return values as the literal of a one-dimensional array; cast it (`%s::uuid[]`) where it is used.

    Takes identifiers, texts, whole and decimal numbers, dates, instants, bytes, truths and None.
    """
    return f"{{{','.join([_WRITERS[value.__class__](value) for value in values])}}}"


def columns(rows: Iterable[tuple[object, ...]]) -> list[str]:
    """Return rows turned into one array literal a column, for `unnest`; no columns where there is no row."""
    return [array(column) for column in zip(*rows, strict=True)]
