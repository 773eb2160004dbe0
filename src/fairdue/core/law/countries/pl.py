"""Poland: Act of 8 March 2013 on excessive delay in commercial transactions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from fairdue.core.law.countries.common import CIVIL_EFFECTS, CONTENTS_BASIC, CONTENTS_BUSINESS
from fairdue.core.law.regime import (
    InterestRule,
    Kind,
    LimitationRule,
    LumpSum,
    NoticeRule,
    Regime,
    StartRule,
)

_SINCE = date(2020, 1, 1)
_LIMITATION = LimitationRule(
    {"contract": 3, "sale": 2},
    CIVIL_EFFECTS,
    ("Civil Code 118", "Civil Code 123", "Civil Code 554"),
    confirmed=False,
    to_year_end=True,
)

REGIMES = (
    Regime(
        "PL",
        Kind.B2B,
        "Poland",
        "PLN",
        (
            InterestRule(
                _SINCE,
                ("Act of 8 March 2013 art. 4 (3), 7, 11b",),
                False,
                Decimal(10),
                "nbp-reference",
                start=StartRule.AFTER_DELIVERY,
                notes=("Public health bodies owe two points less.",),
            ),
        ),
        LumpSum(
            "EUR",
            ((5_000_01, 40_00), (50_000_00, 70_00), (None, 100_00)),
            "PLN",
            _SINCE,
            ("Act of 8 March 2013 art. 10 (1) and (1a)",),
            confirmed=True,
            notes=("Converted at the NBP rate of the last working day of the month before the due month.",),
        ),
        _LIMITATION,
        NoticeRule(
            7,
            CONTENTS_BUSINESS,
            (),
            "pl",
            "In writing.",
            "A payment demand is expected before suit.",
            ("Code of Civil Procedure 187",),
            confirmed=False,
        ),
    ),
    Regime(
        "PL",
        Kind.B2C,
        "Poland",
        "PLN",
        (),
        None,
        _LIMITATION,
        NoticeRule(7, CONTENTS_BASIC, (), "pl", "In writing.", "Step before court.", (), confirmed=False),
        why_no_interest="The Polish consumer rate (Civil Code 481) changes within half-years and is not "
        "recorded; enter the contract rate",
    ),
)
