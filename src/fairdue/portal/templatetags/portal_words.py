"""`{% say "pay.heading" sum=total %}`: the words of the page's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template

from fairdue.foundation.figures import day_text

if TYPE_CHECKING:
    from datetime import date

register = template.Library()


@register.simple_tag(takes_context=True)
def say(context: template.Context, key: str, **values: Any) -> str:
    """Return the words for a key; the tag escapes what is filled in."""
    return str(context["say"](key, **values))


@register.filter
def on_day(value: date, language: str) -> str:
    """Return a day as words to be said; the tag of a date would be escaped within a sentence."""
    return day_text(value, language)
