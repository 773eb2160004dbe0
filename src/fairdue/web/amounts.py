"""Amounts as people type and paste them: 1,234.50 and 1.234,50 and 1 234,50 and 1234 are read, the unclear is not."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language

from fairdue.core.money import Money, MoneyError

_GROUP = 3


def plain(text: str) -> str:
    """Return a number without its grouping, its decimals after a point: the last sign that stands is theirs.

    One comma before three digits groups thousands where the reader's language writes so: 1,500 is not 1.5 in English.
    """
    found = "".join(text.split())
    point, comma = found.rfind("."), found.rfind(",")
    if comma <= point:
        return found.replace(",", "")
    grouping = len(found) - comma - 1 == _GROUP and point < 0 and (get_language() or "en").startswith("en")
    return found.replace(",", "") if grouping else found.replace(".", "").replace(",", ".")


def read_minor(text: str, currency: str) -> int | None:
    """Return an amount that a person typed as minor units of its currency; None where it cannot be read."""
    try:
        return Money.parse(plain(text), currency).minor
    except MoneyError:
        return None


class AmountField(forms.DecimalField):
    """A decimal that may be pasted as it is shown, with its grouping; a text box, for a number box refuses a comma."""

    def __init__(self, **given: Any) -> None:
        """Take what a decimal field takes."""
        given.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "class": "num"}))
        super().__init__(**given)

    def to_python(self, value: Any) -> Any:
        """Return the number without its grouping."""
        return super().to_python(plain(value) if isinstance(value, str) else value)


class AmountText(forms.CharField):
    """An amount whose currency stands elsewhere in the form: its text without the grouping."""

    def to_python(self, value: Any) -> str:
        """Return the text without its grouping."""
        return plain(super().to_python(value))
