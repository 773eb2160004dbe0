"""Fields of a file read one by one: the path of each, its parser, and a finding for each that is wrong.

Nothing unreadable becomes zero, nothing misspelt vanishes, and reading goes on to the last field.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, DecimalException
from typing import TYPE_CHECKING

from fairdue.core.findings import Finding, RefusedError
from fairdue.core.money import Money, MoneyError, minor_digits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from enum import StrEnum

type Parser[T] = Callable[[object], T]


@dataclass(slots=True)
class Node:
    """One object of a file: its fields, its path, and the findings of the whole file."""

    values: dict[str, object]
    path: str
    found: list[Finding]
    currency: str = "EUR"
    asked: set[str] = field(default_factory=set)

    def at(self, name: str) -> str:
        """Return the path of a field."""
        return f"{self.path}.{name}" if self.path else name

    def refuse(self, name: str, message: str, code: str = "file.value") -> None:
        """Note a finding against a field."""
        self.found.append(Finding(code, self.at(name), message))

    def take[T](self, name: str, parse: Parser[T], default: T) -> T:
        """Return an optional field, or `default` when it is absent, null, or refused."""
        self.asked.add(name)
        value = self.values.get(name)
        if value is None:
            return default
        try:
            return parse(value)
        except ValueError as error:
            self.refuse(name, str(error))
            return default

    def need[T](self, name: str, parse: Parser[T], blank: T) -> T:
        """Return a required field; when it is missing or refused, a finding and `blank`."""
        if self.values.get(name) is None:
            self.refuse(name, "missing", "file.missing")
        return self.take(name, parse, blank)

    def part(self, name: str) -> Node:
        """Return an object below this one; empty when absent."""
        self.asked.add(name)
        return self._node(self.values.get(name, {}), name)

    def rows(self, name: str) -> Iterator[Node]:
        """Yield the objects of a list below this one."""
        self.asked.add(name)
        rows = self.values.get(name, [])
        if not isinstance(rows, list):
            self.refuse(name, "not a list")
            return
        for place, row in enumerate(rows):
            node = self._node(row, f"{name}[{place}]")
            yield node
            node.close()

    def _node(self, value: object, name: str) -> Node:
        if not isinstance(value, dict):
            self.refuse(name, "not an object")
            value = {}
        return Node(value, self.at(name), self.found, self.currency)

    def close(self) -> None:
        """Note every field that nobody asked for: a misspelt term must not vanish."""
        for name in sorted(self.values.keys() - self.asked):
            self.refuse(name, "unknown field", "file.unknown")

    def amount(self, name: str, default: int = 0) -> int:
        """Return an optional amount in minor units."""
        return self.take(name, amount_in(self.currency), default)

    def needed_amount(self, name: str) -> int:
        """Return a required amount in minor units."""
        return self.need(name, amount_in(self.currency), 0)


def amount_in(currency: str) -> Parser[int]:
    """Return the parser of amounts of `currency` that are not below zero."""

    def parse(value: object) -> int:
        try:
            minor = Money.parse(str(number(value)), currency).minor
        except MoneyError as error:
            raise ValueError(str(error)) from None
        if minor < 0:
            raise ValueError(f"{value} is below zero")
        return minor

    return parse


def number(value: object) -> Decimal:
    """Return an exact number from a string, integer or Decimal."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise ValueError(f"{value!r} is not a number")  # noqa: TRY004 -- one kind of error for a field
    try:
        exact = Decimal(value)
    except DecimalException:
        raise ValueError(f"{value!r} is not a number") from None
    if not exact.is_finite():
        raise ValueError(f"{value!r} is not a number")
    return exact


def positive(value: object) -> Decimal:
    """Return an exact number that is not below zero."""
    exact = number(value)
    if exact < 0:
        raise ValueError(f"{value} is below zero")
    return exact


def whole(value: object) -> int:
    """Return a whole number that is not below zero, such as a count of days."""
    exact = number(value)
    if exact != exact.to_integral_value() or not 0 <= exact <= 100_000:  # noqa: PLR2004 -- 270 years
        raise ValueError(f"{value!r} is not a whole number of at least 0")
    return int(exact)


def day(value: object) -> date:
    """Return an ISO 8601 date."""
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"{value!r} is not a date (YYYY-MM-DD)") from None


def flag(value: object) -> bool:
    """Return true or false."""
    if not isinstance(value, bool):
        raise ValueError(f"{value!r} is neither true nor false")  # noqa: TRY004 -- as above
    return value


def text(value: object) -> str:
    """Return a non-empty text."""
    if not isinstance(value, str) or not value:
        raise ValueError(f"{value!r} is not a text")
    return value


def one_of[E: StrEnum](words: type[E]) -> Parser[E]:
    """Return the parser of the words of an enumeration."""

    def parse(value: object) -> E:
        if value not in list(words):
            raise ValueError(f"{value!r} is none of: {', '.join(words)}")
        return words(str(value))

    return parse


def open_file(content: object) -> Node:
    """Return the root of a file with its currency; EUR stands in when the currency is refused."""
    root = Node({}, "", [])
    if not isinstance(content, dict):
        root.refuse("", "the file is not an object")
        raise RefusedError(*root.found)
    root.values = content
    root.currency = root.need("currency", _currency, "EUR")
    return root


def close_file(root: Node) -> None:
    """Refuse with every finding, if there is one."""
    root.close()
    if root.found:
        raise RefusedError(*root.found)


def _currency(value: object) -> str:
    try:
        minor_digits(text(value))
    except MoneyError as error:
        raise ValueError(str(error)) from None
    return str(value)
