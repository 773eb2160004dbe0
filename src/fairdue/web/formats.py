"""How figures and dates are written, for screens; the same functions serve the portal."""

from __future__ import annotations

import re
from datetime import date

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
    "days_in_words",
    "instant_text",
    "lateness_text",
    "locale_of",
    "money_text",
    "number_text",
    "percent_text",
    "plural_text",
    "short_money_text",
]

_ISO_DAY = re.compile(r"(?<![\w-])[12]\d{3}-[01]\d-[0-3]\d(?![\w-])")


def days_in_words(text: str, locale: str = "en") -> str:
    """Return a text of the core with each day in it as people write it; what is no day stays as it is."""

    def written(found: re.Match[str]) -> str:
        try:
            return day_text(date.fromisoformat(found[0]), locale)
        except ValueError:
            return found[0]

    return _ISO_DAY.sub(written, text)
