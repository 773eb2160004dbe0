"""`fairdue doctor`: what keeps this installation from working well, and what to do about it.

Each room registers examinations; each yields signs. Those that need the database are left out when it is away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.db import Error as DatabaseError


class Status(StrEnum):
    """How a sign is."""

    OK = "ok"
    WARN = "warn"
    """It works; a person should look."""
    FAIL = "fail"
    """Something does not work, or is not safe."""


@dataclass(frozen=True, slots=True)
class Sign:
    """What an examination saw, and what to do when it is not well."""

    status: Status
    about: str
    sentence: str
    advice: str = ""


type Examination = Callable[[], Iterable[Sign]]
EXAMINATIONS: dict[str, tuple[Examination, bool]] = {}


def examine(about: str, *, database: bool = True) -> Callable[[Examination], Examination]:
    """Register an examination; `database` says whether it asks the database."""

    def register(look: Examination) -> Examination:
        EXAMINATIONS[about] = (look, database)
        return look

    return register


def ok(about: str, sentence: str) -> Sign:
    """Return a good sign."""
    return Sign(Status.OK, about, sentence)


def warn(about: str, sentence: str, advice: str) -> Sign:
    """Return a sign that a person should look at."""
    return Sign(Status.WARN, about, sentence, advice)


def fail(about: str, sentence: str, advice: str) -> Sign:
    """Return a bad sign."""
    return Sign(Status.FAIL, about, sentence, advice)


def signs(*, database: bool) -> Iterator[Sign]:
    """Examine everything, or what needs no database; an examination that breaks is itself a bad sign."""
    for about, (look, needs) in EXAMINATIONS.items():
        if needs and not database:
            continue
        try:
            yield from look()
        except (DatabaseError, OSError) as error:
            advice = "Mend what the message names; `fairdue migrate` creates what is missing."
            yield fail(about, f"could not be examined: {str(error).strip().splitlines()[0]}", advice)
