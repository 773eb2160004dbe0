"""What comes in after the date of loss, shared between insurer and policyholder.

Source: docs/rules/recovery.md. Costs of recovery come off first; every minor unit of amount minus cost goes
to one of the two parties, and the insurer never gets back more than it paid.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairdue.core.insurance.policy import RecoveryRule
from fairdue.core.money import proportion

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date


@dataclass(frozen=True, slots=True)
class Recovery:
    """Money received after the date of loss, and what it cost to get it, in minor units."""

    on: date
    amount: int
    cost: int = 0

    @property
    def net(self) -> int:
        """What there is to share."""
        return self.amount - self.cost


@dataclass(frozen=True, slots=True)
class SharedRecovery:
    """One recovery with its two parts: `insurer` + `kept` = amount - cost."""

    recovery: Recovery
    insurer: int
    kept: int


@dataclass(frozen=True, slots=True)
class Ratio:
    """The insurer's part of what is recovered, as a fraction of two amounts."""

    part: int
    whole: int


def insurer_ratio(rule: RecoveryRule, *, indemnity: int, loss: int, covered: int) -> Ratio:
    """Return the insurer's part: indemnity to loss, or covered part (insured x percentage) to loss.

    Nothing indemnified, nothing to share: the ratio is 0.
    """
    if indemnity == 0 or loss <= 0:
        return Ratio(0, 1)
    if rule is RecoveryRule.INSURER_FIRST:
        return Ratio(1, 1)
    return Ratio(covered if rule is RecoveryRule.COVER_SHARE else indemnity, loss)


def share_recoveries(recoveries: Sequence[Recovery], ratio: Ratio, indemnity: int) -> tuple[SharedRecovery, ...]:
    """Share recoveries in the order of their dates; shares are differences of the shares of the running sum.

    So the rounding of many small recoveries never adds up: all of them together are shared as one would be.
    """
    shared: list[SharedRecovery] = []
    running = given = 0
    for recovery in sorted(recoveries, key=lambda recovery: recovery.on):
        running += recovery.net
        due = min(indemnity, proportion(max(0, running), ratio.part, ratio.whole))
        shared.append(SharedRecovery(recovery, due - given, recovery.net - (due - given)))
        given = due
    return tuple(shared)
