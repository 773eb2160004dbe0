"""What is supplied, by whom, to whom, where and when: everything that the decision on VAT rests on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal


class BuyerKind(StrEnum):
    """Who buys: a business, a public body, a consumer."""

    B2B = "b2b"
    B2G = "b2g"
    B2C = "b2c"


class Nature(StrEnum):
    """What is supplied; services are told apart where the place of supply is."""

    GOODS = "goods"
    SERVICES = "services"
    DIGITAL = "digital"
    """Telecommunication, broadcasting, electronic services (Art. 58)."""
    INTANGIBLE = "intangible"
    """Advice, advertising, licences, data, staff ... (Art. 59)."""
    REAL_ESTATE = "real_estate"
    """Connected with immovable property (Art. 47)."""
    EVENT = "event"
    """Admission to events (Art. 53)."""
    RESTAURANT = "restaurant"
    """Restaurant and catering (Art. 55)."""
    TRANSPORT = "transport"
    """Passenger transport (Art. 48)."""
    HIRE = "hire"
    """Short-term hire of means of transport (Art. 56)."""


class Scheme(StrEnum):
    """The scheme that the seller uses for the supply."""

    NORMAL = "normal"
    OSS = "oss"
    SMALL_BUSINESS = "small_business"
    MARGIN_TRAVEL = "margin_travel"
    MARGIN_SECOND_HAND = "margin_second_hand"
    MARGIN_ART = "margin_art"
    MARGIN_ANTIQUES = "margin_antiques"


class Treatment(StrEnum):
    """How VAT treats the supply."""

    TAXED = "taxed"
    ZERO_RATED = "zero_rated"
    EXEMPT = "exempt"
    REVERSE_CHARGE = "reverse_charge"
    DOMESTIC_REVERSE_CHARGE = "domestic_reverse_charge"
    INTRA_COMMUNITY = "intra_community"
    EXPORT = "export"
    OUTSIDE_SCOPE = "outside_scope"
    SMALL_BUSINESS = "small_business"
    MARGIN_TRAVEL = "margin_travel"
    MARGIN_SECOND_HAND = "margin_second_hand"
    MARGIN_ART = "margin_art"
    MARGIN_ANTIQUES = "margin_antiques"
    SALES_TAX = "sales_tax"
    """No VAT, and no sales tax: none is collected in that state, or nobody recorded its rate."""
    SALES_TAXED = "sales_taxed"
    """Sales tax at the rate that the operator recorded for the place."""
    IGIC = "igic"
    """General indirect tax of the Canary Islands."""
    IPSI = "ipsi"
    """Tax on production, services and importation of Ceuta and Melilla."""


PLACE_NAMED = {
    Nature.REAL_ESTATE: "47",
    Nature.EVENT: "53",
    Nature.RESTAURANT: "55",
    Nature.TRANSPORT: "48",
    Nature.HIRE: "56",
}
"""Services taxed where they take place, with the article; somebody has to say where that is."""


@dataclass(frozen=True, slots=True)
class Supply:
    """One supply, or the lines of an invoice that are alike.

    Places are ISO 3166-1 alpha-2 codes or those of `fairdue.core.vat.territories` (XI, ES-CN, DE-BUESINGEN ...).
    """

    seller: str
    """Where the seller is established."""
    buyer: str
    on: date
    """The day of supply, or of issue where it is not known."""
    kind: BuyerKind = BuyerKind.B2B
    nature: Nature = Nature.GOODS
    place: str = ""
    """Where goods end, or a named service takes place; empty means the country of the buyer."""
    ships_from: str = ""
    """Where transport of goods begins; empty means the country of the seller."""
    buyer_vat_id: str = ""
    scheme: Scheme = Scheme.NORMAL
    exempt: str = ""
    """Article or VATEX code of an exemption without credit that the user knows to apply."""
    zero_rated: bool = False
    domestic_reverse: bool = False
    """Whether the state of taxation shifts the debt for this supply (construction, scrap, gas ...)."""
    installed: bool = False
    """Whether the goods are installed or assembled by the seller where they end (Art. 36)."""
    gross_minor: int = 0
    """Total with tax in minor units of the seller's tax currency, for rules with a threshold."""
    recorded: Decimal | None = None
    """Percentage of sales tax that the operator recorded for the place of delivery; none where nobody did."""
    split_goods: bool = False
    """Whether goods or services of the Polish annex 15 are among the lines."""
