"""The columns of a file of exchange rates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairdue.foundation.tabular.schema import Field, FieldKind, Problem, Schema

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal


@dataclass(frozen=True, slots=True)
class RateRow:
    """Units of `quote` for one unit of `base` from a day on, and who says so."""

    base: str
    quote: str
    date: date
    rate: Decimal
    source: str


def _check(values: Mapping[str, object]) -> tuple[dict[str, object], list[Problem]]:
    """Refuse a rate of a currency with itself."""
    same = values["base"] == values["quote"]
    return {}, [("quote", "rate.same", "Is the same currency as base.")] if same else []


RATES = Schema(
    "rates",
    (
        Field("base", FieldKind.CURRENCY, required=True, help="One unit of this currency ..."),
        Field("quote", FieldKind.CURRENCY, required=True, help="... is so many units of this one."),
        Field("date", FieldKind.DATE, required=True, help="From this day on, for ten days at most."),
        Field("rate", FieldKind.DECIMAL, required=True),
        Field("source", max_length=100, default="imported", help="Who says so, e.g. ECB."),
    ),
    RateRow,
    ("base", "quote", "date"),
    _check,
)
