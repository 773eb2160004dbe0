"""Identifiers: UUID version 7 (RFC 9562), made here so that every engine and bulk path gets them alike.

Those of one process rise, also within a millisecond (section 6.2, method 2: the random part is raised by a random
step), so rows that were made one after the other sort in that order.
"""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING
from uuid import UUID, SafeUUID

if TYPE_CHECKING:
    from collections.abc import Iterator

_RANDOM_BITS = 62
_LARGEST = 1 << 74
_SET = object.__setattr__


def _steps() -> Iterator[int]:
    """Yield random numbers of 32 bits, a thousand for each question to the system."""
    while True:
        yield from memoryview(os.urandom(4096)).cast("I")


class _Last:
    """The identifier before: its millisecond and its 74 random bits; and the steps to those after it."""

    lock = threading.Lock()
    milliseconds = 0
    random = 0
    steps = _steps()


def _forget() -> None:
    """Start anew in a forked process, which must not go on where its parent goes on."""
    _Last.lock = threading.Lock()
    _Last.milliseconds = 0
    _Last.steps = _steps()


os.register_at_fork(after_in_child=_forget)


def _next() -> tuple[int, int]:
    now = time.time_ns() // 1_000_000
    with _Last.lock:
        if now > _Last.milliseconds:
            _Last.milliseconds, _Last.random = now, int.from_bytes(os.urandom(10), "big") >> 7  # 73 bits: room to rise
        else:
            _Last.random += 1 + next(_Last.steps)
            if _Last.random >= _LARGEST:
                _Last.milliseconds, _Last.random = _Last.milliseconds + 1, 0
        return _Last.milliseconds, _Last.random


def uuid7() -> UUID:
    """Return a new identifier that sorts after those made before: 48 bits of milliseconds, 74 random bits."""
    milliseconds, random = _next()
    high = (milliseconds << 16) | (0x7 << 12) | (random >> _RANDOM_BITS)
    low = (0b10 << _RANDOM_BITS) | (random & ((1 << _RANDOM_BITS) - 1))
    # What UUID(int=...) does, without its questions about the other six ways to make one: a night asks for 100,000s.
    made = object.__new__(UUID)
    _SET(made, "int", (high << 64) | low)
    _SET(made, "is_safe", SafeUUID.unknown)
    return made
