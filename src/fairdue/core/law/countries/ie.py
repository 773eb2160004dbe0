"""Ireland: SI 580/2012; Statute of Limitations 1957."""

from __future__ import annotations

from decimal import Decimal

from fairdue.core.law.countries.common import (
    CIVIL_EFFECTS,
    CONTENTS_BASIC,
    CONTENTS_BUSINESS,
    SINCE_2013,
)
from fairdue.core.law.regime import (
    Effect,
    EventKind,
    Fixing,
    InterestRule,
    Kind,
    LimitationRule,
    LumpSum,
    NoticeRule,
    Regime,
)

_LIMITATION = LimitationRule(
    {"contract": 6, "judgment": 12},
    {**CIVIL_EFFECTS, EventKind.COURT_ACTION: Effect.SUSPENDS},
    ("Statute of Limitations 1957 s. 11 (1) and (6), 56, 58, 65",),
    confirmed=True,
    notes=(
        "The action must be brought within the period (s. 11); bringing it begins no new one.",
        "An acknowledgment counts in writing and signed (s. 58).",
    ),
)

REGIMES = (
    Regime(
        "IE",
        Kind.B2B,
        "Ireland",
        "EUR",
        (
            InterestRule(
                SINCE_2013,
                ("SI 580/2012 reg. 5",),
                True,
                Decimal(8),
                "ecb-mro",
                Fixing.AT_PAYMENT,
                notes=("One rate counts for each payment: that in force on the payment date.",),
            ),
        ),
        LumpSum(
            "EUR",
            ((1_000_01, 40_00), (10_000_01, 70_00), (None, 100_00)),
            "EUR",
            SINCE_2013,
            ("SI 580/2012 reg. 9",),
            confirmed=True,
        ),
        _LIMITATION,
        NoticeRule(
            14,
            CONTENTS_BUSINESS,
            (),
            "en",
            "No form.",
            "Interest and compensation are due without reminder.",
            ("SI 580/2012",),
            confirmed=False,
        ),
    ),
    Regime(
        "IE",
        Kind.B2C,
        "Ireland",
        "EUR",
        (),
        None,
        _LIMITATION,
        NoticeRule(14, CONTENTS_BASIC, (), "en", "No form.", "Step before court.", (), confirmed=False),
        why_no_interest="SI 580/2012 covers debts between businesses only; from a consumer interest "
        "is due by contract or by a court under the Courts Acts",
    ),
)
