"""Instalments of a payment plan that are to be collected: planned collections, the oldest item first."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fairdue.cash.directdebit.answering import plan
from fairdue.cash.models import DirectDebit, Mandate
from fairdue.core import bankdays
from fairdue.receivables import selectors as receivables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairdue.foundation.context import Ctx
    from fairdue.receivables.selectors import ItemRow


def plan_instalments(ctx: Ctx, payload: dict[str, Any], source: UUID, debtor: UUID, today: date) -> int:
    """Plan the collections of a plan (its fact); returns how many. Without an active mandate there are none.

    An instalment that crosses from one item to the next becomes a collection of each.
    """
    if not Mandate.objects.filter(debtor_id=debtor, state=Mandate.State.ACTIVE).exists():
        return 0
    if DirectDebit.objects.filter(source_id=source).exists():
        return 0
    items = receivables.items(ctx, ids=[UUID(one) for one in payload["items"]], limit=len(payload["items"]))
    parts = [(date.fromisoformat(one["due_on"]), int(one["minor"])) for one in payload["instalments"]]
    planned = [
        DirectDebit(
            tenant_id=ctx.tenant, creditor_id=row.creditor_id, debtor_id=row.debtor_id, item_id=row.id, amount=amount,
            currency=row.currency, collect_on=bankdays.on_or_after(on), state=DirectDebit.State.PLANNED,
            source_id=source,
        )
        for on, row, amount in spread(parts, items)
    ]  # fmt: skip
    plan(ctx, planned, today)
    return len(planned)


def spread(parts: Sequence[tuple[date, int]], items: Sequence[ItemRow]) -> list[tuple[date, ItemRow, int]]:
    """Return (day, item, amount) of instalments laid over items, the oldest first; never more than is open."""
    queue = [(row, row.residual) for row in items if row.residual > 0]
    found: list[tuple[date, ItemRow, int]] = []
    for on, amount in parts:
        left = amount
        while left and queue:
            row, open_ = queue[0]
            taken = min(left, open_)
            found.append((on, row, taken))
            left -= taken
            queue[0] = (row, open_ - taken)
            if open_ == taken:
                queue.pop(0)
    return found


def drop_instalments(source: UUID) -> int:
    """Cancel what is still planned of a plan that was cancelled, broken or completed."""
    planned = DirectDebit.objects.filter(source_id=source, state=DirectDebit.State.PLANNED)
    return int(planned.update(state=DirectDebit.State.CANCELLED))
