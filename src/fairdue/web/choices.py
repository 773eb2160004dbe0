"""Countries and languages by name, as forms offer them; what is stored is the code."""

from __future__ import annotations

from functools import cache
from typing import Any

from babel import Locale
from django import forms
from django.utils.html import format_html, format_html_join

from fairdue.core.money import CURRENCIES
from fairdue.foundation.tabular.countries import COUNTRIES, LANGUAGES, country_code

USUAL = ("EUR", "GBP", "CHF", "USD")
DOCUMENTS = LANGUAGES
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
def currencies() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the currencies of ISO 4217, those in which most agencies keep books before all others."""
    rest = [code for code in sorted(CURRENCIES) if code not in USUAL]
    return [("Often used", [(code, code) for code in USUAL]), ("All others", [(code, code) for code in rest])]


@cache
def countries() -> list[tuple[str, str]]:
    """Return code and name of every country (ISO 3166-1), by name; CLDR's private XK is in use for Kosovo."""
    named = Locale("en").territories
    return sorted(((code, str(named[code])) for code in COUNTRIES if code in named), key=lambda one: one[1])


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


class CountryInput(forms.TextInput):
    """A field in which a country is searched by its name; it works without script, and takes codes as well."""

    def format_value(self, value: Any) -> str | None:
        """Show the name where the code is known."""
        return country_name(str(value)) if value else None

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        """Write the field with the list of countries that the browser searches."""
        names = f"{(attrs or {}).get('id') or name}-list"
        given = {"autocomplete": "off", "placeholder": "Type a country", **(attrs or {}), "list": names}
        options = format_html_join("", '<option value="{}">', ((word,) for _, word in countries()))
        field = super().render(name, value, given, renderer)
        return format_html('{}<datalist id="{}">{}</datalist>', field, names, options)


class CountryField(forms.CharField):
    """A country, searched by its name in any language of documents; what is stored is the code."""

    widget = CountryInput

    def to_python(self, value: Any) -> str:
        """Return the code of what was typed."""
        text = super().to_python(value) or ""
        code = country_code(text)
        if text and not code:
            raise forms.ValidationError(f"There is no country {text!r}; choose one of the list.", code="invalid")
        return code


def country_field(**kwargs: Any) -> CountryField:
    """Return a field for a country."""
    return CountryField(**{"label": "Country", "max_length": 60, **kwargs})


def language_field(*, required: bool = True, **kwargs: Any) -> CodeField:
    """Return a field for the language of letters; not required, it offers to say nothing."""
    offered = languages if required else lambda: [("", "As the customer"), *languages()]
    return CodeField(upper=False, required=required, label="Language of letters", choices=offered, **kwargs)
