"""How good automatic matching is: straight-through rate, precision with its bound, calibration, cost.

Pure. Shares are in basis points (9971 is 99.71 %), rounded down; costs are counted in manual looks.
docs/rules/cash-quality.md has the definitions and worked numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairdue.core.matching.confidence import lower_bound

if TYPE_CHECKING:
    from collections.abc import Iterable

WHOLE = 10_000
EDGES = (0, 5_000, 8_000, 9_000, 9_500, 9_800, 9_900, 9_950, 9_980, 10_001)
"""Where the bins of confidence begin; finer where postings are decided."""


def share(part: int, whole: int) -> int | None:
    """Return a share, None of nothing."""
    return part * WHOLE // whole if whole else None


@dataclass(frozen=True, slots=True)
class Judged:
    """Proposals of one confidence that were judged: how many, and how many were kept."""

    confidence: int
    kept: int
    judged: int


@dataclass(frozen=True, slots=True)
class Bin:
    """Judged proposals of about the same confidence: what was predicted, and what was kept."""

    low: int
    high: int
    predicted: int
    """Mean confidence."""
    kept: int
    judged: int

    @property
    def share(self) -> int:
        """The share that was kept."""
        return self.kept * WHOLE // self.judged

    @property
    def gap(self) -> int:
        """What was kept less what was predicted: negative where confidence promises too much."""
        return self.share - self.predicted


def bins(outcomes: Iterable[Judged]) -> list[Bin]:
    """Return the bins that hold anything, least sure first."""
    sums = [[0, 0, 0] for _ in EDGES[1:]]
    for one in outcomes:
        place = max(at for at, edge in enumerate(EDGES[:-1]) if edge <= one.confidence)
        sums[place][0] += one.confidence * one.judged
        sums[place][1] += one.kept
        sums[place][2] += one.judged
    return [
        Bin(EDGES[at], EDGES[at + 1], total // judged, kept, judged)
        for at, (total, kept, judged) in enumerate(sums)
        if judged
    ]


def calibration_error(found: Iterable[Bin]) -> int | None:
    """Return the mean gap between predicted and kept, weighted by the judged proposals; None of nothing."""
    known = list(found)
    judged = sum(one.judged for one in known)
    return sum(abs(one.gap) * one.judged for one in known) // judged if judged else None


@dataclass(frozen=True, slots=True)
class Precision:
    """What was posted automatically, and what of it stood."""

    posted: int
    wrong: int

    @property
    def share(self) -> int | None:
        """The share that stood, None when nothing was posted."""
        return share(self.posted - self.wrong, self.posted)

    @property
    def lower(self) -> int:
        """The lower 95 % bound of that share (Wilson, one-sided); 0 when nothing was posted."""
        return lower_bound(self.posted - self.wrong, self.posted)


@dataclass(frozen=True, slots=True)
class Cost:
    """What matching cost, in manual looks: a wrong posting costs `wrong_cost` of them."""

    wrong: int
    manual: int
    received: int
    wrong_cost: int

    @property
    def total(self) -> int:
        """Wrong postings times their cost, and one look for each payment that a person decided."""
        return self.wrong * self.wrong_cost + self.manual

    @property
    def saved(self) -> int:
        """What was saved against looking at every payment; negative where automation cost more than it saved."""
        return self.received - self.total
