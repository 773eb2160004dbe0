"""Finland: arvonlisäverolaki (AVL) § 209 b to 209 o; kirjanpitolaki."""

from __future__ import annotations

from datetime import date

from fairdue.core.invoice.countries.common import asks, kept, sequential, union, upto
from fairdue.core.invoice.countries.shape import Mandate, Pack, Wording
from fairdue.core.vat.supply import BuyerKind, Treatment

PACK = Pack(
    "FI",
    "Finland",
    "EUR",
    ("fi", "sv"),
    "Arvonlisäverolaki (AVL, 1501/1993) 209 e §",
    (
        *union(
            "AVL",
            dict.fromkeys(
                (
                    "issued",
                    "number",
                    "seller_id",
                    "buyer_id",
                    "seller",
                    "buyer",
                    "address",
                    "nature",
                    "supply",
                    "reduction",
                    "rate",
                    "exemption",
                ),
                "209 e §",
            ),
            confirmed=False,
        ),
        asks(
            "fi.y_tunnus",
            "seller.vat_id",
            "The seller names its Y-tunnus (seven digits and a check digit).",
            "AVL 209 e § 3",
            "seller_id",
            r"(FI)?\d{8}",
        ),
    ),
    upto(400_00, "AVL 209 f §; HE 25/2012", confirmed=True),
    sequential("AVL 209 e § 2", confirmed=False),
    kept(6, "Kirjanpitolaki 2 luku 10 §", start="the end of the financial year"),
    mandates=(
        Mandate(
            BuyerKind.B2G,
            "issue",
            "suppliers of public bodies with turnover above 10,000 EUR, on the body's request",
            "Finvoice, TEAPPSXML, Peppol BIS 3",
            "operators, Peppol",
            date(2020, 4, 1),
            "Laki 241/2019 § 2 to § 5",
            True,
        ),
        Mandate(
            BuyerKind.B2B,
            "issue",
            "turnover above 10,000 EUR, on the buyer's request",
            "EN 16931",
            "operators, Peppol",
            date(2020, 4, 1),
            "Laki 241/2019 § 2, § 4, § 5",
            True,
        ),
    ),
    wording={Treatment.REVERSE_CHARGE: Wording("Käännetty verovelvollisuus", "AVL 209 e § 11", False)},
)
