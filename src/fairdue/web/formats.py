"""How figures and dates are written, for screens; the same functions serve the portal."""

from fairdue.foundation.figures import (
    NO_BREAK,
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
    "day_text",
    "instant_text",
    "lateness_text",
    "locale_of",
    "money_text",
    "number_text",
    "percent_text",
    "plural_text",
    "short_money_text",
]
