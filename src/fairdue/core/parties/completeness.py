"""How complete a debtor's master data is: a score from 0 to 100 and what each gap will cost.

Every expectation has a weight, a condition (whom it applies to) and a sentence that says why it
matters, with the article where one exists. The score is the weight that is present out of the weight
that applies, rounded down, so that only a complete party scores 100.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from fairdue.core.parties.models import ContactRole, Party, PartyKind, Scheme, VerificationState

# Member states of the European Union (Greece is EL in VAT numbers, GR in addresses).
EU = frozenset("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split())


@dataclass(frozen=True, slots=True)
class Gap:
    """One missing piece: what, how heavy, why a person should care, and the source of the duty."""

    code: str
    field: str
    weight: int
    missing: str
    why: str
    source: str = ""
    confirmed: bool = True
    """False where the source is secondary; the screen says so."""


@dataclass(frozen=True, slots=True)
class Completeness:
    """The score (0-100) and the gaps, the heaviest first."""

    score: int
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the expectations depend on besides the party: the seller's country and the day."""

    seller_country: str
    today: date


type Test = Callable[[Party, Circumstances], bool]


@dataclass(frozen=True, slots=True)
class Expectation:
    """A gap together with whom it applies to and when it is met."""

    gap: Gap
    applies: Test
    met: Test


@dataclass(frozen=True, slots=True)
class Mandate:
    """A country that prescribes the electronic channel between companies from a day on."""

    since: date
    schemes: tuple[Scheme, ...]
    what: str
    source: str


MANDATES = {
    "BE": Mandate(date(2026, 1, 1), (Scheme.PEPPOL,), "Peppol id", "Law of 6 February 2024 (BE)"),
    "IT": Mandate(
        date(2019, 1, 1),
        (Scheme.ROUTING, Scheme.PEC),
        "codice destinatario",
        "D.Lgs. 127/2015 Art. 1(3), L. 205/2017 (IT)",
    ),
    "FR": Mandate(
        date(2026, 9, 1),
        (Scheme.PEPPOL, Scheme.REGISTER),
        "SIREN or network address",
        "CGI Art. 289 bis (FR)",
    ),
}


def _always(_party: Party, _at: Circumstances) -> bool:
    return True


def _is_business(party: Party, _at: Circumstances) -> bool:
    return party.kind is PartyKind.BUSINESS


def _is_cross_border_eu(party: Party, at: Circumstances) -> bool:
    both = party.country in EU and at.seller_country in EU
    return both and party.country != at.seller_country and party.kind is PartyKind.BUSINESS


def _is_other_business(party: Party, at: Circumstances) -> bool:
    return party.kind is PartyKind.BUSINESS and party.country in EU and not _is_cross_border_eu(party, at)


def _needs_channel(party: Party, at: Circumstances) -> bool:
    if party.kind is PartyKind.PUBLIC:
        return True
    mandate = MANDATES.get(party.country)
    domestic = party.country == at.seller_country
    return party.kind is PartyKind.BUSINESS and domestic and mandate is not None and at.today >= mandate.since


def _has_channel(party: Party, _at: Circumstances) -> bool:
    mandate = MANDATES.get(party.country)
    schemes = (Scheme.ROUTING, Scheme.PEPPOL) + (mandate.schemes if mandate else ())
    return any(party.values(scheme) for scheme in schemes)


def _has_address(party: Party, _at: Circumstances) -> bool:
    address = party.bill_to()
    return address is not None and bool(address.street and address.city and address.country)


def _address_stands(party: Party, _at: Circumstances) -> bool:
    address = party.bill_to()
    return address is not None and address.state not in {
        VerificationState.RETURNED,
        VerificationState.UNCHECKED,
    }


def _has_email(party: Party, _at: Circumstances) -> bool:
    return any(item.email and item.state is not VerificationState.RETURNED for item in party.contacts)


def _has_phone(party: Party, _at: Circumstances) -> bool:
    return any(item.phone for item in party.contacts)


def _has_payables_contact(party: Party, _at: Circumstances) -> bool:
    return any(item.role is ContactRole.ACCOUNTS_PAYABLE for item in party.contacts)


def _has_vat(party: Party, _at: Circumstances) -> bool:
    return bool(party.values(Scheme.VAT))


def _has_register(party: Party, _at: Circumstances) -> bool:
    return bool(party.values(Scheme.REGISTER) or party.values(Scheme.LEI))


VAT_WHY = (
    "An intra-EU invoice without VAT would be refused: the exemption needs the customer's number, "
    "and the invoice must show it."
)

EXPECTATIONS = (
    Expectation(
        Gap(
            "name",
            "name",
            15,
            "no name",
            "An invoice must show the customer's full name.",
            "Directive 2006/112/EC Art. 226(5)",
        ),
        _always,
        lambda party, _at: bool(party.name.strip()),
    ),
    Expectation(
        Gap(
            "address",
            "addresses",
            15,
            "no full bill-to address",
            "An invoice must show the customer's address; a court order is delivered there.",
            "Directive 2006/112/EC Art. 226(5)",
        ),
        _always,
        _has_address,
    ),
    Expectation(
        Gap(
            "vat_cross_border",
            "identifiers.vat",
            20,
            "no VAT number",
            VAT_WHY,
            "Directive 2006/112/EC Art. 138(1)(b), 226(4)",
        ),
        _is_cross_border_eu,
        _has_vat,
    ),
    Expectation(
        Gap(
            "vat",
            "identifiers.vat",
            6,
            "no VAT number",
            "A reverse-charge invoice must show it, and it tells two customers of one name apart.",
            "Directive 2006/112/EC Art. 226(4)",
        ),
        _is_other_business,
        _has_vat,
    ),
    Expectation(
        Gap(
            "email",
            "contacts.email",
            15,
            "no working e-mail",
            "Invoices, reminders and portal links cannot be sent; everything goes by post.",
        ),
        _always,
        _has_email,
    ),
    Expectation(
        Gap(
            "channel",
            "identifiers.routing",
            12,
            "no electronic address",
            "The invoice must travel through the prescribed network, which cannot find this customer.",
            "National mandates, see docs/rules/completeness.md",
            confirmed=False,
        ),
        _needs_channel,
        _has_channel,
    ),
    Expectation(
        Gap(
            "register",
            "identifiers.register",
            8,
            "no company register number",
            "A credit insurer and a court identify a company by its register number, not by its name.",
        ),
        _is_business,
        _has_register,
    ),
    Expectation(
        Gap("phone", "contacts.phone", 8, "no phone number", "Nobody can call when an item is overdue."),
        _always,
        _has_phone,
    ),
    Expectation(
        Gap(
            "address_state",
            "addresses.state",
            6,
            "address never verified, or post came back",
            "A notice that does not arrive starts no period.",
        ),
        _has_address,
        _address_stands,
    ),
    Expectation(
        Gap(
            "payables_contact",
            "contacts.role",
            5,
            "no contact in accounts payable",
            "Reminders go to somebody who cannot pay.",
        ),
        _is_business,
        _has_payables_contact,
    ),
    Expectation(
        Gap(
            "payment_terms",
            "payment_terms_days",
            5,
            "no payment terms agreed",
            "Without terms the due date falls back to the statutory 30 days.",
            "Directive 2011/7/EU Art. 3(3)(b)",
        ),
        _is_business,
        lambda party, _at: party.payment_terms_days is not None,
    ),
    Expectation(
        Gap("language", "language", 4, "no language", "Notices would go out in the language of the creditor."),
        _always,
        lambda party, _at: bool(party.language),
    ),
    Expectation(
        Gap(
            "bank_account",
            "ibans",
            4,
            "no bank account known",
            "A payment without a reference cannot be recognised by its payer's account.",
        ),
        _always,
        lambda party, _at: bool(party.ibans),
    ),
    Expectation(
        Gap(
            "credit_limit",
            "credit_limit_minor",
            4,
            "no credit limit",
            "New orders are accepted without a ceiling, and headroom cannot be shown.",
        ),
        _is_business,
        lambda party, _at: party.credit_limit_minor is not None,
    ),
)


def completeness(party: Party, *, seller_country: str, today: date) -> Completeness:
    """Return the score (0-100) and the gaps of `party` for a seller in `seller_country` on `today`."""
    at = Circumstances(seller_country, today)
    expected = [item for item in EXPECTATIONS if item.applies(party, at)]
    gaps = [item.gap for item in expected if not item.met(party, at)]
    whole = sum(item.gap.weight for item in expected)
    present = whole - sum(gap.weight for gap in gaps)
    return Completeness(100 * present // whole, tuple(sorted(gaps, key=lambda gap: (-gap.weight, gap.code))))
