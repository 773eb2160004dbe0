"""The room's periodic work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairdue.foundation import clock
from fairdue.foundation.jobs import periodic
from fairdue.foundation.models import Tenant
from fairdue.insurance.services import run

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx


@periodic("insurance.run", "30 3 * * *")
def nightly(ctx: Ctx) -> None:
    """File claims that are due and indemnify those whose date of loss has come."""
    run(ctx, today=clock.today(Tenant.objects.get(id=ctx.tenant).timezone))
