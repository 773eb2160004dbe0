"""Structured payment references: generate, check, print and find in free text.

A reference whose check digits agree and that belongs to an own open item is the best evidence of
what a payment is for. Schemes plug in by a row of `SCHEMES`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairdue.core.refs.digits import as_digits
from fairdue.core.refs.scheme import FoundReference, ReferenceRefusedError, Scheme
from fairdue.core.refs.schemes import FIK71, FIK75, HR, KID10, KID11, NL, OCR, OGM, QRR, RF, SI, VIITE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = [
    "SCHEMES",
    "FoundReference",
    "ReferenceRefusedError",
    "Scheme",
    "find",
    "for_country",
    "for_invoice",
    "generate",
    "is_qr_account",
    "keys",
    "payloads",
    "recognise",
    "show",
    "valid",
]

_ALL = (RF, QRR, OGM, VIITE, KID10, KID11, OCR, FIK71, FIK75, SI, HR, NL)
SCHEMES: dict[str, Scheme] = {scheme.code: scheme for scheme in _ALL}


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


def for_invoice(number: str, country: str, currency: str, account: str = "") -> str:
    """Return the reference of an invoice `number` that goes to a debtor of `country`.

    The scheme is the country's own where the currency is one of it and the number fits; a QR reference needs a QR
    account, and a QR account takes no other in Switzerland. Else ISO 11649 in euro and francs, else the number itself.
    """
    plain = "".join(letter for letter in number.upper() if letter.isascii() and letter.isalnum())
    for scheme in (for_country(country), RF):
        if not _taken(scheme, country, currency, account):
            continue
        for payload in (plain,) if scheme is RF else payloads(number):
            try:
                return scheme.make(payload)
            except ReferenceRefusedError:
                continue
    return number


def _taken(scheme: Scheme, country: str, currency: str, account: str) -> bool:
    """Tell whether the debtor's bank takes a reference of this scheme for a payment to the account."""
    if scheme is QRR:
        return currency in QRR.currencies and is_qr_account(account)
    if scheme is RF and currency == "CHF":
        return country in QRR.countries and bool(account) and not is_qr_account(account)
    return currency in scheme.currencies


def payloads(number: str) -> tuple[str, ...]:
    """Return the digits that stand for a number: letters as 10 to 35, so that two series differ; then digits alone."""
    plain = "".join(letter for letter in number.upper() if letter.isascii() and letter.isalnum())
    digits = "".join(letter for letter in plain if letter.isdigit())
    return (as_digits(plain), digits) if plain else ()


def is_qr_account(account: str) -> bool:
    """Tell whether an IBAN is a QR-IBAN: Switzerland or Liechtenstein, institution 30000 to 31999."""
    plain = "".join(account.split()).upper()
    return plain[:2] in QRR.countries and plain[4:6] in {"30", "31"}


def recognise(text: str) -> tuple[str, ...]:
    """Return the codes of all schemes that `text` as a whole is a valid reference of."""
    return tuple(code for code, scheme in SCHEMES.items() if scheme.canonical(text) is not None)


def find(text: str, schemes: Iterable[str] = ("RF", "QRR", "OGM", "SI", "HR", "VIITE")) -> Iterator[FoundReference]:
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
