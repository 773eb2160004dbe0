"""Which money pays what: credit notes first, the payment for the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairdue.core.matching.model import Allocation


@dataclass(frozen=True, slots=True)
class Funded:
    """A part of one item, paid from a credit note (`credit_note`) or, where that is empty, from the payment."""

    item: str
    credit_note: str
    amount: int
    settles: int
    """Reduction of the item in its own currency; differs from `amount` for foreign payments only."""


def fund(allocations: Sequence[Allocation]) -> tuple[Funded, ...]:
    """Turn allocations with signs into parts of items with their source; nothing is lost on the way.

    Negative allocations are credit notes that are used up: they pay for the items in the given order
    before the payment does.
    """
    notes = [(allocation.item, -allocation.amount) for allocation in allocations if allocation.amount < 0]
    parts: list[Funded] = []
    for allocation in allocations:
        if allocation.settles is not None:
            parts.append(Funded(allocation.item, "", allocation.amount, allocation.settles))
            continue
        rest = allocation.amount
        while rest > 0 and notes:
            note, left = notes.pop(0)
            drawn = min(rest, left)
            parts.append(Funded(allocation.item, note, drawn, drawn))
            rest -= drawn
            if left > drawn:
                notes.insert(0, (note, left - drawn))
        if rest > 0:
            parts.append(Funded(allocation.item, "", rest, rest))
    return tuple(parts)
