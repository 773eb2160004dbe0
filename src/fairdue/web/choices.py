"""Countries and languages by name, as forms offer them; what is stored is the code."""

from __future__ import annotations

from functools import cache
from typing import Any

from babel import Locale
from django import forms

_NO_COUNTRY = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}
"""Codes of CLDR for unions, parts of countries, and tests."""
DOCUMENTS = "en de fr it es nl pl pt sv ar zh ja".split()
"""Languages that documents are set in; the other ones are offered after them."""


class CodeField(forms.ChoiceField):
    """A choice whose codes may come in any case, as people and files write them."""

    def __init__(self, *, upper: bool, **kwargs: Any) -> None:
        """Keep in which case the codes are stored."""
        super().__init__(**kwargs)
        self.upper = upper

    def to_python(self, value: Any) -> str:
        """Return the code in the case in which it is stored."""
        text = super().to_python(value)
        return text.upper() if self.upper else text.lower()


@cache
def countries() -> list[tuple[str, str]]:
    """Return code and name of every country (ISO 3166-1), by name; CLDR's private XK is in use for Kosovo."""
    named = Locale("en").territories
    known = [(code, str(name)) for code, name in named.items() if code.isalpha() and code not in _NO_COUNTRY]
    return sorted(known, key=lambda one: one[1])


@cache
def languages() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the languages that documents are set in, then all others (ISO 639-1), each by name."""
    named = {code: str(name) for code, name in Locale("en").languages.items() if len(code) == 2}  # noqa: PLR2004 - ISO 639-1
    others = sorted(((code, name) for code, name in named.items() if code not in DOCUMENTS), key=lambda one: one[1])
    return [
        ("Documents and letters", [(code, named[code]) for code in DOCUMENTS]),
        ("Other languages", others),
    ]


@cache
def country_name(code: str) -> str:
    """Return the name of a country; a code that is none stays."""
    return str(Locale("en").territories.get(code.upper(), code))


@cache
def language_name(code: str) -> str:
    """Return the name of a language; a code that is none stays."""
    return str(Locale("en").languages.get(code.lower(), code))


def country_field(**kwargs: Any) -> CodeField:
    """Return a field for a country."""
    return CodeField(upper=True, label="Country", choices=countries, **kwargs)


def language_field(*, required: bool = True, **kwargs: Any) -> CodeField:
    """Return a field for the language of letters; not required, it offers to say nothing."""
    offered = languages if required else lambda: [("", "As the customer"), *languages()]
    return CodeField(upper=False, required=required, label="Language of letters", choices=offered, **kwargs)
