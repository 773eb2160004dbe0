"""How money, numbers and dates are written for a person, by locale. No markup, no clock.

Money comes in as whole minor units and an ISO 4217 currency; shapes follow CLDR.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_decimal

from fairdue.core.money import minor_digits

if TYPE_CHECKING:
    from datetime import date, datetime

NO_BREAK = "\N{NO-BREAK SPACE}"
_DAY = {"de": "d. MMM y"}
_PATTERN = {digits: "#,##0" + ("." + "0" * digits if digits else "") for digits in range(7)}


@lru_cache(maxsize=64)
def locale_of(code: str) -> Locale:
    """Return the CLDR locale for a language tag such as `de`, `en-gb`; English where CLDR knows none."""
    try:
        return Locale.parse(code.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def money_text(minor: int, currency: str, locale: str = "en", *, code: bool = True, signed: bool = False) -> str:
    """Return `1,234.50 EUR`; `code` leaves the currency out, `signed` shows a plus as well."""
    digits = minor_digits(currency)
    number = format_decimal(Decimal(minor).scaleb(-digits), format=_PATTERN[digits], locale=locale_of(locale))
    number = number.replace("-", "\N{MINUS SIGN}")
    if signed and minor > 0:
        number = f"+{number}"
    return f"{number}{NO_BREAK}{currency}" if code else number


def short_money_text(minor: int, currency: str, locale: str = "en") -> str:
    """Return a rounded figure for axes and bars: `1.2 m`, `84 k`, `950`; never for a sum to be paid."""
    major = Decimal(minor).scaleb(-minor_digits(currency))
    for limit, word in ((10**9, "bn"), (10**6, "m"), (10**3, "k")):
        if abs(major) >= limit:
            return f"{format_decimal(major / limit, format='#,##0.#', locale=locale_of(locale))}{NO_BREAK}{word}"
    return format_decimal(major, format="#,##0", locale=locale_of(locale))


def number_text(value: Decimal | int, locale: str = "en", places: int | None = None) -> str:
    """Return a number with group separators and, if given, exactly `places` decimals."""
    pattern = "#,##0.######" if places is None else _PATTERN[places]
    text = format_decimal(value, format=pattern, locale=locale_of(locale))
    return text.replace("-", "\N{MINUS SIGN}")


def percent_text(value: Decimal | int, locale: str = "en", places: int | None = None) -> str:
    """Return a rate that is already in percent, such as 11.5, with its sign."""
    return f"{number_text(value, locale, places)}{NO_BREAK}%"


def day_text(day: date, locale: str = "en") -> str:
    """Return `12 Nov 2026`, in the order and words of the locale."""
    known = locale_of(locale)
    return format_date(day, _DAY.get(known.language, "d MMM y"), locale=known)


def instant_text(instant: datetime, locale: str = "en") -> str:
    """Return `12 Nov 2026, 14:05`; the caller has turned the instant into the reader's time zone."""
    known = locale_of(locale)
    return format_datetime(instant, _DAY.get(known.language, "d MMM y") + ", HH:mm", locale=known)


def ago_text(instant: datetime, now: datetime, locale: str = "en") -> str:
    """Return how long ago an instant was, `5 hours ago`; from a day on the instant itself."""
    past = now - instant
    if not timedelta() <= past < timedelta(days=1):
        return instant_text(instant, locale)
    return format_timedelta(-past, granularity="minute", add_direction=True, locale=locale_of(locale))


def lateness_text(due: date, today: date) -> str:
    """Return how `due` lies to `today` in words: `9 days late`, `due today`, `in 3 days`."""
    days = (today - due).days
    if days == 0:
        return "due today"
    unit = "day" if abs(days) == 1 else "days"
    return f"{days} {unit} late" if days > 0 else f"in {-days} {unit}"


def plural_text(count: int, singular: str, plural: str = "", locale: str = "en") -> str:
    """Return `1 invoice`, `1,204 invoices`."""
    return f"{number_text(count, locale)}{NO_BREAK}{singular if count == 1 else plural or singular + 's'}"
