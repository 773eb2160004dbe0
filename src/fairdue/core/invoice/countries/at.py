"""Austria: UStG 1994 § 11; UGB § 14; BAO § 132; e-rechnung.gv.at."""

from __future__ import annotations

from datetime import date

from fairdue.core.invoice.countries.common import asks, kept, sequential, union, upto
from fairdue.core.invoice.countries.shape import COMPANY, PUBLIC, Mandate, Pack, Side, Wording
from fairdue.core.vat.supply import BuyerKind, Treatment

_CONTENTS = {
    "buyer": "§ 11 (1) Z 3 lit. b", "reduction": "§ 11 (1) Z 3 lit. e", "rate": "§ 11 (1) Z 3 lit. e",
    "exemption": "§ 11 (1) Z 3 lit. e", "number": "§ 11 (1) Z 3 lit. h",
}  # fmt: skip
"""The list has stood under Z 3 since 2013; what is not named here the directive asks all the same."""

PACK = Pack(
    "AT",
    "Austria",
    "EUR",
    ("de",),
    "Umsatzsteuergesetz 1994 (UStG) § 11",
    (
        *union("UStG 1994", _CONTENTS, confirmed=True),
        asks(
            "at.buyer_uid",
            "buyer.vat_id",
            "Above 10,000 EUR the invoice names the buyer's UID.",
            "UStG 1994 § 11 (1) Z 3 lit. b",
            "buyer_id",
            r"ATU\d{8}",
            confirmed=True,
            kinds=COMPANY,
            domestic=True,
            above=10_000_00,
            taxed=True,
            refuses=True,
        ),
        asks(
            "at.register",
            "seller.registration",
            "A company names its Firmenbuch number and court.",
            "UGB § 14",
            "letterhead",
            r"\bFN\s?\d",
            named=r"\b(GmbH|Ges\.?m\.?b\.?H|AG|SE|OG|KG)\b",
        ),
        asks(
            "at.order",
            "references.buyer",
            "An invoice to the federation carries the order reference of its buyer.",
            "IKTKonG § 5; e-rechnung.gv.at",
            "reference",
            r".+",
            kinds=PUBLIC,
            side=Side.BUYER,
        ),
    ),
    upto(400_00, "UStG 1994 § 11 (6)", confirmed=True),
    sequential("UStG 1994 § 11 (1) Z 3 lit. h", confirmed=True),
    kept(7, "BAO § 132; UStG 1994 § 11 (2)"),
    mandates=(
        Mandate(
            BuyerKind.B2G,
            "issue",
            "every supplier of the federation",
            "ebInterface, Peppol BIS 3",
            "USP (e-rechnung.gv.at), Peppol",
            date(2014, 1, 1),
            "IKTKonG § 5",
            False,
        ),
    ),
    wording={
        Treatment.DOMESTIC_REVERSE_CHARGE: Wording(
            "Übergang der Steuerschuld auf den Leistungsempfänger gemäß § 19 UStG 1994", "UStG 1994 § 11 (1a)", False
        ),
        Treatment.SMALL_BUSINESS: Wording(
            "Umsatzsteuerfrei aufgrund der Kleinunternehmerregelung gemäß § 6 Abs. 1 Z 27 UStG 1994",
            "UStG 1994 § 6 (1) Z 27",
            False,
        ),
    },
)
