"""How values look on the wire: amounts are decimal strings in their currency, dates ISO 8601."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    WithJsonSchema,
)

from fairdue.core.findings import Finding, RefusedError, refuse
from fairdue.core.money import Money, MoneyError, decimal_of

# Annotations here are read at run time by pydantic; they are therefore not postponed.
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _day(value: Any) -> Any:
    """Leave only ISO dates to the reader of dates: no times, no seconds since 1970."""
    if isinstance(value, str) and not _DAY.fullmatch(value):
        raise ValueError("a date is written YYYY-MM-DD")
    if isinstance(value, int | float):
        raise ValueError("a date is a string, written YYYY-MM-DD")  # noqa: TRY004 - pydantic reports ValueError
    return value


Day = Annotated[date, BeforeValidator(_day)]
Instant = AwareDatetime
Amount = Annotated[
    str,
    StringConstraints(pattern=r"^-?\d{1,17}(\.\d{1,4})?$"),
    WithJsonSchema({"type": "string", "pattern": r"^-?\d{1,17}(\.\d{1,4})?$", "examples": ["1190.00"]}),
]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Percent = Annotated[str, StringConstraints(pattern=r"^\d{1,3}(\.\d{1,3})?$")]
_Composed = AfterValidator(partial(unicodedata.normalize, "NFC"))
"""Letters with marks are composed, so that one number written on two machines is one number."""
Word = Annotated[str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True), _Composed]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True), _Composed]
Text = Annotated[str, StringConstraints(max_length=2000)]


class Body(BaseModel):
    """What a caller sends: a field that nobody knows is refused, not dropped."""

    model_config = ConfigDict(extra="forbid")


def amount(minor: int, currency: str) -> str:
    """Return minor units as the wire writes them: "1190.00", "1190" for yen."""
    return f"{decimal_of(minor, currency):f}"


def minor(text: str, currency: str, path: str) -> int:
    """Return an amount of the wire in minor units; refuse, naming the field."""
    try:
        return Money.parse(text, currency).minor
    except MoneyError as error:
        raise refuse("amount.invalid", path, f"{path}: {error}.") from error


def percent(text: str | None) -> Decimal | None:
    """Return a percentage of the wire."""
    return None if text is None else Decimal(text)


def each[T, R](things: list[T], read: Callable[[T, str], R], path: str) -> list[R]:
    """Read every element and refuse with all that is wrong with any of them, not with the first only."""
    done: list[R] = []
    findings: list[Finding] = []
    for index, thing in enumerate(things):
        try:
            done.append(read(thing, f"{path}[{index}]"))
        except RefusedError as refused:
            findings += refused.findings
    if findings:
        raise RefusedError(*findings[:1000])
    return done


def wire[M: BaseModel](model: type[M], row: object, currency: str = "", money: tuple[str, ...] = (), **more: Any) -> M:
    """Return a room's row as the wire shows it: `debtor_id` becomes `debtor`, `money` fields decimal strings."""
    found: dict[str, Any] = {}
    for name in model.model_fields:
        if name in more:
            continue
        value = getattr(row, name) if hasattr(row, name) else getattr(row, f"{name}_id")
        found[name] = amount(value, currency) if name in money and value is not None else value
    return model(**found, **more)
