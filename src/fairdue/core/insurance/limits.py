"""Credit limits over time: a list of events, from which the limit of any day is derived.

A decision acts on deliveries from its day on. What was delivered before a reduction or a withdrawal stays
insured under the limit of its own day (run-off) until it is paid or lost.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from decimal import Decimal


class LimitChange(StrEnum):
    """What happened to the limit of a debtor."""

    REQUESTED = "requested"
    GRANTED = "granted"
    REDUCED = "reduced"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    DISCRETIONARY = "discretionary"
    """Granted by the policyholder's own check, inside the discretionary limit of the policy."""


_DECIDES = frozenset(LimitChange) - {LimitChange.REQUESTED}
_GIVES = frozenset({LimitChange.GRANTED, LimitChange.REDUCED, LimitChange.DISCRETIONARY})


@dataclass(frozen=True, slots=True)
class LimitEvent:
    """One decision on a debtor's limit, acting on deliveries from `on`."""

    on: date
    change: LimitChange
    amount: int = 0
    percentage: Decimal | None = None
    """Insured percentage of this limit where it differs from the policy's."""
    until: date | None = None
    """Last day of a temporary limit."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """The limit in force on a day and the decision that made it; amount 0 when nothing is in force."""

    amount: int
    event: LimitEvent | None

    @property
    def words(self) -> str:
        """The decision in words: "granted 2026-01-01"."""
        return "never asked for" if self.event is None else f"{self.event.change} {self.event.on}"


NO_LIMIT = Limit(0, None)


class Limits:
    """The decisions on one debtor, ready to be asked for any day.

    Events of one day count in the order given, the last one standing. A request changes nothing.
    """

    __slots__ = ("_days", "events")

    def __init__(self, events: Iterable[LimitEvent], discretionary_limit: int = 0) -> None:
        decided = (event for event in events if event.change in _DECIDES)
        usable = (event for event in decided if not _beyond(event, discretionary_limit))
        self.events: tuple[LimitEvent, ...] = tuple(sorted(usable, key=lambda event: event.on))
        self._days = [event.on for event in self.events]

    def on(self, day: date) -> Limit:
        """Return the limit that deliveries of `day` meet."""
        place = bisect_right(self._days, day)
        if place == 0:
            return NO_LIMIT
        event = self.events[place - 1]
        over = event.until is not None and day > event.until
        return Limit(event.amount if event.change in _GIVES and not over else 0, event)

    def withdrawn_on(self, day: date) -> bool:
        """Whether a limit once given is withdrawn on `day`."""
        event = self.on(day).event
        return event is not None and event.change is LimitChange.WITHDRAWN


def _beyond(event: LimitEvent, discretionary_limit: int) -> bool:
    """Whether the policyholder granted itself more than the policy allows: such a grant gives no cover."""
    return event.change is LimitChange.DISCRETIONARY and event.amount > discretionary_limit
