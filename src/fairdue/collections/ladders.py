"""Which ladder a debtor climbs, and in which words: the tenant's own, or the built-in ones."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from fairdue.collections.models import Cadence as CadenceRow
from fairdue.collections.models import CadenceAssignment, CadenceVersion, MessageWording
from fairdue.collections.wording import Wording, built_in, language_of
from fairdue.core.cadence import DEFAULT, Cadence, Channel, Step, Template, Tone

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from fairdue.collections.bulk import Narrowing


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


@dataclass(frozen=True, slots=True)
class Ladders:
    """Every ladder in use: the default, those of creditors and those of single debtors (None: none)."""

    default: Cadence
    of_creditor: Mapping[UUID, Cadence | None]
    of_debtor: Mapping[UUID, Cadence | None]

    def of(self, creditor: UUID, debtor: UUID) -> Cadence | None:
        """Return the ladder of a debtor: its own, else its creditor's, else the default."""
        if debtor in self.of_debtor:
            return self.of_debtor[debtor]
        return self.of_creditor.get(creditor, self.default)

    def narrowing(self) -> Narrowing:
        """Return the widest reach of all ladders, so that narrowing loses nothing."""
        from fairdue.collections.bulk import Narrowing

        every = [c for c in (self.default, *self.of_creditor.values(), *self.of_debtor.values()) if c]
        ahead = max((-step.offset_days for c in every for step in c.steps), default=0)
        return Narrowing(max(ahead, 0), min(c.minimum_days for c in every))


def load_ladders() -> Ladders:
    """Return the newest version of every cadence with its assignments, in three queries."""
    versions = CadenceVersion.objects.order_by("cadence_id", "-number").distinct("cadence_id")
    newest = {row.cadence_id: ladder_of(row) for row in versions}
    default_id = CadenceRow.objects.filter(is_default=True).values_list("id", flat=True).first()
    of_creditor: dict[UUID, Cadence | None] = {}
    of_debtor: dict[UUID, Cadence | None] = {}
    for row in CadenceAssignment.objects.all():
        ladder = newest.get(row.cadence_id) if row.cadence_id else None
        if row.debtor_id:
            of_debtor[row.debtor_id] = ladder
        else:
            of_creditor[row.creditor_id] = ladder
    return Ladders(newest.get(default_id, DEFAULT), of_creditor, of_debtor)


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
