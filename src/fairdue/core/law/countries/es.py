"""Spain: Ley 3/2004; Codigo civil 1100, 1108, 1964, 1973."""

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
    {"contract": 5},
    NOTICE_EFFECTS,
    ("Codigo civil 1964.2", "Codigo civil 1973"),
    confirmed=True,
    notes=("Any extrajudicial claim interrupts (1973); only one that can be proven is counted here.",),
)
_BUROFAX = "Burofax with certified text."

REGIMES = (
    Regime(
        "ES",
        Kind.B2B,
        "Spain",
        "EUR",
        (
            InterestRule(
                SINCE_2013,
                ("Ley 3/2004 art. 5, 7",),
                True,
                Decimal(8),
                "ecb-mro",
                start=StartRule.AFTER_DELIVERY,
            ),
        ),
        flat("EUR", 4000, "Ley 3/2004 art. 8.1", confirmed=True),
        _LIMITATION,
        NoticeRule(
            10,
            CONTENTS_BUSINESS,
            (),
            "es",
            _BUROFAX,
            "Interest runs without notice; an extrajudicial claim interrupts limitation.",
            ("Ley 3/2004 art. 5", "Codigo civil 1973"),
            confirmed=False,
        ),
    ),
    Regime(
        "ES",
        Kind.B2C,
        "Spain",
        "EUR",
        (
            InterestRule(
                SINCE_2013,
                ("Codigo civil 1100", "Codigo civil 1108"),
                True,
                Decimal(0),
                "es-interes-legal",
                start=StartRule.ON_NOTICE,
                default_days=0,
                notice_always=True,
            ),
        ),
        None,
        _LIMITATION,
        NoticeRule(
            15,
            CONTENTS_BASIC,
            (),
            "es",
            _BUROFAX,
            "Puts the consumer in default.",
            ("Codigo civil 1100",),
            confirmed=False,
        ),
    ),
)
