"""The creditors that a reader can narrow the screens to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairdue.parties import selectors

if TYPE_CHECKING:
    from uuid import UUID

    from fairdue.foundation.context import Ctx


def creditor_choices(ctx: Ctx) -> list[tuple[str, str]]:
    """Return (id, name) of every creditor that the actor may see, by name."""
    return [(str(row.id), row.name) for row in selectors.creditors(ctx)]


def names(ctx: Ctx) -> dict[UUID, str]:
    """Return the names of the creditors by id, for lists across clients."""
    return {row.id: row.name for row in selectors.creditors(ctx)}
