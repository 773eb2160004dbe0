"""How sure a rule is: the share of its proposals that were right, counted.

Confidence = (right + 1) / (all + 1.5), in basis points. The shipped counts come from a trial on synthetic
payments and are a starting point; a tenant's own counts are added to a hundredth of them, so that some two
hundred judged proposals outweigh the start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairdue.core.matching.model import CERTAIN, Source, Step

if TYPE_CHECKING:
    from fairdue.core.matching.model import Policy

STARTING: dict[tuple[Source | None, Step], tuple[int, int]] = {
    (Source.REFERENCE, Step.EXACT): (17_419, 17_419),
    (Source.REFERENCE, Step.DISCOUNT): (8_341, 8_341),
    (Source.END_TO_END, Step.EXACT): (1_316, 1_316),
    (Source.DOCUMENTS, Step.EXACT): (2_181, 2_182),
    (Source.NUMBERS, Step.EXACT): (21_769, 21_769),
    (Source.NUMBERS, Step.SUBSET): (5_393, 5_393),
    (Source.ORDER, Step.EXACT): (999, 1_000),
    (Source.PAYER, Step.EXACT): (9_975, 10_000),
    (Source.PAYER, Step.DISCOUNT): (9_900, 10_000),
    (Source.PAYER, Step.CREDIT_NOTES): (9_500, 10_000),
    (Source.PAYER, Step.SUBSET): (9_800, 10_000),
    (Source.PAYER, Step.ON_ACCOUNT): (50, 100),
    (None, Step.EXACT): (999, 1_000),
    (None, Step.DISCOUNT): (8_341, 8_341),
    (None, Step.CREDIT_NOTES): (2_956, 2_956),
    (None, Step.SUBSET): (990, 1_000),
    (None, Step.FOREIGN): (995, 1_000),
    (None, Step.CHARGE): (1_994, 2_000),
    (None, Step.SMALL_DIFFERENCE): (1_990, 2_000),
    (None, Step.SHORT): (1_793, 1_800),
    (None, Step.OVER): (1_690, 1_714),
    (None, Step.LATE_DISCOUNT): (930, 1_000),
    (None, Step.EQUAL): (926, 1_000),
    (None, Step.DUE_RUN): (984, 1_000),
    (None, Step.BALANCE): (990, 1_000),
    (None, Step.PAID_ALREADY): (979, 1_000),
    (None, Step.ON_ACCOUNT): (50, 100),
    (None, Step.NOT_RECEIVABLE): (990, 1_000),
    (None, Step.UNKNOWN): (0, 10_000),
}
_START_SHARE = 100


def of_counts(right: int, judged: int) -> int:
    """Return (right + 1) / (judged + 1.5) in basis points, rounded down."""
    return 2 * (right + 1) * CERTAIN // (2 * judged + 3)


def of_rule(source: Source, step: Step, policy: Policy) -> int:
    """Return the confidence of a rule from the shipped counts and the tenant's own."""
    right, judged = STARTING.get((source, step)) or STARTING[None, step]
    own = policy.right.get(f"{source}.{step}")
    if own is None:
        return of_counts(right, judged)
    return of_counts(right // _START_SHARE + own[0], -(-judged // _START_SHARE) + own[1])
