"""One PostgreSQL server in a data directory.

Works as root (the server then runs under an unprivileged account, and neither the permissions of a
parent folder nor an account of the machine are touched), as a normal user, in a path with a space, for
several processes at once, and after `kill -9` of everything.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import secrets
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

from fairdue.foundation.localdb import stale
from fairdue.foundation.localdb.binaries import LocalServerError, find_binaries
from fairdue.foundation.localdb.memory import memory_bytes, shared_buffers

START_SECONDS = 300
ADMIN = "fairdue_admin"
UNPRIVILEGED = "nobody"
READY = "fairdue.ready"
"""Written into a data directory when it is whole; what has it is never deleted."""
CONFIG = """
listen_addresses = ''
unix_socket_directories = '{socket}'
unix_socket_permissions = 0700
port = 5432
max_connections = 60
shared_buffers = '{buffers}MB'
work_mem = '16MB'
maintenance_work_mem = '128MB'
max_wal_size = '2GB'
timezone = 'UTC'
log_timezone = 'UTC'
{extra}
"""


def _account() -> tuple[int, int] | None:
    """Return the account the server runs under, if this process is root."""
    if os.geteuid() != 0:
        return None
    entry = pwd.getpwnam(UNPRIVILEGED)
    return entry.pw_uid, entry.pw_gid


def _reachable(path: Path) -> bool:
    """Tell whether everybody may enter every folder from the root down to `path`."""
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in (path, *path.parents) if folder.exists())


@dataclass
class LocalServer:
    """The server of one data directory; `start` before `url`, `release` when the process is done."""

    folder: Path
    durable: bool = True
    _users: IO[str] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Choose the folders."""
        self.folder = self.folder.resolve()
        self.account = _account()
        tag = hashlib.sha256(str(self.folder).encode()).hexdigest()[:12]
        owner = self.account[0] if self.account else os.geteuid()
        self.socket = Path(tempfile.gettempdir(), f"fairdue-{owner}-{tag}")
        self.home = self.folder / "postgres"
        self.programs = find_binaries()
        if self.account and not (_reachable(self.folder) and _reachable(self.programs)):
            # The server's account cannot enter this path, so data and programs live where it can.
            self.home = Path("/var/lib/fairdue", tag)
        self.data = self.home / "data"
        self.log = self.home / "server.log"

    @property
    def url(self) -> str:
        """The address of the administrator's connection."""
        password = (self.folder / "postgres.password").read_text().strip()
        return f"postgresql://{ADMIN}:{password}@/postgres?host={quote(str(self.socket), safe='')}"

    def start(self) -> str:
        """Initialise the data directory if new, start the server if down, and return `url`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._alone():
            if self._users is None:
                self._users = (self.folder / "postgres.users").open("w")
                fcntl.flock(self._users, fcntl.LOCK_SH)
            self._prepare()
            stale.clear(self.data, self.socket)
            if not self.running():
                self._launch()
        return self.url

    def release(self) -> None:
        """Give the server back; the last process that does so stops it."""
        if self._users is None:
            return
        with self._alone():
            try:
                fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self._users.close()
            else:
                self.stop()
                self._users.close()
            self._users = None

    def running(self) -> bool:
        """Tell whether a server of this data directory is up."""
        return not stale.fallen(self.data) and self._run("pg_ctl", "status", "-D", str(self.data)).returncode == 0

    def stop(self, mode: str = "fast") -> None:
        """Stop the server if it is up."""
        if self.data.exists() and self.running():
            self._must("pg_ctl", "stop", "-D", str(self.data), "-m", mode, "-w", "-t", "60")

    def _alone(self) -> _Lock:
        return _Lock(self.folder / "postgres.lock")

    def _own(self, path: Path) -> None:
        if self.account:
            os.chown(path, *self.account)

    def _private(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True)
        owner = self.account[0] if self.account else os.geteuid()
        self._own(path)
        path.chmod(0o700)
        if path.stat().st_uid != owner:
            raise LocalServerError(f"{path} belongs to another account")

    def _prepare(self) -> None:
        if self.home.parts[:4] == ("/", "var", "lib", "fairdue"):
            self.home.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
            self._copy_programs()
        self._private(self.home)
        self._private(self.socket)
        if not (self.data / "PG_VERSION").exists() or not (self.folder / "postgres.password").exists():
            self._initialise()

    def _copy_programs(self) -> None:
        if _reachable(self.programs):
            return
        source = self.programs.parent
        tag = hashlib.sha256(str(source).encode()).hexdigest()[:8]
        copy = self.home.parent / f"programs-{tag}-{int((source / 'bin/postgres').stat().st_mtime)}"
        if not copy.exists():
            partial = Path(tempfile.mkdtemp(dir=self.home.parent))
            shutil.copytree(source, partial / "tree", symlinks=True)
            (partial / "tree").rename(copy)
            partial.rmdir()
        self.programs = copy / "bin"

    def _initialise(self) -> None:
        self.stop("immediate")
        if (self.data / READY).exists():
            # The folder with the password was removed, the rows were not: they are kept beside the new ones.
            self.data.rename(self.home / f"data-{secrets.token_hex(4)}")
        elif self.data.exists():
            shutil.rmtree(self.data)  # an initialisation that a kill cut short
        password = secrets.token_urlsafe(24)
        secret = self.home / "password"
        secret.touch(mode=0o600)
        secret.write_text(password)
        self._own(secret)
        self._must(
            "initdb", "-D", str(self.data), "-U", ADMIN, "-A", "scram-sha-256", f"--pwfile={secret}",
            "-E", "UTF8", "--locale=C", *self._locale(), "--data-checksums",
        )  # fmt: skip
        secret.unlink()
        extra = "" if self.durable else "fsync = off\nfull_page_writes = off\nsynchronous_commit = off\n"
        with (self.data / "postgresql.conf").open("a") as config:
            config.write(CONFIG.format(socket=self.socket, extra=extra, buffers=shared_buffers(memory_bytes())))
        (self.data / READY).touch()
        keep = self.folder / "postgres.password"
        keep.touch(mode=0o600)
        keep.write_text(password)

    def _locale(self) -> list[str]:
        """Return the options for an order of text that is the same on every system (PostgreSQL 17 on)."""
        version = self._run("postgres", "--version").stdout.split()[2].split(".")[0]
        if int(version) >= 17:  # noqa: PLR2004 - the release that brought the builtin provider
            return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        return []

    def _launch(self) -> None:
        done = self._run(
            "pg_ctl", "start", "-D", str(self.data), "-l", str(self.log), "-w", "-t", str(START_SECONDS),
            "-o", f"-c unix_socket_directories='{self.socket}'",
        )  # fmt: skip
        if done.returncode:
            tail = self.log.read_text(errors="replace")[-2000:] if self.log.exists() else done.stderr
            raise LocalServerError(f"PostgreSQL did not start in {self.data}:\n{tail}")

    def _must(self, program: str, *arguments: str) -> None:
        done = self._run(program, *arguments)
        if done.returncode:
            raise LocalServerError(f"{program} failed: {done.stderr.strip() or done.stdout.strip()}")

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        # Files, not pipes: a started server inherits the streams and would keep a pipe open for ever.
        kwargs: dict[str, Any] = {}
        if self.account:
            kwargs = {"user": self.account[0], "group": self.account[1], "extra_groups": []}
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            done = subprocess.run(
                [str(self.programs / program), *arguments],
                stdin=subprocess.DEVNULL, stdout=out, stderr=err, cwd="/", check=False,
                start_new_session=True, env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
                **kwargs,
            )  # fmt: skip
            out.seek(0)
            err.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, out.read(), err.read())


class _Lock:
    """An advisory lock on a file, held while the block runs."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> None:
        self.file = self.path.open("w")
        fcntl.flock(self.file, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        self.file.close()
