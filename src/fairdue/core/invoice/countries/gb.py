"""United Kingdom: VAT Regulations 1995 (SI 1995/2518) reg. 13 to 16A; SI 2015/17 reg. 25."""

from __future__ import annotations

from datetime import date

from fairdue.core.invoice.countries.common import asks, basics, sequential, upto
from fairdue.core.invoice.countries.shape import LocalTax, Mandate, Pack, Requirement, Retention, Wording
from fairdue.core.vat.supply import BuyerKind, Treatment

_REG = "SI 1995/2518 reg."
_COMPANY = r"\b(Ltd|Limited|PLC|LLP)\b"

PACK = Pack(
    "GB",
    "United Kingdom",
    "GBP",
    ("en",),
    "Value Added Tax Regulations 1995 (SI 1995/2518) reg. 14",
    (
        *basics(_REG, "14 (1)", confirmed=True),
        Requirement(
            "BR-S-02",
            "seller.vat_id",
            "The registration number of the seller",
            f"{_REG} 14 (1) (d)",
            True,
            simplified=True,
            refuses=True,
        ),
        Requirement(
            "content.tax_currency",
            "tax_currency",
            "The total VAT in sterling",
            f"{_REG} 14 (1) (l)",
            True,
            refuses=True,
        ),
        asks(
            "gb.tax_point",
            "tax_point",
            "The time of supply (tax point) stands on the invoice.",
            f"{_REG} 14 (1) (b)",
            "supply_date",
            confirmed=True,
            simplified=True,
            taxed=True,
        ),
        asks(
            "gb.vat",
            "seller.vat_id",
            "The VAT number has the form GB (or XI) and nine digits.",
            f"{_REG} 14 (1) (d)",
            "seller_id",
            r"(GB|XI)(\d{9}|\d{12}|GD\d{3}|HA\d{3})",
            confirmed=True,
            taxed=True,
            simplified=True,
        ),
        asks(
            "gb.company",
            "seller.registration",
            "A company names its registered number.",
            "SI 2015/17 reg. 25 (2) (b): business letters and order forms",
            "seller_id",
            r"(SC|NI|OC|SO)?\d{6,8}",
            confirmed=True,
            named=_COMPANY,
        ),
        asks(
            "gb.office",
            "seller.legal_form",
            "A company names where it is registered and its registered office.",
            "SI 2015/17 reg. 25 (2) (a) and (c): business letters and order forms",
            "letterhead",
            r"registered",
            confirmed=True,
            named=_COMPANY,
        ),
    ),
    upto(250_00, f"{_REG} 16A", confirmed=True),
    sequential(f"{_REG} 14 (1) (a)", confirmed=True),
    Retention(
        6,
        "6 years, the longest that HMRC may ask; shorter where it agrees.",
        "VATA 1994 Sch. 11 para. 6 (3); HMRC VATREC3010",
        confirmed=True,
    ),
    LocalTax(
        "UK market selling rate at the time of supply, or HMRC's period rate of exchange (VATA 1994 Sch. 6 para. 11).",
        f"{_REG} 14 (1) (l)",
        confirmed=True,
    ),
    mandates=(
        Mandate(
            BuyerKind.B2G,
            "receive",
            "public bodies that buy under EU-derived rules",
            "EN 16931",
            "Peppol",
            date(2019, 4, 18),
            "SI 2019/624",
            False,
        ),
        Mandate(
            BuyerKind.B2B,
            "issue",
            "every VAT invoice (announced)",
            "EN 16931, Peppol BIS",
            "Peppol, four corners",
            date(2029, 4, 1),
            "Budget 2025 announcement",
            False,
        ),
    ),
    wording={
        Treatment.DOMESTIC_REVERSE_CHARGE: Wording(
            "Reverse charge: customer to pay the VAT to HMRC", f"{_REG} 14 (1) (o)", False
        ),
        Treatment.EXPORT: Wording(
            "Zero-rated export of goods, section 30 (6) VAT Act 1994", "VATA 1994 s. 30 (6)", False
        ),
        Treatment.OUTSIDE_SCOPE: Wording("Outside the scope of UK VAT", "VATA 1994 s. 7A", False),
        Treatment.MARGIN_SECOND_HAND: Wording("Margin scheme: second-hand goods", f"{_REG} 14 (1) (n)", True),
        Treatment.MARGIN_TRAVEL: Wording("Margin scheme: tour operators", f"{_REG} 14 (1) (n)", True),
        Treatment.MARGIN_ART: Wording("Margin scheme: works of art", f"{_REG} 14 (1) (n)", True),
        Treatment.MARGIN_ANTIQUES: Wording("Margin scheme: antiques or collectors' items", f"{_REG} 14 (1) (n)", True),
    },
    remarks=("The rate of a cash discount stands on the invoice (reg. 14 (1) (j)): write it into the payment terms.",),
)
