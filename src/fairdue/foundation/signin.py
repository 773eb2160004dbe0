"""Sign-in policy: people are invited, nobody signs up by himself; secrets of second steps are sealed at rest."""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import Any
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter

from fairdue.foundation.crypto import KEY_ID, decrypt, encrypt

_PLACE: dict[str, Any] = {"tenant": 0, "column": "mfa_authenticator.data", "row": UUID(int=0)}
"""People belong to the platform, not to a tenant, and allauth does not say whose secret it seals."""

_SECRETS = ("secret", "seed")
_MARK = b64encode(KEY_ID).decode().rstrip("=")[:-1]


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


def sealed_data(data: dict[str, Any]) -> dict[str, Any]:
    """Return what is kept of a second step with its secrets sealed; sealed ones, of whichever key, stay."""
    seal = SealedSecrets().encrypt
    changed: dict[str, Any] = {
        name: seal(text) for name, text in data.items() if name in _SECRETS and not _is_sealed(text)
    }
    if "migrated_codes" in data:
        changed["migrated_codes"] = [code if _is_sealed(code) else seal(code) for code in data["migrated_codes"]]
    return data | changed


def _is_sealed(text: str) -> bool:
    """Tell by the mark of the key; a TOTP secret is in capitals and a seed in hexadecimal, so neither begins so."""
    return text.startswith(_MARK)
