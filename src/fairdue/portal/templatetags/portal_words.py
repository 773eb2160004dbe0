"""`{% say "pay.heading" sum=total %}`: the words of the page's language."""

from __future__ import annotations

from typing import Any

from django import template

register = template.Library()


@register.simple_tag(takes_context=True)
def say(context: template.Context, key: str, **values: Any) -> str:
    """Return the words for a key; the tag escapes what is filled in."""
    return str(context["say"](key, **values))
