"""What one person may give away of an item alone: the limit of the role holds for all parts together.

Counted are the write-offs, discounts, small differences and bank charges of an item that stand, less what a second
person approved and less the early-payment discount that was agreed. So no limit is passed in small steps, nor by
calling a write-off something else. Limits are amounts in the currency of the creditor's books; parts of an item in
another currency count with the worth at which the item stands in the books (docs/rules/small-differences.md).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Sum

from fairdue.core.findings import refuse
from fairdue.core.ledger import AccountRole
from fairdue.core.limits import agreed_discount, given_alone, limit_of
from fairdue.core.money import Money
from fairdue.foundation.accounts import role_of
from fairdue.foundation.models import Approval
from fairdue.parties import selectors as parties
from fairdue.receivables.models import Allocation, OpenItem

if TYPE_CHECKING:
    from collections.abc import Collection

    from fairdue.foundation.context import Ctx

SETTING = "write_off_limits"
_GIVEN = (AccountRole.DISCOUNT, AccountRole.WRITE_OFF, AccountRole.SMALL_DIFFERENCE, AccountRole.BANK_FEE)


def write_off_limit(ctx: Ctx, creditor: UUID) -> Money:
    """Return how much of one item of a creditor who acts may give away alone, in the currency of the books."""
    row = parties.creditor(ctx, creditor)
    if row is None:
        raise refuse("creditor.unknown", "creditor", "There is no such creditor.")
    return Money(limit_of(role_of(ctx), row.currency, row.settings.get(SETTING, {})), row.currency)


def stay_within_limit(ctx: Ctx, items: Collection[UUID], path: str) -> None:
    """Refuse when more of an item is given away than who acts may; the caller holds the items' locks.

    It looks at what the running transaction has booked already, so that of two at once the second sees the first.
    """
    approved = _approved(items)
    given = Allocation.objects.filter(item_id__in=list(items), account_role__in=[one.value for one in _GIVEN])
    sums: defaultdict[UUID, dict[str, int]] = defaultdict(dict)
    for item, role, amount in given.values_list("item_id", "account_role").annotate(Sum("amount")):
        sums[item][role] = amount
    rows = list(OpenItem.objects.filter(id__in=list(sums)).order_by("id"))
    limits = {creditor: write_off_limit(ctx, creditor) for creditor in {row.creditor_id for row in rows}}
    for row in rows:
        limit = limits[row.creditor_id]
        if _alone(row, sums[row.id], approved[row.id]) > limit.minor:
            words = f"Above {limit} of an item a second person must approve; propose a write-off."
            raise refuse("write_off.needs_approval", path, words)


def _alone(row: OpenItem, given: dict[str, int], approved: int) -> int:
    """Return what was given away of an item by one person, in minor units of the books."""
    agreed = agreed_discount(row.amount, row.currency, row.discount_percent)
    discount = given.pop(AccountRole.DISCOUNT, 0)
    return given_alone(discount, agreed, sum(given.values()), approved, row.amount, row.functional_amount)


def _approved(items: Collection[UUID]) -> defaultdict[UUID, int]:
    """Return what second persons approved to write off of each item."""
    found: defaultdict[UUID, int] = defaultdict(int)
    rows = Approval.objects.filter(kind="write_off", state=Approval.State.APPROVED, subject_id__in=list(items))
    for item, payload in rows.values_list("subject_id", "payload"):
        found[item] += int(payload["amount"])
    return found
