"""How a customer wants to get its invoices."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.core.findings import refuse
from fairdue.core.invoice.delivery import Way
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.permissions import Permission
from fairdue.parties.models import Debtor

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx


@command("parties.set_delivery_wish", Permission.CUSTOMERS_EDIT)
def set_delivery_wish(ctx: Ctx, *, debtor: UUID, channel: str, today: date, key: str | None = None) -> UUID:
    """Keep by which channel a customer wants its invoices; empty for no wish. Refuses unknown channels.

    A network that the law prescribes comes before the wish (docs/rules/delivery-channel.md).
    """
    del key
    if channel and channel not in set(Way):
        raise refuse("debtor.channel", "channel", f"There is no channel “{channel}”.")
    row = Debtor.objects.select_for_update().get(id=debtor)
    if row.delivery != channel:
        payload = {
            "name": row.name, "number": row.external_id,
            "changes": f"invoices by {row.delivery or 'any channel'} → {channel or 'any channel'}",
        }  # fmt: skip
        Debtor.objects.filter(id=debtor).update(delivery=channel)
        record(ctx, NewFact("debtor.changed", today, debtor, row.creditor_id, debtor, payload))
    return debtor
