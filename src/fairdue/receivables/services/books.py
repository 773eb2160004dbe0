"""The books of a creditor: its chart of accounts, and exchange rates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.core.findings import refuse
from fairdue.core.ledger import CHART
from fairdue.core.money import minor_digits
from fairdue.foundation.commands import command
from fairdue.receivables.models import Account, ExchangeRate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairdue.foundation.context import Ctx

OLDEST_RATE = timedelta(days=10)
"""A rate older than this is no rate: ten days bridge every run of bank holidays."""


@dataclass(frozen=True, slots=True)
class RateDraft:
    """Units of `quote` for one unit of `base` from a day on, and who says so."""

    base: str
    quote: str
    valid_on: date
    rate: Decimal
    source: str


@command("receivables.open_books")
def open_books(ctx: Ctx, *, creditor: UUID) -> None:
    """Give a creditor the default chart of accounts; accounts that it has stay as they are."""
    Account.objects.bulk_create(
        [
            Account(tenant_id=ctx.tenant, creditor_id=creditor, code=code, name=name, kind=kind, role=role.value)
            for code, name, kind, role in CHART
        ],
        ignore_conflicts=True,
    )


@command("receivables.add_rates")
def add_rates(ctx: Ctx, *, rates: Sequence[RateDraft]) -> None:
    """Record exchange rates; a day's rate that is known already stays."""
    for rate in rates:
        minor_digits(rate.base), minor_digits(rate.quote)
        if rate.rate <= 0:
            raise refuse(
                "rate.not_positive", "rate", f"The rate {rate.rate} of {rate.base}/{rate.quote} is not positive."
            )
    ExchangeRate.objects.bulk_create(
        [
            ExchangeRate(
                tenant_id=ctx.tenant, base=r.base, quote=r.quote, valid_on=r.valid_on, rate=r.rate, source=r.source
            )
            for r in rates
        ],
        ignore_conflicts=True,
    )


class Rates:
    """The rates that one command needs, each looked up once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str, date], Decimal | None] = {}

    def get(self, base: str, quote: str, on: date) -> Decimal | None:
        """Return the newest rate on or before `on`, not older than ten days; the inverse pair serves too."""
        if base == quote:
            return Decimal(1)
        key = (base, quote, on)
        if key not in self._known:
            self._known[key] = self._find(base, quote, on) or self._inverse(base, quote, on)
        return self._known[key]

    @staticmethod
    def _find(base: str, quote: str, on: date) -> Decimal | None:
        rows = ExchangeRate.objects.filter(
            base=base, quote=quote, valid_on__lte=on, valid_on__gte=on - OLDEST_RATE
        ).order_by("-valid_on")
        return rows.values_list("rate", flat=True).first()

    def _inverse(self, base: str, quote: str, on: date) -> Decimal | None:
        rate = self._find(quote, base, on)
        return Decimal(1) / rate if rate else None
