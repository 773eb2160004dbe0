"""Switzerland: MWSTG Art. 26, 70; MWSTV Art. 57; OR Art. 958f; QR-bill by SIX."""

from __future__ import annotations

from datetime import date

from fairdue.core.invoice.countries.common import FREE, asks, basics, kept, upto
from fairdue.core.invoice.countries.shape import LocalTax, Mandate, Numbering, Pack, Requirement, Wording
from fairdue.core.vat.supply import BuyerKind, Treatment

PACK = Pack(
    "CH",
    "Switzerland",
    "CHF",
    ("de", "fr", "it"),
    "Mehrwertsteuergesetz (MWSTG) Art. 26",
    (
        *basics("MWSTG", "Art. 26 (2)", confirmed=True, unasked=frozenset({"number"})),
        Requirement(
            "content.supply",
            "delivery.day",
            "Date or period of supply, where it is not the date of the invoice",
            "MWSTG Art. 26 (2) c",
            True,
            refuses=True,
        ),
        asks(
            "ch.uid",
            "seller.vat_id",
            "The seller names its UID: CHE-nnn.nnn.nnn with MWST, TVA or IVA.",
            "MWSTG Art. 26 (2) a",
            "seller_id",
            r"CHE\d{9}(MWST|TVA|IVA|HR)?",
            confirmed=True,
            taxed=True,
            simplified=True,
        ),
        asks(
            "ch.qr_account",
            "payment.transfers",
            "A QR-bill is paid into an account of Switzerland or Liechtenstein.",
            "SIX, Swiss Implementation Guidelines QR-bill 4.3.3",
            "account",
            r"(CH|LI)\d{19}",
            domestic=True,
        ),
    ),
    upto(400_00, "MWSTG Art. 26 (3); MWSTV Art. 57: till receipts only", confirmed=True),
    Numbering(FREE, 30, False, "No number is prescribed; a sequence is usual.", "MWSTG Art. 26", True),
    kept(
        10,
        "OR Art. 958f (1); MWSTG Art. 70 (3): 20 years for immovable property",
        start="the end of the financial year",
        confirmed=True,
    ),
    LocalTax(
        "Rate published by the ESTV when the tax becomes due: monthly mean, or selling rate of the day.",
        "MWSTV Art. 45 (1) and (3)",
        confirmed=True,
    ),
    mandates=(
        Mandate(
            BuyerKind.B2G,
            "issue",
            "suppliers of the federation above 5,000 CHF",
            "swissDIGIN, ZUGFeRD, Peppol BIS",
            "PayNet, SIX eBill, Peppol",
            date(2016, 1, 1),
            "Federal procurement terms",
            False,
        ),
    ),
    wording={
        Treatment.EXPORT: Wording("Steuerbefreite Ausfuhr, Art. 23 Abs. 2 Ziff. 1 MWSTG", "MWSTG Art. 23 (2) 1", True),
        Treatment.OUTSIDE_SCOPE: Wording(
            "Leistung im Ausland, nicht der Schweizer MWST unterliegend (Art. 8 MWSTG)", "MWSTG Art. 8", True
        ),
    },
    remarks=("QR-bills carry structured addresses (type S).",),
)
