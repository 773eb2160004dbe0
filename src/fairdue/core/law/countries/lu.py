"""Luxembourg: Law of 18 April 2004 on payment periods and late interest."""

from __future__ import annotations

from decimal import Decimal

from fairdue.core.law.countries.common import (
    CIVIL_EFFECTS,
    CONTENTS_BASIC,
    CONTENTS_BUSINESS,
    SINCE_2013,
    flat,
)
from fairdue.core.law.regime import InterestRule, Kind, LimitationRule, NoticeRule, Regime

_LIMITATION = LimitationRule({"contract": 10}, CIVIL_EFFECTS, ("Code de commerce 189",), confirmed=False)

REGIMES = (
    Regime(
        "LU",
        Kind.B2B,
        "Luxembourg",
        "EUR",
        (InterestRule(SINCE_2013, ("Law of 18 April 2004 art. 3, 5",), True, Decimal(8), "ecb-mro"),),
        flat("EUR", 4000, "Law of 18 April 2004 art. 5 (1) (law of 29 March 2013)", confirmed=True),
        _LIMITATION,
        NoticeRule(
            14,
            CONTENTS_BUSINESS,
            (),
            "fr",
            "Registered letter.",
            "Interest runs without notice.",
            ("Law of 18 April 2004",),
            confirmed=False,
        ),
    ),
    Regime(
        "LU",
        Kind.B2C,
        "Luxembourg",
        "EUR",
        (),
        None,
        _LIMITATION,
        NoticeRule(14, CONTENTS_BASIC, (), "fr", "Registered letter.", "Step before court.", (), confirmed=False),
        why_no_interest="The yearly legal interest for consumers is not recorded; enter the contract rate",
    ),
)
