"""Italy: D.Lgs. 231/2002; Codice civile 1219, 1284, 2943-2948."""

from __future__ import annotations

from decimal import Decimal

from fairdue.core.law.countries.common import (
    CONTENTS_BASIC,
    CONTENTS_BUSINESS,
    NOTICE_EFFECTS,
    SINCE_2013,
    flat,
)
from fairdue.core.law.regime import InterestRule, Kind, LimitationRule, NoticeRule, Regime, StartRule

_LIMITATION = LimitationRule(
    {"contract": 10, "periodic": 5, "transport": 1},
    NOTICE_EFFECTS,
    ("Codice civile 2946", "Codice civile 2948", "Codice civile 2951", "Codice civile 2943"),
    confirmed=False,
)
_PEC = "Registered mail with return receipt, or PEC."

REGIMES = (
    Regime(
        "IT",
        Kind.B2B,
        "Italy",
        "EUR",
        (
            InterestRule(
                SINCE_2013,
                ("D.Lgs. 231/2002 art. 4, 5",),
                False,
                Decimal(8),
                "ecb-mro",
                notes=("Agricultural and food products carry four points more (D.Lgs. 198/2021 art. 4).",),
            ),
        ),
        flat("EUR", 4000, "D.Lgs. 231/2002 art. 6", confirmed=False),
        _LIMITATION,
        NoticeRule(
            15,
            CONTENTS_BUSINESS,
            (),
            "it",
            _PEC,
            "Interest runs without notice; the costituzione in mora interrupts limitation.",
            ("Codice civile 1219", "Codice civile 2943"),
            confirmed=False,
        ),
    ),
    Regime(
        "IT",
        Kind.B2C,
        "Italy",
        "EUR",
        (
            InterestRule(
                SINCE_2013,
                ("Codice civile 1224", "Codice civile 1284"),
                False,
                Decimal(0),
                "it-saggio-legale",
                start=StartRule.ON_NOTICE,
                default_days=0,
            ),
        ),
        None,
        _LIMITATION,
        NoticeRule(
            15,
            CONTENTS_BASIC,
            (),
            "it",
            _PEC,
            "Puts the consumer in default.",
            ("Codice civile 1219",),
            confirmed=False,
        ),
    ),
)
