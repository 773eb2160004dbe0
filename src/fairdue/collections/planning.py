"""From loaded rows to planned contacts: translate, ask the core, consolidate. No database here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fairdue.core.cadence import Cadence, Channel, Contact, Line, Taken, consolidate, next_step
from fairdue.core.contact import Hold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from uuid import UUID

    from fairdue.collections.loaded import LoadedDebtor, LoadedItem, Version


@dataclass(frozen=True, slots=True)
class Planned:
    """A message or call that is due for a debtor today."""

    debtor: LoadedDebtor
    contact: Contact
    items: Mapping[UUID, LoadedItem]
    versions: Mapping[UUID, UUID | None] = field(default_factory=dict)
    """The version of the ladder that each item climbs."""

    @property
    def is_call(self) -> bool:
        """Whether a person picks up the telephone."""
        return self.contact.step.channel is Channel.CALL


@dataclass(frozen=True, slots=True)
class Skipped:
    """A debtor who would have been contacted, and why not."""

    debtor: LoadedDebtor
    reason: str
    totals: Mapping[str, int]


def taken_on(ladder: Cadence, rungs: Sequence[tuple[int, date, bool]]) -> list[Taken]:
    """Return the rungs as levels of the present ladder: the highest step at or below their offset."""
    return [
        Taken(max((s.level for s in ladder.steps if s.offset_days <= offset), default=0), on, superseded)
        for offset, on, superseded in rungs
    ]


def plan_debtor(
    debtor: LoadedDebtor, items: Sequence[tuple[LoadedItem, Version]], holds: Sequence[Hold], today: date
) -> tuple[list[Planned], list[Skipped]]:
    """Return the contacts due for one debtor today, each item on its own version; and those left out, why."""
    verdicts = [
        next_step(
            version.ladder,
            loaded.as_item(),
            taken_on(version.ladder, loaded.rungs),
            holds,
            last_contact_on=debtor.last_contact_on,
            today=today,
        )
        for loaded, version in items
    ]
    by_id = {loaded.id: loaded for loaded, _ in items}
    versions = {loaded.id: version.id for loaded, version in items}
    planned, skipped = [], []
    for contact in consolidate(verdicts, today):
        reason = why_not(debtor, contact)
        if reason:
            skipped.append(Skipped(debtor, reason, contact.totals))
        else:
            planned.append(Planned(debtor, contact, by_id, versions))
    return planned, skipped


NO_ADDRESS = "no e-mail address"
COVERED = "money on account covers it"


def why_not(debtor: LoadedDebtor, contact: Contact) -> str:
    """Return why this contact is left out: nowhere to send it, or money not applied yet covers it."""
    if all(debtor.unapplied.get(currency, 0) >= total for currency, total in contact.totals.items()):
        return COVERED
    if contact.step.channel is Channel.EMAIL and "@" not in debtor.email:
        return NO_ADDRESS
    return ""


def step_lines(contact: Contact) -> list[Line]:
    """Return the lines whose item takes a step."""
    return [line for line in contact.lines if line.step is not None]
