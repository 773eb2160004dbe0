"""The fields of forms for amounts as people type and paste them; `foundation.amounts` reads them."""

from __future__ import annotations

from typing import Any

from django import forms

from fairdue.foundation.amounts import TWO_MEANINGS, plain, read_minor, read_money, unclear

__all__ = ["TWO_MEANINGS", "AmountField", "AmountText", "plain", "read_minor", "read_money", "unclear"]


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
        """Return the text without its grouping; refuse one that has two meanings."""
        typed = super().to_python(value) or ""
        if unclear(number := plain(typed)):
            raise forms.ValidationError(TWO_MEANINGS.format(typed))
        return number
