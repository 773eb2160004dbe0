"""Second steps at sign-in: which of them a person has set up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.mfa.utils import is_mfa_enabled
from django import template

if TYPE_CHECKING:
    from fairdue.foundation.models import User

register = template.Library()


@register.filter
def has_step(user: User, kind: str) -> bool:
    """Tell whether somebody can answer by a second step of a kind: totp, webauthn or recovery_codes."""
    return bool(is_mfa_enabled(user, [kind]))
