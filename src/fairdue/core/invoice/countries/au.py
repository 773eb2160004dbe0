"""Australia: A New Tax System (Goods and Services Tax) Act 1999 s. 29-70, 29-80; TAA 1953 s. 382-5."""

from __future__ import annotations

from fairdue.core.invoice.countries.common import FREE, TAX_INVOICE, asks, basics, kept, tax_invoice, upto
from fairdue.core.invoice.countries.shape import LocalTax, Numbering, Pack, Wording
from fairdue.core.vat.supply import Treatment

# Subsection 29-70 (1) was read in the consolidated Acts of AustLII: it asks for no number of the invoice anywhere,
# and the words "Tax invoice" only in so far as it must be clear that the document was meant to be one.
_ACT = "GST Act 1999 s."

PACK = Pack(
    "AU",
    "Australia",
    "AUD",
    ("en",),
    "A New Tax System (Goods and Services Tax) Act 1999 s. 29-70",
    (
        *basics(_ACT, "29-70 (1) (c)", confirmed=False, read=frozenset({"seller", "nature", "issued"})),
        tax_invoice("au", f"{_ACT} 29-70 (1)", confirmed=False),
        asks(
            "au.abn",
            "seller.registration",
            "The seller names its ABN (eleven digits).",
            f"{_ACT} 29-70 (1) (c) (i)",
            "seller_id",
            r"(AU)?(ABN)?\d{11}",
            confirmed=True,
            taxed=True,
            simplified=True,
        ),
        asks(
            "au.buyer",
            "buyer.name",
            "From 1,000 AUD the buyer's identity or ABN stands on the invoice.",
            f"{_ACT} 29-70 (1) (c) (ii)",
            "buyer_known",
            r"(AU)?(ABN)?\d{11}",
            confirmed=True,
            refuses=True,
            above=999_99,
            taxed=True,
        ),
    ),
    upto(82_50, f"{_ACT} 29-80 (1): no tax invoice needed up to 75 AUD without GST", confirmed=True),
    Numbering(FREE, 30, False, "Free; a sequence is usual.", _ACT + " 29-70", False),
    kept(
        5,
        "TAA 1953 Sch. 1 s. 382-5 (1) (b)",
        confirmed=True,
        start="the completion of the transaction, longer while an assessment may be reviewed",
    ),
    LocalTax(
        "Reserve Bank rate or an agreed rate (GSTR 2001/2); show GST or the total in AUD, or the rate.",
        f"{_ACT} 9-85",
        confirmed=False,
    ),
    wording={Treatment.EXPORT: Wording("GST-free export, section 38-185", f"{_ACT} 38-185", False)},
    notes=(TAX_INVOICE,),
)
