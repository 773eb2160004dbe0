"""Germany: UStG §§ 14, 14a, 14b, 19; UStDV § 33; GmbHG § 35a; HGB § 37a; ERechV."""

from __future__ import annotations

from datetime import date

from fairdue.core.invoice.countries.common import asks, kept, sequential, union, upto
from fairdue.core.invoice.countries.shape import PUBLIC, LocalTax, Mandate, Pack, Side, Wording
from fairdue.core.vat.supply import BuyerKind, Treatment

_LAW = "UStG"
_COMPANY = r"\b(GmbH|UG|AG|SE|KGaA)\b"
_CONTENTS = {
    "issued": "§ 14 (4) no. 3", "number": "§ 14 (4) no. 4", "seller_id": "§ 14 (4) no. 2", "buyer_id": "§ 14a (1)",
    "seller": "§ 14 (4) no. 1", "buyer": "§ 14 (4) no. 1", "address": "§ 14 (4) no. 1", "nature": "§ 14 (4) no. 5",
    "supply": "§ 14 (4) no. 6", "reduction": "§ 14 (4) no. 7", "rate": "§ 14 (4) no. 8",
    "exemption": "§ 14 (4) no. 8",
}  # fmt: skip
"""Read in the text of the law (edition of August 2026)."""

PACK = Pack(
    "DE",
    "Germany",
    "EUR",
    ("de",),
    "Umsatzsteuergesetz (UStG) §§ 14 to 14b",
    (
        *union(_LAW, _CONTENTS, confirmed=True),
        asks(
            "de.register",
            "seller.registration",
            "A company names its register court and number.",
            "GmbHG § 35a; AktG § 80; HGB § 37a",
            "letterhead",
            r"\bHR[AB]\b",
            confirmed=True,
            named=_COMPANY,
        ),
        asks(
            "de.directors",
            "seller.legal_form",
            "A company names its managing directors, or its board.",
            "GmbHG § 35a; AktG § 80",
            "letterhead",
            r"Geschäftsf|Vorst[aä]nd|managing director",
            confirmed=True,
            named=_COMPANY,
        ),
        asks(
            "de.leitweg",
            "references.buyer",
            "An invoice to a German public body carries its Leitweg-ID.",
            "ERechV § 5 (1) no. 1; XRechnung BR-DE-15",
            "reference",
            r"\d{2,12}(-[A-Z0-9]{1,30})?-\d{2}",
            confirmed=True,
            kinds=PUBLIC,
            side=Side.BUYER,
        ),
        asks(
            "de.contact",
            "seller.contact",
            "XRechnung wants a contact with name, telephone and e-mail.",
            "XRechnung BR-DE-2, BR-DE-5 to BR-DE-7",
            "contact",
            confirmed=True,
            kinds=PUBLIC,
            side=Side.BUYER,
        ),
    ),
    upto(250_00, "UStDV § 33; UStAE 14.6", confirmed=True),
    sequential("UStG § 14 (4) no. 4", confirmed=True),
    kept(8, "UStG § 14b (1), § 27 (40)", confirmed=True),
    LocalTax(
        "Mean rate of the month by the Federal Ministry of Finance; daily rates where the tax office allows it.",
        "UStG § 16 (6)",
        confirmed=True,
    ),
    mandates=(
        Mandate(
            BuyerKind.B2G,
            "issue",
            "to the federation, and to states by their own law (not direct orders up to 1,000 EUR)",
            "XRechnung",
            "ZRE, OZG-RE, Peppol",
            date(2020, 11, 27),
            "ERechV § 3 (1), § 11 (3)",
            True,
        ),
        Mandate(
            BuyerKind.B2B,
            "receive",
            "every domestic business",
            "EN 16931 (XRechnung, ZUGFeRD)",
            "any",
            date(2025, 1, 1),
            "UStG § 14 (1) sentence 5",
            True,
        ),
        Mandate(
            BuyerKind.B2B,
            "issue",
            "turnover above 800,000 EUR",
            "EN 16931 (XRechnung, ZUGFeRD)",
            "any",
            date(2027, 1, 1),
            "UStG § 14 (2) no. 1, § 27 (38) no. 2",
            True,
        ),
        Mandate(
            BuyerKind.B2B,
            "issue",
            "everybody (not below 250 EUR, not small businesses)",
            "EN 16931 (XRechnung, ZUGFeRD)",
            "any",
            date(2028, 1, 1),
            "UStG § 14 (2) no. 1, § 27 (38); UStDV § 33, § 34a",
            True,
        ),
    ),
    wording={
        Treatment.REVERSE_CHARGE: Wording("Steuerschuldnerschaft des Leistungsempfängers", "UStG § 14a (1)", True),
        Treatment.DOMESTIC_REVERSE_CHARGE: Wording(
            "Steuerschuldnerschaft des Leistungsempfängers", "UStG § 14a (5), § 13b", True
        ),
        Treatment.MARGIN_TRAVEL: Wording("Sonderregelung für Reisebüros", "UStG § 14a (6)", True),
        Treatment.MARGIN_SECOND_HAND: Wording("Gebrauchtgegenstände/Sonderregelung", "UStG § 14a (6)", True),
        Treatment.MARGIN_ART: Wording("Kunstgegenstände/Sonderregelung", "UStG § 14a (6)", True),
        Treatment.MARGIN_ANTIQUES: Wording("Sammlungsstücke und Antiquitäten/Sonderregelung", "UStG § 14a (6)", True),
        Treatment.INTRA_COMMUNITY: Wording(
            "Steuerfreie innergemeinschaftliche Lieferung nach § 4 Nr. 1 Buchst. b, § 6a UStG",
            "UStG § 14 (4) no. 8, § 4 no. 1 (b)",
            True,
        ),
        Treatment.EXPORT: Wording(
            "Steuerfreie Ausfuhrlieferung nach § 4 Nr. 1 Buchst. a, § 6 UStG",
            "UStG § 14 (4) no. 8, § 4 no. 1 (a)",
            True,
        ),
        Treatment.SMALL_BUSINESS: Wording(
            "Steuerfreier Umsatz nach § 19 UStG (Kleinunternehmer)", "UStG § 19 (1); UStDV § 34a no. 5", True
        ),
    },
    remarks=(
        "Building work for private customers: tell them to keep the invoice for two years (UStG § 14 (4) no. 9).",
        "A self-billed invoice bears the word “Gutschrift” (UStG § 14 (4) no. 10).",
        "A small business need neither number its invoices nor issue them electronically (UStDV § 34a).",
    ),
)
