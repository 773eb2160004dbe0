"""One look at one customer: who looks, when, and at whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404

from fairdue.foundation import clock
from fairdue.parties import selectors as parties

if TYPE_CHECKING:
    from django.http import HttpRequest

    from fairdue.parties.selectors import DebtorRow


@dataclass(frozen=True, slots=True)
class Seen:
    """One look at one customer: who looks, when, at whom, and the records that were merged into it."""

    ctx: Any
    today: date
    zone: ZoneInfo
    debtor: DebtorRow
    family: list[UUID]


def seen(request: HttpRequest, debtor: UUID) -> Seen:
    """Return the customer that the URL names, or 404."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    row = parties.debtor(ctx, debtor)
    if row is None:
        raise Http404("There is no such customer.")
    zone = request.seat.timezone  # type: ignore[attr-defined]
    return Seen(ctx, clock.today(zone), ZoneInfo(zone), row, parties.family(ctx, debtor))
