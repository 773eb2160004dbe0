"""What a check of one record says: how it stands, what was found, and what is to be published."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Stand(StrEnum):
    """How a record stands."""

    VALID = "valid"
    WEAK = "weak"
    """It stands and does less than it could, or leaves something open."""
    WRONG = "wrong"
    """It is missing, or mail fails because of it."""
    NOT_CHECKED = "not_checked"
    """Nobody could be asked. Never taken for valid, and never for wrong."""


type Look = Callable[[str], tuple[str, ...] | None]
"""Texts (TXT) at a name: empty where there are none, none where nobody could be asked."""


type Hosts = Callable[[str, str], tuple[str, ...] | None]
"""Records of a name and a kind (A, AAAA, MX as "10 host."): empty where there are none, none where nobody answered."""


@dataclass(frozen=True, slots=True)
class Check:
    """One record of a domain; `found` is what stands there, `publish` what should."""

    name: str
    place: str
    stand: Stand
    sentence: str
    found: tuple[str, ...] = ()
    publish: str = ""
    source: str = ""


SILENT = "The domain name system was not asked or did not answer."


def silent(name: str, place: str, source: str, publish: str = "") -> Check:
    """Return the check of a record that nobody could be asked about."""
    return Check(name, place, Stand.NOT_CHECKED, SILENT, (), publish, source)


def tags(text: str) -> dict[str, str]:
    """Return the tags of a record `a=1; b=2` (RFC 6376 § 3.2), names in lower case; the first of a name counts."""
    found: dict[str, str] = {}
    for part in text.split(";"):
        name, equals, value = part.partition("=")
        if equals and name.strip():
            found.setdefault(name.strip().lower(), value.strip())
    return found
