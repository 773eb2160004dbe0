"""Ireland: VATCA 2010 s. 66; VAT Regulations 2010 (S.I. 639/2010) reg. 20; Companies Act 2014 s. 151."""

from __future__ import annotations

from datetime import date

from fairdue.core.invoice.countries.common import asks, kept, sequential, union, upto
from fairdue.core.invoice.countries.shape import Mandate, Pack, Wording
from fairdue.core.vat.supply import BuyerKind, Treatment

_REG = "S.I. 639/2010 reg."
_CONTENTS = {
    "issued": "20 (2) (a)", "number": "20 (2) (b)", "seller": "20 (2) (c)", "seller_id": "20 (2) (c)",
    "buyer": "20 (2) (d)", "address": "20 (2) (c) and (d)", "buyer_id": "20 (2) (e)", "nature": "20 (2) (g)",
    "supply": "20 (2) (h)", "reduction": "20 (2) (i)", "rate": "20 (2) (j)",
}  # fmt: skip

PACK = Pack(
    "IE",
    "Ireland",
    "EUR",
    ("en",),
    "Value-Added Tax Regulations 2010 (S.I. 639/2010) reg. 20",
    (
        *union(_REG, _CONTENTS, confirmed=True),
        asks(
            "ie.vat",
            "seller.vat_id",
            "The Irish VAT number stands on the invoice.",
            f"{_REG} 20 (2) (c)",
            "seller_id",
            r"IE\d[A-Z0-9+*]\d{5}[A-Z]{1,2}",
            confirmed=True,
            taxed=True,
        ),
        asks(
            "ie.company",
            "seller.registration",
            "A company names its registered number and office on business letters and order forms.",
            "Companies Act 2014 s. 151 (2)",
            "seller_id",
            r"\d{5,6}",
            confirmed=True,
            named=r"\b(Ltd|Limited|DAC|PLC|CLG)\b",
        ),
    ),
    upto(100_00, "VATCA 2010 s. 66; S.I. 639/2010 reg. 20A"),
    sequential(f"{_REG} 20 (2) (b)", confirmed=True),
    kept(6, "VATCA 2010 s. 84 (3)", start="the latest transaction to which they relate", confirmed=True),
    mandates=(
        Mandate(
            BuyerKind.B2G,
            "receive",
            "public bodies",
            "Peppol BIS 3",
            "Peppol",
            date(2019, 4, 18),
            "S.I. 258/2019",
            False,
        ),
    ),
    wording={
        Treatment.REVERSE_CHARGE: Wording("Reverse charge", f"{_REG} 20 (2) (e)", True),
        Treatment.INTRA_COMMUNITY: Wording("Intra-Community supply of goods", f"{_REG} 20 (2) (f)", True),
    },
)
