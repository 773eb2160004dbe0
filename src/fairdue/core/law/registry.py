"""Every country regime by country code (states as US-NY) and kind of debtor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairdue.core.findings import refuse
from fairdue.core.law.countries import at, be, ch, cz, de, es, fr, gb, ie, it, lu, nl, pl, us

if TYPE_CHECKING:
    from fairdue.core.law.regime import Kind, Regime

_MODULES = (at, be, ch, cz, de, es, fr, gb, ie, it, lu, nl, pl, us)
_REGIMES: dict[tuple[str, Kind], Regime] = {
    (regime.country, regime.kind): regime for module in _MODULES for regime in module.REGIMES
}


def known_countries() -> tuple[str, ...]:
    """Return the codes that the calculators know, sorted."""
    return tuple(sorted({country for country, _ in _REGIMES}))


def regime_of(country: str, kind: Kind) -> Regime:
    """Return the regime; refuse a country that is not known, naming those that are."""
    code = country.strip().upper()
    if code == "US":
        raise refuse("law.state_needed", "country", "Interest is state law in the US: name US-NY or US-CA")
    if code == "UK":
        code = "GB"
    try:
        return _REGIMES[code, kind]
    except KeyError:
        known = ", ".join(known_countries())
        raise refuse(
            "law.country_unknown",
            "country",
            f"No late-payment law is recorded for {country!r}; known: {known}",
        ) from None
