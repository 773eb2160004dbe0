"""Pages of debtors for machines: by id, a key that never changes. Call inside a tenant's context."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from fairdue.parties import selectors
from fairdue.parties.models import Debtor

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx


def debtor_page(
    ctx: Ctx, *, after: UUID | None, limit: int, creditor: UUID | None = None, external_id: str | None = None
) -> list[selectors.DebtorRow]:
    """Return up to `limit` debtors after the id `after`, merged records too (they name their survivor)."""
    filters: dict[str, Any] = {"creditor_id": creditor, "external_id": external_id, "id__gt": after}
    wanted = {name: value for name, value in filters.items() if value is not None}
    ids = list(Debtor.objects.filter(**wanted).order_by("id").values_list("id", flat=True)[:limit])
    rows = selectors.debtors(ctx, ids)
    return [rows[one] for one in ids]
