"""Spain: Real Decreto 1619/2012 art. 4, 6, 7; LIVA (Ley 37/1992); RD 1007/2023; Código de Comercio art. 30."""

from __future__ import annotations

from datetime import date

from fairdue.core.invoice.countries.common import asks, kept, sequential, union, upto
from fairdue.core.invoice.countries.shape import BUSINESS, PUBLIC, Mandate, Pack, Side, Wording
from fairdue.core.vat.supply import BuyerKind, Treatment

_ROF = "RD 1619/2012"

PACK = Pack(
    "ES",
    "Spain",
    "EUR",
    ("es",),
    "Reglamento de facturación, Real Decreto 1619/2012 art. 6",
    (
        *union(_ROF, {"number": "art. 6.1 a)"}, confirmed=True),
        asks(
            "es.nif",
            "seller.vat_id",
            "The seller names its NIF (nine characters).",
            f"{_ROF} art. 6.1 d)",
            "seller_id",
            r"(ES)?[A-Z0-9]\d{7}[A-Z0-9]",
        ),
        asks(
            "es.buyer_nif",
            "buyer.vat_id",
            "The buyer's NIF stands on the invoice.",
            f"{_ROF} art. 6.1 d)",
            "buyer_id",
            r"(ES)?[A-Z0-9]\d{7}[A-Z0-9]",
            kinds=BUSINESS,
            domestic=True,
        ),
        asks(
            "es.verifactu",
            "notes",
            "The words “VERI*FACTU” (or “Factura verificable en la sede de la AEAT”) and the QR stand on it.",
            "RD 1007/2023 art. 20, 21; RDL 15/2025",
            "words",
            r"VERI\*FACTU|factura verificable",
            since=date(2027, 1, 1),
        ),
        asks(
            "es.dir3",
            "buyer.identifiers",
            "A public body is addressed by its DIR3 codes.",
            "Ley 25/2013",
            "buyer_id",
            r"[A-Z]{1,2}\d{7,8}|[A-Z0-9]{9}",
            kinds=PUBLIC,
            side=Side.BUYER,
        ),
    ),
    upto(400_00, f"{_ROF} art. 4 (3,000 EUR for retail and some services)"),
    sequential(f"{_ROF} art. 6.1 a): correlative within each series", confirmed=True, gapless=True),
    kept(6, "Código de Comercio art. 30 (4 years for tax, LGT art. 66)", start="the last entry"),
    mandates=(
        Mandate(
            BuyerKind.B2G,
            "issue",
            "every supplier of a public body above 5,000 EUR",
            "Facturae 3.2",
            "FACe",
            date(2015, 1, 15),
            "Ley 25/2013",
            False,
        ),
        Mandate(
            BuyerKind.B2B,
            "report",
            "VeriFactu: companies that pay corporate tax",
            "VERI*FACTU record",
            "AEAT or own chain",
            date(2027, 1, 1),
            "RD 1007/2023; RDL 15/2025",
            False,
        ),
        Mandate(
            BuyerKind.B2B,
            "report",
            "VeriFactu: everybody else",
            "VERI*FACTU record",
            "AEAT or own chain",
            date(2027, 7, 1),
            "RD 1007/2023; RDL 15/2025",
            False,
        ),
        Mandate(
            BuyerKind.B2B,
            "issue",
            "turnover above 8m EUR, 12 months after the ministerial order (not published yet as far as known)",
            "UBL, CII, Facturae, EDIFACT",
            "public solution or platforms",
            date(2027, 10, 1),
            "RD 238/2026",
            False,
        ),
    ),
    wording={
        Treatment.REVERSE_CHARGE: Wording("Inversión del sujeto pasivo", f"{_ROF} art. 6.1 m)", False),
        Treatment.DOMESTIC_REVERSE_CHARGE: Wording(
            "Inversión del sujeto pasivo, art. 84.uno.2.º LIVA", f"{_ROF} art. 6.1 m)", False
        ),
        Treatment.INTRA_COMMUNITY: Wording("Entrega intracomunitaria exenta, art. 25 LIVA", "LIVA art. 25", False),
        Treatment.EXPORT: Wording("Exportación exenta, art. 21 LIVA", "LIVA art. 21", False),
        Treatment.OUTSIDE_SCOPE: Wording(
            "Operación no sujeta por reglas de localización, art. 69 LIVA", "LIVA art. 69", False
        ),
    },
    remarks=(
        "The chained record and the QR of VERI*FACTU (RD 1007/2023) are not produced here: a certified program does.",
        "TicketBAI in the Basque provinces is not covered.",
        "Ceuta and Melilla: the rates of IPSI are set by their ordinances; name the rate of each line.",
    ),
)
