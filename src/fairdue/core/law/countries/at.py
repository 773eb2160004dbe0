"""Austria: UGB 456, 458; ABGB 1000, 1333, 1486."""

from __future__ import annotations

from decimal import Decimal

from fairdue.core.law.countries.common import (
    CIVIL_EFFECTS,
    CONTENTS_BASIC,
    CONTENTS_BUSINESS,
    SINCE_2013,
    flat,
)
from fairdue.core.law.regime import Fixing, InterestRule, Kind, LimitationRule, NoticeRule, Regime

_LIMITATION = LimitationRule(
    {"contract": 3, "judgment": 30},
    CIVIL_EFFECTS,
    ("ABGB 1486", "ABGB 1497"),
    confirmed=False,
)
_DELIVERY = "No form; proof of receipt is wise."

REGIMES = (
    Regime(
        "AT",
        Kind.B2B,
        "Austria",
        "EUR",
        (
            InterestRule(
                SINCE_2013,
                ("UGB 456", "ABGB 1333"),
                True,
                Decimal("9.2"),
                "at-basiszinssatz",
                no_fault_percent=Decimal(4),
                notes=("A debtor who is not at fault owes 4 % (UGB 456 last sentence, ABGB 1000 (1)).",),
            ),
        ),
        flat("EUR", 4000, "UGB 458", confirmed=True),
        _LIMITATION,
        NoticeRule(
            14,
            CONTENTS_BUSINESS,
            (),
            "de",
            _DELIVERY,
            "Interest runs without notice; the demand documents it.",
            ("UGB 456", "UGB 458"),
            confirmed=False,
        ),
    ),
    Regime(
        "AT",
        Kind.B2C,
        "Austria",
        "EUR",
        (
            InterestRule(
                SINCE_2013,
                ("ABGB 1000 (1)", "ABGB 1333 (1)"),
                True,
                Decimal(4),
                fixing=Fixing.CONSTANT,
            ),
        ),
        None,
        _LIMITATION,
        NoticeRule(
            14,
            CONTENTS_BASIC,
            (),
            "de",
            _DELIVERY,
            "Necessary collection costs need fault and proportion (ABGB 1333 (2)).",
            ("ABGB 1333 (2)",),
            confirmed=False,
        ),
    ),
)
