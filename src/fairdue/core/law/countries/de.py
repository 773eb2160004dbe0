"""Germany: BGB 194-218, 247, 286, 288."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from fairdue.core.law.countries.common import CIVIL_EFFECTS, CONTENTS_BASIC, CONTENTS_BUSINESS, flat
from fairdue.core.law.regime import (
    Effect,
    EventKind,
    InterestRule,
    Kind,
    LimitationRule,
    NoticeRule,
    Regime,
)

_SINCE = date(2014, 7, 29)
_LIMITATION = LimitationRule(
    {"contract": 3, "judgment": 30},
    {
        **CIVIL_EFFECTS,
        EventKind.COURT_ACTION: Effect.SUSPENDS,
        EventKind.NEGOTIATION: Effect.SUSPENDS,
    },
    ("BGB 195", "BGB 197 (1) no. 3", "BGB 199 (1)", "BGB 201", "BGB 203", "BGB 204", "BGB 212"),
    confirmed=True,
    from_year_end=True,
    to_the_day=frozenset({"judgment"}),
    notes=(
        "A reminder does not stop the period; the application for a court payment order does (BGB 204).",
        "Suspension by court ends six months after the proceedings (BGB 204 (2)); enter that day as its end.",
        "After negotiations at least three months are left (BGB 203 sentence 2).",
    ),
)
_DELIVERY = "No form; a letter or e-mail with proof of receipt is wise."
_EFFECT = "Default begins with a clear demand after the due date (BGB 286 (1)); three reminders are a myth."

REGIMES = (
    Regime(
        "DE",
        Kind.B2B,
        "Germany",
        "EUR",
        (
            InterestRule(
                _SINCE,
                ("BGB 288 (2)", "BGB 247", "BGB 286"),
                True,
                Decimal(9),
                "de-basiszinssatz",
                notes=("A due date on a Sunday or holiday moves to the next working day (BGB 193).",),
            ),
        ),
        flat(
            "EUR",
            4000,
            "BGB 288 (5)",
            confirmed=True,
            notes=("Set off against legal costs (BGB 288 (5) sentence 3).",),
        ),
        _LIMITATION,
        NoticeRule(
            7,
            CONTENTS_BUSINESS,
            (),
            "de",
            _DELIVERY,
            _EFFECT,
            ("BGB 286 (1)", "BGB 288"),
            confirmed=True,
        ),
    ),
    Regime(
        "DE",
        Kind.B2C,
        "Germany",
        "EUR",
        (
            InterestRule(
                _SINCE,
                ("BGB 288 (1)", "BGB 247", "BGB 286"),
                True,
                Decimal(5),
                "de-basiszinssatz",
                notes=("The 30 days bind a consumer only if the invoice said so (BGB 286 (3)).",),
            ),
        ),
        None,
        _LIMITATION,
        NoticeRule(
            14,
            (*CONTENTS_BASIC, "interest_computation", "legal_basis", "dispute_channel"),
            (),
            "de",
            _DELIVERY,
            _EFFECT,
            ("BGB 286 (1)", "RDG 13a (agencies)"),
            confirmed=False,
        ),
    ),
)
