"""Ask a public register over HTTPS: one request, a timeout, and an answer that never pretends."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from fairdue.core.parties.evidence import Outcome
from fairdue.core.parties.models import Party
from fairdue.foundation import outward

SECONDS = 8
LARGEST = 1_000_000
"""Bytes of an answer that are read; registers answer with a few thousand."""


class UnreachableError(Exception):
    """The register did not answer, or not in a way that says anything; the sentence tells why."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a register."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a register said about a number: known and in force, or not, and whom it belongs to."""

    outcome: Outcome
    name: str = ""
    postcode: str = ""
    address: str = ""
    detail: str = ""


type Fetch = Callable[[Question], tuple[int, bytes]]


@runtime_checkable
class Register(Protocol):
    """What a register can do: say which of a party's numbers it knows, ask, and read the answer."""

    @property
    def code(self) -> str:
        """The short name, as in `FAIRDUE_REGISTERS`."""
        ...

    @property
    def name(self) -> str:
        """The name that is shown as the source."""
        ...

    def number(self, party: Party) -> tuple[str, str]:
        """Return (what, number) that it can be asked about; an empty number where there is none."""
        ...

    def question(self, number: str) -> Question:
        """Return the request."""
        ...

    def read(self, number: str, status: int, data: Any) -> Answer:
        """Read the answer; raises `UnreachableError` where it says nothing about the number."""
        ...


def fetch(question: Question) -> tuple[int, bytes]:
    """Send one question over HTTPS; raises `UnreachableError` where no answer comes."""
    if not question.url.startswith("https://"):
        raise UnreachableError("registers are asked over https only")
    request = urllib.request.Request(question.url, headers={"Accept": "application/json", **question.headers})  # noqa: S310 - https is checked above
    try:
        with outward.ask(request, SECONDS) as reply:
            return reply.status, reply.read(LARGEST)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(LARGEST)
    except (OSError, ValueError) as error:
        raise UnreachableError(str(error)[:200]) from error


def ask(register: Register, number: str, send: Fetch | None = None) -> Answer:
    """Ask a register; whatever goes wrong on the way is “not checked”, never a yes or a no."""
    try:
        status, body = (send or fetch)(register.question(number))
        return register.read(number, status, _json(body))
    except UnreachableError as error:
        return Answer(Outcome.NOT_CHECKED, detail=f"{register.name}: {error}")
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        return Answer(Outcome.NOT_CHECKED, detail=f"{register.name} answered in an unknown form ({error!r})"[:300])


def _json(body: bytes) -> Any:
    try:
        return json.loads(body or b"null")
    except ValueError:
        return None
