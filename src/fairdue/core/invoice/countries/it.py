"""Italy: DPR 633/1972 art. 21, 21-bis, 17-ter, 74-bis; DPR 642/1972; D.Lgs. 127/2015; Codice civile art. 2250, 2220."""

from __future__ import annotations

from datetime import date

from fairdue.core.invoice.countries.common import asks, kept, union, upto
from fairdue.core.invoice.countries.shape import BUSINESS, PUBLIC, Mandate, Numbering, Pack, Side, Wording
from fairdue.core.vat.supply import BuyerKind, Treatment

_COMPANY = r"\b(S\.?r\.?l\.?s?|S\.?p\.?A|S\.?a\.?p\.?A)\b"
_SDI = "D.Lgs. 127/2015 art. 1 (3)"

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
            "DPR 633/72 art. 21 (2) d)",
            "seller_id",
            r"(IT)?\d{11}",
        ),
        asks(
            "it.buyer_number",
            "buyer.vat_id",
            "The buyer's partita IVA or codice fiscale stands on the invoice.",
            "DPR 633/72 art. 21 (2) f)",
            "buyer_id",
            r"(IT)?\d{11}|[A-Z]{6}[A-Z0-9]{10}",
            domestic=True,
        ),
        asks(
            "it.rea",
            "seller.legal_form",
            "A company names its REA number.",
            "Codice civile art. 2250",
            "letterhead",
            r"\bREA\b",
            named=_COMPANY,
        ),
        asks(
            "it.capital",
            "seller.legal_form",
            "A company names its paid-in capital.",
            "Codice civile art. 2250",
            "letterhead",
            r"capitale",
            named=_COMPANY,
        ),
        asks(
            "it.recipient",
            "buyer.endpoint",
            "SdI needs the buyer's Codice Destinatario (7 characters) or PEC.",
            "Provvedimento 89757/2018",
            "buyer_endpoint",
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
            "An invoice to a public body carries CIG or CUP as its reference.",
            "DL 66/2014 art. 25",
            "words",
            r"\bC(IG|UP)\b",
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
