"""Canada: Input Tax Credit Information (GST/HST) Regulations (SOR/91-45) s. 3; Excise Tax Act."""

from __future__ import annotations

from fairdue.core.invoice.countries.common import FREE, asks, basics, kept, upto
from fairdue.core.invoice.countries.shape import BUSINESS, LocalTax, Numbering, Pack, Wording
from fairdue.core.vat.supply import Treatment

_REG = "SOR/91-45 s. 3"
_CONTENTS = {
    "issued": "(a) (ii)", "seller": "(a) (i)", "buyer": "(c) (ii), from 500 CAD",
    "nature": "(c) (iv), from 500 CAD", "rate": "(b) (iii) and (iv), from 100 CAD",
}  # fmt: skip

PACK = Pack(
    "CA",
    "Canada",
    "CAD",
    ("en", "fr"),
    "Input Tax Credit Information (GST/HST) Regulations (SOR/91-45) s. 3",
    (
        *basics(_REG, _CONTENTS, confirmed=True, unasked=frozenset({"number"})),
        asks(
            "ca.gst_number",
            "seller.vat_id",
            "From 100 CAD the GST/HST number stands on the invoice (nine digits, RT, four).",
            f"{_REG} (b) (i)",
            "seller_id",
            r"(CA)?\d{9}RT\d{4}",
            confirmed=True,
            kinds=BUSINESS,
            taxed=True,
            above=99_99,
        ),
        asks(
            "ca.terms",
            "terms.due",
            "From 500 CAD the terms of payment stand on the invoice.",
            f"{_REG} (c) (iii)",
            "due",
            confirmed=True,
            kinds=BUSINESS,
            above=499_99,
        ),
    ),
    upto(99_99, f"{_REG} (a): below 100 CAD", confirmed=True),
    Numbering(FREE, 30, False, "Free; a sequence is usual.", "Excise Tax Act", False),
    kept(6, "Excise Tax Act s. 286 (3)", start="the end of the year"),
    LocalTax(
        "Rate of the day of a bank, consistently (Excise Tax Act s. 159).", "Excise Tax Act s. 159", confirmed=False
    ),
    wording={
        Treatment.EXPORT: Wording("Zero-rated export, Schedule VI Part V", "Excise Tax Act Sch. VI Part V", False)
    },
    remarks=(
        "Quebec: the QST number stands beside the GST number; write it into a note.",
        "Provincial sales tax (BC, MB, SK) binds who is registered there: record its rate (sales_tax_rates).",
    ),
)
