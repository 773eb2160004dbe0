"""The file store: bytes under their SHA-256, rows per tenant. What was stored is what is read, or an error."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from fairdue.foundation.context import Ctx
from fairdue.foundation.database import data_folder
from fairdue.foundation.models import StoredFile


class FileDamagedError(RuntimeError):
    """The bytes in the store are gone or are not those that were stored."""


def place_of(sha256: str) -> Path:
    """Return where the bytes of a hash lie."""
    return data_folder() / "files" / sha256[:2] / sha256[2:4] / sha256


def put(sha256: str, content: bytes) -> None:
    """Write the bytes whole or not at all; the same content is kept once."""
    path = place_of(sha256)
    if path.exists():
        return
    (data_folder() / "files").mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(path)
    finally:
        partial.unlink(missing_ok=True)


def read_content(sha256: str) -> bytes:
    """Return the bytes of a hash, checked."""
    path = place_of(sha256)
    if not path.exists():
        raise FileDamagedError(f"the file {sha256} is missing from the store")
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise FileDamagedError(f"the file {sha256} was changed in the store")
    return content


def store(ctx: Ctx, *, content: bytes, name: str, media_type: str, creditor: UUID | None = None) -> StoredFile:
    """Keep a file for the tenant and return its row."""
    sha256 = hashlib.sha256(content).hexdigest()
    put(sha256, content)
    return StoredFile.objects.create(
        tenant_id=ctx.tenant, creditor_id=creditor, sha256=sha256, size=len(content), name=name,
        media_type=media_type,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file about to be kept under an id that the caller has chosen."""

    id: UUID
    content: bytes
    sha256: str
    name: str
    media_type: str
    creditor: UUID | None = None


def store_many(ctx: Ctx, files: Sequence[NewFile]) -> None:
    """Keep files for the tenant, their rows in one statement."""
    for file in files:
        put(file.sha256, file.content)
    StoredFile.objects.bulk_create(
        StoredFile(
            tenant_id=ctx.tenant, id=file.id, creditor_id=file.creditor, sha256=file.sha256, size=len(file.content),
            name=file.name, media_type=file.media_type,
        )
        for file in files
    )  # fmt: skip


def load(ctx: Ctx, file: UUID) -> tuple[StoredFile, bytes]:
    """Return a file of the tenant with its bytes."""
    row: StoredFile = StoredFile.objects.get(tenant_id=ctx.tenant, id=file)
    return row, read_content(row.sha256)
