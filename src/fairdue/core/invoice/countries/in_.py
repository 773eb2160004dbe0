"""India: CGST Act s. 31; CGST Rules 2017 rule 46, 48, 56; IGST Act s. 10 to 12."""

from __future__ import annotations

from datetime import date

from fairdue.core.invoice.countries.common import TAX_INVOICE, asks, basics, kept, tax_invoice
from fairdue.core.invoice.countries.shape import COMPANY, LocalTax, Mandate, Numbering, Pack, Requirement, Wording
from fairdue.core.vat.supply import BuyerKind, Treatment

_RULE = "CGST Rules rule 46"
_GSTIN = r"(IN)?\d{2}[A-Z]{5}\d{4}[A-Z][A-Z0-9]{3}"

PACK = Pack(
    "IN",
    "India",
    "INR",
    ("en",),
    "Central Goods and Services Tax Rules 2017 rule 46",
    (
        *basics(_RULE, "(a) to (l)", confirmed=True),
        tax_invoice("in", "CGST Act s. 31", confirmed=False),
        asks(
            "in.gstin",
            "seller.vat_id",
            "The seller names its GSTIN (fifteen characters).",
            f"{_RULE} (a)",
            "seller_id",
            _GSTIN,
            confirmed=True,
            refuses=True,
            taxed=True,
        ),
        asks(
            "in.buyer_gstin",
            "buyer.vat_id",
            "A registered buyer's GSTIN stands on the invoice.",
            f"{_RULE} (d)",
            "buyer_id",
            _GSTIN,
            confirmed=True,
            kinds=COMPANY,
            domestic=True,
        ),
        asks(
            "in.buyer_address",
            "buyer.address",
            "From 50,000 INR an unregistered buyer's address stands on the invoice.",
            f"{_RULE} (e)",
            "buyer_address",
            confirmed=True,
            domestic=True,
            above=49_999_99,
        ),
        asks(
            "in.hsn",
            "lines[].classifications",
            "Each line carries its HSN or SAC code.",
            f"{_RULE} (g)",
            "classified",
            confirmed=True,
            taxed=True,
        ),
        asks(
            "in.place",
            "buyer.address.subdivision",
            "The place of supply is named with its state.",
            f"{_RULE} (m)",
            "buyer_state",
            domestic=True,
            taxed=True,
        ),
        asks(
            "in.reverse",
            "notes",
            "Say whether tax is payable on reverse charge (yes or no).",
            f"{_RULE} (p)",
            "words",
            r"reverse charge",
        ),
        asks(
            "in.signature",
            "notes",
            "A signature or digital signature stands on the invoice.",
            f"{_RULE} (q)",
            "words",
            r"sign",
        ),
        Requirement("content.tax_currency", "tax_currency", "The tax in rupees", "CGST Rules rule 34", False),
    ),
    None,
    Numbering(
        r"[A-Za-z0-9/-]{1,16}",
        16,
        True,
        "A consecutive number of at most sixteen characters, letters, digits, hyphen and slash, unique for a financial "
        "year.",
        f"{_RULE} (b)",
        True,
    ),
    kept(6, "CGST Act s. 36 (72 months)", start="the due date of the annual return"),
    LocalTax("Rate of the RBI or of customs on the day of supply (rule 34).", "CGST Rules rule 34", confirmed=False),
    mandates=(
        Mandate(
            BuyerKind.B2B,
            "issue",
            "turnover above INR 5 crore",
            "INV-01 (JSON) with IRN and signed QR",
            "IRP",
            date(2023, 8, 1),
            "CGST Rules rule 48 (4)",
            False,
        ),
    ),
    wording={
        Treatment.EXPORT: Wording(
            "Supply meant for export on payment of integrated tax, or under bond or letter of undertaking",
            f"{_RULE}, third proviso",
            False,
        ),
    },
    notes=(TAX_INVOICE,),
    remarks=("The rate follows the HSN or SAC code: 18 % is proposed, name another where it applies.",),
)
