"""The Netherlands: BW 6:96, 6:119, 6:119a, 6:120, 3:307, 3:317."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from fairdue.core.law.countries.common import CONTENTS_BASIC, CONTENTS_BUSINESS, NOTICE_EFFECTS, SINCE_2013
from fairdue.core.law.regime import InterestRule, Kind, LimitationRule, NoticeRule, RecoveryScale, Regime

_SLICES = (
    (2_500_00, Decimal(15)),
    (2_500_00, Decimal(10)),
    (5_000_00, Decimal(5)),
    (190_000_00, Decimal(1)),
    (None, Decimal("0.5")),
)
_LIMITATION = LimitationRule(
    {"contract": 5, "judgment": 20},
    NOTICE_EFFECTS,
    ("BW 3:307", "BW 3:316", "BW 3:317", "BW 3:318", "BW 3:319", "BW 3:324", "BW 3:325"),
    confirmed=True,
    renewed_at_most=5,
    notes=(
        "A written demand that reserves the right to performance interrupts (BW 3:317).",
        "A claim that is granted becomes a judgment with its own twenty years (BW 3:324).",
    ),
)


def _scale(articles: tuple[str, ...], notes: tuple[str, ...]) -> RecoveryScale:
    return RecoveryScale("EUR", _SLICES, 40_00, 6_775_00, date(2012, 7, 1), articles, confirmed=True, notes=notes)


REGIMES = (
    Regime(
        "NL",
        Kind.B2B,
        "Netherlands",
        "EUR",
        (
            InterestRule(
                SINCE_2013,
                ("BW 6:119a", "BW 6:120 (2)"),
                True,
                Decimal(8),
                "ecb-mro",
                compounded_yearly=True,
                notes=("After each year the interest is added to the principal (BW 6:119a (3)).",),
            ),
        ),
        _scale(
            ("BW 6:96 (4)", "Besluit vergoeding voor buitengerechtelijke incassokosten art. 2"),
            ("EUR 40 are due without demand; between businesses another scale may be agreed.",),
        ),
        _LIMITATION,
        NoticeRule(
            14,
            CONTENTS_BUSINESS,
            (),
            "nl",
            "In writing.",
            "Interest needs no notice; a written notice interrupts limitation.",
            ("BW 6:119a", "BW 3:317"),
            confirmed=True,
        ),
    ),
    Regime(
        "NL",
        Kind.B2C,
        "Netherlands",
        "EUR",
        (
            InterestRule(
                SINCE_2013,
                ("BW 6:119", "BW 6:120 (1)"),
                True,
                Decimal(0),
                "nl-wettelijke-rente",
                compounded_yearly=True,
            ),
        ),
        _scale(
            ("BW 6:96 (5)-(6)", "Besluit vergoeding voor buitengerechtelijke incassokosten art. 2"),
            ("Due only after the fourteen-day letter (BW 6:96 (6)) has run out.",),
        ),
        _LIMITATION,
        NoticeRule(
            14,
            (*CONTENTS_BASIC, "collection_cost_named"),
            ("veertien dagen",),
            "nl",
            "In writing; the fourteen days begin the day after receipt.",
            "Fourteen-day letter: without it no collection cost is due.",
            ("BW 6:96 (6)",),
            confirmed=True,
        ),
    ),
)
