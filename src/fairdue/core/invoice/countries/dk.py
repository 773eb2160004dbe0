"""Denmark: momsbekendtgørelsen (BEK 1435/2023) kapitel 12; momsloven; bogføringsloven."""

from __future__ import annotations

from datetime import date

from fairdue.core.invoice.countries.common import asks, kept, sequential, union, upto
from fairdue.core.invoice.countries.shape import PUBLIC, LocalTax, Mandate, Pack, Side, Wording
from fairdue.core.vat.supply import BuyerKind, Treatment

_LAW = "Momsbekendtgørelsen"
_CONTENTS = {
    "issued": "§ 58 (1) no. 1", "number": "§ 58 (1) no. 2", "seller_id": "§ 58 (1) no. 3", "seller": "§ 58 (1) no. 4",
    "buyer": "§ 58 (1) no. 4", "address": "§ 58 (1) no. 4", "nature": "§ 58 (1) no. 5", "supply": "§ 58 (1) no. 6",
    "reduction": "§ 58 (1) no. 7", "rate": "§ 58 (1) no. 8", "correction": "§ 58 (2)", "currency": "§ 97 (2)",
}  # fmt: skip

PACK = Pack(
    "DK",
    "Denmark",
    "DKK",
    ("da",),
    "Momsbekendtgørelsen (BEK 1435 of 29 November 2023) § 58",
    (
        *union(_LAW, _CONTENTS, confirmed=True),
        asks(
            "dk.cvr",
            "seller.vat_id",
            "The seller names its CVR number (eight digits).",
            f"{_LAW} § 58 (1) no. 3",
            "seller_id",
            r"(DK)?\d{8}",
            confirmed=True,
            simplified=True,
        ),
        asks(
            "dk.ean",
            "buyer.endpoint",
            "A public body is reached by its EAN (GLN) number.",
            "Lov om offentlige betalinger",
            "buyer_endpoint",
            kinds=PUBLIC,
            side=Side.BUYER,
        ),
    ),
    upto(3_000_00, f"{_LAW} § 66 (1)", confirmed=True),
    sequential(f"{_LAW} § 58 (1) no. 2", confirmed=True),
    kept(5, "Bogføringsloven § 12 (1)", start="the end of the financial year", confirmed=True),
    LocalTax(
        "In kroner or in euro, at the latest published rate when the tax becomes chargeable, the ECB's rate or the "
        "customs rate; the choice binds for two years.",
        f"{_LAW} § 97 (2) and (4)",
        confirmed=True,
    ),
    mandates=(
        Mandate(
            BuyerKind.B2G,
            "issue",
            "every supplier of a public body",
            "OIOUBL, Peppol BIS 3",
            "NemHandel, Peppol",
            date(2005, 2, 1),
            "Lov om offentlige betalinger",
            False,
        ),
    ),
    wording={Treatment.REVERSE_CHARGE: Wording("Omvendt betalingspligt", f"{_LAW} § 62 (1)", True)},
)
