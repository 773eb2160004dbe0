"""France: CGI art. 289 and annexe II art. 242 nonies A; Code de commerce L441-9, D441-5, R123-237, R123-238."""

from __future__ import annotations

from datetime import date

from fairdue.core.invoice.countries.common import asks, kept, union
from fairdue.core.invoice.countries.shape import (
    BUSINESS,
    COMPANY,
    PUBLIC,
    Mandate,
    Numbering,
    Pack,
    Side,
    StandingNote,
    Wording,
)
from fairdue.core.vat.supply import BuyerKind, Treatment

_ANNEX = "CGI annexe II art. 242 nonies A I"
_COMMERCE = "C. com. art. L441-9"
_REFORM = date(2026, 9, 1)
_COMPANY = r"\b(SA|SAS|SASU|SARL|EURL|SCA|SE)\b"
_CONTENTS = {
    "seller": "1°", "buyer": "1°", "address": "1°", "seller_id": "2°", "buyer_id": "4°", "issued": "6°", "number": "7°",
    "nature": "8°", "rate": "8°", "reduction": "9°", "supply": "10°", "exemption": "12°",
}  # fmt: skip
PACK = Pack(
    "FR",
    "France",
    "EUR",
    ("fr",),
    "Code général des impôts art. 289; annexe II art. 242 nonies A",
    (
        *union(_ANNEX, _CONTENTS, confirmed=True),
        asks(
            "fr.siren",
            "seller.registration",
            "The seller names its SIREN (9 digits) or SIRET (14).",
            f"{_ANNEX} 1°",
            "seller_id",
            r"(FR..)?\d{9}(\d{5})?",
            confirmed=True,
        ),
        asks(
            "fr.buyer_siren",
            "buyer.registration",
            "The buyer's SIREN stands on the invoice.",
            f"{_ANNEX} 1°",
            "buyer_id",
            r"(FR..)?\d{9}(\d{5})?",
            confirmed=True,
            kinds=BUSINESS,
            domestic=True,
            since=_REFORM,
        ),
        asks(
            "fr.capital",
            "seller.legal_form",
            "A company names its form and its share capital.",
            "C. com. art. R123-238",
            "letterhead",
            r"capital",
            confirmed=True,
            named=_COMPANY,
        ),
        asks(
            "fr.rcs",
            "seller.legal_form",
            "A trader names RCS and town of registration.",
            "C. com. art. R123-237",
            "letterhead",
            r"\bR\.?\s?C\.?\s?S\b",
            confirmed=True,
            named=_COMPANY,
        ),
        asks(
            "fr.due",
            "terms.due",
            "The day on which payment is due must stand on the invoice.",
            _COMMERCE,
            "due",
            kinds=BUSINESS,
        ),
        asks(
            "fr.pmd",
            "notes",
            "The rate of late-payment penalties stands in exactly one note PMD.",
            f"{_COMMERCE}; BR-FR-05",
            "subject",
            "PMD",
            kinds=BUSINESS,
        ),
        asks(
            "fr.pmt",
            "notes",
            "The fixed sum of 40 EUR for recovery costs stands in exactly one note PMT.",
            "C. com. art. D441-5; BR-FR-05",
            "subject",
            "PMT",
            kinds=BUSINESS,
        ),
        asks(
            "fr.aab",
            "notes",
            "The early-payment discount, or that there is none, stands in exactly one note AAB.",
            f"{_COMMERCE}; BR-FR-05",
            "subject",
            "AAB",
            kinds=BUSINESS,
        ),
        asks(
            "fr.cadre",
            "process",
            "The cadre says goods, services or both (B1, S1, M1 and their kin): say what each line is.",
            f"{_ANNEX} 8° bis; BR-FR-08",
            "process",
            r"[BSM][1-8]",
            confirmed=True,
            kinds=COMPANY,
            domestic=True,
            since=_REFORM,
        ),
        asks(
            "fr.endpoint",
            "buyer.endpoint",
            "The electronic address of the buyer is needed to reach it.",
            "BR-FR-12",
            "buyer_endpoint",
            kinds=COMPANY,
            domestic=True,
            since=_REFORM,
            side=Side.BUYER,
        ),
        asks(
            "fr.public_siret",
            "buyer.registration",
            "A public body is addressed by its SIRET.",
            "Chorus Pro; ordonnance 2014-697",
            "buyer_id",
            r"\d{14}",
            kinds=PUBLIC,
            side=Side.BUYER,
        ),
    ),
    None,
    Numbering(
        r"[A-Za-z0-9+_/-]{1,35}",
        35,
        True,
        "Chronological and continuous; separate series only where the business justifies them. E-invoices: at most 35 "
        "characters of A-Z a-z 0-9 + - _ /.",
        f"{_ANNEX} 7°; BR-FR-01, BR-FR-02",
        True,
    ),
    kept(
        10,
        "C. com. art. L123-22; LPF art. L102 B: 6 years for tax",
        start="the end of the financial year",
        confirmed=True,
    ),
    mandates=(
        Mandate(
            BuyerKind.B2G,
            "issue",
            "every supplier of the public sector",
            "UBL, CII, Factur-X",
            "Chorus Pro",
            date(2020, 1, 1),
            "Ordonnance 2014-697",
            False,
        ),
        Mandate(
            BuyerKind.B2B,
            "receive",
            "everybody",
            "UBL, CII, Factur-X (EN 16931 and CTC)",
            "approved platform",
            _REFORM,
            "CGI art. 289 bis; law 2023-1322 art. 91",
            False,
        ),
        Mandate(
            BuyerKind.B2B,
            "issue",
            "large and medium-sized companies",
            "UBL, CII, Factur-X (EN 16931 and CTC)",
            "approved platform",
            _REFORM,
            "CGI art. 289 bis; law 2023-1322 art. 91",
            False,
        ),
        Mandate(
            BuyerKind.B2B,
            "issue",
            "small and micro companies",
            "UBL, CII, Factur-X (EN 16931 and CTC)",
            "approved platform",
            date(2027, 9, 1),
            "CGI art. 289 bis; law 2023-1322 art. 91",
            False,
        ),
        Mandate(
            BuyerKind.B2C,
            "report",
            "large and medium-sized companies",
            "e-reporting",
            "approved platform",
            _REFORM,
            "CGI art. 290",
            False,
        ),
    ),
    wording={
        Treatment.REVERSE_CHARGE: Wording("Autoliquidation", f"{_ANNEX} 13°", True, "VATEX-FR-AE"),
        Treatment.DOMESTIC_REVERSE_CHARGE: Wording("Autoliquidation", f"{_ANNEX} 13°", True, "VATEX-FR-AE"),
        Treatment.INTRA_COMMUNITY: Wording("Exonération de TVA, art. 262 ter I du CGI", "CGI art. 262 ter I", True),
        Treatment.EXPORT: Wording("Exonération de TVA, art. 262 I du CGI", "CGI art. 262 I", True),
        Treatment.OUTSIDE_SCOPE: Wording("TVA non applicable, art. 259-1 du CGI", "CGI art. 259-1", False),
        Treatment.MARGIN_TRAVEL: Wording("Régime particulier - Agences de voyages", f"{_ANNEX} 15°", True),
        Treatment.MARGIN_SECOND_HAND: Wording("Régime particulier - Biens d'occasion", f"{_ANNEX} 16°", True),
        Treatment.MARGIN_ART: Wording("Régime particulier - Objets d'art", f"{_ANNEX} 16°", True),
        Treatment.MARGIN_ANTIQUES: Wording(
            "Régime particulier - Objets de collection et d'antiquité", f"{_ANNEX} 16°", True
        ),
        Treatment.SMALL_BUSINESS: Wording(
            "TVA non applicable, art. 293 B du CGI", "CGI art. 293 B", False, "VATEX-FR-FRANCHISE"
        ),
    },
    notes=(
        StandingNote(
            "En cas de retard de paiement, pénalités au taux de refinancement de la BCE majoré de 10 points "
            "(art. L441-10 C. com.).",
            "PMD",
            BUSINESS,
        ),
        StandingNote("Indemnité forfaitaire pour frais de recouvrement : 40 € (art. D441-5 C. com.).", "PMT", BUSINESS),
        StandingNote(
            "Pas d'escompte pour paiement anticipé.",
            "AAB",
            BUSINESS,
            "Escompte de {percent} % pour paiement sous {days} jours.",
        ),
    ),
    remarks=(
        "Where tax is paid on invoicing, write “Option pour le paiement de la taxe d'après les débits” (11° bis).",
        "Name the address of delivery where it is not that of the buyer (7° bis).",
        "Up to 150 EUR without tax the VAT identifier (2°) and the reason of exemption (12°) may be left out (II).",
        "A member of a VAT group writes “Membre d'un assujetti unique” with its name, address and number (5° bis).",
    ),
)
