"""The database of an installation: its roles, its addresses, and the first preparation of both.

Four roles, made before the first migration (DESIGN §3, §8): the *owner* owns the tables and migrates,
the *app* reads and writes under row-level security, the *client* is the weaker role of users who see one
creditor only, the *loader* does bulk imports and platform work without a tenant.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

KEY_FILE = "secret_key"
"""The file with the installation's secret, in the data folder."""
ROLE_KINDS = ("owner", "app", "client", "loader")


def role(kind: str) -> str:
    """Return the name of the role of `kind`; FAIRDUE_ROLE_PREFIX tells installations of one server apart."""
    return f"{os.environ.get('FAIRDUE_ROLE_PREFIX', 'fairdue')}_{kind}"


def data_folder() -> Path:
    """Return the folder of this installation's files (FAIRDUE_DATA, by default `.var` here)."""
    return Path(os.environ.get("FAIRDUE_DATA", ".var")).absolute()


def _secret_file() -> Path:
    return data_folder() / KEY_FILE


def known_secret() -> str | None:
    """Return the installation's secret if there is one already; makes none."""
    if key := os.environ.get("FAIRDUE_SECRET_KEY"):
        return key
    place = f"{os.environ.get('FAIRDUE_DATA', '.var')}/{KEY_FILE}"
    try:
        state = os.stat(place)  # noqa: PTH116 - each line of a bank file asks; a Path takes longer than the answer
    except FileNotFoundError:
        return None
    return _content(place, (state.st_ino, state.st_size, state.st_mtime_ns))


@lru_cache(maxsize=4)
def _content(place: str, state: tuple[int, ...]) -> str:
    """Return what a file holds, read once while its `state` stays: each line of a bank file seals an account."""
    del state
    return Path(place).read_text().strip()


def secret_key() -> str:
    """Return the installation's secret: FAIRDUE_SECRET_KEY, or a file made at the first start."""
    if key := known_secret():
        return key
    keep_secret(os.urandom(48).hex())
    return _secret_file().read_text().strip()


def keep_secret(secret: str) -> None:
    """Write the secret's file whole, readable by its owner only; the secret of a process that was first stays."""
    path = _secret_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}")
    partial.touch(mode=0o600)
    partial.write_text(secret)
    with suppress(FileExistsError):
        os.link(partial, path)
    partial.unlink()


def derive(purpose: str) -> bytes:
    """Return 32 secret bytes for `purpose`, derived from the installation's secret (HMAC-SHA-256)."""
    return _derived(secret_key(), purpose)


@lru_cache(maxsize=1024)
def _derived(secret: str, purpose: str) -> bytes:
    return hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).digest()


@dataclass(frozen=True, slots=True)
class Address:
    """Where one role reaches the database."""

    user: str
    password: str
    host: str
    port: str
    name: str
    query: str = ""

    @classmethod
    def parse(cls, url: str) -> Address:
        """Read a postgresql:// address; a socket folder may stand in the host parameter."""
        parts = urlsplit(url)
        pairs = [pair.partition("=") for pair in parts.query.split("&") if pair]
        host = next((unquote(value) for key, _, value in pairs if key == "host"), parts.hostname or "")
        rest = "&".join(f"{key}={value}" for key, _, value in pairs if key != "host")
        return cls(
            unquote(parts.username or ""), unquote(parts.password or ""), host,
            str(parts.port or 5432), parts.path.lstrip("/") or "postgres", rest,
        )  # fmt: skip

    def url(self) -> str:
        """Return the address in one line, password included."""
        login = f"{quote(self.user, safe='')}:{quote(self.password, safe='')}"
        query = "&".join(filter(None, (f"host={quote(self.host, safe='')}", self.query)))
        return urlunsplit(("postgresql", f"{login}@:{self.port}", f"/{self.name}", query, ""))


def _password(kind: str) -> str:
    return hmac.new(derive("database role"), role(kind).encode(), hashlib.sha256).hexdigest()


def address(kind: str, name: str | None = None) -> Address:
    """Return where the role of `kind` logs in; FAIRDUE_OWNER_URL and so on name roles made by hand."""
    if given := os.environ.get(f"FAIRDUE_{kind.upper()}_URL"):
        return Address.parse(given)
    admin = Address.parse(os.environ.get("DATABASE_URL", "postgresql:///postgres"))
    chosen = name or os.environ.get("FAIRDUE_DATABASE") or (admin.name if admin.name != "postgres" else "fairdue")
    return Address(role(kind), _password(kind), admin.host, admin.port, chosen, admin.query)


def prepare(admin_url: str, name: str | None = None) -> None:
    """Make or mend the roles and the database; safe to repeat, safe for two processes at once."""
    with _admin(admin_url) as admin:
        admin.execute("SELECT pg_advisory_lock(7033)")
        for kind in ROLE_KINDS:
            _make_role(admin, kind)
        admin.execute(sql.SQL("GRANT {} TO {}").format(*map(sql.Identifier, (role("client"), role("app")))))
        _make_database(admin, name or address("owner").name)


def _admin(url: str) -> psycopg.Connection:
    """Connect where databases are made: the one of `url` may not exist yet."""
    try:
        return psycopg.connect(url, dbname="postgres", autocommit=True)
    except psycopg.OperationalError:
        return psycopg.connect(url, autocommit=True)


def _make_role(admin: psycopg.Connection, kind: str) -> None:
    name = sql.Identifier(role(kind))
    known = admin.execute("SELECT rolcanlogin FROM pg_roles WHERE rolname = %s", [role(kind)]).fetchone()
    if known is None:
        admin.execute(sql.SQL("CREATE ROLE {}").format(name))
    login = "NOLOGIN" if kind == "client" else "LOGIN"
    bypass = "BYPASSRLS" if kind == "loader" else "NOBYPASSRLS"
    # Before PostgreSQL 16 a database's owner owns its schema by inheritance only.
    inherit = "INHERIT" if kind == "owner" else "NOINHERIT"
    words = sql.SQL(f"{login} {bypass} {inherit} NOSUPERUSER NOCREATEDB NOCREATEROLE")
    admin.execute(sql.SQL("ALTER ROLE {} {} PASSWORD {}").format(name, words, sql.Literal(_password(kind))))


def _make_database(admin: psycopg.Connection, name: str) -> None:
    if admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
        admin.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'").format(
                sql.Identifier(name), sql.Identifier(role("owner"))
            )
        )
    admin.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
    for kind in ("app", "loader"):
        admin.execute(
            sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(
                sql.Identifier(name), sql.Identifier(role(kind))
            )
        )
