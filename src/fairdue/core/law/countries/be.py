"""Belgium: Law of 2 August 2002 on late payment in commercial transactions."""

from __future__ import annotations

from decimal import Decimal

from fairdue.core.law.countries.common import (
    CIVIL_EFFECTS,
    CONTENTS_BASIC,
    CONTENTS_BUSINESS,
    SINCE_2013,
    flat,
)
from fairdue.core.law.regime import (
    Effect,
    EventKind,
    InterestRule,
    Kind,
    LimitationRule,
    NoticeRule,
    Regime,
)

_LIMITATION = LimitationRule(
    {"contract": 10, "periodic": 5},
    {**CIVIL_EFFECTS, EventKind.WRITTEN_NOTICE: Effect.ADDS_A_YEAR_ONCE},
    ("Old Civil Code 2262bis, 2277, 2244",),
    confirmed=False,
    notes=("A formal notice by lawyer, bailiff or registered letter interrupts once, for a year.",),
)

REGIMES = (
    Regime(
        "BE",
        Kind.B2B,
        "Belgium",
        "EUR",
        (
            InterestRule(
                SINCE_2013,
                ("Law of 2 August 2002 art. 5",),
                True,
                Decimal(8),
                "ecb-mro",
                up_to_half_point=True,
                notes=("The rate is rounded up to the next half point.",),
            ),
        ),
        flat("EUR", 4000, "Law of 2 August 2002 art. 6", confirmed=True),
        _LIMITATION,
        NoticeRule(
            14,
            CONTENTS_BUSINESS,
            (),
            "fr",
            "Registered letter.",
            "Interest runs without notice.",
            ("Law of 2 August 2002",),
            confirmed=False,
        ),
    ),
    Regime(
        "BE",
        Kind.B2C,
        "Belgium",
        "EUR",
        (),
        None,
        _LIMITATION,
        NoticeRule(
            14,
            (*CONTENTS_BASIC, "dispute_channel"),
            (),
            "fr",
            "On a durable medium; the fourteen days begin on the third working day after sending.",
            "First reminder is free (Code of Economic Law XIX.2).",
            ("Code of Economic Law XIX.2",),
            confirmed=False,
        ),
        why_no_interest="From a consumer interest is due only by contract, within the caps of the Code of "
        "Economic Law XIX.4",
    ),
)
