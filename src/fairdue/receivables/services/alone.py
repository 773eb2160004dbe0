"""What one person may give away of an item alone: the tenant's limit holds for all parts together.

Counted are the write-offs and discounts of an item that stand, less what a second person approved and less the
early-payment discount that was agreed. So no limit is passed in small steps, nor by calling a write-off a discount.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Sum

from fairdue.core.findings import refuse
from fairdue.core.ledger import AccountRole
from fairdue.core.money import Rounding, decimal_of, round_minor
from fairdue.foundation.models import Approval, Tenant
from fairdue.receivables.models import Allocation, OpenItem

if TYPE_CHECKING:
    from collections.abc import Collection

    from fairdue.foundation.context import Ctx

DEFAULT_WRITE_OFF_LIMIT = 10_000
_GIVEN = (AccountRole.DISCOUNT.value, AccountRole.WRITE_OFF.value)


def write_off_limit(ctx: Ctx) -> int:
    """Return how much of an item (minor units) one person may give away: the tenant's setting, else 100.00."""
    return int(Tenant.objects.get(id=ctx.tenant).settings.get("write_off_limit", DEFAULT_WRITE_OFF_LIMIT))


def stay_within_limit(ctx: Ctx, items: Collection[UUID], path: str) -> None:
    """Refuse when more of an item is given away than one person may; the caller holds the items' locks.

    It looks at what the running transaction has booked already, so that of two at once the second sees the first.
    """
    limit, approved = write_off_limit(ctx), _approved(items)
    given = Allocation.objects.filter(item_id__in=list(items), account_role__in=_GIVEN)
    sums: defaultdict[UUID, dict[str, int]] = defaultdict(dict)
    for item, role, amount in given.values_list("item_id", "account_role").annotate(Sum("amount")):
        sums[item][role] = amount
    for row in OpenItem.objects.filter(id__in=list(sums)).order_by("id"):
        beyond = max(0, sums[row.id].get(AccountRole.DISCOUNT, 0) - _agreed(row))
        alone = beyond + max(0, sums[row.id].get(AccountRole.WRITE_OFF, 0) - approved[row.id])
        if alone > limit:
            words = f"Above {decimal_of(limit, row.currency)} {row.currency} of an item a second person must approve."
            raise refuse("write_off.needs_approval", path, words)


def _agreed(row: OpenItem) -> int:
    """Return the early-payment discount that was agreed, minor units, rounded for the customer."""
    if row.discount_percent is None:
        return 0
    exact = decimal_of(row.amount, row.currency) * row.discount_percent / 100
    return round_minor(exact, row.currency, Rounding.CEILING)


def _approved(items: Collection[UUID]) -> defaultdict[UUID, int]:
    """Return what second persons approved to write off of each item."""
    found: defaultdict[UUID, int] = defaultdict(int)
    rows = Approval.objects.filter(kind="write_off", state=Approval.State.APPROVED, subject_id__in=list(items))
    for item, payload in rows.values_list("subject_id", "payload"):
        found[item] += int(payload["amount"])
    return found
