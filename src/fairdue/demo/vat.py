"""VAT numbers for invented companies: right in form and check digit, so that invoices to them pass the checks."""

from __future__ import annotations

import random
from collections.abc import Iterator

from stdnum import luhn
from stdnum.eu import vat as eu_vat


def _candidates(country: str, rng: random.Random) -> Iterator[str]:
    while True:
        digits = "".join(str(rng.randrange(10)) for _ in range(11))
        yield from {
            "DE": (digits[:9],),
            "AT": (f"U{digits[:8]}",),
            "NL": (f"{digits[:9]}B01",),
            "PL": (digits[:10],),
            "IT": (digits[:11],),
            "ES": (f"B{digits[:8]}",),
            "BE": (f"0{digits[:7]}{97 - int(digits[:7]) % 97:02}",),
            "FR": _french(digits),
            "IE": tuple(f"{digits[:7]}{letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVW"),
        }.get(country, ("",))


def _french(digits: str) -> tuple[str]:
    siren = digits[:8] + luhn.calc_check_digit(digits[:8])
    return (f"{(12 + 3 * (int(siren) % 97)) % 97:02}{siren}",)


def vat_id(country: str, seed: int) -> str:
    """Return a VAT number of `country` that its checks accept; empty where there is no European one."""
    for number in _candidates(country, random.Random(seed)):  # noqa: S311 - invention, not secrets
        if not number or eu_vat.is_valid(country + number):
            return country + number if number else ""
    raise AssertionError
