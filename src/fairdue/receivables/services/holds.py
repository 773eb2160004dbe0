"""Holds: why something is not chased, from when until when. Every pillar places them, none owns them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.core.findings import refuse
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record_all
from fairdue.foundation.ids import uuid7
from fairdue.parties.following import merged_records
from fairdue.receivables.models import Hold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairdue.foundation.context import Ctx


@dataclass(frozen=True, slots=True)
class HoldDraft:
    """A hold about to be placed: on one item (of which `amount` minor units at most), or on all of a debtor.

    `until_on` is the first free day. `source` is the dispute, promise, plan or claim behind it.
    """

    creditor: UUID
    debtor: UUID
    reason: str
    from_on: date
    item: UUID | None = None
    until_on: date | None = None
    amount: int | None = None
    note: str = ""
    source: UUID | None = None
    id: UUID = field(default_factory=uuid7)


@command("receivables.place_holds")
def place_holds(ctx: Ctx, *, holds: Sequence[HoldDraft], today: date, key: str | None = None) -> list[UUID]:
    """Place holds and record `hold.placed` for each."""
    del key
    for index, hold in enumerate(holds):
        if hold.until_on is not None and hold.until_on <= hold.from_on:
            raise refuse("hold.dates", f"holds[{index}].until_on", "The hold would end before it starts.")
        if hold.amount is not None and (hold.amount <= 0 or hold.item is None):
            raise refuse("hold.amount", f"holds[{index}].amount", "A part can be held of one item only.")
    moved = merged_records(ctx, (hold.debtor for hold in holds))
    holds = [replace(hold, debtor=moved[hold.debtor]) if hold.debtor in moved else hold for hold in holds]
    Hold.objects.bulk_create(
        [
            Hold(
                tenant_id=ctx.tenant, id=h.id, creditor_id=h.creditor, debtor_id=h.debtor, item_id=h.item,
                reason=h.reason, note=h.note[:300], amount=h.amount, from_on=h.from_on, until_on=h.until_on,
                source_id=h.source, placed_by=ctx.actor,
            )
            for h in holds
        ]
    )  # fmt: skip
    record_all(ctx, [
        NewFact("hold.placed", today, h.item or h.debtor, h.creditor, h.debtor, {
            "hold": str(h.id), "reason": h.reason, "note": h.note, "until_on": str(h.until_on or ""),
            "source": str(h.source or ""), "item": str(h.item or ""), "from_on": h.from_on, "part": str(h.amount or ""),
        })
        for h in holds
    ])  # fmt: skip
    return [hold.id for hold in holds]


@command("receivables.release_holds")
def release_holds(
    ctx: Ctx, *, today: date, source: UUID | None = None, holds: Sequence[UUID] = (), reason: str = "",
    key: str | None = None,
) -> list[UUID]:  # fmt: skip
    """Release the open holds of a source, or those named, from `today` on; returns which were released.

    With `reason` only those placed for it: who may end a snooze may not end every hold.
    """
    del key
    rows = Hold.objects.select_for_update().filter(released_on__isnull=True).order_by("id")
    rows = rows.filter(source_id=source) if source else rows.filter(id__in=holds)
    released = list(rows.filter(reason=reason) if reason else rows)
    for row in released:
        row.released_on, row.released_by = today, ctx.actor
    Hold.objects.bulk_update(released, ["released_on", "released_by"])
    record_all(ctx, [
        NewFact("hold.released", today, r.item_id or r.debtor_id, r.creditor_id, r.debtor_id,
                {"hold": str(r.id), "reason": r.reason, "source": str(r.source_id or "")})
        for r in released
    ])  # fmt: skip
    return [row.id for row in released]
