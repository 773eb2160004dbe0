"""Sign-in policy: people are invited, nobody signs up by himself; secrets of second steps are sealed at rest."""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import Any
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter

from fairdue.foundation.crypto import decrypt, encrypt

_PLACE: dict[str, Any] = {"tenant": 0, "column": "mfa_authenticator.data", "row": UUID(int=0)}
"""People belong to the platform, not to a tenant, and allauth does not say whose secret it seals."""


class ClosedSignUp(DefaultAccountAdapter):  # type: ignore[misc]
    """Closes the public registration."""

    def is_open_for_signup(self, request: Any) -> bool:
        """Refuse self-registration."""
        del request
        return False


class SealedSecrets(DefaultMFAAdapter):  # type: ignore[misc]
    """Keeps TOTP secrets and the seeds of recovery codes encrypted: who reads the database cannot sign in."""

    def encrypt(self, text: str) -> str:
        """Return `text` sealed, as base64."""
        return b64encode(encrypt(text, **_PLACE)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open what `encrypt` sealed; a `DecryptionError` where the installation's secret changed."""
        return decrypt(b64decode(encrypted_text), **_PLACE)
