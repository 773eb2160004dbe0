"""Where the addresses of an invoice lie for tax: a country, a territory or a region."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairdue.core.vat.regions import DESTINATION, region
from fairdue.core.vat.territories import located

if TYPE_CHECKING:
    from datetime import date

    from fairdue.core.invoice.model import Invoice
    from fairdue.core.invoice.parties import Address, Party


def area_of(address: Address, on: date, tax_id: str = "") -> str:
    """Return the tax area of an address: ES-CN for a postcode of the Canary Islands, CA-ON for one of Ontario."""
    code = located(address.country, address.postcode, on)
    return region(code, address.postcode, address.subdivision, tax_id) if code in DESTINATION else code


def area_of_party(party: Party, on: date) -> str:
    """Return the tax area of a party, whose tax number may name its state."""
    return area_of(party.address, on, party.vat_id)


def delivered_to(invoice: Invoice, on: date) -> str:
    """Return the tax area of the delivery address, empty where there is none."""
    address = invoice.delivery.address if invoice.delivery else None
    return area_of(address, on) if address else ""
