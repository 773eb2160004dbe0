"""Switzerland: OR 102-106, 127-128, 135."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from fairdue.core.law.countries.common import CIVIL_EFFECTS, CONTENTS_BASIC
from fairdue.core.law.regime import (
    Fixing,
    InterestRule,
    Kind,
    LimitationRule,
    NoticeRule,
    Regime,
    StartRule,
)

_RULE = InterestRule(
    date(1912, 1, 1),
    ("OR 104 (1)", "OR 102"),
    True,
    Decimal(5),
    fixing=Fixing.CONSTANT,
    start=StartRule.ON_NOTICE,
    default_days=0,
    notes=(
        "Without an agreed date default needs a reminder and begins with its receipt (OR 102 (1)).",
        "Among merchants a higher bank discount may be claimed (OR 104 (3)); 360 days are also seen.",
    ),
)
_LIMITATION = LimitationRule(
    {"contract": 10, "periodic": 5, "services": 5},
    CIVIL_EFFECTS,
    ("OR 127", "OR 128", "OR 135", "OR 137"),
    confirmed=True,
    notes=("A debt-enforcement request interrupts like court action (OR 135).",),
)
_NOTICE = NoticeRule(
    10,
    CONTENTS_BASIC,
    (),
    "de",
    "No form; receipt must be proven, so registered mail is usual.",
    "Starts default where no date was agreed; a period granted in it postpones the default.",
    ("OR 102 (1)",),
    confirmed=True,
)

REGIMES = tuple(Regime("CH", kind, "Switzerland", "CHF", (_RULE,), None, _LIMITATION, _NOTICE) for kind in Kind)
