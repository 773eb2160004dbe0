"""Sign-in policy: people are invited, nobody signs up by himself; secrets of second steps are sealed at rest."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Any, NoReturn
from urllib.parse import urlsplit
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import Http404, HttpRequest

from fairdue.foundation.crypto import KEY_ID, decrypt, encrypt

_PLACE: dict[str, Any] = {"tenant": 0, "column": "mfa_authenticator.data", "row": UUID(int=0)}
"""People belong to the platform, not to a tenant, and allauth does not say whose secret it seals."""

_SECRETS = ("secret", "seed")
_MARK = b64encode(KEY_ID).decode().rstrip("=")[:-1]


@dataclass(frozen=True, slots=True)
class House:
    """What mails about accounts call the installation: never by the host that a request claims to speak to."""

    name: str
    domain: str


class ClosedSignUp(DefaultAccountAdapter):  # type: ignore[misc]
    """Closes the public registration, and writes mails about accounts with the address of the house."""

    def is_open_for_signup(self, request: Any) -> bool:
        """Refuse self-registration."""
        del request
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Return the link to a new password at FAIRDUE_BASE_URL, whatever `Host` asked for it."""
        path = urlsplit(super().get_reset_password_from_key_url(key)).path
        return f"{settings.BASE_URL.rstrip('/')}{path}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail about an account."""
        house = House("Fairdue", urlsplit(settings.BASE_URL).netloc)
        super().send_mail(template_prefix, email, {"current_site": house} | context)


def no_other_address(request: HttpRequest) -> NoReturn:
    """Refuse to change one's own address: a seat is given to an address, and nobody proves here that it is theirs.

    Who could take any address would be given the seat that another tenant means for its owner.
    """
    del request
    raise Http404("An address is changed by inviting the new one.")


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
