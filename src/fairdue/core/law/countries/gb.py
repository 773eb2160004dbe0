"""United Kingdom: Late Payment of Commercial Debts (Interest) Act 1998; SI 2002/1675; Limitation Act 1980."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from fairdue.core.law.countries.common import CIVIL_EFFECTS, CONTENTS_BASIC, CONTENTS_BUSINESS
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
    {"contract": 6, "scotland": 5, "deed": 12},
    {**CIVIL_EFFECTS, EventKind.COURT_ACTION: Effect.SUSPENDS},
    ("Limitation Act 1980 s. 5", "Limitation Act 1980 s. 29", "Limitation Act 1980 s. 30"),
    confirmed=False,
    notes=("A letter does not stop the period; a signed acknowledgment or a part payment restarts it.",),
)

REGIMES = (
    Regime(
        "GB",
        Kind.B2B,
        "United Kingdom",
        "GBP",
        (
            InterestRule(
                date(2002, 8, 7),
                ("Late Payment of Commercial Debts (Interest) Act 1998 s. 1, 4, 6", "SI 2002/1675 art. 4"),
                True,
                Decimal(8),
                "boe-bank-rate",
                Fixing.AT_START,
                notes=("The rate of the half-year in which interest starts stays; it is not split later.",),
            ),
        ),
        LumpSum(
            "GBP",
            ((1_000_00, 40_00), (10_000_00, 70_00), (None, 100_00)),
            "GBP",
            date(2002, 8, 7),
            ("Late Payment of Commercial Debts (Interest) Act 1998 s. 5A",),
            confirmed=True,
            notes=("Reasonable recovery cost above the fixed sum may be claimed (s. 5A (2A)).",),
        ),
        _LIMITATION,
        NoticeRule(
            14,
            CONTENTS_BUSINESS,
            (),
            "en",
            "Letter or e-mail; keep proof of sending.",
            "Letter before claim; interest needs no notice.",
            ("Practice Direction Pre-Action Conduct para. 6",),
            confirmed=True,
        ),
    ),
    Regime(
        "GB",
        Kind.B2C,
        "United Kingdom",
        "GBP",
        (),
        None,
        _LIMITATION,
        NoticeRule(
            30,
            (*CONTENTS_BASIC, "dispute_channel"),
            (),
            "en",
            "By post, unless the debtor asked for e-mail; with the protocol's forms.",
            "Pre-Action Protocol for Debt Claims: individuals and sole traders.",
            ("Pre-Action Protocol for Debt Claims para. 3",),
            confirmed=True,
        ),
        why_no_interest="The 1998 Act covers debts between businesses only; from a consumer interest is due "
        "by contract, or by a court under the County Courts Act 1984 s. 69",
    ),
)
