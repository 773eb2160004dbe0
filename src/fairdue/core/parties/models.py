"""Frozen descriptions of a party (creditor, debtor or payer) as the pure rules see it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PartyKind(StrEnum):
    """Which law a party falls under."""

    BUSINESS = "business"
    """A business: B2B terms, VAT number expected."""
    CONSUMER = "consumer"
    """A natural person: consumer rules."""
    PUBLIC = "public"
    """A public authority: B2G channels and routing ids."""


class AddressKind(StrEnum):
    """What an address is for."""

    BILL_TO = "bill_to"
    """Printed on the invoice (EN 16931 BG-8)."""
    SHIP_TO = "ship_to"
    """Where goods arrive (EN 16931 BG-15); decides the place of supply."""
    REGISTERED = "registered"
    """The seat; where a court delivers."""


class VerificationState(StrEnum):
    """How far a value is trusted; later members outrank earlier ones, `RETURNED` outranks nothing."""

    RETURNED = "returned"
    """A letter or mail came back."""
    UNCHECKED = "unchecked"
    """Typed in or imported, nobody looked."""
    WELL_FORMED = "well_formed"
    """The country's own format rules hold."""
    MATCHED = "matched"
    """A register (VIES, SIRENE, GLEIF, Companies House) knows the same value."""
    DELIVERED = "delivered"
    """Something sent there arrived."""
    CONFIRMED = "confirmed"
    """A person confirmed it with the party."""


class ContactRole(StrEnum):
    """Why one talks to a contact."""

    ACCOUNTS_PAYABLE = "accounts_payable"
    BUYER = "buyer"
    MANAGEMENT = "management"
    DISPUTES = "disputes"
    LEGAL = "legal"
    OTHER = "other"


class Scheme(StrEnum):
    """Numbering systems that identify a party."""

    VAT = "vat"
    REGISTER = "register"
    TAX = "tax"
    EORI = "eori"
    PEPPOL = "peppol"
    LEI = "lei"
    GLN = "gln"
    ROUTING = "routing"
    """Leitweg-ID, codice destinatario, DIR3, code service: where a mandated network delivers."""
    PEC = "pec"
    """Certified mailbox of an Italian party: where SdI delivers without a codice destinatario."""


@dataclass(frozen=True, slots=True)
class Address:
    """One postal address; `country` is ISO 3166-1 alpha-2."""

    kind: AddressKind = AddressKind.BILL_TO
    street: str = ""
    extra: str = ""
    postcode: str = ""
    city: str = ""
    region: str = ""
    country: str = ""
    state: VerificationState = VerificationState.UNCHECKED
    provenance: str = ""
    """Where the value came from: "import debtors.csv", "typed by Ann", "GLEIF"."""


@dataclass(frozen=True, slots=True)
class Contact:
    """A person or mailbox at a party."""

    name: str = ""
    role: ContactRole = ContactRole.OTHER
    email: str = ""
    phone: str = ""
    language: str = ""
    state: VerificationState = VerificationState.UNCHECKED


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number that a register gave to the party."""

    scheme: Scheme
    value: str
    state: VerificationState = VerificationState.UNCHECKED


@dataclass(frozen=True, slots=True)
class Party:
    """Everything the rules need to know about one party; empty text means unknown."""

    id: str
    name: str
    kind: PartyKind = PartyKind.BUSINESS
    external_id: str = ""
    country: str = ""
    language: str = ""
    addresses: tuple[Address, ...] = ()
    contacts: tuple[Contact, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    ibans: tuple[str, ...] = ()
    payment_terms_days: int | None = None
    credit_limit_minor: int | None = None
    credit_limit_currency: str = ""
    parent_id: str = ""

    def values(self, scheme: Scheme) -> tuple[str, ...]:
        """Return the identifiers of one scheme, in order."""
        return tuple(item.value for item in self.identifiers if item.scheme is scheme)

    def bill_to(self) -> Address | None:
        """Return the address that an invoice would print: bill-to, else the seat, else none."""
        for kind in (AddressKind.BILL_TO, AddressKind.REGISTERED):
            for address in self.addresses:
                if address.kind is kind:
                    return address
        return None
