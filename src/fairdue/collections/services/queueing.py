"""A run that somebody asked for, carried out by a job: chunk by chunk, each in a transaction of its own."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.collections.services.run import run_cadence
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.facts.reading import FactFilter, logged_facts
from fairdue.foundation.ids import uuid7
from fairdue.foundation.jobs import defer
from fairdue.foundation.permissions import Permission

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

JOB = "collections.run"
DONE = "cadence_run.done"


@command("collections.queue_run", Permission.CADENCE_EDIT)
def queue_run(ctx: Ctx, *, today: date, creditor: UUID | None = None, key: str | None = None) -> UUID:
    """Put a cadence run into the queue; returns its id, under which its facts tell what it did."""
    del key
    id_ = uuid7()
    record(ctx, NewFact("cadence_run.queued", today, id_, creditor))
    defer(ctx, JOB, run=str(id_), today=today.isoformat(), creditor=str(creditor) if creditor else "", actor=ctx.actor)
    return id_


def carry_out(ctx: Ctx, run: UUID, today: date, creditor: UUID | None) -> None:
    """Run, and record what it did once; a repeated job finds nothing due and adds no second record."""
    result = run_cadence(ctx, today=today, creditor=creditor)
    with ctx.open():
        if logged_facts(ctx, FactFilter(subject=run, type=DONE), limit=1):
            return
        payload = {
            "messages": result.notices, "calls": result.calls, "items": result.items,
            "totals": dict(result.totals), "skipped": dict(result.skipped),
        }  # fmt: skip
        record(ctx, NewFact(DONE, today, run, creditor, None, payload))
