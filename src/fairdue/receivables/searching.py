"""Find items by what a person has in hand: the beginning of a number, or an open amount."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from fairdue.foundation.sqlfiles import sql
from fairdue.receivables.selectors import ItemRow

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

_AFTER_ALL = "\U0010ffff"
"""No number goes on with this character, so a prefix is a range."""
_MOST_DIGITS = 15


def find_items(ctx: Ctx, text: str, *, creditor: UUID | None = None, limit: int = 8) -> list[ItemRow]:
    """Return items whose number begins with `text`, then open items of exactly this amount."""
    wanted = text.strip().upper()
    if not wanted:
        return []
    parameters: dict[str, Any] = {
        "tenant": ctx.tenant, "text": wanted, "end": wanted + _AFTER_ALL, "creditor": creditor, "limit": limit,
        "amounts": amounts_in(wanted),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(sql("receivables", "search"), parameters)
        return [ItemRow(*row) for row in cursor.fetchall()][:limit]


def amounts_in(text: str) -> list[int]:
    """Return the minor units that `text` may mean (`1,240.00`, `1.240,00`, `1240`), for 0, 2 and 3 digits."""
    plain = text.replace(" ", "").replace("'", "")
    digits = plain.replace(",", "").replace(".", "")
    if not digits.isdecimal() or not digits.isascii() or len(digits) > _MOST_DIGITS:
        return []
    mark = max(plain.rfind(","), plain.rfind("."))
    places = len(plain) - mark - 1 if mark >= 0 else 0
    readings = {Decimal(digits).scaleb(-places)} if places in {1, 2} else {Decimal(digits)}
    if places == 3:  # noqa: PLR2004 - 1.240 is a thousand for most and a dinar with three digits for some
        readings.add(Decimal(digits).scaleb(-3))
    return sorted({int(value.scaleb(size)) for value in readings for size in (0, 2, 3) if _whole(value, size)})


def _whole(value: Decimal, digits: int) -> bool:
    return value.scaleb(digits) == value.scaleb(digits).to_integral_value()
