"""Bring an archive back: checked first, then in one transaction; whatever fails, what was there stays."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from psycopg import sql

from fairdue.core.findings import refuse
from fairdue.foundation import database
from fairdue.foundation.backup.archive import CHUNK, DUMP, FILES, KEY, Manifest, Reader
from fairdue.foundation.backup.programs import Tool, tools

type Told = Callable[[str], None]
BEGIN = b"""
SET lock_timeout = '20s';
BEGIN;
DROP SCHEMA public CASCADE;
CREATE SCHEMA public;
GRANT USAGE ON SCHEMA public TO PUBLIC;
"""
COMMIT = """
UPDATE public.tenant SET settings = settings || jsonb_build_object('{key}', {reason}::text);
COMMIT;
"""
"""Mail is held in the same transaction: what went out since the backup would go out again."""
NEWER_WORDS = b"SET transaction_timeout = 0;\n"
"""Written by newer tools whatever the target; servers before release 17 do not know it."""
_OTHERS = """
SELECT DISTINCT usename::text FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back."""

    manifest: Manifest
    new_files: int


def given_key(reader: Reader, key_file: Path | None) -> str:
    """Return the secret that opens the archive: from a file, from the archive itself, else this installation's.

    Nothing is made or changed; a wrong one is refused.
    """
    if key_file is not None:
        try:
            secret = key_file.read_text().strip()
        except OSError as error:
            raise refuse("backup.key_file", str(key_file), f"The key cannot be read: {error.strerror}.") from None
    elif KEY in reader.manifest.parts:
        secret = b"".join(reader.pieces(KEY)).decode()
    else:
        secret = database.known_secret() or ""
    if not secret:
        words = "The archive does not hold its key, and there is none here. Give it with --key FILE."
        raise refuse("backup.key", "--key", words)
    reader.check_seal(secret)
    return secret


@contextmanager
def installed_key(secret: str, *, replace: bool) -> Iterator[Path | None]:
    """Make `secret` the installation's; put the old one back when the block fails. Gives where the old one lies."""
    current = database.known_secret()
    if current == secret:
        yield None
        return
    if os.environ.get("FAIRDUE_SECRET_KEY"):
        raise refuse("backup.key", "FAIRDUE_SECRET_KEY", "It is set to another key than the archive's.")
    path = database.data_folder() / "secret_key"
    aside = path.with_name(f"secret_key.until-{datetime.now(UTC):%Y%m%d-%H%M%S}")
    if current is not None:
        if not replace:
            words = "This installation has another key than the archive. With --replace it is set aside."
            raise refuse("backup.key", str(path), words)
        path.rename(aside)
    try:
        database.keep_secret(secret)
        yield aside if current is not None else None
    except BaseException:
        path.unlink(missing_ok=True)
        if current is not None:
            aside.rename(path)
        raise


def restore(reader: Reader, *, replace: bool = False, told: Told = lambda _: None) -> Restored:
    """Bring back a checked archive into the prepared database of this installation.

    Refuses a database that holds a tenant or a user unless `replace`, and one that others are using. The stored
    files are put beside those that are there: the name of a file is its content.
    """
    place = database.address("owner")
    server = _look(reader.manifest, place, replace=replace)
    new: list[Path] = []
    try:
        told("bringing back stored files")
        for name in reader.names():
            _bring_file(reader, name, new)
        told("bringing back the database")
        _bring_rows(reader, place, server)
    except BaseException as error:
        for path in new:
            path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            words = f"The archive could not be brought back: {error.strerror}. What was there is unchanged."
            raise refuse("backup.failed", "", words) from error
        raise
    return Restored(reader.manifest, len(new))


def _look(manifest: Manifest, place: database.Address, *, replace: bool) -> int:
    """Refuse what must not be replaced; returns the server's release."""
    prefix = database.role("").rstrip("_")
    if manifest.role_prefix != prefix:
        words = f"The archive's roles begin with {manifest.role_prefix!r}, this installation's with {prefix!r}."
        raise refuse("backup.roles", "FAIRDUE_ROLE_PREFIX", words)
    with psycopg.connect(place.url()) as connection:
        _refuse_newer(manifest)
        tables = {row[0] for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
        if tables and "tenant" not in tables:
            raise refuse("backup.target", place.name, "The database holds tables that are not Fairdue's.")
        if tables and not replace and _is_used(connection, tables):
            words = "The database is not empty. With --replace its content gives way to the archive's."
            raise refuse("backup.target", place.name, words)
        if others := [row[0] for row in connection.execute(_OTHERS)]:
            words = f"Others are using it ({', '.join(sorted(others))}): stop the server and the worker first."
            raise refuse("backup.busy", place.name, words)
        return connection.info.server_version // 10_000


def _refuse_newer(manifest: Manifest) -> None:
    from django.db.migrations.loader import MigrationLoader

    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if unknown := [name for name in manifest.migrations if name not in known]:
        words = f"The archive was made by Fairdue {manifest.version}, which is newer (it has {unknown[0]})."
        raise refuse("backup.newer", "", words)


def _is_used(connection: psycopg.Connection, tables: set[str]) -> bool:
    for table in {"tenant", "app_user"} & tables:
        statement = sql.SQL("SELECT EXISTS (SELECT 1 FROM {})").format(sql.Identifier(table))
        row = connection.execute(statement).fetchone()
        if row and row[0]:
            return True
    return False


def _bring_file(reader: Reader, name: str, new: list[Path]) -> None:
    from fairdue.foundation.files import FileDamagedError, place_of, put, read_content

    path = place_of(name)
    if path.exists():
        with contextlib.suppress(FileDamagedError):
            read_content(name)
            return
        path.unlink()  # it was damaged; the archive's is whole
    put(name, b"".join(reader.pieces(FILES + name)))
    new.append(path)


def _bring_rows(reader: Reader, place: database.Address, server: int) -> None:
    """Run the dump as the owner in one transaction that begins by emptying the schema."""
    release, folder = tools(max(server, reader.manifest.dumped_by))
    del release
    unpacking = Tool([folder / "pg_restore", "--file=-"], None, reads=True, writes=True)
    running = Tool(
        [folder / "psql", "--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1", "--file=-"],
        place, reads=True, writes=False,
    )  # fmt: skip
    feeder = threading.Thread(target=_feed, args=(reader, unpacking), daemon=True)
    try:
        feeder.start()
        _translate(unpacking, running)
        feeder.join()
        unpacking.end()
        # Only now: an end of the stream without this rolls everything back.
        running.input.write(_commit(reader.manifest))
        running.input.close()
        running.end()
    except BrokenPipeError:
        running.process.wait()
        raise running.failed() from None
    finally:
        unpacking.close()
        running.close()
        feeder.join()


def _commit(manifest: Manifest) -> bytes:
    from fairdue.foundation.mail.holding import KEY as HELD

    reason = sql.Literal(f"restored from the backup of {manifest.made_at}").as_string()
    return COMMIT.format(key=HELD, reason=reason).encode()


def _feed(reader: Reader, tool: Tool) -> None:
    with contextlib.suppress(BrokenPipeError, ValueError):  # the other end gave up; it says why
        for piece in reader.pieces(DUMP):
            tool.input.write(piece)
        tool.input.close()


def _translate(unpacking: Tool, running: Tool) -> None:
    running.input.write(BEGIN)
    for line in unpacking.output:
        if line == NEWER_WORDS:
            break
        running.input.write(line)
        if line.startswith(b"CREATE"):
            break
    while piece := unpacking.output.read(CHUNK):
        running.input.write(piece)
