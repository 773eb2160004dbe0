"""The nightly run of the room: file what is due, indemnify what has come to its date of loss."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.insurance.services.claims import file_due_claims
from fairdue.insurance.services.indemnities import indemnify_due_claims

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run did."""

    filed: tuple[UUID, ...]
    indemnified: tuple[UUID, ...]


def run(ctx: Ctx, *, today: date) -> Ran:
    """Run the room for a business date; a second run of the day, or a missed night, changes nothing twice."""
    return Ran(tuple(file_due_claims(ctx, today=today)), tuple(indemnify_due_claims(ctx, today=today)))
