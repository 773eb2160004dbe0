"""All checks of one party at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairdue.core.parties.models import Scheme
from fairdue.parties.validation.addresses import check_address
from fairdue.parties.validation.contacts import check_email, check_language, check_phone
from fairdue.parties.validation.identifiers import (
    check_eori,
    check_lei,
    check_peppol,
    check_register,
    check_vat,
)
from fairdue.parties.validation.money import check_iban

if TYPE_CHECKING:
    from fairdue.core.findings import Finding
    from fairdue.core.parties.models import Contact, Identifier, Party


def _identifier(item: Identifier, country: str) -> tuple[Finding, ...]:
    path = f"identifiers.{item.scheme.value}"
    match item.scheme:
        case Scheme.VAT:
            return check_vat(item.value, country, path).findings
        case Scheme.REGISTER:
            return check_register(item.value, country, path).findings
        case Scheme.EORI:
            return check_eori(item.value, path).findings
        case Scheme.LEI:
            return check_lei(item.value, path).findings
        case Scheme.PEPPOL:
            return check_peppol(item.value, path).findings
        case _:
            return ()


def _contact(contact: Contact, country: str, place: str) -> tuple[Finding, ...]:
    found: tuple[Finding, ...] = ()
    if contact.email:
        found += check_email(contact.email, f"{place}.email").findings
    if contact.phone:
        found += check_phone(contact.phone, country, f"{place}.phone").findings
    if contact.language:
        found += check_language(contact.language, f"{place}.language").findings
    return found


def check_party(party: Party) -> tuple[Finding, ...]:
    """Return every finding about the party's numbers, addresses, contacts, accounts and language."""
    found: list[Finding] = []
    for item in party.identifiers:
        found += _identifier(item, party.country)
    for index, address in enumerate(party.addresses):
        found += check_address(address, f"addresses[{index}].")
    for index, contact in enumerate(party.contacts):
        found += _contact(contact, party.country, f"contacts[{index}]")
    for index, iban in enumerate(party.ibans):
        found += check_iban(iban, f"ibans[{index}]").findings
    if party.language:
        found += check_language(party.language).findings
    return tuple(found)
