"""Small pieces of XML text, escaped; the writers join them in the order that their schema wants."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fairdue.core.invoice.check.text import clean
from fairdue.core.money import minor_digits

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

HEADER = '<?xml version="1.0" encoding="UTF-8"?>\n'
STANDARD_DECIMALS = 2
CENTS = tuple(f".{cents:02}" for cents in range(100))
"""What stands behind the whole units of most amounts."""


_SPECIAL = re.compile('[&<>"\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]')
"""What cannot stand in XML as it is; most texts have nothing of it and are looked at once."""


def escape(text: str) -> str:
    """Return `text` fit for content and attributes, without characters that XML cannot carry."""
    if text.isalnum() or _SPECIAL.search(text) is None:
        return text
    text = clean(text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def leaf(name: str, text: str, attributes: str = "") -> str:
    """Return the element `name` with escaped text, or nothing where there is no text."""
    if not text or text.isspace():
        return ""
    if text.isalnum() or _SPECIAL.search(text) is None:
        return f"<{name}{attributes}>{text}</{name}>"
    return f"<{name}{attributes}>{escape(text)}</{name}>"


def group(name: str, *parts: str) -> str:
    """Return the element `name` around `parts`, or nothing where all parts are empty."""
    inner = "".join(parts)
    return f"<{name}>{inner}</{name}>" if inner else ""


def attribute(name: str, value: str) -> str:
    """Return ` name="value"`, or nothing where there is no value."""
    return f' {name}="{escape(value)}"' if value else ""


def number(value: Decimal) -> str:
    """Return a quantity, price or rate in plain digits."""
    text = str(value)
    return format(value, "f") if "E" in text else text


def day(value: date | None) -> str:
    """Return an ISO 8601 date or nothing."""
    return value.isoformat() if value else ""


def amount(minor: int, currency: str) -> str:
    """Return minor units as a decimal with the currency's digits, two at most (BR-DEC)."""
    digits = minor_digits(currency)
    if digits == STANDARD_DECIMALS and minor >= 0:
        return f"{minor // 100}{CENTS[minor % 100]}"
    while digits > STANDARD_DECIMALS and minor % 10 == 0:
        minor, digits = minor // 10, digits - 1
    if not digits:
        return str(minor)
    sign, whole = ("-", -minor) if minor < 0 else ("", minor)
    above, below = divmod(whole, 10**digits)
    return f"{sign}{above}.{below:0{digits}}"
