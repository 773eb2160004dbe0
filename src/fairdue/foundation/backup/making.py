"""Write an archive: the database first, then the files that its rows name, then the manifest; whole or not at all."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import psycopg

from fairdue import __version__
from fairdue.core.findings import refuse
from fairdue.foundation import database
from fairdue.foundation.backup.archive import (
    DUMP,
    FILES,
    KEY,
    Manifest,
    Writer,
    chunks,
    key_check,
    names_digest,
)
from fairdue.foundation.backup.programs import Tool, tools

_STORED = "SELECT DISTINCT sha256 FROM stored_file"
_MIGRATIONS = "SELECT app || '.' || name FROM django_migrations ORDER BY 1"
_TENANTS = "SELECT slug FROM tenant ORDER BY 1"


@dataclass(frozen=True, slots=True)
class Source:
    """What is known of the database before its dump is taken."""

    server: int
    migrations: tuple[str, ...]
    tenants: tuple[str, ...]


@dataclass
class _Files:
    """The stored files while they go into the archive."""

    names: list[str] = field(default_factory=list)
    bytes: int = 0
    damaged: list[str] = field(default_factory=list)


def _column(connection: psycopg.Connection, statement: str) -> tuple[str, ...]:
    return tuple(row[0] for row in connection.execute(statement).fetchall())


def _source(place: database.Address) -> Source:
    try:
        with psycopg.connect(place.url()) as connection:
            server = connection.info.server_version // 10_000
            return Source(server, _column(connection, _MIGRATIONS), _column(connection, _TENANTS))
    except psycopg.errors.InsufficientPrivilege:
        words = "The loader role may not read everything yet; run `fairdue migrate` once."
        raise refuse("backup.rights", "", words) from None
    except psycopg.errors.UndefinedTable:
        raise refuse("backup.nothing", "", "There is nothing to back up: the database has no tables yet.") from None


def make(out: Path, *, with_key: bool = False, told: Callable[[str], None] = lambda _: None) -> Manifest:
    """Write the archive `out` (mode 0600) and return its manifest.

    Nobody needs to stop working: the dump is of one moment, and files are kept before the rows that name them.
    Refuses to overwrite; when anything fails nothing is left behind.
    """
    place = database.address("loader")
    source = _source(place)
    with _appearing(out) as partial:
        writer = Writer(partial)
        try:
            told("dumping the database")
            dumped_by = _dump(writer, source, place)
            told("copying stored files")
            files = _copy_files(writer, place)
            if with_key:
                writer.add(KEY, [database.secret_key().encode()])
            manifest = _manifest(writer, source, files, dumped_by)
            writer.finish(manifest)
        finally:
            writer.abandon()
    return manifest


@contextmanager
def _appearing(out: Path) -> Iterator[IO[bytes]]:
    """Give a file beside `out` that takes its name when all went well, and disappears otherwise."""
    if out.exists():
        raise refuse("backup.exists", str(out), "There is such a file already; nothing is overwritten.")
    partial = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        descriptor = os.open(partial, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        with os.fdopen(descriptor, "w+b") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.link(partial, out)  # unlike a renaming, this never overwrites
    except OSError as error:
        raise refuse("backup.failed", str(out), f"The archive could not be written: {error.strerror}.") from error
    finally:
        partial.unlink(missing_ok=True)


def _dump(writer: Writer, source: Source, place: database.Address) -> int:
    """Put the dump into the archive as the loader, who sees every tenant's rows; returns pg_dump's release."""
    release, folder = tools(source.server)
    tool = Tool(
        [folder / "pg_dump", "--format=custom", "--no-password", "--lock-wait-timeout=60000"],
        place, reads=False, writes=True,
    )  # fmt: skip
    try:
        writer.add(DUMP, chunks(tool.output))
        tool.end()
    finally:
        tool.close()
    return release


def _copy_files(writer: Writer, place: database.Address) -> _Files:
    files = _Files()
    with psycopg.connect(place.url()) as connection, connection.cursor("stored") as cursor:
        cursor.execute(_STORED)
        for (name,) in cursor:
            _copy_file(writer, files, name)
    return files


def _copy_file(writer: Writer, files: _Files, name: str) -> None:
    """Copy one file; one that is gone or changed is named, not archived: it could not be told from a damaged one."""
    path = database.data_folder() / "files" / name[:2] / name[2:4] / name
    if not path.is_file() or _hash(path) != name:
        files.damaged.append(name)
        return
    with path.open("rb") as stream:
        part = writer.add(FILES + name, chunks(stream))
    files.names.append(name)
    files.bytes += part.bytes


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _manifest(writer: Writer, source: Source, files: _Files, dumped_by: int) -> Manifest:
    secret = database.secret_key()
    manifest = Manifest(
        version=__version__, made_at=datetime.now(UTC).isoformat(timespec="seconds"), server=source.server,
        dumped_by=dumped_by, role_prefix=database.role("").rstrip("_"), migrations=source.migrations,
        tenants=source.tenants, parts=dict(writer.parts), files=len(files.names), file_bytes=files.bytes,
        file_names=names_digest(files.names), key_check=key_check(secret), damaged=tuple(sorted(files.damaged)),
    )  # fmt: skip
    return replace(manifest, seal=manifest.sealed_by(secret))


def write_key(path: Path) -> None:
    """Write the installation's secret into a file of its own (mode 0600); never overwrites."""
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except OSError as error:
        raise refuse("backup.key_file", str(path), f"The key could not be written: {error.strerror}.") from None
    with os.fdopen(descriptor, "w") as stream:
        stream.write(database.secret_key() + "\n")
