"""France: Code de commerce L441-10, D441-5, L110-4; Code civil 1231-6, 1344, 2240-2244."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from fairdue.core.law.countries.common import CIVIL_EFFECTS, CONTENTS_BASIC, CONTENTS_BUSINESS, flat
from fairdue.core.law.regime import InterestRule, Kind, LimitationRule, NoticeRule, Regime, StartRule

_SINCE = date(2019, 4, 26)
_DELIVERY = "Registered letter with acknowledgment of receipt, or commissaire de justice."
_WORDS = ("mise en demeure",)

REGIMES = (
    Regime(
        "FR",
        Kind.B2B,
        "France",
        "EUR",
        (
            InterestRule(
                _SINCE,
                ("Code de commerce L441-10 II",),
                True,
                Decimal(10),
                "ecb-mro",
                start=StartRule.AFTER_DELIVERY,
                floor_series="fr-interet-legal",
                floor_factor=3,
                notes=(
                    "Rate and EUR 40 must be printed on the invoice and in the terms (L441-9, L441-10).",
                    "Interest runs on the amount including VAT.",
                ),
            ),
        ),
        flat("EUR", 4000, "Code de commerce D441-5", confirmed=True),
        LimitationRule(
            {"contract": 5},
            CIVIL_EFFECTS,
            ("Code de commerce L110-4", "Code civil 2240", "Code civil 2241", "Code civil 2244"),
            confirmed=True,
        ),
        NoticeRule(
            8,
            CONTENTS_BUSINESS,
            _WORDS,
            "fr",
            _DELIVERY,
            "Penalties run without reminder; the mise en demeure is the step before court.",
            ("Code civil 1344", "Code de commerce L441-10"),
            confirmed=True,
        ),
    ),
    Regime(
        "FR",
        Kind.B2C,
        "France",
        "EUR",
        (
            InterestRule(
                _SINCE,
                ("Code civil 1231-6", "Code civil 1344-1", "Code monetaire et financier L313-2"),
                True,
                Decimal(0),
                "fr-interet-legal",
                start=StartRule.ON_NOTICE,
                default_days=0,
                notice_always=True,
                notes=("Legal interest runs from the mise en demeure (Code civil 1231-6).",),
            ),
        ),
        None,
        LimitationRule(
            {"contract": 2},
            CIVIL_EFFECTS,
            ("Code de la consommation L218-2", "Code civil 2240", "Code civil 2241"),
            confirmed=True,
        ),
        NoticeRule(
            15,
            CONTENTS_BASIC,
            _WORDS,
            "fr",
            _DELIVERY,
            "Starts legal interest; collection costs stay with the creditor before a court title.",
            ("Code civil 1344", "CPCE R124-4 (agencies)"),
            confirmed=False,
        ),
    ),
)
