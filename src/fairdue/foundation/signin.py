"""Sign-in policy: people are invited, nobody signs up by himself."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter


class ClosedSignUp(DefaultAccountAdapter):  # type: ignore[misc]
    """Closes the public registration."""

    def is_open_for_signup(self, request: Any) -> bool:
        """Refuse self-registration."""
        del request
        return False
