"""United States: interest is state law. New York and California, where the contract is silent."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from fairdue.core.law.countries.common import CIVIL_EFFECTS, CONTENTS_BASIC
from fairdue.core.law.regime import Fixing, InterestRule, Kind, LimitationRule, NoticeRule, Regime

_NOTICE = NoticeRule(
    10,
    (*CONTENTS_BASIC, "contract_reference", "performance"),
    (),
    "en",
    "Certified mail with return receipt is usual.",
    "Demand letter: contract, performance, breach, amount. The FDCPA covers consumer debts.",
    ("Common law of contract",),
    confirmed=False,
)


def _constant(since: date, percent: str, *articles: str, confirmed: bool) -> InterestRule:
    return InterestRule(since, articles, confirmed, Decimal(percent), fixing=Fixing.CONSTANT)


def _state(code: str, name: str, kind: Kind, rules: tuple[InterestRule, ...], limits: LimitationRule) -> Regime:
    return Regime(code, kind, name, "USD", rules, None, limits, _NOTICE)


_NY = LimitationRule(
    {"contract": 6, "goods": 4},
    CIVIL_EFFECTS,
    ("CPLR 213 (2)", "UCC 2-725", "N.Y. General Obligations Law 17-101"),
    confirmed=False,
)
_CA = LimitationRule(
    {"contract": 4, "goods": 4, "oral": 2},
    CIVIL_EFFECTS,
    ("Cal. Code Civ. Proc. 337, 339, 360", "Cal. Com. Code 2725"),
    confirmed=False,
)
_NY_NINE = _constant(date(1981, 6, 25), "9", "CPLR 5001", "CPLR 5004", confirmed=True)
_CA_TEN = _constant(date(1986, 1, 1), "10", "Cal. Civ. Code 3289 (b)", confirmed=True)

REGIMES = (
    _state("US-NY", "New York", Kind.B2B, (_NY_NINE,), _NY),
    _state(
        "US-NY",
        "New York",
        Kind.B2C,
        (_NY_NINE, _constant(date(2022, 4, 30), "2", "CPLR 5004 (a) (consumer debt)", confirmed=False)),
        _NY,
    ),
    _state("US-CA", "California", Kind.B2B, (_CA_TEN,), _CA),
    _state("US-CA", "California", Kind.B2C, (_CA_TEN,), _CA),
)
