"""The door through which rooms ask for debtors' portal links; the portal hangs itself in when it is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from fairdue.foundation.context import Ctx

    type LinkMaker = Callable[[Ctx, Sequence[UUID], date], dict[UUID, str]]

_MAKERS: list[LinkMaker] = []


def register_link_maker(maker: LinkMaker) -> None:
    """Hang the portal in; called once, when it is installed."""
    _MAKERS[:] = [maker]


def portal_links(ctx: Ctx, *, debtors: Sequence[UUID], today: date) -> dict[UUID, str]:
    """Return a fresh personal link for each debtor, valid for some weeks; nothing without a portal.

    A link is a secret: it belongs into a message to its debtor and nowhere else. A few statements, however
    many debtors there are.
    """
    return _MAKERS[0](ctx, debtors, today) if _MAKERS and debtors else {}
