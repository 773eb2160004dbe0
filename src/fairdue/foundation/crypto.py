"""Encryption of bank details and secrets: AES-256-GCM bound to tenant, table, column and row.

The key is derived from the installation's secret; its id stands before the ciphertext so that keys can
be rotated. `blind` gives a keyed hash for finding a value (an IBAN) without decrypting.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fairdue.foundation.database import derive

KEY_ID = b"k1"
_NONCE_BYTES = 12


class DecryptionError(ValueError):
    """The ciphertext does not belong here, or the installation's secret changed."""


def _key() -> bytes:
    return derive(f"field encryption {KEY_ID.decode()}")


def _place(tenant: int, column: str, row: UUID) -> bytes:
    return f"{tenant}/{column}/{row}".encode()


def encrypt(text: str, *, tenant: int, column: str, row: UUID) -> bytes:
    """Return `text` sealed for one place; `column` is "table.column"."""
    nonce = os.urandom(_NONCE_BYTES)
    return KEY_ID + nonce + AESGCM(_key()).encrypt(nonce, text.encode(), _place(tenant, column, row))


def decrypt(sealed: bytes, *, tenant: int, column: str, row: UUID) -> str:
    """Open what `encrypt` sealed for the same place."""
    sealed = bytes(sealed)
    start = len(KEY_ID)
    if sealed[:start] != KEY_ID:
        raise DecryptionError("sealed with a key that this installation does not have")
    nonce, body = sealed[start : start + _NONCE_BYTES], sealed[start + _NONCE_BYTES :]
    try:
        return AESGCM(_key()).decrypt(nonce, body, _place(tenant, column, row)).decode()
    except InvalidTag:
        raise DecryptionError("the sealed value was moved or changed") from None


def blind(text: str, *, tenant: int, purpose: str) -> str:
    """Return a keyed hash of `text` for equality search within one tenant."""
    return hmac.new(derive(f"blind index {purpose} {tenant}"), text.encode(), hashlib.sha256).hexdigest()
