"""What a night of the cadence loads: the rows that the plan, the letters and the ladders look at. No rules here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fairdue.core.contact import Item

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from uuid import UUID

    from fairdue.core.cadence import Cadence


@dataclass(frozen=True, slots=True)
class LoadedItem:
    """An open item with the rungs that it took: (offset in days, day, superseded)."""

    creditor_id: UUID
    debtor_id: UUID
    id: UUID
    kind: str
    number: str
    currency: str
    amount: int
    residual: int
    issued_on: date
    due_on: date
    rungs: tuple[tuple[int, date, bool], ...]
    version: UUID | None = None
    """The version of the ladder of its last rung; None is the built-in one, or none yet."""

    def as_item(self) -> Item:
        """Return what the core asks about."""
        return Item(self.id, self.kind, self.due_on, self.residual, self.currency)


@dataclass(frozen=True, slots=True)
class LoadedDebtor:
    """A debtor and its creditor as a letter needs them."""

    id: UUID
    name: str
    kind: str
    country: str
    language: str
    street: str
    postcode: str
    city: str
    email: str
    creditor_id: UUID
    creditor_name: str
    creditor_country: str
    creditor_street: str
    creditor_postcode: str
    creditor_city: str
    creditor_email: str
    vat_id: str
    register_id: str
    iban: str
    bic: str
    last_contact_on: date | None
    unapplied: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Version:
    """A ladder with its place: which version of which cadence; the built-in one has neither id nor cadence."""

    id: UUID | None
    cadence: UUID | None
    number: int
    ladder: Cadence
    moves_running: bool = False


@dataclass(frozen=True, slots=True)
class Narrowing:
    """How far the candidates reach: days ahead of the due date, and the shortest pause between contacts."""

    ahead: int
    pause: int
