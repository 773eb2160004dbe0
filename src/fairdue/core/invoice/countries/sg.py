"""Singapore: GST Act s. 41; GST (General) Regulations reg. 10 to 13; IRAS."""

from __future__ import annotations

from datetime import date

from fairdue.core.invoice.countries.common import TAX_INVOICE, asks, basics, kept, sequential, tax_invoice, upto
from fairdue.core.invoice.countries.shape import LocalTax, Mandate, Pack, Requirement, Rounded, Wording
from fairdue.core.vat.rounding import VatRounding
from fairdue.core.vat.supply import BuyerKind, Treatment

_REG = "GST (General) Regulations reg."

PACK = Pack(
    "SG",
    "Singapore",
    "SGD",
    ("en",),
    "Goods and Services Tax (General) Regulations reg. 11",
    (
        *basics(_REG, "11 (1) (b) to (j)", confirmed=True),
        tax_invoice("sg", f"{_REG} 11 (1) (a)", confirmed=True),
        asks(
            "sg.gst_number",
            "seller.vat_id",
            "The seller names its GST registration number.",
            f"{_REG} 11 (1) (d)",
            "seller_id",
            r"(SG)?(GST)?(M?[A-Z0-9]\d{7,8}[A-Z0-9]{1,2}|\d{8,9}[A-Z])",
            confirmed=True,
            taxed=True,
            simplified=True,
        ),
        Requirement(
            "content.tax_currency",
            "tax_currency",
            "Net, total and GST in Singapore dollars",
            f"{_REG} 11 (1) (k); IRAS, Invoicing customers: invoicing in a foreign currency",
            True,
            refuses=True,
        ),
    ),
    upto(1_000_00, f"{_REG} 13 (1)", confirmed=True),
    sequential(f"{_REG} 11", confirmed=False),
    kept(5, "IRAS, Invoicing customers; GST Act s. 46", confirmed=True, start="the end of the accounting period"),
    LocalTax("An exchange rate that IRAS approves for GST.", "IRAS, Invoicing customers", confirmed=True),
    Rounded(VatRounding.PER_RATE, "IRAS, Invoicing customers: on each item, or on the total", confirmed=True),
    mandates=(
        Mandate(
            BuyerKind.B2B,
            "report",
            "newly registered companies, voluntary registrants",
            "PINT-SG",
            "InvoiceNow (Peppol)",
            date(2025, 11, 1),
            "IRAS GST InvoiceNow requirement",
            False,
        ),
    ),
    wording={Treatment.EXPORT: Wording("Zero-rated export, section 21", "GST Act s. 21", False)},
    notes=(TAX_INVOICE,),
    remarks=("A tax invoice is due within 30 days of the supply (IRAS).",),
)
