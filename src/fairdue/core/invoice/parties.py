"""Who stands on an invoice: seller, buyer, payee and tax representative with their identifiers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identifier with the scheme that issues it (ISO 6523 ICD or EAS code)."""

    value: str
    scheme: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address (BG-5, BG-8, BG-12, BG-15)."""

    country: str
    street: str = ""
    extra: str = ""
    third: str = ""
    postcode: str = ""
    city: str = ""
    subdivision: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """A person or desk to turn to (BG-6, BG-9)."""

    name: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """Seller (BG-4) or buyer (BG-7)."""

    name: str  # BT-27, BT-44
    address: Address
    trading_name: str = ""  # BT-28, BT-45
    identifiers: tuple[Identifier, ...] = ()  # BT-29, BT-46
    registration: Identifier | None = None  # BT-30, BT-47
    vat_id: str = ""  # BT-31, BT-48
    tax_number: str = ""  # BT-32, seller only
    legal_form: str = ""  # BT-33, seller only
    endpoint: Identifier | None = None  # BT-34, BT-49
    contact: Contact | None = None


@dataclass(frozen=True, slots=True)
class Payee:
    """Who is to be paid when it is not the seller (BG-10)."""

    name: str
    identifier: Identifier | None = None
    registration: Identifier | None = None


@dataclass(frozen=True, slots=True)
class TaxRepresentative:
    """Who answers for the seller's VAT (BG-11)."""

    name: str
    vat_id: str
    address: Address
