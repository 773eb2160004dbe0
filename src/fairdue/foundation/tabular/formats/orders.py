"""The columns of an order file: one row a line, rows of one order share the order number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairdue.core.vat.supply import Nature
from fairdue.foundation.tabular.schema import Field, FieldKind, Problem, Schema

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One line of an order; prices are net Decimals in major units of `currency`."""

    order_number: str
    line: int
    debtor_external_id: str
    order_date: date
    delivery_date: date | None
    delivery_note: str
    currency: str
    article: str
    description: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    vat_category: str
    vat_percent: Decimal
    buyer_reference: str
    nature: str


BY_LAW = ""
"""The category of a line that the law decides: by who sells what to whom."""
CATEGORIES = {letter.casefold(): letter for letter in ("S", "Z", "E", "AE", "K", "G", "O")} | {"auto": BY_LAW}


def _check(values: Mapping[str, object]) -> tuple[dict[str, object], list[Problem]]:
    """Refuse rates that contradict the VAT category (EN 16931 BR-S-5, BR-AE-5, BR-IC-5 ...)."""
    category, percent = values["vat_category"], values["vat_percent"]
    problems: list[Problem] = []
    if category == "S" and percent == 0:
        problems.append(("vat_percent", "vat.rate", "Is 0 although the category S charges VAT."))
    if category != "S" and percent != 0:
        problems.append(("vat_percent", "vat.rate", f"Must be 0 in the category {category or 'auto'}."))
    return {}, problems


ORDERS = Schema(
    "orders",
    (
        Field(
            "order_number",
            required=True,
            max_length=60,
        ),
        Field(
            "line",
            FieldKind.INTEGER,
            required=True,
        ),
        Field(
            "debtor_external_id",
            required=True,
            max_length=64,
        ),
        Field(
            "order_date",
            FieldKind.DATE,
            required=True,
        ),
        Field(
            "delivery_date",
            FieldKind.DATE,
        ),
        Field(
            "delivery_note",
            max_length=60,
            default="",
            help="Number of the delivery note; the invoice carries it for each line.",
        ),
        Field(
            "currency",
            FieldKind.CURRENCY,
            required=True,
        ),
        Field(
            "article",
            max_length=60,
            default="",
        ),
        Field(
            "description",
            required=True,
            max_length=500,
        ),
        Field(
            "quantity",
            FieldKind.DECIMAL,
            required=True,
        ),
        Field(
            "unit",
            max_length=20,
            default="C62",
            help="UN/ECE Recommendation 20 code, e.g. C62 (piece), HUR (hour).",
        ),
        Field(
            "unit_price",
            FieldKind.DECIMAL,
            required=True,
            help="Net of VAT.",
        ),
        Field(
            "vat_category",
            FieldKind.WORD,
            words=CATEGORIES,
            default="S",
            help="S, Z, E, AE, K, G, O, or auto: by the law of the countries; S if empty.",
        ),
        Field(
            "vat_percent",
            FieldKind.PERCENT,
            required=True,
        ),
        Field(
            "buyer_reference",
            max_length=60,
            default="",
        ),
        Field(
            "nature",
            FieldKind.WORD,
            words={one.value: one.value for one in Nature},
            default="",
            help="What is supplied: goods, services, or a kind of services; tax and the French cadre follow from it.",
        ),
    ),
    OrderRow,
    ("order_number", "line"),
    _check,
    "order_number",
)
