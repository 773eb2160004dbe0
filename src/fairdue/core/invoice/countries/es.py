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
            confirmed=True,
        ),
        asks(
            "es.buyer_nif",
            "buyer.vat_id",
            "The buyer's NIF stands on the invoice.",
            f"{_ROF} art. 6.1 d) 3.º",
            "buyer_id",
            r"(ES)?[A-Z0-9]\d{7}[A-Z0-9]",
            confirmed=True,
            kinds=BUSINESS,
            domestic=True,
        ),
        asks(
            "es.verifactu",
            "notes",
            "A program that sends all its records to the AEAT writes “VERI*FACTU” (or “Factura verificable en la sede "
            "electrónica de la AEAT”) beside the QR; any other program the QR alone.",
            f"{_ROF} art. 6.5; RD 1007/2023 disp. final 4",
            "words",
            r"VERI\*FACTU|factura verificable",
            confirmed=True,
            since=date(2027, 1, 1),
        ),
        asks(
            "es.dir3",
            "buyer.identifiers",
            "A public body is addressed by its DIR3 codes.",
            "Ley 25/2013",
            "buyer_id",
            r"([A-Z]{1,2}\d{7,8}){1,3}",
            kinds=PUBLIC,
            side=Side.BUYER,
        ),
    ),
    upto(400_00, f"{_ROF} art. 4.1 a); 4.2: 3,000 EUR for retail and some services", confirmed=True),
    sequential(f"{_ROF} art. 6.1 a): correlative within each series", confirmed=True, gapless=True),
    kept(6, "Código de Comercio art. 30.1", start="the last entry in the books", confirmed=True),
    mandates=(
        Mandate(
            BuyerKind.B2G,
            "issue",
            "companies and other legal entities that supply a public body (which may spare invoices up to 5,000 EUR)",
            "Facturae 3.2",
            "FACe",
            date(2015, 1, 15),
            "Ley 25/2013 art. 4.1, disp. final 8",
            True,
        ),
        Mandate(
            BuyerKind.B2B,
            "report",
            "VeriFactu: companies that pay corporate tax",
            "VERI*FACTU record",
            "AEAT or own chain",
            date(2027, 1, 1),
            "RD 1007/2023 disp. final 4 (edition of 3 December 2025)",
            True,
        ),
        Mandate(
            BuyerKind.B2B,
            "report",
            "VeriFactu: everybody else",
            "VERI*FACTU record",
            "AEAT or own chain",
            date(2027, 7, 1),
            "RD 1007/2023 disp. final 4 (edition of 3 December 2025)",
            True,
        ),
        Mandate(
            BuyerKind.B2B,
            "issue",
            "turnover above 8m EUR, 12 months after the ministerial order is in force; all others after 24 months "
            "(the day of the order is not known)",
            "UBL, CII, Facturae, EDIFACT",
            "public solution or platforms",
            date(2027, 10, 1),
            "RD 238/2026 disp. final 4.1: periods read, day assumed",
            False,
        ),
    ),
    wording={
        Treatment.REVERSE_CHARGE: Wording("Inversión del sujeto pasivo", f"{_ROF} art. 6.1 m)", True),
        Treatment.DOMESTIC_REVERSE_CHARGE: Wording(
            "Inversión del sujeto pasivo, art. 84.uno.2.º LIVA", f"{_ROF} art. 6.1 m)", True
        ),
        Treatment.INTRA_COMMUNITY: Wording("Entrega intracomunitaria exenta, art. 25 LIVA", "LIVA art. 25", True),
        Treatment.EXPORT: Wording("Exportación exenta, art. 21 LIVA", "LIVA art. 21", True),
        Treatment.OUTSIDE_SCOPE: Wording(
            "Operación no sujeta por reglas de localización, art. 69 LIVA", "LIVA art. 69", True
        ),
    },
    remarks=(
        "The chained record and the QR of VERI*FACTU (RD 1007/2023) are not produced here: a certified program does.",
        "TicketBAI in the Basque provinces is not covered.",
        "Ceuta and Melilla: the rates of IPSI are set by their ordinances; name the rate of each line.",
    ),
)
