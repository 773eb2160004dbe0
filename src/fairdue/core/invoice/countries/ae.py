"""United Arab Emirates: Cabinet Decision 52 of 2017 art. 59; Federal Decree-Law 8 of 2017; FTA VATP006."""

from __future__ import annotations

from datetime import date

from fairdue.core.invoice.countries.common import TAX_INVOICE, asks, basics, kept, sequential, tax_invoice, upto
from fairdue.core.invoice.countries.shape import COMPANY, LocalTax, Mandate, Pack, Requirement, Rounded, Wording
from fairdue.core.vat.rounding import VatRounding
from fairdue.core.vat.supply import BuyerKind, Treatment

_ART = "Cabinet Decision 52/2017 art. 59"

PACK = Pack(
    "AE",
    "United Arab Emirates",
    "AED",
    ("ar", "en"),
    "Cabinet Decision No. 52 of 2017 art. 59",
    (
        *basics(_ART, "(1)", confirmed=True),
        tax_invoice("ae", f"{_ART} (1) (a)", confirmed=True),
        asks(
            "ae.trn",
            "seller.vat_id",
            "The seller names its tax registration number (fifteen digits).",
            f"{_ART} (1) (b)",
            "seller_id",
            r"(AE)?\d{15}",
            confirmed=True,
            simplified=True,
        ),
        asks(
            "ae.buyer_trn",
            "buyer.vat_id",
            "A registered buyer's tax registration number stands on the invoice.",
            f"{_ART} (1) (c)",
            "buyer_id",
            r"(AE)?\d{15}",
            confirmed=True,
            kinds=COMPANY,
            domestic=True,
        ),
        Requirement(
            "content.supply",
            "delivery.day",
            "The date of supply where it is not the date of issue",
            f"{_ART} (1) (f)",
            True,
        ),
        Requirement(
            "content.tax_currency",
            "tax_currency",
            "The tax in dirhams with the rate of exchange",
            f"{_ART} (1) (k)",
            True,
            refuses=True,
        ),
    ),
    upto(10_000_00, f"{_ART} (5); also for buyers who are not registered"),
    sequential(f"{_ART} (1) (d)", confirmed=True),
    kept(5, "Federal Decree-Law 28/2022; Cabinet Decision 74/2023 (15 years for real estate)"),
    LocalTax(
        "Rate of the Central Bank of the UAE on the day of supply.",
        "Federal Decree-Law 8/2017 art. 69",
        confirmed=False,
    ),
    Rounded(VatRounding.PER_LINE, "FTA public clarification VATP006: each line, to the nearest fils", confirmed=True),
    mandates=(
        Mandate(
            BuyerKind.B2B,
            "issue",
            "revenue of AED 50m and more",
            "PINT-AE",
            "accredited provider (Peppol, five corners)",
            date(2027, 1, 1),
            "Ministerial Decision 244/2025",
            False,
        ),
        Mandate(
            BuyerKind.B2B,
            "issue",
            "all others",
            "PINT-AE",
            "accredited provider (Peppol, five corners)",
            date(2027, 7, 1),
            "Ministerial Decision 244/2025",
            False,
        ),
        Mandate(
            BuyerKind.B2G,
            "issue",
            "to government bodies",
            "PINT-AE",
            "accredited provider (Peppol, five corners)",
            date(2027, 10, 1),
            "Ministerial Decision 244/2025",
            False,
        ),
    ),
    wording={
        Treatment.DOMESTIC_REVERSE_CHARGE: Wording(
            "The recipient must account for the tax (Article 48 of the Decree-Law)", f"{_ART} (1) (l)", True
        ),
        Treatment.EXPORT: Wording(
            "Zero-rated export, article 45 of the Decree-Law", "Federal Decree-Law 8/2017 art. 45", False
        ),
    },
    notes=(TAX_INVOICE,),
)
