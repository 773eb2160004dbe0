"""Money as whole minor units of an ISO 4217 currency, and the named roundings that end in it.

Rates, prices and quantities are `Decimal`; the step from them to money is always one call of
`round_minor` with a rounding that the caller names.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    Context,
    Decimal,
    DecimalException,
    localcontext,
)
from enum import StrEnum

# ISO 4217 list one: currencies whose minor unit is not the hundredth.
_MINOR_DIGITS = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
}
_TWO_DIGITS = frozenset(
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF "
    "CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL "
    "HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP "
    "MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD "
    "SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS "
    "VED VES WST XCD XCG YER ZAR ZMW ZWG".split()
)
CURRENCIES = frozenset(_MINOR_DIGITS) | _TWO_DIGITS
EXACT = Context(prec=60)
LARGEST = 10**17
"""Amounts above this are typing errors; all sums of them still fit the database's bigint."""


class MoneyError(ValueError):
    """An amount or currency that cannot be what it claims to be."""


class Rounding(StrEnum):
    """The named ways from an exact amount to minor units."""

    HALF_UP = ROUND_HALF_UP
    """Half away from zero: tax law and EN 16931."""
    HALF_EVEN = ROUND_HALF_EVEN
    """Half to even: statistical figures, never tax."""
    DOWN = ROUND_DOWN
    """Towards zero: shares whose remainder is named elsewhere."""
    CEILING = ROUND_CEILING
    """Towards plus infinity."""


def minor_digits(currency: str) -> int:
    """Return the number of decimal places of `currency` (JPY 0, EUR 2, KWD 3); refuse unknown codes."""
    if currency in _TWO_DIGITS:
        return 2
    try:
        return _MINOR_DIGITS[currency]
    except KeyError:
        raise MoneyError(f"{currency!r} is not a currency of ISO 4217") from None


def round_minor(amount: Decimal, currency: str, rounding: Rounding) -> int:
    """Return `amount` (major units, exact) as whole minor units of `currency` by the named rounding."""
    # decimal finds its own word at once and any other by comparing; `_value_` is that word, asked for without a call.
    return int(amount.scaleb(minor_digits(currency), EXACT).to_integral_value(rounding._value_, EXACT))


@dataclass(frozen=True, slots=True)
class Money:
    """A whole number of minor units in one currency."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        """Refuse what is not an integer or not a currency."""
        if type(self.minor) is not int:
            raise MoneyError(f"{self.minor!r} is not a whole number of minor units")
        if abs(self.minor) > LARGEST:
            raise MoneyError(f"an amount of more than {len(str(LARGEST))} digits in {self.currency}")
        minor_digits(self.currency)

    @classmethod
    def zero(cls, currency: str) -> Money:
        """Return nothing of `currency`."""
        return cls(0, currency)

    @classmethod
    def parse(cls, text: str | Decimal, currency: str) -> Money:
        """Return the exact amount of `text` ("1234.50"); refuse more decimals than the currency has."""
        try:
            value = Decimal(text)
        except DecimalException:
            raise MoneyError(f"{text!r} is not an amount") from None
        if not value.is_finite() or value.adjusted() > len(str(LARGEST)):
            raise MoneyError(f"{text!r} is not an amount")
        minor = round_minor(value, currency, Rounding.DOWN)
        if decimal_of(minor, currency) != value:
            raise MoneyError(f"{text} has more decimals than {currency} allows ({minor_digits(currency)})")
        return cls(minor, currency)

    @property
    def decimal(self) -> Decimal:
        """The amount in major units with exactly the decimals of its currency."""
        return decimal_of(self.minor, self.currency)

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise MoneyError(f"{self.currency} and {other.currency} do not add up without a rate")

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.minor < other.minor

    def __le__(self, other: Money) -> bool:
        self._same(other)
        return self.minor <= other.minor

    def __bool__(self) -> bool:
        return self.minor != 0

    def __str__(self) -> str:
        return f"{self.decimal} {self.currency}"


def decimal_of(minor: int, currency: str) -> Decimal:
    """Return `minor` units as a Decimal in major units, with the currency's number of decimals."""
    with localcontext(EXACT):
        return Decimal(minor).scaleb(-minor_digits(currency))


def split(total: int, weights: list[int]) -> list[int]:
    """Split `total` minor units by non-negative whole `weights`, losing nothing.

    Largest remainder method (Hamilton): every share is the exact share rounded towards zero, then the
    left-over units go one each to the largest remainders, the first of equals first. The shares always
    sum to `total`; with all weights zero the whole total goes to the first.
    """
    if not weights:
        raise MoneyError("nothing to split by")
    if any(weight < 0 for weight in weights):
        raise MoneyError("a weight is negative")
    whole = sum(weights)
    if whole == 0:
        return [total] + [0] * (len(weights) - 1)
    sign = -1 if total < 0 else 1
    parts = [divmod(abs(total) * weight, whole) for weight in weights]
    shares = [quotient for quotient, _ in parts]
    left = abs(total) - sum(shares)
    for index in sorted(range(len(parts)), key=lambda i: (-parts[i][1], i))[:left]:
        shares[index] += 1
    assert sum(shares) == abs(total)
    return [sign * share for share in shares]


def proportion(total: int, part: int, whole: int) -> int:
    """Return `total * part / whole` in minor units, half away from zero; `part` = `whole` gives `total`."""
    if whole <= 0:
        raise MoneyError("a share of nothing")
    numerator = total * part
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) + whole) // (2 * whole))
