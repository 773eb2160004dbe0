"""The shape of an import: its fields, what each may hold, and how headers are recognised."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib import resources

from fairdue.core.parties.names import transliterate


class FieldKind(StrEnum):
    """How a cell is read."""

    TEXT = "text"
    DATE = "date"
    MONEY = "money"
    """Decimal in the row's currency → whole minor units."""
    DECIMAL = "decimal"
    PERCENT = "percent"
    INTEGER = "integer"
    CURRENCY = "currency"
    COUNTRY = "country"
    WORD = "word"
    LIST = "list"
    """Several texts with | between them → tuple."""
    AMOUNTS = "amounts"
    """Several number:amount with | between them → tuple of (number, minor units)."""


NUMBERS = frozenset({FieldKind.MONEY, FieldKind.DECIMAL, FieldKind.PERCENT})

type FieldCheck = Callable[[str], tuple[str, str] | None]
"""Given the clean text, return (code, sentence) of what is wrong, or None."""
type Problem = tuple[str, str, str]
"""Field, code, sentence."""
type RowCheck = Callable[[Mapping[str, object]], tuple[dict[str, object], list[Problem]]]
"""Given the typed values of a row, return values to change and problems across fields."""


@dataclass(frozen=True, slots=True)
class Field:
    """One column: name, kind, and what it accepts."""

    name: str
    kind: FieldKind = FieldKind.TEXT
    required: bool = False
    max_length: int = 200
    words: Mapping[str, str] = field(default_factory=dict)
    """For `WORD`: accepted spelling (any language, lower case) → word of the product."""
    default: object = None
    check: FieldCheck | None = None
    help: str = ""
    quoted: bool = False
    """Somebody else's words: they may begin like a formula. What we write out is defused."""


@dataclass(frozen=True, slots=True)
class Schema:
    """One kind of import: its fields, the row type they fill, and the field that names a row."""

    kind: str
    fields: tuple[Field, ...]
    row_type: Callable[..., object]
    unique: tuple[str, ...]
    """The fields that together identify a row within the file."""
    check: RowCheck | None = None
    together: str = ""
    """The one of `unique` whose rows go in together or not at all: the lines of an order."""

    def field(self, name: str) -> Field:
        """Return the field called `name`; KeyError if there is none."""
        for candidate in self.fields:
            if candidate.name == name:
                return candidate
        raise KeyError(name)


def plain_header(text: str) -> str:
    """Return a header comparable: "Fällig am (Datum)" → "faelligamdatum"."""
    return re.sub(r"[^0-9a-z]", "", transliterate(text))


@cache
def known_headers() -> dict[str, dict[str, list[str]]]:
    """Return per kind of import and field the headers that files use for it."""
    text = resources.files(__package__).joinpath("headers.toml").read_text(encoding="utf-8")
    headers: dict[str, dict[str, list[str]]] = tomllib.loads(text)
    return headers


def header_map(schema: Schema) -> dict[str, str]:
    """Return comparable header → field name for every name and known header of `schema`."""
    known = known_headers().get(schema.kind, {})
    found = {plain_header(word): name for name, words in known.items() for word in words}
    return found | {plain_header(column.name): column.name for column in schema.fields}
