"""The archive: a ZIP of `database.dump`, `files/<sha256>`, perhaps `secret_key`, and `manifest.json` written last.

The manifest names the SHA-256 of every part; a stored file is named by its own. It is sealed with a key derived
from the installation's secret, so that whoever holds that secret also notices a manifest that somebody rewrote.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from fairdue.core.findings import RefusedError, refuse

FORMAT = 1
DUMP, KEY, MANIFEST, FILES = "database.dump", "secret_key", "manifest.json", "files/"
CHUNK = 1 << 20
# What zipfile raises for one flipped bit: also "encrypted" (RuntimeError) and an unknown method (NotImplementedError).
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError)
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the archive: how long it is and what it hashes to."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive holds and what it takes to bring it back.

    `made_at` is an ISO instant (UTC); `server` and `dumped_by` are releases of PostgreSQL; `migrations` are
    "room.name"; `role_prefix` is part of every grant in the dump; `files` counts the stored files, `file_names` is
    the SHA-256 over their sorted names.
    """

    version: str
    made_at: str
    server: int
    dumped_by: int
    role_prefix: str
    migrations: tuple[str, ...]
    tenants: tuple[str, ...]
    parts: dict[str, Part]
    files: int
    file_bytes: int
    file_names: str
    key_check: str
    """A keyed hash of a constant: tells the right key from a wrong one and nothing else."""
    damaged: tuple[str, ...] = ()
    """Stored files that were gone or changed when the archive was made."""
    format: int = FORMAT
    seal: str = ""

    def text(self) -> bytes:
        """Return the manifest as it stands in the archive."""
        return json.dumps(asdict(self), indent=2, sort_keys=True).encode()

    def sealed_by(self, secret: str) -> str:
        """Return the seal that the holder of `secret` puts on this content."""
        content = json.dumps({**asdict(self), "seal": ""}, sort_keys=True).encode()
        return hmac.new(keyed(secret, "backup manifest"), content, hashlib.sha256).hexdigest()


def keyed(secret: str, purpose: str) -> bytes:
    """Return the 32 bytes that `secret` gives for `purpose`."""
    return hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).digest()


def key_check(secret: str) -> str:
    """Return what tells this secret from another one."""
    return keyed(secret, "backup key check").hex()[:32]


def names_digest(names: Iterable[str]) -> str:
    """Return the SHA-256 over sorted names, one a line."""
    return hashlib.sha256("\n".join(sorted(names)).encode()).hexdigest()


def chunks(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield a stream piece by piece."""
    while piece := stream.read(CHUNK):
        yield piece


@dataclass
class Writer:
    """Writes the parts of a new archive one after another; `finish` adds the manifest."""

    stream: IO[bytes]
    parts: dict[str, Part] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Open the ZIP; its parts are compressed already, so they are only stored."""
        self.zip = zipfile.ZipFile(self.stream, "w", zipfile.ZIP_STORED, allowZip64=True)

    def add(self, name: str, pieces: Iterable[bytes]) -> Part:
        """Write one part while hashing it."""
        digest, size = hashlib.sha256(), 0
        with self.zip.open(name, "w", force_zip64=True) as member:
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
                member.write(piece)
        part = Part(size, digest.hexdigest())
        if not name.startswith(FILES):
            self.parts[name] = part
        return part

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest and the table of contents."""
        self.zip.writestr(MANIFEST, manifest.text())
        self.zip.close()

    def abandon(self) -> None:
        """Close what will be thrown away; that it cannot be completed does not matter any more."""
        with suppress(OSError, ValueError):
            self.zip.close()


def _damaged(path: Path, why: str) -> RefusedError:
    return refuse("backup.damaged", str(path), f"The archive is damaged: {why}. Nothing was changed.")


def _manifest(raw: bytes) -> Manifest:
    row: dict[str, Any] = json.loads(raw)
    row["parts"] = {name: Part(**part) for name, part in row["parts"].items()}
    for name in ("migrations", "tenants", "damaged"):
        row[name] = tuple(row[name])
    return Manifest(**row)


@dataclass
class Reader:
    """An archive to be read: `manifest` first, `check` before anything is believed."""

    path: Path

    def __post_init__(self) -> None:
        """Open it; a file that is no archive, or is cut short, is refused."""
        try:
            self.zip = zipfile.ZipFile(self.path)
            raw = self.zip.read(MANIFEST)
        except OSError as error:
            raise refuse(
                "backup.unreadable", str(self.path), f"The archive cannot be read: {error.strerror}."
            ) from None
        except _BROKEN as error:
            raise _damaged(self.path, str(error)) from None
        except KeyError:
            raise refuse("backup.foreign", str(self.path), "This is not an archive of `fairdue backup`.") from None
        try:
            self.manifest = _manifest(raw)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise _damaged(self.path, "its manifest cannot be read") from None
        if self.manifest.format != FORMAT:
            words = f"The archive has format {self.manifest.format}; this version reads format {FORMAT}."
            raise refuse("backup.format", str(self.path), words)

    def names(self) -> list[str]:
        """Return the names of the stored files in the archive."""
        return [name.removeprefix(FILES) for name in self.zip.namelist() if name.startswith(FILES)]

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of one part."""
        with self.zip.open(name) as member:
            yield from chunks(member)

    def _hash(self, name: str) -> Part:
        digest, size = hashlib.sha256(), 0
        try:
            for piece in self.pieces(name):
                digest.update(piece)
                size += len(piece)
        except (*_BROKEN, KeyError, OSError) as error:
            raise _damaged(self.path, f"{name}: {error}") from None
        return Part(size, digest.hexdigest())

    def check(self, told: Callable[[str], None] = lambda _: None) -> None:
        """Read every byte and compare each hash; refuse before anything else happens."""
        told("checking the archive")
        for name, part in self.manifest.parts.items():
            if self._hash(name) != part:
                raise _damaged(self.path, f"{name} is not what was written")
        names = self.names()
        if len(names) != self.manifest.files or names_digest(names) != self.manifest.file_names:
            raise _damaged(self.path, "the list of stored files is not what was written")
        for name in names:
            if not _HASH.fullmatch(name) or self._hash(FILES + name).sha256 != name:
                raise _damaged(self.path, f"the stored file {name[:80]} is not what was written")

    def check_seal(self, secret: str) -> None:
        """Refuse a wrong key, and a manifest that was not written by the holder of the right one."""
        if not hmac.compare_digest(key_check(secret), self.manifest.key_check):
            words = (
                "The key is not the one of this archive: bank details and sign-in secrets could not be read. "
                "Give the right one with --key FILE."
            )
            raise refuse("backup.key", str(self.path), words)
        if not hmac.compare_digest(self.manifest.sealed_by(secret), self.manifest.seal):
            raise _damaged(self.path, "its manifest was changed after it was sealed")
