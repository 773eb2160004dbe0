"""The number of a company register as an identifier with its scheme (BT-30, BT-47; schemes of ISO 6523).

Countries whose rules ask for the scheme have theirs: France BR-FR-10 and -11 (SIREN; XP Z12-012), the Netherlands
NL-R-003 and -005 (KvK), Belgium, Denmark DK-R-014 and Norway (Peppol BIS Billing 3.0, national rules and code list
ICD). Elsewhere the number stands without one.
"""

from __future__ import annotations

import re

from fairdue.core.invoice.parties import Identifier

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
