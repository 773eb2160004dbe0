"""Pages of the heart's rows for machines: by id, a key that never changes, so that no page skips or repeats.

Call inside a tenant's context. Each returns up to `limit` rows after the id `after`.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fairdue.receivables.models import Allocation, Credit, Hold, OpenItem
from fairdue.receivables.selectors import CreditRow, HoldRow, ItemRow

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

_ITEM = (
    "id", "creditor_id", "debtor_id", "debtor__name", "kind", "number", "currency", "amount", "residual",
    "net_amount", "issued_on", "due_on", "delivered_on", "reference", "order_number", "parent_id",
)  # fmt: skip
_CREDIT = (
    "id", "creditor_id", "debtor_id", "debtor__name", "kind", "number", "currency", "amount", "unapplied",
    "received_on", "source_id",
)  # fmt: skip
_HOLD = ("id", "debtor_id", "item_id", "reason", "note", "amount", "from_on", "until_on", "source_id")


def _after(rows: Any, after: UUID | None, filters: dict[str, Any]) -> Any:
    wanted = {name: value for name, value in filters.items() if value is not None}
    if after is not None:
        wanted["id__gt"] = after
    return rows.filter(**wanted).order_by("id")


def item_page(
    ctx: Ctx, *, after: UUID | None, limit: int, creditor: UUID | None = None, debtor: UUID | None = None,
    only_open: bool = False, due_before: date | None = None, number: str | None = None, reference: str | None = None,
) -> list[ItemRow]:  # fmt: skip
    """Return open items, settled ones too unless `only_open`."""
    del ctx
    filters = {
        "creditor_id": creditor, "debtor_id": debtor, "due_on__lt": due_before, "number": number,
        "reference": reference, "residual__gt": 0 if only_open else None,
    }  # fmt: skip
    return [ItemRow(*row) for row in _after(OpenItem.objects, after, filters).values_list(*_ITEM)[:limit]]


def credit_page(
    ctx: Ctx, *, after: UUID | None, limit: int, creditor: UUID | None = None, debtor: UUID | None = None,
    only_unapplied: bool = False, number: str | None = None,
) -> list[CreditRow]:  # fmt: skip
    """Return payments, credit notes and indemnities, used up ones too unless `only_unapplied`."""
    del ctx
    filters = {
        "creditor_id": creditor, "debtor_id": debtor, "number": number,
        "unapplied__gt": 0 if only_unapplied else None,
    }  # fmt: skip
    return [CreditRow(*row) for row in _after(Credit.objects, after, filters).values_list(*_CREDIT)[:limit]]


def hold_page(ctx: Ctx, *, after: UUID | None, limit: int, debtor: UUID | None = None) -> list[HoldRow]:
    """Return the holds that are not released."""
    del ctx
    filters = {"debtor_id": debtor, "released_on__isnull": True}
    return [HoldRow(*row) for row in _after(Hold.objects, after, filters).values_list(*_HOLD)[:limit]]


def group_exists(ctx: Ctx, group: UUID) -> bool:
    """Tell whether a group of allocations is there."""
    del ctx
    return bool(Allocation.objects.filter(group_id=group).exists())
