"""Structured payment references: generate, check, print and find in free text.

A reference whose check digits agree and that belongs to an own open item is the best evidence of
what a payment is for. Schemes plug in by a row of `SCHEMES`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairdue.core.refs.scheme import FoundReference, ReferenceRefusedError, Scheme
from fairdue.core.refs.schemes import KID10, KID11, NL, OCR, OGM, QRR, RF, VIITE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = [
    "SCHEMES",
    "FoundReference",
    "ReferenceRefusedError",
    "Scheme",
    "find",
    "for_country",
    "generate",
    "keys",
    "recognise",
    "show",
    "valid",
]

SCHEMES: dict[str, Scheme] = {scheme.code: scheme for scheme in (RF, QRR, OGM, VIITE, KID10, KID11, OCR, NL)}


def generate(scheme: str, payload: str) -> str:
    """Return the canonical reference of `scheme` for `payload`; refuse a payload that does not fit."""
    return SCHEMES[scheme].make(payload)


def valid(scheme: str, text: str) -> bool:
    """Tell whether `text`, printed or canonical, is a reference of `scheme` with right check digits."""
    return SCHEMES[scheme].canonical(text) is not None


def show(scheme: str, reference: str) -> str:
    """Return the printed form of a canonical reference (RF in fours, OGM with plus signs and slashes)."""
    return SCHEMES[scheme].show(reference)


def for_country(country: str) -> Scheme:
    """Return the national scheme of a debtor's country, ISO 11649 where there is none."""
    return next((scheme for scheme in SCHEMES.values() if country in scheme.countries), RF)


def recognise(text: str) -> tuple[str, ...]:
    """Return the codes of all schemes that `text` as a whole is a valid reference of."""
    return tuple(code for code, scheme in SCHEMES.items() if scheme.canonical(text) is not None)


def find(text: str, schemes: Iterable[str] = ("RF", "QRR", "OGM", "VIITE")) -> Iterator[FoundReference]:
    """Yield every reference in free `text`, scheme by scheme; blanks inside printed groups are allowed."""
    upper = text.upper() if text.isascii() else "".join(c.upper() if c.isascii() else c for c in text)
    for code in schemes:
        for value, start, end in SCHEMES[code].find(upper):
            yield FoundReference(code, value, start, end, SCHEMES[code].strong)


def keys(reference: str) -> frozenset[str]:
    """Return the forms under which a reference is looked up: without print marks and leading zeros.

    A creditor reference that carries a national one (RF + viite) is also found by the national one.
    """
    plain = reference.upper().translate(dict.fromkeys(map(ord, " +*/-.")))
    forms = {plain, plain.lstrip("0")}
    if RF.canonical(plain):
        forms.add(plain[4:].lstrip("0"))
    return frozenset(form for form in forms if form)
