"""The number of a company register as an identifier with its scheme (BT-30, BT-47; schemes of ISO 6523).

Countries whose rules ask for the scheme have theirs: France BR-FR-10 and -11 (SIREN; XP Z12-012), the Netherlands
NL-R-003 and -005 (KvK), Belgium, Denmark DK-R-014 and Norway (Peppol BIS Billing 3.0, national rules and code list
ICD). Elsewhere the number stands without one.
"""

from __future__ import annotations

import re
from dataclasses import replace

from fairdue.core.invoice.code_lists import VAT_PREFIXES
from fairdue.core.invoice.parties import Identifier, Party

SIREN, SIRET = "0002", "0009"
_SCHEMES = {
    "NL": ("0106", r"\d{8}"),
    "BE": ("0208", r"[01]\d{9}"),
    "DK": ("0184", r"\d{8}"),
    "NO": ("0192", r"\d{9}"),
}
_SEPARATORS = re.compile(r"[\s.-]")
_FRENCH = re.compile(r"(\d{9})(\d{5})?")
_FRENCH_VAT = re.compile(r"FR[0-9A-Z]{2}(\d{9})")


def registration(country: str, register: str, vat_id: str) -> Identifier | None:
    """Return the register number of a company with its scheme; a French VAT number tells its SIREN."""
    bare = _SEPARATORS.sub("", register)
    if country == "FR" and (found := _FRENCH.fullmatch(bare) or _FRENCH_VAT.fullmatch(_SEPARATORS.sub("", vat_id))):
        return Identifier(found[1], SIREN)
    scheme, pattern = _SCHEMES.get(country, ("", ""))
    if scheme and re.fullmatch(pattern, bare):
        return Identifier(bare, scheme)
    return Identifier(register) if register else None


def establishment(country: str, register: str) -> Identifier | None:
    """Return the SIRET where the register number names a French establishment."""
    bare = _SEPARATORS.sub("", register)
    found = _FRENCH.fullmatch(bare) if country == "FR" else None
    return Identifier(bare, SIRET) if found and found[2] else None


BARE = frozenset("AE AU CA IN NZ SG US".split())
"""Countries whose tax numbers carry no code of the country at home."""


def coded(vat_id: str, country: str) -> str:
    """Return a VAT identifier with the code of its country in front (BR-CO-09), where its country writes it without."""
    bare = _SEPARATORS.sub("", vat_id)
    if country not in BARE or not bare or (bare.startswith(country) and vat_id[:2] in VAT_PREFIXES):
        return vat_id
    return f"{country}{bare}"


def outside_scope(seller: Party, buyer: Party) -> tuple[Party, Party]:
    """Return the parties as they stand on a document outside the scope of VAT: with no VAT identifier (BR-O-02).

    The number under which the seller is taxed stays as its local tax number (BT-32; VAT Directive Art. 226 (3)),
    that of the buyer as its registration (BT-47) where it has no other. In Sweden BT-32 says “Godkänd för F-skatt” and
    nothing else (Peppol SE-R-005).
    """
    local = "" if seller.address.country == "SE" else seller.vat_id
    known = buyer.registration or (Identifier(buyer.vat_id) if buyer.vat_id else None)
    return (
        replace(seller, vat_id="", tax_number=seller.tax_number or local),
        replace(buyer, vat_id="", registration=known),
    )
