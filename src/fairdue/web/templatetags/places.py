"""Places as people say them: `{{ debtor.country|country }}` writes Germany where DE is stored."""

from __future__ import annotations

from django import template

from fairdue.web.choices import country_name

register = template.Library()


@register.filter
def country(code: str) -> str:
    """Return the name of a country; a code that is none stays."""
    return country_name(str(code))
