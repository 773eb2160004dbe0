"""A mapping profile: how one sender's files are to be read, saved once and used again."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from fairdue.core.findings import refuse
from fairdue.foundation.tabular.dates import DateOrder
from fairdue.foundation.tabular.numbers import Mark

if TYPE_CHECKING:
    from collections.abc import Mapping

ENCODINGS = ("utf-8", "utf-16", "cp1252", "iso-8859-15", "cp1250", "cp1251", "cp1253", "cp850", "mac-roman")
DELIMITERS = (",", ";", "\t", "|")
IGNORED = ""
"""The field name of a header that is left out on purpose."""


@dataclass(frozen=True, slots=True)
class Profile:
    """How to read a file; empty text means: find out."""

    name: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Header as written in the file → field name, or "" to ignore the column."""
    decimal_mark: str = ""
    date_order: str = ""
    delimiter: str = ""
    encoding: str = ""
    sheet: str = ""
    fixed: Mapping[str, str] = field(default_factory=dict)
    """Field name → what it holds where the file says nothing, such as the currency of a file without one."""

    def __post_init__(self) -> None:
        """Refuse settings that do not exist."""
        allowed = {
            "decimal_mark": [mark.value for mark in Mark],
            "date_order": [order.value for order in DateOrder],
            "delimiter": list(DELIMITERS),
            "encoding": list(ENCODINGS),
        }
        for name, values in allowed.items():
            value = getattr(self, name)
            if value and value not in values:
                choices = ", ".join(repr(choice) for choice in values)
                raise refuse(f"profile.{name}", name, f"{value!r} is not one of {choices}.")

    @property
    def mark(self) -> Mark | None:
        """The decimal mark that the profile names."""
        return Mark(self.decimal_mark) if self.decimal_mark else None

    @property
    def order(self) -> DateOrder | None:
        """The date order that the profile names."""
        return DateOrder(self.date_order) if self.date_order else None

    def as_json(self) -> dict[str, object]:
        """Return the profile as plain values."""
        return {**asdict(self), "columns": dict(self.columns), "fixed": dict(self.fixed)}

    @classmethod
    def from_json(cls, stored: Mapping[str, object]) -> Profile:
        """Return the profile that `as_json` wrote; refuse anything else."""
        columns, fixed = stored.get("columns", {}), stored.get("fixed", {})
        if not isinstance(columns, dict):
            raise refuse("profile.columns", "columns", "The columns must map header to field.")
        if not isinstance(fixed, dict):
            raise refuse("profile.fixed", "fixed", "The fixed values must map field to value.")
        unknown = set(stored) - set(cls.__dataclass_fields__)
        if unknown:
            raise refuse("profile.unknown", ", ".join(sorted(unknown)), "The profile has unknown settings.")
        mapped = {str(key): str(value) for key, value in columns.items()}
        given = {str(key): str(value) for key, value in fixed.items() if str(value).strip()}
        texts: dict[str, Any] = {name: str(value) for name, value in stored.items() if name not in {"columns", "fixed"}}
        return cls(columns=mapped, fixed=given, **texts)
