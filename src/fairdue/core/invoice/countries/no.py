"""Norway: bokføringsforskriften § 5-1-1 to 5-1-2; foretaksregisterloven § 10-2; merverdiavgiftsloven.

What is confirmed was read in the tax authority's publication “Krav til salgsdokumentet” (Skatteetaten).
"""

from __future__ import annotations

from datetime import date

from fairdue.core.invoice.countries.common import asks, basics, kept
from fairdue.core.invoice.countries.shape import LocalTax, Mandate, Numbering, Pack, Requirement, Wording
from fairdue.core.vat.supply import BuyerKind, Treatment

_REG = "Bokføringsforskriften"

PACK = Pack(
    "NO",
    "Norway",
    "NOK",
    ("no",),
    "Bokføringsforskriften § 5-1-1",
    (
        *basics(_REG, "§ 5-1-1; Skatteetaten, Krav til salgsdokumentet", confirmed=True),
        Requirement("content.supply", "delivery.day", "Time and place of delivery", f"{_REG} § 5-1-1 no. 4", True),
        asks(
            "no.mva",
            "seller.vat_id",
            "The organisation number of a registered seller is followed by MVA.",
            f"{_REG} § 5-1-2",
            "seller_id",
            r"(NO)?\d{9}MVA",
            confirmed=True,
            taxed=True,
        ),
        asks(
            "no.register",
            "seller.legal_form",
            "A company writes “Foretaksregisteret”.",
            "Foretaksregisterloven § 10-2 (2); Peppol NO-R-002",
            "letterhead",
            r"Foretaksregisteret",
            confirmed=True,
            named=r"\b(AS|ASA|NUF)\b",
        ),
        asks(
            "no.due",
            "terms.due",
            "The day on which payment is due stands on the document.",
            f"{_REG} § 5-1-1 no. 6",
            "due",
            confirmed=True,
        ),
    ),
    None,
    Numbering(
        r"[A-Za-z0-9/-]{1,30}", 30, True, "A controllable sequence, assigned by the machine.", f"{_REG} § 5-1-3", False
    ),
    kept(5, "Bokføringsloven § 13 (2)", start="the end of the financial year", confirmed=True),
    LocalTax("Rate on the day of the invoice.", f"{_REG} § 5-1-1", confirmed=False),
    mandates=(
        Mandate(
            BuyerKind.B2G,
            "issue",
            "suppliers of public bodies",
            "Peppol BIS 3 (EHF)",
            "Peppol",
            date(2019, 4, 2),
            "Forskrift om elektronisk faktura",
            False,
        ),
    ),
    wording={
        Treatment.EXPORT: Wording("Fritatt for merverdiavgift, § 6-21 merverdiavgiftsloven", "Mval. § 6-21", True)
    },
)
