"""Jobs of the cash room."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.cash.services import recalibrate, run_matching
from fairdue.foundation import clock
from fairdue.foundation.jobs import defer, job, periodic
from fairdue.foundation.models import Tenant
from fairdue.parties import selectors as parties

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx


@job("cash.match")
def match_chunk(ctx: Ctx, creditor: str, today: str, indexed: bool = False) -> None:  # noqa: FBT001, FBT002 - of a job
    """Match one chunk of waiting lines and ask for the next while there are any."""
    with ctx.open():
        if run_matching(ctx, creditor=UUID(creditor), today=date.fromisoformat(today), indexed=indexed):
            defer(ctx, "cash.match", creditor=creditor, today=today, indexed=True)


@periodic("cash.recalibrate", cron="20 3 * * 1")
def recalibrate_rules(ctx: Ctx) -> None:
    """Count every Monday how often each rule was right."""
    with ctx.open():
        today = clock.today(Tenant.objects.get(id=ctx.tenant).timezone)
        for creditor in parties.creditors(ctx):
            recalibrate(ctx, creditor=creditor.id, today=today)
