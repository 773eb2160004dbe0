"""Belgium: Code de la TVA art. 53, 53quinquies; arrêté royal no. 1 art. 5, 13ter; CSA art. 2:20."""

from __future__ import annotations

from datetime import date

from fairdue.core.invoice.countries.common import asks, kept, sequential, union
from fairdue.core.invoice.countries.shape import COMPANY, Mandate, Pack, Rounded, Wording
from fairdue.core.vat.rounding import VatRounding
from fairdue.core.vat.supply import BuyerKind, Treatment

_COMPANY = r"\b(SA|NV|SRL|BV|SC|CV|SPRL|BVBA)\b"
_DECREE = "AR no. 1 art. 13ter (arrêté royal of 8 July 2025)"

PACK = Pack(
    "BE",
    "Belgium",
    "EUR",
    ("fr", "nl", "de"),
    "Code de la TVA art. 53; arrêté royal no. 1 of 29 December 1992 art. 5",
    (
        *union("AR no. 1", {"nature": "art. 5 § 1, 6°", "rate": "art. 5 § 1, 9°"}, confirmed=False),
        asks(
            "be.enterprise",
            "seller.vat_id",
            "The seller names its enterprise number (BE and ten digits).",
            "CDE art. III.25; CSA art. 2:20",
            "seller_id",
            r"(BE)?[01]\d{9}",
        ),
        asks(
            "be.buyer_number",
            "buyer.vat_id",
            "The buyer's VAT number stands on the invoice.",
            "AR no. 1 art. 5 § 1, 3°",
            "buyer_id",
            r"(BE)?[01]\d{9}",
            kinds=COMPANY,
            domestic=True,
        ),
        asks(
            "be.register",
            "seller.legal_form",
            "A company names RPM or RPR with the court of its seat.",
            "CSA art. 2:20",
            "letterhead",
            r"\bRP[MR]\b",
            named=_COMPANY,
        ),
    ),
    None,
    sequential("AR no. 1 art. 5 § 1, 2°", confirmed=False),
    kept(10, "Code de la TVA art. 60 § 4 (since 2023)"),
    rounded=Rounded(VatRounding.PER_RATE, f"{_DECREE}: no rounding of lines", confirmed=False),
    mandates=(
        Mandate(
            BuyerKind.B2B,
            "issue",
            "every business established in Belgium",
            "Peppol BIS 3 (UBL)",
            "Peppol",
            date(2026, 1, 1),
            f"Code de la TVA art. 53 § 2bis; {_DECREE}",
            True,
        ),
        Mandate(
            BuyerKind.B2G,
            "issue",
            "every supplier of a public body",
            "Peppol BIS 3 (UBL)",
            "Peppol (Mercurius)",
            date(2024, 3, 1),
            "AR of 9 March 2022",
            False,
        ),
    ),
    wording={
        Treatment.REVERSE_CHARGE: Wording("Autoliquidation", "AR no. 1 art. 5 § 1, 9°bis", False),
        Treatment.DOMESTIC_REVERSE_CHARGE: Wording(
            "Autoliquidation. En l'absence de contestation par écrit dans le mois, le client est présumé reconnaître "
            "qu'il est assujetti (art. 20 AR no. 1).",
            "AR no. 1 art. 20",
            False,
        ),
        Treatment.INTRA_COMMUNITY: Wording(
            "Exemption de TVA, art. 39bis du Code de la TVA", "Code de la TVA art. 39bis", False
        ),
        Treatment.EXPORT: Wording("Exemption de TVA, art. 39 du Code de la TVA", "Code de la TVA art. 39", False),
        Treatment.SMALL_BUSINESS: Wording(
            "Petite entreprise soumise au régime de la franchise, TVA non applicable",
            "Code de la TVA art. 56bis",
            False,
        ),
    },
    remarks=("A structured reference (+++…+++) is usual, not compulsory.",),
)
