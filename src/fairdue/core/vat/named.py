"""What a tax is called on a document, and the parts that it is printed as: GST, HST, QST, CGST with SGST, sales tax.

Sources: Excise Tax Act s. 165 (GST and HST) and Act respecting the Québec sales tax s. 16; CGST Act 2017 s. 9, UTGST
Act 2017 s. 7 and IGST Act 2017 s. 5, 8; GST Act 1999 (Australia), GST Act 1985 (New Zealand), GST Act (Singapore);
Ley 20/1991 (IGIC), Ley 8/1991 (IPSI). Everything else is value added tax, in the words of the language.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from fairdue.core.invoice.model import CHARGED, VatCategory
from fairdue.core.invoice.totals import tax_of
from fairdue.core.vat.area import home
from fairdue.core.vat.rates import standard_rate
from fairdue.core.vat.regions import UNION_TERRITORIES, region

if TYPE_CHECKING:
    from datetime import date

    from fairdue.core.invoice.model import Invoice
    from fairdue.core.invoice.parties import Address
    from fairdue.core.invoice.totals import VatLine

VAT = ""
"""Value added tax: the document has its own word for it in each language."""
_WORDS = {"US": "Sales tax", "CA": "GST/HST", "IN": "GST", "AU": "GST", "NZ": "GST", "SG": "GST"}
IDENTIFIERS = {
    "US": "Tax ID", "CA": "GST/HST no.", "IN": "GSTIN", "AU": "ABN", "NZ": "GST no.", "SG": "GST reg. no.",
}  # fmt: skip
"""What the number is called under which a seller is taxed, where it is none of VAT."""
_ISLANDS = {VatCategory.CANARY: "IGIC", VatCategory.CEUTA_MELILLA: "IPSI"}
_PROVINCIAL = {"CA-QC": "QST", "CA-MB": "RST", "CA-BC": "PST", "CA-SK": "PST"}
GST = Decimal(5)
HALF = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Part:
    """One printed part of the tax on a row of the breakdown, in minor units."""

    name: str
    """`VAT` (empty) for value added tax."""
    rate: Decimal | None
    tax: int


def tax_word(invoice: Invoice) -> str:
    """Return what the tax of the seller's country is called, empty for value added tax."""
    word = _WORDS.get(home(invoice.seller.address.country), VAT)
    islands = [_ISLANDS[line.category] for line in invoice.lines if line.category in _ISLANDS]
    return islands[0] if islands and not word else word


def parts(invoice: Invoice, row: VatLine) -> tuple[Part, ...]:
    """Return the parts as which the tax of `row` is printed; they add up to its tax."""
    if row.category not in CHARGED or row.rate is None:
        return (Part(VAT, row.rate, row.tax),)
    if row.category in _ISLANDS:
        return (Part(_ISLANDS[row.category], row.rate, row.tax),)
    country = home(invoice.seller.address.country)
    if country == "CA":
        return _canadian(invoice, row, row.rate)
    if country == "IN":
        return _indian(invoice, row, row.rate)
    return (Part(_WORDS.get(country, VAT), row.rate, row.tax),)


def place_of(invoice: Invoice) -> str:
    """Return where the supply goes: the region of the delivery address, else that of the buyer."""
    delivered = invoice.delivery.address if invoice.delivery else None
    return _region(delivered) if delivered else _region(invoice.buyer.address, invoice.buyer.vat_id)


def _region(address: Address, tax_id: str = "") -> str:
    return region(address.country, address.postcode, address.subdivision, tax_id)


def _day(invoice: Invoice) -> date | None:
    return (invoice.delivery.day if invoice.delivery else None) or invoice.issued


def _canadian(invoice: Invoice, row: VatLine, rate: Decimal) -> tuple[Part, ...]:
    place, on = place_of(invoice), _day(invoice)
    if rate == GST:
        return (Part("GST", rate, row.tax),)
    if place in _PROVINCIAL and rate > GST:
        federal = tax_of(row.basis, GST)
        return Part("GST", GST, federal), Part(_PROVINCIAL[place], rate - GST, row.tax - federal)
    known = standard_rate(place, on) if on else None
    return (Part("HST" if known and known.percent == rate else "GST/HST", rate, row.tax),)


def _indian(invoice: Invoice, row: VatLine, rate: Decimal) -> tuple[Part, ...]:
    seller, place = _region(invoice.seller.address, invoice.seller.vat_id), place_of(invoice)
    if "-" not in seller or (place == "IN"):
        return (Part("GST", rate, row.tax),)
    if seller != place:
        return (Part("IGST", rate, row.tax),)
    state = "UTGST" if seller.partition("-")[2] in UNION_TERRITORIES else "SGST"
    central = row.tax - row.tax // 2
    return Part("CGST", rate * HALF, central), Part(state, rate * HALF, row.tax // 2)
