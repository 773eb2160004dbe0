"""Which step is due for an item today: derived from the due date and the steps taken, nothing else.

A missed night loses nothing, because the step is still due tomorrow; it doubles nothing, because only the
latest step that was reached is taken and the ones before it are superseded.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from fairdue.core.cadence.ladder import NOTICES, Cadence, Step, Template
from fairdue.core.contact import Hold, Item, may_contact

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date


@dataclass(frozen=True, slots=True)
class Taken:
    """A step of the ladder that was taken for an item, or passed over for a later one."""

    level: int
    on: date
    superseded: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer for one item: the step due today, or none and why."""

    item: Item
    step: Step | None
    chaseable_minor: int = 0
    superseded: tuple[Step, ...] = ()
    reasons: tuple[str, ...] = ()


def next_step(
    cadence: Cadence,
    item: Item,
    taken: Iterable[Taken],
    holds: Iterable[Hold],
    *,
    last_contact_on: date | None,
    today: date,
) -> Verdict:
    """Return the step due for `item` on `today`.

    `last_contact_on` is the debtor's last contact of any kind. The order of `taken` and `holds` does not
    matter, and asking again after the step was taken answers none.
    """
    contact = may_contact(item, holds, today)
    if not contact.allowed:
        return Verdict(item, None, 0, (), contact.reasons)
    counted = [fact for fact in taken if _counts(cadence, item, fact)]
    step = _reached(cadence, item, counted, today)
    if step is None:
        return Verdict(item, None, contact.chaseable_minor, (), (_waits_for(cadence, item, counted, today),))
    guard = _guard(cadence, last_contact_on, today)
    if guard:
        return Verdict(item, None, contact.chaseable_minor, (), (guard,))
    passed = {fact.level for fact in counted}
    highest = max(passed, default=0)
    superseded = tuple(s for s in cadence.steps if highest < s.level < step.level)
    return Verdict(item, step, contact.chaseable_minor, superseded, contact.reasons)


def is_running(cadence: Cadence, item: Item, taken: Iterable[Taken]) -> bool:
    """Return whether the item has begun this ladder: a step that was really taken still counts.

    An item whose due date moved so far that nothing counts begins anew, with the newest version.
    """
    return any(not fact.superseded and _counts(cadence, item, fact) for fact in taken)


def _asked_on(cadence: Cadence, item: Item, level: int) -> date | None:
    """Return the day from which the present due date asks for the step, None if the ladder lacks it."""
    offsets = {step.level: step.offset_days for step in cadence.steps}
    return item.due_on + timedelta(days=offsets[level]) if level in offsets else None


def _counts(cadence: Cadence, item: Item, fact: Taken) -> bool:
    """Return whether a step once taken still counts after the due date may have moved.

    It counts if it was taken no more than `minimum_days` before the present due date asks for it. A due
    date moved by a day repeats nothing; one moved by two months starts the ladder anew.
    """
    asked = _asked_on(cadence, item, fact.level)
    return asked is None or fact.on >= asked - timedelta(days=cadence.minimum_days)


def _reached(cadence: Cadence, item: Item, counted: list[Taken], today: date) -> Step | None:
    """Return the latest step that was reached and lies above all that count."""
    highest = max((fact.level for fact in counted), default=0)
    late = (today - item.due_on).days
    reached = [s for s in cadence.steps if s.offset_days <= late and s.level > highest]
    if reached and reached[-1].template is Template.FORMAL_NOTICE and not _was_told(cadence, counted):
        # A formal notice is never the first word: an earlier notice must have gone out before.
        reached = [s for s in reached if s.template is not Template.FORMAL_NOTICE]
    return reached[-1] if reached else None


def _was_told(cadence: Cadence, counted: list[Taken]) -> bool:
    """Return whether a notice was really taken, or the ladder has none below the formal one."""
    notices = {s.level for s in cadence.steps if s.template in NOTICES - {Template.FORMAL_NOTICE}}
    if not notices:
        return True
    return any(fact.level in notices and not fact.superseded for fact in counted)


def _guard(cadence: Cadence, last_contact_on: date | None, today: date) -> str:
    """Return why a reached step waits, empty when nothing holds it."""
    if today.isoweekday() not in cadence.weekdays:
        return "not a sending day"
    if last_contact_on is not None and (today - last_contact_on).days < cadence.minimum_days:
        return f"last contact on {last_contact_on}, at least {cadence.minimum_days} days apart"
    return ""


def _waits_for(cadence: Cadence, item: Item, counted: list[Taken], today: date) -> str:
    highest = max((fact.level for fact in counted), default=0)
    late = (today - item.due_on).days
    ahead = [s for s in cadence.steps if s.level > highest and s.offset_days > late]
    if not ahead:
        return "all steps are taken"
    return f"next step on {item.due_on + timedelta(days=ahead[0].offset_days)}"
