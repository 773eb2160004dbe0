"""The invoice as JSON: amounts and numbers are decimal strings, dates ISO 8601, defaults are left out.

`from_wire` names every field that it cannot read; nothing unreadable turns into nothing or zero. The
command line, the API and the frozen snapshot in the database all use this form.
"""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal, DecimalException
from enum import Enum
from functools import cache
from types import NoneType
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints

from fairdue.core.findings import Finding
from fairdue.core.invoice.attributes import values_of
from fairdue.core.invoice.model import Invoice, Minor
from fairdue.core.money import CURRENCIES, Money, MoneyError, decimal_of

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

MOST_CHARACTERS = 40
"""A number of more characters than this is no number of an invoice."""


@dataclass(frozen=True, slots=True)
class _Field:
    """One field of a dataclass of the model: its name, inner type and shape, and how a plain value is read."""

    name: str
    kind: Any
    many: bool
    default: object
    parse: Callable[[Any], Any] | None
    nested: bool


@cache  # one entry a class of the model
def _fields(owner: Any) -> tuple[_Field, ...]:
    hints = get_type_hints(owner)
    found = []
    for field in fields(owner):
        hint = hints[field.name]
        many = get_origin(hint) is tuple
        choices = [item for item in get_args(hint) if item is not NoneType]
        optional = NoneType in get_args(hint)
        kind = get_args(hint)[0] if many else choices[0] if optional else hint
        found.append(_Field(field.name, kind, many, field.default, _PARSERS.get(kind), is_dataclass(kind)))
    return tuple(found)


@cache
def _shape(owner: Hashable) -> tuple[tuple[_Field, ...], Callable[[Any], tuple[Any, ...]]]:
    """Return the fields of a class of the model, and what reads them all at once."""
    known = _fields(owner)
    return known, values_of([field.name for field in known])


def to_wire(value: Invoice) -> dict[str, Any]:
    """Return `value` as plain JSON types, without the fields that stand at their default."""
    return _object(value, value.currency)


def _object(value: Any, currency: str) -> dict[str, Any]:
    out: dict[str, Any] = {}
    known, read = _shape(value.__class__)
    for field, item in zip(known, read(value), strict=True):
        if item is None or item is field.default or item == field.default:
            continue
        if field.many:
            out[field.name] = [_inner(one, field, currency) for one in item]
        else:
            out[field.name] = item if field.kind is str else _inner(item, field, currency)
    return out


def _inner(value: Any, field: _Field, currency: str) -> Any:
    return _object(value, currency) if field.nested else _plain(value, field.kind, currency)


def _plain(value: Any, kind: Any, currency: str) -> Any:
    if kind is str or kind is bool:
        return value
    if kind is Decimal:
        return format(value, "f")
    if kind is Minor:
        return str(decimal_of(value, currency)) if currency in CURRENCIES else str(value)
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


type _Place = tuple[_Place, str | int] | None
"""Where in the document one stands: the place around it and a name or index; written out only when needed."""


def _written(place: _Place) -> str:
    if place is None:
        return ""
    around, step = _written(place[0]), place[1]
    if isinstance(step, int):
        return f"{around}[{step}]"
    return f"{around}.{step}" if around else step


@cache
def _named(owner: Hashable) -> tuple[dict[str, _Field], tuple[str, ...]]:
    """Return the fields of a class of the model by name, and the names of those that must be there."""
    known = _fields(owner)
    return {field.name: field for field in known}, tuple(field.name for field in known if field.default is MISSING)


class _Reader:
    """Reads one JSON document and collects what it cannot read."""

    def __init__(self, currency: str) -> None:
        self.currency = currency
        self.findings: list[Finding] = []

    def wrong(self, place: _Place, sentence: str) -> None:
        self.findings.append(Finding("format.field", _written(place), sentence, source="invoice JSON"))

    def read(self, owner: type, data: Any, place: _Place) -> Any:
        if not isinstance(data, dict):
            self.wrong(place, "An object with named fields belongs here.")
            return None
        before = len(self.findings)
        known, needed = _named(owner)
        values = {}
        for name, item in data.items():
            field = known.get(name)
            if field is None:
                self.wrong((place, str(name)), "No such field.")
            elif item is not None:
                reads = self.several if field.many else self.one
                values[name] = reads(field, item, (place, name))
        for name in needed:
            if data.get(name) is None:
                self.wrong((place, name), "This field is missing.")
        return owner(**values) if len(self.findings) == before else None

    def several(self, field: _Field, item: Any, place: _Place) -> Any:
        if not isinstance(item, list):
            self.wrong(place, "A list belongs here.")
            return ()
        return tuple([self.one(field, one, (place, index)) for index, one in enumerate(item)])

    def one(self, field: _Field, item: Any, place: _Place) -> Any:
        try:
            if field.parse is not None:
                return field.parse(item)
            if field.nested:
                return self.read(field.kind, item, place)
            return self.minor(item) if field.kind is Minor else field.kind(item)
        except ValueError as error:
            self.wrong(place, str(error))
            return None

    def minor(self, item: Any) -> Minor:
        _decimal(item)
        if self.currency not in CURRENCIES:
            raise ValueError("Without a known currency this amount means nothing.")
        return Minor(Money.parse(str(item), self.currency).minor)


def _text(item: Any) -> str:
    if not isinstance(item, str):
        raise ValueError("A text belongs here.")  # noqa: TRY004 - one error type tells "unreadable"
    return item


def _flag(item: Any) -> bool:
    if not isinstance(item, bool):
        raise ValueError("true or false belongs here.")  # noqa: TRY004 - as above
    return item


def _whole(item: Any) -> int:
    if isinstance(item, bool) or not isinstance(item, int):
        raise ValueError("A whole number belongs here.")  # noqa: TRY004 - as above
    return item


def _decimal(item: Any) -> Decimal:
    whole = isinstance(item, int) and not isinstance(item, bool)
    if not whole and not isinstance(item, str):
        raise ValueError('Write numbers as text, such as "19.00"; binary fractions lose cents.')
    text = str(item)
    try:
        value = Decimal(text if len(text) <= MOST_CHARACTERS else "")
    except DecimalException:
        raise ValueError(f"{text[:MOST_CHARACTERS]!r} is not a number.") from None
    if not value.is_finite():
        raise ValueError(f"{text!r} is not a number.")
    return value


def _date(item: Any) -> date:
    try:
        return date.fromisoformat(_text(item))
    except ValueError:
        raise ValueError(f"{item!r} is not a date such as 2026-11-30.") from None


_PARSERS: dict[Any, Callable[[Any], Any]] = {
    str: _text,
    bool: _flag,
    int: _whole,
    Decimal: _decimal,
    date: _date,
}


def from_wire(data: Any) -> tuple[Invoice | None, tuple[Finding, ...]]:
    """Return the invoice that `data` (parsed JSON) describes, or none and every reason why not."""
    currency = data.get("currency") if isinstance(data, dict) else ""
    reader = _Reader(currency if isinstance(currency, str) else "")
    invoice = reader.read(Invoice, data, None)
    return invoice, tuple(reader.findings)


__all__ = ["MoneyError", "from_wire", "to_wire"]
