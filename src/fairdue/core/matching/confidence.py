"""How sure a rule is: the share of its proposals that were right, counted.

Confidence is counted for each signature, that is a rule with the grade of its evidence ("numbers.exact/whole
payer one"). Shipped counts come from made-up days (`benchmarks/cash`, tuning seeds); a signature with few of them
leans on its rule. A tenant's own counts are added to two hundred of the shipped ones, so that some two hundred
judged proposals outweigh the start.
"""

from __future__ import annotations

from functools import lru_cache
from math import isqrt
from typing import TYPE_CHECKING, NamedTuple

from fairdue.core.matching.model import CERTAIN, Source, Step
from fairdue.core.matching.priors import PRIORS

if TYPE_CHECKING:
    from fairdue.core.matching.model import Policy

_LEAN = 8
"""How many proposals of its rule a signature leans on."""
_START = 200
"""How many judged proposals the shipped counts stand for."""
_UNSEEN = 5_000
_SLACK_ON, _SLACK_OFF = 200, 100
"""Basis points: two hundred outcomes without a wrong one have a lower bound of 98.7 %."""
_ALIKE = {Step.DEDUCTION.value: Step.DISCOUNT.value}
"""Steps that made-up days do not have, with the step that explains a difference as surely."""
_KEPT = 4_096
"""Signatures whose shipped share is kept."""
_Z_SQUARED = 2_706
"""1.645 squared, in thousandths."""
_LIKELY = CERTAIN - 1
"""No rule is ever certain."""


def of_counts(right: int, judged: int) -> int:
    """Return (right + 1) / (judged + 1.5) in basis points, rounded down."""
    return 2 * (right + 1) * CERTAIN // (2 * judged + 3)


def of_rule(source: Source, step: Step, grade: str, policy: Policy) -> int:
    """Return the confidence of a rule with this grade of evidence from the shipped counts and the tenant's own."""
    rule = f"{source}.{step}"
    shipped = _shipped(rule, f"{rule}/{grade}")
    own = policy.right.get(f"{rule}/{grade}")
    if own is None:
        return min(shipped, _LIKELY)
    right, judged = own
    return min((shipped * _START + right * CERTAIN) // (_START + judged), _LIKELY)


@lru_cache(maxsize=_KEPT)
def _shipped(rule: str, signature: str) -> int:
    """Return the share by the shipped counts; a signature leans on its rule, that on the step by invoice numbers."""
    step = rule.partition(".")[2]
    alike = f"{Source.NUMBERS}.{_ALIKE.get(step, step)}"
    right, judged = PRIORS.get(signature) or PRIORS.get(alike + signature[len(rule) :], (0, 0))
    around = of_counts(*PRIORS[alike]) if alike in PRIORS else _UNSEEN
    return _leaning(right, judged, _leaning(*PRIORS.get(rule, (0, 0)), around))


def _leaning(right: int, judged: int, around: int) -> int:
    """Return a share in basis points that leans on another one with the weight of a few proposals."""
    return (right * CERTAIN + around * _LEAN) // (judged + _LEAN)


def threshold(wrong_cost: int) -> int:
    """Return the confidence from which posting is cheaper than a manual look, in basis points.

    A wrong posting costs `wrong_cost` manual looks. Posting breaks even at 1 - 1 / cost; half of that distance is
    kept, because a confidence that promises too much costs more than one that promises too little.
    """
    return CERTAIN - CERTAIN // (2 * max(1, wrong_cost))


def lower_bound(right: int, judged: int) -> int:
    """Return the lower 95 % bound of a share (Wilson, one-sided, z = 1.645) in basis points; 0 without any."""
    if judged <= 0:
        return 0
    spread = isqrt(_Z_SQUARED * (_Z_SQUARED * judged + 4_000 * right * (judged - right)) // judged)
    return max(0, (2_000 * right + _Z_SQUARED - spread) * CERTAIN // (2 * (1_000 * judged + _Z_SQUARED)))


class Verdict(NamedTuple):
    """Whether a rule may post, and the lower bound of its share."""

    on: bool
    lower: int


def may_post(signature: str, right: int, judged: int, from_: int, *, was_on: bool) -> Verdict:
    """Say whether a signature may post by its outcomes, with the shipped counts as two hundred of them.

    It stays on while the lower bound is at most two percent below the threshold `from_`, and comes back from one.
    """
    start = _shipped(signature.partition("/")[0], signature) * _START // CERTAIN
    lower = lower_bound(start + right, _START + judged)
    return Verdict(lower >= from_ - (_SLACK_ON if was_on else _SLACK_OFF), lower)
