"""The door through which rooms and screens reach the portal; the portal hangs itself in when it is installed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from fairdue.foundation.context import Ctx


@dataclass(frozen=True, slots=True)
class Portal:
    """What the portal offers to the house."""

    make_links: Callable[[Ctx, Sequence[UUID], date], dict[UUID, str]]
    end_links: Callable[[Ctx, UUID], int]


_INSTALLED: list[Portal] = []


def register_portal(portal: Portal) -> None:
    """Hang the portal in; called once, when it is installed."""
    _INSTALLED[:] = [portal]


def portal_links(ctx: Ctx, *, debtors: Sequence[UUID], today: date) -> dict[UUID, str]:
    """Return a fresh personal link for each debtor, valid for some weeks; nothing without a portal.

    A link is a secret: it belongs into a message to its debtor and nowhere else. A few statements, however
    many debtors there are.
    """
    return _INSTALLED[0].make_links(ctx, debtors, today) if _INSTALLED and debtors else {}


def end_portal_links(ctx: Ctx, *, debtor: UUID) -> int:
    """End every link and visit of a debtor at once; returns how many links ended."""
    return _INSTALLED[0].end_links(ctx, debtor) if _INSTALLED else 0
