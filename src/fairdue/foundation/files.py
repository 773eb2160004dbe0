"""The file store: bytes under their SHA-256, rows per tenant. What was stored is what is read, or an error."""

from __future__ import annotations

import hashlib
import os
import shutil
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from uuid import UUID

from django.utils.http import content_disposition_header

from fairdue.foundation.context import Ctx
from fairdue.foundation.database import data_folder
from fairdue.foundation.models import StoredFile

LONGEST_NAME = 200


class FileDamagedError(RuntimeError):
    """The bytes in the store are gone or are not those that were stored."""


def plain_name(name: str) -> str:
    """Return the name of a file as it may be kept and shown: one line without folders, nothing that cannot be seen.

    Marks that turn the direction of writing go as well: they make "exe.pdf" of a program.
    """
    seen = "".join(letter for letter in name if letter == " " or unicodedata.category(letter)[0] not in "CZ")
    return seen.replace("\\", "/").rpartition("/")[2].strip()[:LONGEST_NAME] or "file"


def disposition(name: str, *, inline: bool = False) -> str:
    """Return the Content-Disposition that names a download, whatever letters its name has."""
    header = content_disposition_header(as_attachment=not inline, filename=plain_name(name))
    return header or "attachment"


def place_of(sha256: str) -> Path:
    """Return where the bytes of a hash lie."""
    return data_folder() / "files" / sha256[:2] / sha256[2:4] / sha256


def put(sha256: str, content: bytes) -> None:
    """Write the bytes whole or not at all; the same content is kept once."""
    path = place_of(sha256)
    if path.exists():
        return
    with _fresh(path) as file:
        file.write(content)


def put_file(source: Path) -> tuple[str, int]:
    """Write the bytes of a file of any size whole or not at all; return their hash and how many they are."""
    with source.open("rb") as content:
        sha256 = hashlib.file_digest(content, "sha256").hexdigest()
        path = place_of(sha256)
        if path.exists():
            return sha256, path.stat().st_size
        content.seek(0)
        with _fresh(path) as file:
            shutil.copyfileobj(content, file)
    return sha256, path.stat().st_size


@contextmanager
def _fresh(path: Path) -> Iterator[IO[bytes]]:
    """Open a file that takes its place when it is written and safe on the disk, and leaves nothing behind before."""
    (data_folder() / "files").mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        with partial.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.rename(path)
    finally:
        partial.unlink(missing_ok=True)


def read_content(sha256: str) -> bytes:
    """Return the bytes of a hash, checked."""
    content = _present(sha256).read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise FileDamagedError(f"the file {sha256} was changed in the store")
    return content


def _present(sha256: str) -> Path:
    path = place_of(sha256)
    if not path.exists():
        raise FileDamagedError(f"the file {sha256} is missing from the store")
    return path


def checked_place(sha256: str) -> Path:
    """Return where the bytes of a hash lie, checked without holding them."""
    path = _present(sha256)
    with path.open("rb") as content:
        if hashlib.file_digest(content, "sha256").hexdigest() != sha256:
            raise FileDamagedError(f"the file {sha256} was changed in the store")
    return path


def store(ctx: Ctx, *, content: bytes, name: str, media_type: str, creditor: UUID | None = None) -> StoredFile:
    """Keep a file for the tenant and return its row."""
    sha256 = hashlib.sha256(content).hexdigest()
    put(sha256, content)
    return StoredFile.objects.create(
        tenant_id=ctx.tenant, creditor_id=creditor, sha256=sha256, size=len(content), name=plain_name(name),
        media_type=media_type,
    )  # fmt: skip


def store_file(ctx: Ctx, *, source: Path, media_type: str, creditor: UUID | None = None) -> StoredFile:
    """Keep a file of the machine for the tenant, however large, and return its row."""
    sha256, size = put_file(source)
    return StoredFile.objects.create(
        tenant_id=ctx.tenant, creditor_id=creditor, sha256=sha256, size=size, name=plain_name(source.name),
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
            name=plain_name(file.name), media_type=file.media_type,
        )
        for file in files
    )  # fmt: skip


def load(ctx: Ctx, file: UUID) -> tuple[StoredFile, bytes]:
    """Return a file of the tenant with its bytes."""
    row: StoredFile = StoredFile.objects.get(tenant_id=ctx.tenant, id=file)
    return row, read_content(row.sha256)


def load_place(ctx: Ctx, file: UUID) -> tuple[StoredFile, Path]:
    """Return a file of the tenant with the place of its bytes: for those that are too large to be held."""
    row: StoredFile = StoredFile.objects.get(tenant_id=ctx.tenant, id=file)
    return row, checked_place(row.sha256)
