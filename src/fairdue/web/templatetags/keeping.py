"""What was typed before a refusal, in templates: `{% typed there as said %}`, then `value="{{ said.amount }}"`."""

from __future__ import annotations

from typing import Any

from django import template

from fairdue.web import typed as kept

register = template.Library()


@register.simple_tag(takes_context=True)
def typed(context: dict[str, Any], path: str) -> dict[str, Any]:
    """Return what was sent to the form at this address and refused; nothing where nothing was."""
    return kept.typed(context["request"], path)
