"""What collections does by itself: the nightly run, after promises were looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairdue.collections.services.promises import settle_promises
from fairdue.collections.services.run import run_cadence
from fairdue.foundation import clock
from fairdue.foundation.jobs import periodic
from fairdue.foundation.models import Tenant

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx


@periodic("collections.nightly", "30 4 * * *")
def nightly(ctx: Ctx) -> None:
    """Settle promises, then take every step that is due."""
    today = clock.today(Tenant.objects.get(id=ctx.tenant).timezone)
    with ctx.open():
        settle_promises(ctx, today=today)
    run_cadence(ctx, today=today)
