"""How figures and dates are written, for screens; the same functions serve the portal."""

from __future__ import annotations

import re
from datetime import date

import phonenumbers

from fairdue.core.money import CURRENCIES, minor_digits
from fairdue.foundation.figures import (
    NO_BREAK,
    ago_text,
    day_text,
    instant_text,
    lateness_text,
    locale_of,
    money_text,
    number_text,
    percent_text,
    plural_text,
    short_money_text,
)

__all__ = [
    "NO_BREAK",
    "account_text",
    "ago_text",
    "day_text",
    "days_in_words",
    "in_words",
    "instant_text",
    "lateness_text",
    "locale_of",
    "money_text",
    "number_text",
    "percent_text",
    "phone_text",
    "plural_text",
    "short_money_text",
]

_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_AMOUNT = re.compile(r"(?<![\w.,-])(\d{1,17})(?:\.(\d{1,4}))? ([A-Z]{3})(?!\w)")
_ISO_DAY = re.compile(r"(?<![\w-])[12]\d{3}-[01]\d-[0-3]\d(?![\w-])")


_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"),
             ("Chrome", "Chrome"), ("Safari", "Safari"), ("curl", "curl"))  # fmt: skip
_SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "macOS"),
            ("CrOS", "ChromeOS"), ("Linux", "Linux"))  # fmt: skip


def device_text(agent: str) -> str:
    """Return what a browser calls itself as people say it: `Chrome on Windows`; the first of its words else."""
    browser = next((word for mark, word in _BROWSERS if mark in agent), "")
    system = next((word for mark, word in _SYSTEMS if mark in agent), "")
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or agent[:40] or "A device that does not say what it is"


def days_in_words(text: str, locale: str = "en") -> str:
    """Return a text of the core with each day in it as people write it; what is no day stays as it is."""

    def written(found: re.Match[str]) -> str:
        try:
            return day_text(date.fromisoformat(found[0]), locale)
        except ValueError:
            return found[0]

    return _ISO_DAY.sub(written, text)


def in_words(text: str, locale: str = "en") -> str:
    """Return a text with its days and its amounts as people write them: `1234.50 EUR` as `1,234.50 EUR`."""

    def written(found: re.Match[str]) -> str:
        whole, decimals, currency = found[1], found[2] or "", found[3]
        if currency not in CURRENCIES or len(decimals) != minor_digits(currency):
            return found[0]
        return money_text(int(whole + decimals), currency, locale)

    return days_in_words(_AMOUNT.sub(written, text), locale)


def account_text(account: str) -> str:
    """Return an IBAN in groups of four, as it is printed on paper; an account of another form stays as it is."""
    plain = "".join(account.split()).upper()
    if not _IBAN.fullmatch(plain):
        return account
    return " ".join(plain[at : at + 4] for at in range(0, len(plain), 4))


def phone_text(number: str) -> str:
    """Return an international telephone number in groups; what cannot be read stays as it is."""
    try:
        return phonenumbers.format_number(phonenumbers.parse(number), phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    except phonenumbers.NumberParseException:
        return number
