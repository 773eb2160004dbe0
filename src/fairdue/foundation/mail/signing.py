"""DKIM (RFC 6376): the signature of the sender's domain on each message that goes out in its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any
from uuid import UUID

import dkim
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.core.mail import EmailMultiAlternatives

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

BITS = 2048
"""RFC 8301 § 3.2: at least 1024, should be 2048."""
SIGNED = (b"from", b"to", b"subject", b"date", b"message-id", b"mime-version", b"content-type", b"auto-submitted")


@dataclass(frozen=True, slots=True)
class Key:
    """The signing key of a domain; the public half stands in the DNS at `selector._domainkey.domain`."""

    domain: str
    selector: str
    private: str
    """PEM."""


type Find = Callable[[Ctx, UUID], Key | None]
_FINDERS: list[Find] = []


def register_keys(find: Find) -> None:
    """Say where the keys of creditors are kept; called once, by the room that keeps them."""
    _FINDERS[:] = [find]


def key_for(ctx: Ctx, creditor: UUID, sender: str) -> Key | None:
    """Return the key for a message of a creditor; none where its sender is of another domain."""
    key = _FINDERS[0](ctx, creditor) if _FINDERS else None
    domain = sender.rpartition("@")[2].rstrip(">").lower()
    return key if key and (domain == key.domain or domain.endswith(f".{key.domain}")) else None


def make_key() -> tuple[str, str]:
    """Return a new private key (PEM) and its public half as it stands in the record of the DNS."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return private, "".join(line for line in pem.splitlines() if not line.startswith("-"))


class Message(EmailMultiAlternatives):
    """A message with a visible sender, an envelope of its own for bounces, and a signature where there is a key."""

    def __init__(self, *args: Any, envelope: str = "", key: Key | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.key = key
        if envelope:
            self.extra_headers["From"] = self.from_email
            self.from_email = envelope

    def message(self, **kwargs: Any) -> EmailMessage:
        """Build the message and sign it as it goes over the wire."""
        built: Any = super().message(**kwargs)
        if self.key is not None:
            raw = built.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
            signature = dkim.sign(
                raw, self.key.selector.encode(), self.key.domain.encode(), self.key.private.encode(),
                canonicalize=(b"relaxed", b"relaxed"), include_headers=list(SIGNED),
            )  # fmt: skip
            value = signature.decode().partition(":")[2]
            built["DKIM-Signature"] = " ".join(value.split())
        return built
