"""Italy: DPR 633/1972 art. 21, 21-bis, 17-ter, 74-bis; DPR 642/1972; D.Lgs. 127/2015; Codice civile art. 2250, 2220."""

from __future__ import annotations

from datetime import date

from fairdue.core.invoice.countries.common import asks, kept, union, upto
from fairdue.core.invoice.countries.shape import BUSINESS, PUBLIC, Mandate, Numbering, Pack, Side, Wording
from fairdue.core.vat.supply import BuyerKind, Treatment

_COMPANY = r"\b(S\.?r\.?l\.?s?|S\.?p\.?A|S\.?a\.?p\.?A)\b"
_SDI = "D.Lgs. 127/2015 art. 1 (3)"
_SPEC = "Agenzia delle Entrate, Specifiche tecniche FatturaPA 1.3.2"

PACK = Pack(
    "IT",
    "Italy",
    "EUR",
    ("it",),
    "DPR 26 October 1972 n. 633 art. 21",
    (
        *union("DPR 633/72", {"issued": "art. 21 (2) a)", "number": "art. 21 (2) b)"}, confirmed=True),
        asks(
            "it.partita_iva",
            "seller.vat_id",
            "The seller names its partita IVA (IT and eleven digits).",
            f"DPR 633/72 art. 21 (2) d); {_SPEC} 1.2.1.1",
            "seller_id",
            r"(IT)?\d{11}",
            confirmed=True,
        ),
        asks(
            "it.buyer_number",
            "buyer.vat_id",
            "The buyer's partita IVA or codice fiscale stands on the invoice.",
            f"DPR 633/72 art. 21 (2) f); {_SPEC} 1.4.1, check 00417",
            "buyer_id",
            r"(IT)?\d{11}|[A-Z]{6}[A-Z0-9]{10}",
            confirmed=True,
            domestic=True,
        ),
        asks(
            "it.rea",
            "seller.legal_form",
            "A company names its REA number.",
            f"Codice civile art. 2250; {_SPEC} 1.2.4",
            "letterhead",
            r"\bREA\b",
            confirmed=True,
            named=_COMPANY,
        ),
        asks(
            "it.capital",
            "seller.legal_form",
            "A company names its paid-in capital.",
            f"Codice civile art. 2250; {_SPEC} 1.2.4.3",
            "letterhead",
            r"capitale",
            confirmed=True,
            named=_COMPANY,
        ),
        asks(
            "it.recipient",
            "buyer.endpoint",
            "SdI reaches the buyer by its Codice Destinatario (7 characters, 6 for a public body) or PEC; where "
            "neither is known it takes 0000000.",
            f"{_SPEC} 1.1.4",
            "buyer_endpoint",
            confirmed=True,
            kinds=BUSINESS,
            domestic=True,
        ),
        asks(
            "it.stamp",
            "notes",
            "Above 77.47 EUR without VAT, say that the stamp duty of 2 EUR is paid (bollo).",
            "DPR 642/72 tariffa art. 13",
            "stamp",
            r"bollo",
        ),
        asks(
            "it.cig",
            "references.tender",
            "An invoice to a public body carries CIG or CUP; write them as the buyer's reference, "
            "such as CIG Z123456789 CUP J11B17000000001.",
            "DL 66/2014 art. 25",
            "procurement",
            kinds=PUBLIC,
            side=Side.BUYER,
        ),
    ),
    upto(400_00, "DPR 633/72 art. 21-bis; DM 10 May 2019"),
    Numbering(
        r"(?=.*\d)[\x20-\x7e]{1,20}",
        20,
        False,
        "A progressive number that identifies the invoice; SdI takes at most 20 characters with at least one digit.",
        "DPR 633/72 art. 21 (2) b); FatturaPA 2.1.1.4",
        True,
    ),
    kept(10, "Codice civile art. 2220; digital preservation by DM 17 June 2014", start="the last entry"),
    mandates=(
        Mandate(
            BuyerKind.B2G,
            "issue",
            "every supplier of a public body",
            "FatturaPA",
            "SdI",
            date(2015, 3, 31),
            "Law 244/2007 art. 1 (209)",
            False,
        ),
        Mandate(
            BuyerKind.B2B,
            "issue",
            "every business established in Italy",
            "FatturaPA",
            "SdI",
            date(2019, 1, 1),
            _SDI,
            False,
        ),
        Mandate(
            BuyerKind.B2C,
            "issue",
            "every business established in Italy",
            "FatturaPA",
            "SdI",
            date(2019, 1, 1),
            _SDI,
            False,
        ),
    ),
    wording={
        Treatment.REVERSE_CHARGE: Wording(
            "Inversione contabile, art. 7-ter DPR 633/72 (N2.1)", "DPR 633/72 art. 21 (6-bis)", False
        ),
        Treatment.DOMESTIC_REVERSE_CHARGE: Wording(
            "Inversione contabile, art. 17 DPR 633/72 (N6)", "DPR 633/72 art. 17", False
        ),
        Treatment.INTRA_COMMUNITY: Wording("Non imponibile, art. 41 DL 331/93 (N3.2)", "DL 331/93 art. 41", False),
        Treatment.EXPORT: Wording("Non imponibile, art. 8 DPR 633/72 (N3.1)", "DPR 633/72 art. 8", False),
        Treatment.OUTSIDE_SCOPE: Wording(
            "Operazione non soggetta, art. 7-ter DPR 633/72 (N2.1)", "DPR 633/72 art. 21 (6-bis)", False
        ),
        Treatment.SMALL_BUSINESS: Wording(
            "Operazione senza applicazione dell'IVA, regime forfettario, art. 1 c. 58 L. 190/2014 (N2.2)",
            "Law 190/2014 art. 1 (58)",
            False,
        ),
    },
    remarks=(
        "Send an immediate invoice to SdI within 12 days of the supply (DPR 633/72 art. 21 (4)).",
        "Foreign buyers: Codice Destinatario XXXXXXX, and 00000 as their postcode.",
        "Withholding tax (ritenuta) of professionals is not computed.",
    ),
)
