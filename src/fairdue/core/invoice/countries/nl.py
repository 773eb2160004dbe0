"""Netherlands: Wet op de omzetbelasting 1968 art. 35, 35a; Handelsregisterwet 2007 art. 27; AWR art. 52."""

from __future__ import annotations

from datetime import date

from fairdue.core.invoice.countries.common import asks, kept, sequential, union, upto
from fairdue.core.invoice.countries.shape import Mandate, Pack, Wording
from fairdue.core.vat.supply import BuyerKind, Treatment

_CONTENTS = {
    "issued": "art. 35a (1) a", "number": "art. 35a (1) b", "seller_id": "art. 35a (1) c", "buyer_id": "art. 35a (1) d",
    "seller": "art. 35a (1) e", "buyer": "art. 35a (1) e", "address": "art. 35a (1) e", "nature": "art. 35a (1) f",
    "supply": "art. 35a (1) g", "reduction": "art. 35a (1) h", "rate": "art. 35a (1) i",
    "exemption": "art. 35a (1) l",
}  # fmt: skip
"""Read in the text of the law (edition of 2017)."""

PACK = Pack(
    "NL",
    "Netherlands",
    "EUR",
    ("nl",),
    "Wet op de omzetbelasting 1968 art. 35a",
    (
        *union("Wet OB 1968", _CONTENTS, confirmed=True),
        asks(
            "nl.btw_id",
            "seller.vat_id",
            "The btw-id has the form NL, nine digits, B and two digits.",
            "Wet OB 1968 art. 35a (1) c",
            "seller_id",
            r"NL\d{9}B\d{2}",
            taxed=True,
        ),
        asks(
            "nl.kvk",
            "seller.registration",
            "A registered business names its KvK number (eight digits).",
            "Handelsregisterwet 2007 art. 27 (1)",
            "seller_id",
            r"(KVK)?\d{8}",
            confirmed=True,
        ),
    ),
    upto(100_00, "Wet OB 1968 art. 34d (1) a", confirmed=True),
    sequential("Wet OB 1968 art. 35a (1) b", confirmed=True),
    kept(7, "AWR art. 52 (4)", start="the end of the year, by practice: the law names no first day", confirmed=True),
    mandates=(
        Mandate(
            BuyerKind.B2G,
            "issue",
            "suppliers of the central government",
            "Peppol BIS 3, SI-UBL",
            "Peppol",
            date(2017, 1, 1),
            "Rijksinkoopvoorwaarden",
            False,
        ),
    ),
    wording={
        Treatment.REVERSE_CHARGE: Wording("Btw verlegd", "Wet OB 1968 art. 35a (1) m", True),
        Treatment.DOMESTIC_REVERSE_CHARGE: Wording("Btw verlegd", "Wet OB 1968 art. 35a (1) m", True),
        Treatment.INTRA_COMMUNITY: Wording(
            "Intracommunautaire levering, btw 0 % (tabel II, post a.6)", "Wet OB 1968 tabel II a.6", True
        ),
        Treatment.EXPORT: Wording("Uitvoer, btw 0 % (tabel II, post a.2)", "Wet OB 1968 tabel II a.2", False),
        Treatment.SMALL_BUSINESS: Wording(
            "Vrijgesteld van btw, kleineondernemersregeling (art. 25 Wet OB 1968)", "Wet OB 1968 art. 25", False
        ),
    },
)
