"""What every collections screen shares: who asks, on which day, for which client; amounts as people type them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairdue.core.findings import refuse
from fairdue.core.money import MoneyError
from fairdue.foundation import clock
from fairdue.web.amounts import read_money

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpRequest

    from fairdue.foundation.context import Ctx


def ctx_of(request: HttpRequest) -> Ctx:
    """Return the context that the middleware opened."""
    ctx: Ctx = request.ctx  # type: ignore[attr-defined]
    return ctx


def today_of(request: HttpRequest) -> date:
    """Return the tenant's business date."""
    return clock.today(request.seat.timezone)  # type: ignore[attr-defined]


def minor_of(text: str, currency: str, path: str) -> int:
    """Return an amount that a person typed as minor units: 1,234.50 or 1.234,50 or 1234; refuse the unclear."""
    try:
        return read_money(text, currency).minor
    except MoneyError as error:
        words = str(error) if "decimals" in str(error) else f"“{text}” is not an amount"
        raise refuse("amount.unclear", path, f"{words}.") from error
