"""How much memory the embedded server may keep pages in.

A quarter of the memory is what PostgreSQL's documentation (20.4 "Resource Consumption") gives a server that has the
machine for itself. Here web, worker and a person's other programs share it: a sixteenth, within bounds.
"""

from __future__ import annotations

import os
from pathlib import Path

LEAST, MOST = 128, 1024
"""Megabytes."""
_SHARE = 16
_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
"""Where a container says how much it may use (control groups 2 and 1); "max" says nothing."""


def memory_bytes() -> int:
    """Return the memory of the machine, or of the container where that is less."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min([machine, *(int(limit) for limit in map(_told, _LIMITS) if limit.isdecimal())])


def _told(file: Path) -> str:
    """Return what a file says; one that is not there, or not for us, says nothing."""
    try:
        return file.read_text().strip()
    except OSError:
        return ""


def shared_buffers(memory: int) -> int:
    """Return the megabytes for pages out of so many bytes of memory."""
    return max(LEAST, min(MOST, memory // _SHARE // 1024**2))
