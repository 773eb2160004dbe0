"""Luxembourg: loi TVA of 12 February 1979 art. 61 to 65; loi of 10 August 1915 art. 710-16.

Articles 61 to 65 were read in the law of 29 March 2013 that replaced the whole chapter IX.
"""

from __future__ import annotations

from datetime import date

from fairdue.core.invoice.countries.common import asks, kept, sequential, union, upto
from fairdue.core.invoice.countries.shape import PUBLIC, Mandate, Pack, Side, Wording
from fairdue.core.vat.supply import BuyerKind, Treatment

_CONTENTS = {
    "issued": "art. 63 (8) 1°", "number": "art. 63 (8) 2°", "seller_id": "art. 63 (8) 3°", "buyer_id": "art. 63 (8) 4°",
    "seller": "art. 63 (8) 5°", "buyer": "art. 63 (8) 5°", "address": "art. 63 (8) 5°", "nature": "art. 63 (8) 6°",
    "supply": "art. 63 (8) 7°", "reduction": "art. 63 (8) 9°", "rate": "art. 63 (8) 10°",
    "exemption": "art. 63 (8) 13°", "correction": "art. 63 (2)", "currency": "art. 63 (12)",
}  # fmt: skip

PACK = Pack(
    "LU",
    "Luxembourg",
    "EUR",
    ("fr", "de"),
    "Loi TVA of 12 February 1979 art. 63",
    (
        *union("Loi TVA", _CONTENTS, confirmed=True),
        asks(
            "lu.vat",
            "seller.vat_id",
            "The VAT number has the form LU and eight digits.",
            "Loi TVA art. 63 (8) 3°",
            "seller_id",
            r"LU\d{8}",
            taxed=True,
        ),
        asks(
            "lu.rcs",
            "seller.registration",
            "A company names its number in the RCS Luxembourg.",
            "Loi of 10 August 1915 art. 710-16",
            "letterhead",
            r"\bR\.?\s?C\.?\s?S\b|\b[A-K]\s?\d{4,6}\b",
        ),
        asks(
            "lu.public_address",
            "buyer.endpoint",
            "A public body is reached by its Peppol address.",
            "Loi of 16 May 2019 art. 4bis and 4ter",
            "buyer_endpoint",
            kinds=PUBLIC,
            side=Side.BUYER,
        ),
    ),
    upto(100_00, "Loi TVA art. 63 (10)", confirmed=True),
    sequential("Loi TVA art. 63 (8) 2°", confirmed=True),
    kept(10, "Loi TVA art. 65 (4) 1°", start="the date of issue", confirmed=True),
    mandates=(
        Mandate(
            BuyerKind.B2G,
            "issue",
            "every supplier of a public body",
            "EN 16931, Peppol BIS 3",
            "Peppol",
            date(2023, 3, 18),
            "Loi of 16 May 2019 art. 4bis and 6 (2), as amended by the loi of 13 December 2021",
            True,
        ),
    ),
    wording={
        Treatment.REVERSE_CHARGE: Wording("Autoliquidation", "Loi TVA art. 63 (8) 14°", True),
        Treatment.INTRA_COMMUNITY: Wording(
            "Exonération de TVA, art. 43 (1) d) de la loi TVA", "Loi TVA art. 43 (1) d)", True
        ),
        Treatment.EXPORT: Wording("Exonération de TVA, art. 43 (1) a) de la loi TVA", "Loi TVA art. 43 (1) a)", True),
        Treatment.SMALL_BUSINESS: Wording("Régime de franchise, art. 57 de la loi TVA", "Loi TVA art. 57", False),
    },
    remarks=("Name the number of the business permit (autorisation d'établissement) where one is held.",),
)
