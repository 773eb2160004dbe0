"""What the law of its country asks of a creditor and what its master data lack; part of the door out."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fairdue.core.findings import Finding, Severity
from fairdue.core.invoice.countries.registry import known
from fairdue.core.invoice.parties import Address, Contact, Identifier, Party
from fairdue.core.vat.supply import BuyerKind
from fairdue.invoicing import masterdata
from fairdue.invoicing.composing import compose, numbered, sums
from fairdue.invoicing.documents.pdf import pages
from fairdue.invoicing.formats.registry import FORMATS
from fairdue.parties import selectors as parties

if TYPE_CHECKING:
    from datetime import date

    from fairdue.core.invoice.countries.shape import Mandate, Pack, Requirement
    from fairdue.core.invoice.model import Invoice
    from fairdue.foundation.context import Ctx
    from fairdue.invoicing.masterdata import Seller

OWN = ("seller", "payment.transfers")
"""Paths of an invoice that the master data of the creditor fill."""
CARRIES = {
    "XRechnung": ("xrechnung-ubl", "xrechnung-cii", "xrechnung-pdf"),
    "ZUGFeRD": ("factur-x", "factur-x-extended", "xrechnung-pdf"),
    "Factur-X": ("factur-x", "factur-x-extended", "ctc-fr-pdf"),
    "CTC": ("ctc-fr-ubl", "ctc-fr-cii", "ctc-fr-pdf"),
    "Peppol BIS": ("peppol-bis",),
    "FatturaPA": ("fatturapa",),
    "FA(3)": ("ksef-fa3",),
    "EN 16931": ("ubl", "cii", "factur-x", "xrechnung-ubl", "xrechnung-cii", "peppol-bis"),
}
"""Words in the format of a mandate, and the formats of the registry that carry it."""


class Stands(StrEnum):
    """Whether the master data say what an invoice must say."""

    THERE = "there"
    LACKS = "lacks"
    EACH = "each invoice"
    """It stands on each invoice of its own; the master data cannot say it."""
    NOT_ASKED = "not asked"
    """Only companies of another legal form say it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that an invoice of the creditor must say."""

    requirement: Requirement
    stands: Stands


@dataclass(frozen=True, slots=True)
class Demanded:
    """One mandate of the calendar, with the formats of the registry that carry it."""

    mandate: Mandate
    in_force: bool
    carried: tuple[str, ...]
    """Names of its chosen formats that serve."""
    offered: tuple[str, ...]
    """Names of formats that would serve and are not chosen."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where a creditor stands towards the law of its country on one day."""

    seller: Seller
    pack: Pack | None
    """None where the law of its country is not recorded: nothing national is checked."""
    asked: tuple[Asked, ...]
    demanded: tuple[Demanded, ...]
    findings: tuple[Finding, ...]
    """What the check says of the master data, on domestic invoices to a business and to a public body."""
    legal: dict[str, Any]
    """The particulars that its letterhead prints, by name."""

    @property
    def lacking(self) -> int:
        """How many mandatory contents the master data lack."""
        return sum(one.stands is Stands.LACKS for one in self.asked)


def position(ctx: Ctx, creditor: UUID, today: date) -> Position | None:
    """Return where a creditor stands on `today`, none where there is no such creditor."""
    seller = masterdata.sellers(ctx, [creditor]).get(creditor)
    if seller is None:
        return None
    pack = known(seller.party.address.country)
    own = tuple(_own_findings(seller, today))
    asked = tuple(
        Asked(one, _stands(one, seller, own)) for one in (pack.requirements if pack else ()) if one.since <= today
    )
    demanded = tuple(_demanded(one, seller, today) for one in sorted(pack.mandates if pack else (), key=_since))
    row = parties.creditor(ctx, creditor)
    return Position(seller, pack, asked, demanded, own, row.legal if row else {})


def _since(one: Mandate) -> date:
    return one.since


def _own_findings(seller: Seller, today: date) -> dict[Finding, None]:
    """Return what the check says of the master data of the seller, for a business and for a public body at home."""
    return {
        one: None
        for kind in (BuyerKind.B2B, BuyerKind.B2G)
        for one in _probe(seller, today, "", kind)[1]
        if one.path.startswith(OWN) and one.severity is not Severity.INFO
    }


def _stands(one: Requirement, seller: Seller, missed: tuple[Finding, ...]) -> Stands:
    if not one.path.startswith(OWN):
        return Stands.EACH
    if one.named and re.search(one.named, seller.party.name, re.IGNORECASE) is None:
        return Stands.NOT_ASKED
    wrong = any(found.code == one.code and found.path.startswith(one.path) for found in missed)
    return Stands.LACKS if wrong else Stands.THERE


def _demanded(one: Mandate, seller: Seller, today: date) -> Demanded:
    codes = dict.fromkeys(code for word, serving in CARRIES.items() if word in one.format for code in serving)
    chosen = [code for code in codes if code in seller.formats]
    rest = [code for code in codes if code not in seller.formats]
    return Demanded(one, one.since <= today, _names(chosen), _names(rest))


def _names(codes: list[str]) -> tuple[str, ...]:
    return tuple(FORMATS[code].name for code in codes if code in FORMATS)


def _buyer(seller: Seller, language: str, kind: BuyerKind) -> masterdata.Buyer:
    """Return a buyer about whom nothing is wrong, so that what is found is about the seller."""
    home = seller.party.address.country
    party = Party(
        "Example Customer", Address(home, "Example Street 1", postcode="00000", city="Example City"),
        identifiers=(Identifier("EXAMPLE-1"),), contact=Contact("Example Person"),
    )  # fmt: skip
    return masterdata.Buyer(seller.id, seller.id, party, language or "en", "", True, 30, (), kind)


def _probe(
    seller: Seller, today: date, language: str, kind: BuyerKind = BuyerKind.B2B
) -> tuple[Invoice | None, tuple[Finding, ...]]:
    lines = [
        {"id": str(number), "name": name, "quantity": quantity, "unit": unit, "price": price, "nature": nature}
        for number, (name, quantity, unit, price, nature) in enumerate(_LINES, 1)
    ]
    content: dict[str, Any] = {"lines": lines, "delivery": {"day": today.isoformat()}}
    return compose(content, seller.currency, "30", seller, _buyer(seller, language, kind), today)


_LINES = (
    ("Example service", "12", "HUR", "95.00", "services"),
    ("Example article", "40", "C62", "149.00", "goods"),
    ("Another article", "3", "C62", "1250.00", "goods"),
)
"""Well above every threshold of a simplified invoice."""


def example_page(
    ctx: Ctx, creditor: UUID, today: date, language: str, *, accent: str = "", form: str = ""
) -> bytes | None:
    """Return an example invoice of a creditor in one language as an SVG page, in its look or one that is tried.

    None where it cannot be set; keeps nothing.
    """
    seller = masterdata.sellers(ctx, [creditor])[creditor]
    invoice, _ = _probe(seller, today, language)
    computed = sums(invoice)
    if invoice is None or computed is None:
        return None
    look = replace(seller.look, accent=accent or seller.look.accent, form=form or seller.look.form)
    return pages(numbered(replace(invoice, language=language), "EXAMPLE-1"), computed, look)[0]
