"""What collections does by itself: the nightly run, after promises were looked at."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.collections.services.promises import settle_promises
from fairdue.collections.services.queueing import carry_out
from fairdue.collections.services.run import run_cadence
from fairdue.foundation import clock
from fairdue.foundation.jobs import job, periodic
from fairdue.foundation.models import Tenant

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx


@job("collections.run")
def run_asked_for(ctx: Ctx, *, run: str, today: str, creditor: str, actor: str) -> None:
    """Carry out a run in the name of the person who asked for it."""
    carry_out(replace(ctx, actor=actor), UUID(run), date.fromisoformat(today), UUID(creditor) if creditor else None)


@periodic("collections.nightly", "30 4 * * *")
def nightly(ctx: Ctx) -> None:
    """Settle promises, then take every step that is due."""
    today = clock.today(Tenant.objects.get(id=ctx.tenant).timezone)
    with ctx.open():
        settle_promises(ctx, today=today)
    run_cadence(ctx, today=today)
