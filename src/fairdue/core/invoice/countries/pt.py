"""Portugal: CIVA art. 36, 40, 52; DL 28/2019; Portaria 195/2020; CSC art. 171."""

from __future__ import annotations

from datetime import date

from fairdue.core.invoice.atcud import VALIDATION_CODE
from fairdue.core.invoice.countries.common import asks, kept, union, upto
from fairdue.core.invoice.countries.shape import BUSINESS, PUBLIC, Mandate, Numbering, Pack, Side, Wording
from fairdue.core.vat.supply import BuyerKind, Treatment

_COMPANY = r"\b(Lda|S\.?A|Unipessoal)\b"

PACK = Pack(
    "PT",
    "Portugal",
    "EUR",
    ("pt",),
    "Código do IVA (CIVA) art. 36",
    (
        *union(
            "CIVA",
            {
                "number": "art. 36 (5)",
                "nature": "art. 36 (5) b)",
                "rate": "art. 36 (5) d)",
                "exemption": "art. 36 (5) e)",
                "supply": "art. 36 (5) f)",
            },
            confirmed=True,
        ),
        asks(
            "pt.nif",
            "seller.vat_id",
            "The seller names its NIF (nine digits).",
            "CIVA art. 36 (5) a)",
            "seller_id",
            r"(PT)?\d{9}",
            confirmed=True,
        ),
        asks(
            "pt.buyer_nif",
            "buyer.vat_id",
            "The buyer's NIF stands on the invoice.",
            "CIVA art. 36 (5) a)",
            "buyer_id",
            r"(PT)?\d{9}",
            kinds=BUSINESS,
            domestic=True,
            confirmed=True,
        ),
        asks(
            "pt.atcud",
            "notes",
            "The unique document code stands on the invoice as ATCUD:code-number.",
            "DL 28/2019 art. 7; Portaria 195/2020",
            "words",
            rf"ATCUD:{VALIDATION_CODE}-(\d+|\{{n\}})",
            since=date(2023, 1, 1),
        ),
        asks(
            "pt.certified",
            "notes",
            "Invoices come from certified software, whose certificate number stands on them.",
            "DL 28/2019 art. 4; Portaria 363/2010",
            "words",
            r"certificado",
        ),
        asks(
            "pt.capital",
            "seller.legal_form",
            "A company names its capital and register.",
            "CSC art. 171",
            "letterhead",
            r"capital",
            named=_COMPANY,
        ),
        asks(
            "pt.public_address",
            "buyer.endpoint",
            "A public body is reached through its electronic address (FE-AP).",
            "DL 111-B/2017 art. 299-B",
            "buyer_endpoint",
            kinds=PUBLIC,
            side=Side.BUYER,
        ),
    ),
    upto(100_00, "CIVA art. 40 (1,000 EUR for retail to consumers)"),
    Numbering(
        r"[A-Za-z0-9/_. -]{1,60}",
        60,
        True,
        "Sequential within a series that was reported to the tax authority before its first use.",
        "CIVA art. 36 (5); DL 28/2019 art. 35",
        False,
    ),
    kept(10, "CIVA art. 52"),
    mandates=(
        Mandate(
            BuyerKind.B2G,
            "issue",
            "large companies, then all suppliers of public bodies",
            "CIUS-PT (UBL, CII)",
            "FE-AP, EDI",
            date(2021, 1, 1),
            "DL 111-B/2017 art. 299-B",
            False,
        ),
        Mandate(
            BuyerKind.B2B,
            "report",
            "every business: monthly SAF-T of invoices",
            "SAF-T (PT)",
            "e-Fatura",
            date(2013, 1, 1),
            "DL 198/2012",
            False,
        ),
    ),
    wording={
        Treatment.REVERSE_CHARGE: Wording("IVA - autoliquidação", "CIVA art. 36 (13)", False),
        Treatment.DOMESTIC_REVERSE_CHARGE: Wording("IVA - autoliquidação", "CIVA art. 2 (1) j)", False),
        Treatment.INTRA_COMMUNITY: Wording("Isento, artigo 14.º do RITI", "RITI art. 14", False),
        Treatment.EXPORT: Wording("Isento, artigo 14.º do CIVA", "CIVA art. 14", False),
        Treatment.SMALL_BUSINESS: Wording("IVA - regime de isenção, artigo 53.º do CIVA", "CIVA art. 53 and 57", False),
    },
    remarks=(
        "Fairdue is not certified by the Autoridade Tributária and produces neither the hash chain nor the QR code.",
        "The ATCUD is written with the validation codes that the operator records for each series (atcud).",
        "An invoice taxed in Portugal must be issued through a certified program.",
    ),
)
