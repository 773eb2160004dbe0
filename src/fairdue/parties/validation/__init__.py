"""Checks of master data that need no network: form, check digits, country rules.

Every check takes text and returns `Checked`: the value as it should be stored, and findings. None of
them proves that the number is in use; registers do that (VIES, SIRENE, GLEIF) and have their own state.
"""

from __future__ import annotations

from fairdue.parties.validation.addresses import check_address, format_address
from fairdue.parties.validation.checked import Checked
from fairdue.parties.validation.contacts import check_email, check_language, check_phone
from fairdue.parties.validation.identifiers import (
    check_eori,
    check_lei,
    check_peppol,
    check_register,
    check_vat,
    checked_identifier,
)
from fairdue.parties.validation.money import check_bic, check_currency, check_iban
from fairdue.parties.validation.party import check_party
from fairdue.parties.validation.routing import ROUTING, check_gln, check_pec, check_routing
from fairdue.parties.validation.text import one_line

__all__ = [
    "ROUTING",
    "Checked",
    "check_address",
    "check_bic",
    "check_currency",
    "check_email",
    "check_eori",
    "check_gln",
    "check_iban",
    "check_language",
    "check_lei",
    "check_party",
    "check_pec",
    "check_peppol",
    "check_phone",
    "check_register",
    "check_routing",
    "check_vat",
    "checked_identifier",
    "format_address",
    "one_line",
]
