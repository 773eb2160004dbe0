"""Exchange rates: what one unit of a currency is worth in another, from a day on."""

from datetime import date
from decimal import Decimal
from http import HTTPStatus
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from fairdue.api import values
from fairdue.api.routing import Call, Resource
from fairdue.foundation.permissions import Permission
from fairdue.receivables.services import add_rates
from fairdue.receivables.services.books import RateDraft, Rates

exchange_rates = Resource("/exchange-rates", "ledger")
RESOURCES = [exchange_rates]
Rate = Annotated[str, StringConstraints(pattern=r"^\d{1,9}(\.\d{1,10})?$")]


class RateIn(values.Body):
    """Units of `quote` for one unit of `base`, from a day on, and who says so."""

    base: values.Currency
    quote: values.Currency
    valid_on: values.Day
    rate: Rate
    source: Annotated[str, StringConstraints(min_length=1, max_length=100)]


class RatesIn(values.Body):
    """Rates to record; one that is known for its day already stays."""

    rates: list[RateIn] = Field(min_length=1, max_length=5000)


class Recorded(BaseModel):
    """How many were sent."""

    count: int


class RateOut(BaseModel):
    """The rate that counts on a day, null when there is none of the last ten days."""

    base: str
    quote: str
    on: date
    rate: str | None


@exchange_rates.post("", Permission.SETTINGS_EDIT, Recorded, status=HTTPStatus.CREATED)
def record_rates(call: Call, body: RatesIn) -> Recorded:
    """Record exchange rates; a rate that a day has already is never changed."""
    add_rates(
        call.ctx,
        rates=[RateDraft(one.base, one.quote, one.valid_on, Decimal(one.rate), one.source) for one in body.rates],
    )
    return Recorded(count=len(body.rates))


@exchange_rates.get("", Permission.LEDGER_VIEW, RateOut)
def get_rate(call: Call, base: values.Currency, quote: values.Currency, on: values.Day | None = None) -> RateOut:
    """Give the rate that counts on a day; a missing one is null, never 1."""
    day = on or call.today
    rate = Rates().get(base, quote, day)
    return RateOut(base=base, quote=quote, on=day, rate=None if rate is None else f"{rate:f}")
