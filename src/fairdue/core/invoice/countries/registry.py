"""Every country pack by country code."""

from __future__ import annotations

from functools import lru_cache
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
from fairdue.core.vat.area import home
from fairdue.core.vat.territories import law_of

if TYPE_CHECKING:
    from fairdue.core.invoice.countries.shape import Pack

_MODULES = (ae, at, au, be, ca, ch, de, dk, es, fi, fr, gb, ie, in_, it, lu, nl, no, nz, pl, pt, se, sg, us)
_PACKS: dict[str, Pack] = {module.PACK.country: module.PACK for module in _MODULES}


def packs() -> tuple[Pack, ...]:
    """Return every pack, by country code."""
    return tuple(_PACKS[code] for code in sorted(_PACKS))


@lru_cache(maxsize=512)  # every check of an invoice asks several times
def known(country: str) -> Pack | None:
    """Return the pack of `country` or of the state of a territory, none where that law is not recorded."""
    return _PACKS.get(law_of(home(country)))


def pack_of(country: str) -> Pack:
    """Return the pack of `country`; refuses one that is not recorded, naming those that are."""
    found = known(country)
    if found is None:
        sentence = f"The law of invoices of {country!r} is not recorded; known: {', '.join(sorted(_PACKS))}."
        raise refuse("law.country_unknown", "seller", sentence)
    return found
