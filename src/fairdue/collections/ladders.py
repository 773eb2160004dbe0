"""Which ladder a debtor climbs, and in which words: the tenant's own, or the built-in ones."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fairdue.collections.loaded import Narrowing, Version
from fairdue.collections.models import Cadence as CadenceRow
from fairdue.collections.models import CadenceAssignment, CadenceVersion, MessageWording
from fairdue.collections.planning import taken_on
from fairdue.collections.wording import Wording, built_in, language_of
from fairdue.core.cadence import DEFAULT, Cadence, Channel, Step, Template, Tone, is_running

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fairdue.collections.loaded import LoadedItem


def ladder_of(version: CadenceVersion) -> Cadence:
    """Return the ladder that a stored version describes."""
    steps = tuple(
        Step(
            step["level"], step["offset_days"], Channel(step["channel"]), Template(step["template"]),
            Tone(step["tone"]), step["automatic"],
        )
        for step in version.steps
    )  # fmt: skip
    return Cadence(steps, version.minimum_days, frozenset(version.weekdays))


def steps_as_json(cadence: Cadence) -> list[dict[str, Any]]:
    """Return the steps as a version stores them."""
    return [asdict(step) for step in cadence.steps]


BUILT_IN = Version(None, None, 0, DEFAULT)


@dataclass(frozen=True, slots=True)
class Ladders:
    """Every version of every cadence, and who has which: debtors, creditors (None: none), else the default."""

    versions: Mapping[UUID, Sequence[Version]]
    """By cadence, oldest first."""
    default: UUID | None
    of_creditor: Mapping[UUID, UUID | None]
    of_debtor: Mapping[UUID, UUID | None]

    def of(self, creditor: UUID, debtor: UUID) -> Version | None:
        """Return what a debtor's next item begins with: its own, else its creditor's, else the default's newest."""
        if debtor in self.of_debtor:
            cadence = self.of_debtor[debtor]
        elif creditor in self.of_creditor:
            cadence = self.of_creditor[creditor]
        else:
            return self.versions[self.default][-1] if self.default else BUILT_IN
        return self.versions[cadence][-1] if cadence else None

    def for_item(self, newest: Version, item: LoadedItem) -> Version:
        """Return the version that an item climbs: the one with which it began, or a later one that moved it.

        A debtor who was given another cadence climbs that one at once. The built-in ladder counts as
        version 0 of the default cadence.
        """
        if not item.rungs or newest is BUILT_IN:
            return newest
        chain = [*([BUILT_IN] if newest.cadence == self.default else []), *self.versions[newest.cadence or UUID(int=0)]]
        began = next((version for version in chain if version.id == item.version), None)
        if began is None or not is_running(began.ladder, item.as_item(), taken_on(began.ladder, item.rungs)):
            return newest
        moved = [version for version in chain if version.number > began.number and version.moves_running]
        return moved[-1] if moved else began

    def narrowing(self) -> Narrowing:
        """Return the widest reach of all versions, so that narrowing loses nothing."""
        every = [BUILT_IN.ladder, *(version.ladder for chain in self.versions.values() for version in chain)]
        ahead = max((-step.offset_days for c in every for step in c.steps), default=0)
        return Narrowing(max(ahead, 0), min(c.minimum_days for c in every))


def load_ladders() -> Ladders:
    """Return every version of every cadence with its assignments, in three queries."""
    versions: dict[UUID, list[Version]] = defaultdict(list)
    for row in CadenceVersion.objects.order_by("cadence_id", "number"):
        versions[row.cadence_id].append(Version(row.id, row.cadence_id, row.number, ladder_of(row), row.moves_running))
    default_id = CadenceRow.objects.filter(is_default=True).values_list("id", flat=True).first()
    of_creditor: dict[UUID, UUID | None] = {}
    of_debtor: dict[UUID, UUID | None] = {}
    for row in CadenceAssignment.objects.all():
        if row.debtor_id:
            of_debtor[row.debtor_id] = row.cadence_id
        else:
            of_creditor[row.creditor_id] = row.cadence_id
    return Ladders(versions, default_id, of_creditor, of_debtor)


class Wordings:
    """The wordings in use: a creditor's own before the tenant's own before the built-in."""

    def __init__(self) -> None:
        rows = MessageWording.objects.all()
        self._own = {(r.creditor_id, r.template, r.language): Wording(r.subject, r.body) for r in rows}

    def of(self, creditor: UUID, template: str, language: str) -> Wording:
        """Return the wording for a template in the language of a tag like de-AT."""
        spoken = language_of(language)
        own = self._own.get((creditor, template, spoken)) or self._own.get((None, template, spoken))
        return own or built_in(template, spoken)
