"""Every country pack by country code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairdue.core.findings import refuse
from fairdue.core.invoice.countries import (
    ae,
    at,
    au,
    be,
    ca,
    ch,
    de,
    dk,
    es,
    fi,
    fr,
    gb,
    ie,
    in_,
    it,
    lu,
    nl,
    no,
    nz,
    pl,
    pt,
    se,
    sg,
    us,
)
from fairdue.core.vat.area import NORTHERN_IRELAND, home

if TYPE_CHECKING:
    from fairdue.core.invoice.countries.shape import Pack

_MODULES = (ae, at, au, be, ca, ch, de, dk, es, fi, fr, gb, ie, in_, it, lu, nl, no, nz, pl, pt, se, sg, us)
_PACKS: dict[str, Pack] = {module.PACK.country: module.PACK for module in _MODULES}


def packs() -> tuple[Pack, ...]:
    """Return every pack, by country code."""
    return tuple(_PACKS[code] for code in sorted(_PACKS))


def known(country: str) -> Pack | None:
    """Return the pack of `country`, none where its law is not recorded; Northern Ireland is the United Kingdom."""
    code = home(country)
    return _PACKS.get("GB" if code == NORTHERN_IRELAND else code)


def pack_of(country: str) -> Pack:
    """Return the pack of `country`; refuses one that is not recorded, naming those that are."""
    found = known(country)
    if found is None:
        sentence = f"The law of invoices of {country!r} is not recorded; known: {', '.join(sorted(_PACKS))}."
        raise refuse("law.country_unknown", "seller", sentence)
    return found
