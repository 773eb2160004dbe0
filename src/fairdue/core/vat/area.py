"""Which states share the common system of VAT, and in which currency each wants its tax.

Source: VAT Directive 2006/112/EC Art. 5 and 230; Withdrawal Agreement (OJ L 29, 31.1.2020) Art. 126 and the
Protocol on Northern Ireland Art. 8: goods of Northern Ireland (prefix XI) stay inside.
"""

from __future__ import annotations

from datetime import date

from fairdue.core.vat.territories import is_inside

MEMBERS = frozenset("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split())
BRITAIN_LEFT = date(2021, 1, 1)
"""First day after the transition period."""
NORTHERN_IRELAND = "XI"

_EURO = "AT BE CY DE EE ES FI FR GR IE IT LT LU LV MT NL PT SI SK"
_LOCAL: dict[str, tuple[tuple[date, str], ...]] = {
    **dict.fromkeys(_EURO.split(), ((date.min, "EUR"),)),
    "BG": ((date.min, "BGN"), (date(2026, 1, 1), "EUR")),
    "HR": ((date.min, "HRK"), (date(2023, 1, 1), "EUR")),
    **{
        code: ((date.min, currency),)
        for code, currency in {
            "CZ": "CZK", "DK": "DKK", "HU": "HUF", "PL": "PLN", "RO": "RON", "SE": "SEK", "GB": "GBP", "XI": "GBP",
            "CH": "CHF", "LI": "CHF", "NO": "NOK", "AE": "AED", "SA": "SAR", "AU": "AUD", "NZ": "NZD", "SG": "SGD",
            "IN": "INR", "CA": "CAD",
        }.items()
    },
}  # fmt: skip


def home(country: str) -> str:
    """Return the ISO 3166 code of a country written as people write it (UK, EL)."""
    code = country.strip().upper()
    return {"UK": "GB", "EL": "GR"}.get(code, code)


def in_union(country: str, on: date, *, goods: bool = False) -> bool:
    """Tell whether a supply in `country` (or a territory) falls under the common system on that day."""
    if country == NORTHERN_IRELAND:
        return goods
    return country in MEMBERS or is_inside(country) or (country == "GB" and on < BRITAIN_LEFT)


def tax_currency(country: str, on: date) -> str:
    """Return the currency in which `country` wants its VAT on that day; nothing where that is not known."""
    return next((currency for since, currency in reversed(_LOCAL.get(country, ())) if since <= on), "")


def tax_currencies(country: str, on: date) -> frozenset[str]:
    """Return every currency in which the law lets the tax be shown; none outside the countries that are known.

    Denmark takes the euro beside its krone (momsbekendtgørelsen § 97 (2)).
    """
    local = tax_currency(country, on)
    also = frozenset({"EUR"}) if country == "DK" else frozenset()
    return also | {local} if local else frozenset()
