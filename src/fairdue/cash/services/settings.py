"""The tenant's settings and experience as the core's policy."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.cash.bulk import rows
from fairdue.core.matching import Policy
from fairdue.foundation.models import Tenant

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx


def policy_of(ctx: Ctx, creditor: UUID) -> Policy:
    """Return the policy: `settings["cash"]` of the tenant, and how often each rule was right here."""
    own = Tenant.objects.get(id=ctx.tenant).settings.get("cash", {})
    counted = rows(ctx, "experience", creditor=creditor)
    plain = Policy()
    return Policy(
        automatic_from=int(own.get("automatic_from", plain.automatic_from)),
        small_difference=int(own.get("small_difference", plain.small_difference)),
        discount_grace_days=int(own.get("discount_grace_days", plain.discount_grace_days)),
        right={row["rule"]: (row["was_right"], row["judged"]) for row in counted},
    )
