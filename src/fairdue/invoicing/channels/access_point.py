"""Peppol through an access-point provider: one small HTTP interface, idempotent by the id of the delivery.

`FAIRDUE_ACCESS_POINT_URL` and `FAIRDUE_ACCESS_POINT_TOKEN` name the provider. Providers have no common interface; this
is the least that they share (docs/howto/deliver-invoices.md), and an adapter in front of another one is a small
program. It is tested against a peer that stands in the tests, not against a provider.
"""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from fairdue.foundation import outward

SECONDS = 20
LARGEST = 1_000_000
REFUSED = range(400, 500)
AGAIN = frozenset({408, 409, 425, 429})
"""Answers of the 400s after which the same may be tried again."""
LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})


class AwayError(Exception):
    """The access point did not answer, or asked to come back later: the same is tried again."""


class RefusedByPointError(Exception):
    """The access point refuses the document: trying again is useless."""


@dataclass(frozen=True, slots=True)
class State:
    """What the access point says about a message."""

    id: str
    code: str
    reason: str = ""


def address() -> str:
    """Return where the access point is; empty where none is set up. Plain http is taken on this machine only."""
    url = os.environ.get("FAIRDUE_ACCESS_POINT_URL", "").rstrip("/")
    parts = urlsplit(url)
    return url if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOCAL) else ""


def submit(delivery: str, sender: str, receiver: str, document: bytes) -> State:
    """Hand a document over; the same delivery is the same message however often it is handed over."""
    headers = {
        "Content-Type": "application/xml", "Idempotency-Key": delivery, "Peppol-Sender": sender,
        "Peppol-Receiver": receiver,
    }  # fmt: skip
    return _state(_ask("/documents", headers, document))


def status(message: str) -> State:
    """Ask what became of a message."""
    return _state(_ask(f"/documents/{quote(message, safe='')}", {}, None))


def _state(data: Any) -> State:
    if not isinstance(data, dict) or not data.get("id"):
        raise AwayError("the access point answered in an unknown form")
    return State(str(data["id"])[:120], str(data.get("status", "")), str(data.get("reason") or "")[:500])


def _ask(path: str, headers: dict[str, str], body: bytes | None) -> Any:
    token = os.environ.get("FAIRDUE_ACCESS_POINT_TOKEN", "")
    all_headers = {"Accept": "application/json", "Authorization": f"Bearer {token}", **headers}
    request = urllib.request.Request(f"{address()}{path}", body, all_headers)  # noqa: S310 - `address` takes https only
    try:
        with outward.ask(request, SECONDS) as reply:
            return json.loads(reply.read(LARGEST))
    except urllib.error.HTTPError as error:
        with error:
            said = error.read(500).decode("utf-8", "replace")
        if error.code in REFUSED and error.code not in AGAIN:
            raise RefusedByPointError(f"the access point refuses it ({error.code}): {said}"[:500]) from error
        raise AwayError(f"the access point answered with status {error.code}") from error
    except (OSError, ValueError) as error:
        raise AwayError(f"the access point did not answer: {error}"[:300]) from error
