"""Poland: ustawa o VAT art. 106a to 106q, 108a, 112; KSeF."""

from __future__ import annotations

from datetime import date

from fairdue.core.invoice.countries.common import asks, kept, sequential, union, upto
from fairdue.core.invoice.countries.shape import COMPANY, LocalTax, Mandate, Pack, Wording
from fairdue.core.vat.supply import BuyerKind, Treatment

_LAW = "Ustawa o VAT"
_KSEF = "Ustawa o VAT art. 106ga"

PACK = Pack(
    "PL",
    "Poland",
    "PLN",
    ("pl",),
    "Ustawa o podatku od towarów i usług art. 106e",
    (
        *union(
            _LAW,
            {
                "issued": "art. 106e (1) 1",
                "number": "art. 106e (1) 2",
                "seller": "art. 106e (1) 3",
                "buyer": "art. 106e (1) 3",
                "seller_id": "art. 106e (1) 4",
                "supply": "art. 106e (1) 6",
                "currency": "art. 106e (11)",
            },
            confirmed=False,
            read=frozenset({"issued", "number", "supply", "seller_id", "currency"}),
        ),
        asks(
            "pl.nip",
            "seller.vat_id",
            "The seller names its NIP (ten digits).",
            f"{_LAW} art. 106e (1) 4; FA(3) Podmiot1",
            "seller_id",
            r"(PL)?\d{10}",
            confirmed=True,
        ),
        asks(
            "pl.buyer_nip",
            "buyer.vat_id",
            "The buyer's NIP stands on the invoice.",
            f"{_LAW} art. 106e (1) 5",
            "buyer_id",
            r"(PL)?\d{10}",
            kinds=COMPANY,
            domestic=True,
            simplified=True,
        ),
    ),
    upto(450_00, f"{_LAW} art. 106e (5) 3"),
    sequential(f"{_LAW} art. 106e (1) 2; FA(3) P_2", confirmed=True),
    kept(
        5,
        f"{_LAW} art. 112; Ordynacja podatkowa art. 70 (KSeF keeps 10)",
        start="the end of the year of payment of tax",
    ),
    LocalTax(
        "Mean rate of the NBP on the last working day before the tax became chargeable (art. 31a).",
        f"{_LAW} art. 31a and 106e (11)",
        confirmed=False,
    ),
    mandates=(
        Mandate(BuyerKind.B2B, "receive", "everybody", "FA(3)", "KSeF", date(2026, 2, 1), _KSEF, False),
        Mandate(BuyerKind.B2B, "issue", "turnover above PLN 200m", "FA(3)", "KSeF", date(2026, 2, 1), _KSEF, False),
        Mandate(BuyerKind.B2B, "issue", "all others", "FA(3)", "KSeF", date(2026, 4, 1), _KSEF, False),
        Mandate(
            BuyerKind.B2B,
            "issue",
            "the smallest (below PLN 10,000 a month)",
            "FA(3)",
            "KSeF",
            date(2027, 1, 1),
            _KSEF,
            False,
        ),
        Mandate(
            BuyerKind.B2G,
            "receive",
            "public bodies",
            "Peppol BIS 3",
            "PEF",
            date(2019, 4, 18),
            "Ustawa of 9 November 2018",
            False,
        ),
    ),
    wording={
        Treatment.REVERSE_CHARGE: Wording("Odwrotne obciążenie", f"{_LAW} art. 106e (1) 18; FA(3) P_18", True),
        Treatment.MARGIN_TRAVEL: Wording(
            "Procedura marży dla biur podróży", f"{_LAW} art. 106e (2); FA(3) P_PMarzy_2", True
        ),
        Treatment.MARGIN_SECOND_HAND: Wording(
            "Procedura marży - towary używane", f"{_LAW} art. 106e (3); FA(3) P_PMarzy_3_1", True
        ),
        Treatment.MARGIN_ART: Wording(
            "Procedura marży - dzieła sztuki", f"{_LAW} art. 106e (3); FA(3) P_PMarzy_3_2", True
        ),
        Treatment.MARGIN_ANTIQUES: Wording(
            "Procedura marży - przedmioty kolekcjonerskie i antyki", f"{_LAW} art. 106e (3); FA(3) P_PMarzy_3_3", True
        ),
        Treatment.INTRA_COMMUNITY: Wording(
            "Wewnątrzwspólnotowa dostawa towarów, art. 42 ustawy o VAT, stawka 0 %", f"{_LAW} art. 42", False
        ),
        Treatment.EXPORT: Wording(
            "Eksport towarów, art. 41 ust. 4 ustawy o VAT, stawka 0 %", f"{_LAW} art. 41 (4)", False
        ),
        Treatment.OUTSIDE_SCOPE: Wording("Nie podlega VAT (np)", f"{_LAW} art. 28b", False),
        Treatment.SMALL_BUSINESS: Wording(
            "Zwolnienie podmiotowe, art. 113 ust. 1 ustawy o VAT", f"{_LAW} art. 113", False
        ),
    },
    remarks=(
        "Supplies of annex 15 above PLN 15,000 bear the words “mechanizm podzielonej płatności” (art. 106e (1) 18a).",
        "An invoice in KSeF is dated by the day the system took it; outside it carries a QR.",
    ),
)
