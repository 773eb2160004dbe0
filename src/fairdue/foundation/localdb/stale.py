"""Clear up after a killed server whose process is still listed.

A killed process stays a zombie until its parent takes note of it, and in many containers nobody does. Both
pg_ctl and PostgreSQL take a zombie for a running server, so its lock files must go. They guard against two
servers on one data directory; therefore they go only when no process works in that directory any more.
"""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

WAIT_SECONDS = 60
_PROCESSES = Path("/proc")


def _state(pid: int) -> str:
    """Return the state letter of a process: Z is a zombie; nothing where processes cannot be looked at."""
    with suppress(OSError):
        return (_PROCESSES / str(pid) / "stat").read_text().rpartition(")")[2].split()[0]
    return ""


def fallen(data: Path) -> bool:
    """Tell whether the server named in the lock file of `data` was killed and lies about as a zombie."""
    with suppress(OSError, ValueError, IndexError):
        return _state(int((data / "postmaster.pid").read_text().split()[0])) == "Z"
    return False


def _at_work(data: Path) -> bool:
    """Tell whether any process has `data` as its working directory, as every process of a server does."""
    for process in _PROCESSES.glob("[0-9]*"):
        with suppress(OSError):
            if (process / "cwd").resolve(strict=True) == data and _state(int(process.name)) != "Z":
                return True
    return False


def clear(data: Path, socket: Path) -> None:
    """Remove the lock files of a fallen server, once its last process is gone."""
    if not fallen(data):
        return
    end = time.monotonic() + WAIT_SECONDS
    while _at_work(data):
        if time.monotonic() > end:
            return
        time.sleep(0.1)
    for lock in (data / "postmaster.pid", *socket.glob(".s.PGSQL.*")):
        lock.unlink(missing_ok=True)
