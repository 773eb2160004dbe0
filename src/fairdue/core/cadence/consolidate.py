"""One message a debtor and run: the highest step speaks for all items; a call is a call of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairdue.core.cadence.ladder import Channel, Step

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from fairdue.core.cadence.next_step import Verdict
    from fairdue.core.contact import Item


@dataclass(frozen=True, slots=True)
class Line:
    """One item in a contact: the part to chase and the step that it takes, None when it is listed only."""

    item: Item
    chaseable_minor: int
    step: Step | None
    superseded: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Contact:
    """One message or one call: the step that sets channel and tone, and its lines, oldest first."""

    step: Step
    lines: tuple[Line, ...]

    @property
    def totals(self) -> dict[str, int]:
        """The sum to chase by currency, in minor units."""
        sums: dict[str, int] = {}
        for line in self.lines:
            sums[line.item.currency] = sums.get(line.item.currency, 0) + line.chaseable_minor
        return sums


def consolidate(verdicts: Iterable[Verdict], today: date) -> tuple[Contact, ...]:
    """Return at most one message and one call for the verdicts of one debtor.

    The message takes the highest step; items that are late and free but have no step today are listed
    with it. The order of the verdicts does not matter.
    """
    ordered = sorted(verdicts, key=lambda v: (v.item.due_on, str(v.item.id)))
    also = [
        Line(v.item, v.chaseable_minor, None)
        for v in ordered
        if v.step is None and v.chaseable_minor > 0 and v.item.due_on < today
    ]
    contacts = []
    for wants_call in (False, True):
        lines = [
            Line(v.item, v.chaseable_minor, v.step, v.superseded)
            for v in ordered
            if v.step is not None and (v.step.channel is Channel.CALL) is wants_call
        ]
        if lines:
            contacts.append(_contact(lines, also))
    return tuple(contacts)


def _contact(lines: list[Line], also: list[Line]) -> Contact:
    steps = [line.step for line in lines if line.step is not None]
    highest = max(steps, key=lambda step: step.level)
    every = sorted(lines + also, key=lambda line: (line.item.due_on, str(line.item.id)))
    return Contact(highest, tuple(every))
