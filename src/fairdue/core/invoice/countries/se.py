"""Sweden: mervärdesskattelagen (2023:200) 17 kap.; bokföringslagen 7 kap.; skatteförfarandelagen."""

from __future__ import annotations

from datetime import date

from fairdue.core.invoice.countries.common import asks, kept, sequential, union, upto
from fairdue.core.invoice.countries.shape import LocalTax, Mandate, Pack, Wording
from fairdue.core.vat.supply import BuyerKind, Treatment

_LAW = "ML (2023:200)"

PACK = Pack(
    "SE",
    "Sweden",
    "SEK",
    ("sv",),
    "Mervärdesskattelagen (2023:200) 17 kap. 24 §",
    (
        *union(
            _LAW, {"issued": "17 kap. 24 § 1", "number": "17 kap. 24 § 2", "correction": "17 kap. 22 §"}, confirmed=True
        ),
        asks(
            "se.vat",
            "seller.vat_id",
            "The VAT number has the form SE, ten digits and 01.",
            f"{_LAW} 17 kap. 24 § 3",
            "seller_id",
            r"SE\d{10}01",
            taxed=True,
        ),
        asks(
            "se.f_tax",
            "seller.legal_form",
            "A seller approved for F-skatt says “Godkänd för F-skatt”.",
            "Peppol SE-R-005; SFL 9 kap.",
            "letterhead",
            r"F-skatt",
            confirmed=True,
        ),
        asks(
            "se.seat",
            "seller.registration",
            "A company names its organisation number.",
            "ABL 28 kap. 5 §",
            "seller_id",
            r"\d{10}|SE\d{12}",
            named=r"\bAB\b",
        ),
    ),
    upto(4_000_00, f"{_LAW} 17 kap. 26 §"),
    sequential(f"{_LAW} 17 kap. 24 § 2", confirmed=True),
    kept(7, "BFL 7 kap. 2 §"),
    LocalTax(
        "Latest rate of the exchange market or of the ECB (8 kap.).", f"{_LAW} 8 kap. and 17 kap. 29 §", confirmed=False
    ),
    mandates=(
        Mandate(
            BuyerKind.B2G,
            "issue",
            "every supplier under procurement law",
            "Peppol BIS 3",
            "Peppol",
            date(2019, 4, 1),
            "Lag (2018:1277) 4 §, for procurements begun since",
            True,
        ),
    ),
    wording={Treatment.REVERSE_CHARGE: Wording("Omvänd betalningsskyldighet", f"{_LAW} 17 kap. 24 §", False)},
)
