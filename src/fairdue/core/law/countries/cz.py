"""Czechia: Government Regulation 351/2013. The repo rate is not recorded yet, so interest is refused."""

from __future__ import annotations

from fairdue.core.law.countries.common import CIVIL_EFFECTS, CONTENTS_BASIC, flat
from fairdue.core.law.regime import Kind, LimitationRule, NoticeRule, Regime

_LIMITATION = LimitationRule({"contract": 3}, CIVIL_EFFECTS, ("Civil Code 629",), confirmed=False)
_NOTICE = NoticeRule(7, CONTENTS_BASIC, (), "cs", "In writing.", "Step before court.", (), confirmed=False)
_WHY = "The Czech repo rate of Regulation 351/2013 is not recorded; enter the contract rate"

REGIMES = (
    Regime(
        "CZ",
        Kind.B2B,
        "Czechia",
        "CZK",
        (),
        flat("CZK", 1_200_00, "Regulation 351/2013 s. 3", confirmed=False),
        _LIMITATION,
        _NOTICE,
        why_no_interest=_WHY,
    ),
    Regime("CZ", Kind.B2C, "Czechia", "CZK", (), None, _LIMITATION, _NOTICE, why_no_interest=_WHY),
)
