"""New Zealand: Goods and Services Tax Act 1985 s. 19E to 19K, 75."""

from __future__ import annotations

from fairdue.core.invoice.countries.common import FREE, asks, basics, kept, upto
from fairdue.core.invoice.countries.shape import LocalTax, Numbering, Pack, Wording
from fairdue.core.vat.supply import Treatment

_ACT = "GST Act 1985 s."

PACK = Pack(
    "NZ",
    "New Zealand",
    "NZD",
    ("en",),
    "Goods and Services Tax Act 1985 s. 19E and 19K (taxable supply information)",
    (
        *basics(_ACT, "19E", confirmed=False),
        asks(
            "nz.gst_number",
            "seller.vat_id",
            "Above 200 NZD the GST number stands on the document.",
            f"{_ACT} 19E (1)",
            "seller_id",
            r"(NZ)?(GST)?\d{8,9}",
            taxed=True,
            above=200_00,
        ),
        asks(
            "nz.buyer",
            "buyer.address",
            "Above 1,000 NZD the buyer's name and one address stand on the document.",
            f"{_ACT} 19E (1)",
            "buyer_address",
            above=1_000_00,
        ),
    ),
    upto(200_00, f"{_ACT} 19E (3)"),
    Numbering(FREE, 30, False, "Free; a sequence is usual.", f"{_ACT} 19E", False),
    kept(7, f"{_ACT} 75"),
    LocalTax("Rate at the time of supply.", f"{_ACT} 77", confirmed=False),
    wording={Treatment.EXPORT: Wording("Zero-rated export, section 11", f"{_ACT} 11", False)},
    remarks=("A registered buyer must have the information within 28 days (s. 19K).",),
)
