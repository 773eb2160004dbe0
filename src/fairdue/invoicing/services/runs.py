"""The bulk run: many drafts issued as jobs, some at a time, while a person looks on or does something else.

A run is cut into chunks; one chunk is one job and one transaction (`services.chunks`). Whatever dies, a chunk is
done whole or not at all, and is taken up again: nothing is issued twice, no number is lost.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from fairdue.core.findings import refuse
from fairdue.foundation import clock
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record, record_all
from fairdue.foundation.jobs import defer
from fairdue.foundation.permissions import Permission
from fairdue.foundation.sqlfiles import sql
from fairdue.invoicing.models import Invoice, IssueRun, RunDraft
from fairdue.invoicing.runs import MOST_FILES, run_missing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fairdue.foundation.context import Ctx

JOB = "invoicing.issue_chunk"
CHUNK = 200
"""Drafts a transaction: about a second under the lock of the number series, so that others may issue in between."""
FILES = 50
"""Invoices whose files one job writes again."""
WAITING = RunDraft.State.WAITING


@command("invoicing.start_run", Permission.INVOICES_ISSUE)
def start_run(
    ctx: Ctx, *, today: date, creditor: UUID | None = None, drafts: Sequence[UUID] | None = None, key: str | None = None
) -> UUID:
    """Start issuing these open drafts, or all open ones (of `creditor`), as jobs; returns the run.

    Drafts that wait in another run, or are not open, stay out; refuses where none is left. Every document is issued
    as of `today`. The findings of a draft refuse that draft alone.
    """
    del key
    asked = {"drafts": "all" if drafts is None else "chosen"}
    run = IssueRun.objects.create(
        tenant_id=ctx.tenant, creditor_id=creditor, issue_on=today, started_by=ctx.actor, asked=asked
    )
    count = _fill(ctx, run.id, creditor, drafts)
    if not count:
        sentence = "No draft is left for a run: these are issued, discarded, or wait in another run."
        raise refuse("run.empty", "drafts", sentence)
    _queue(ctx, run.id)
    record(ctx, NewFact("issue_run.started", today, run.id, creditor, payload={"count": count}))
    return UUID(str(run.id))


def _fill(ctx: Ctx, run: UUID, creditor: UUID | None, drafts: Iterable[UUID] | None) -> int:
    wanted = None if drafts is None else list(dict.fromkeys(drafts))
    asked: dict[str, Any] = {"tenant": ctx.tenant, "run": run, "creditor": creditor, "drafts": wanted, "size": CHUNK}
    with connection.cursor() as cursor:
        cursor.execute(sql("invoicing", "issue_run_fill"), asked)
        return int(cursor.rowcount)


def _queue(ctx: Ctx, run: UUID) -> int:
    """Queue a job for each chunk that has drafts waiting; a second job of a chunk finds nothing left and ends."""
    waiting = RunDraft.objects.filter(run_id=run, state=WAITING)
    chunks = list(waiting.order_by("chunk").values_list("chunk", flat=True).distinct())
    for chunk in chunks:
        defer(ctx, JOB, run=str(run), chunk=chunk)
    return len(chunks)


@command("invoicing.resume_run", Permission.INVOICES_ISSUE)
def resume_run(ctx: Ctx, *, run: UUID, today: date, key: str | None = None) -> int:
    """Queue again what still waits in a run, for instance after its jobs were lost; returns the chunks.

    Harmless where the jobs are there: what is issued is not issued again.
    """
    del key, today
    return _queue(ctx, run)


def resume_runs(ctx: Ctx, *, before: datetime) -> int:
    """Queue again what waits in runs that began before an instant and have not ended; returns the chunks."""
    late = IssueRun.objects.filter(ended_at=None, started_at__lt=before).order_by("id")
    return sum(_queue(ctx, run) for run in late.values_list("id", flat=True))


@command("invoicing.cancel_run", Permission.INVOICES_ISSUE)
def cancel_run(ctx: Ctx, *, run: UUID, today: date, key: str | None = None) -> int:
    """Take out of a run what has not begun; returns how many drafts stay open because of it. The rest is issued."""
    del key
    count = int(RunDraft.objects.filter(run_id=run, state=WAITING).update(state=RunDraft.State.CANCELLED))
    # The rows first, then the run: the same order as a chunk, which locks its rows before it ends the run.
    row = IssueRun.objects.select_for_update().get(id=run)
    if count:
        row.cancelled_at, row.cancelled_by = clock.now(), ctx.actor
        row.save(update_fields=["cancelled_at", "cancelled_by"])
        record(ctx, NewFact("issue_run.cancelled", today, run, row.creditor_id, payload={"count": count}))
    end_run(ctx, row, today)
    return count


@command("invoicing.repeat_run", Permission.INVOICES_ISSUE)
def repeat_run(ctx: Ctx, *, run: UUID, today: date, key: str | None = None) -> UUID:
    """Start another run with the drafts that a run refused and that are still open; returns the new run."""
    del key
    row = IssueRun.objects.get(id=run)
    refused = RunDraft.objects.filter(run_id=run, state=RunDraft.State.REFUSED)
    return start_run(
        ctx, today=today, creditor=row.creditor_id, drafts=list(refused.values_list("draft_id", flat=True))
    )


@command("invoicing.retry_files", Permission.INVOICES_ISSUE)
def retry_files(ctx: Ctx, *, run: UUID, today: date, key: str | None = None) -> int:
    """Queue again the files of a run that were given up; returns how many. Refuses where none was."""
    del key
    given_up = [one for one in run_missing(ctx, run, limit=MOST_FILES) if one.given_up]
    if not given_up:
        raise refuse("run.written", "run", "No file of this run was given up; there is nothing to write again.")
    rows = Invoice.objects.filter(id__in={one.invoice for one in given_up})
    owners = {row.id: (row.creditor_id, row.debtor_id) for row in rows.only("id", "creditor_id", "debtor_id")}
    record_all(
        ctx,
        [
            NewFact(
                "document.retried", today, one.invoice, *owners[one.invoice],
                {"number": one.number, "format": one.format},
            )
            for one in given_up
        ],
    )  # fmt: skip
    ids = [str(one) for one in dict.fromkeys(one.invoice for one in given_up)]
    for start in range(0, len(ids), FILES):
        defer(ctx, "invoicing.render", invoices=ids[start : start + FILES])
    return len(given_up)


def started_by(ctx: Ctx, run: UUID) -> str:
    """Return who started a run: its documents are issued in that name."""
    return str(IssueRun.objects.values_list("started_by", flat=True).get(tenant_id=ctx.tenant, id=run))


def end_run(ctx: Ctx, run: IssueRun, today: date) -> None:
    """Note, once, that nothing waits any more in a run, with what became of its drafts."""
    IssueRun.objects.select_for_update().get(id=run.id)
    with connection.cursor() as cursor:
        cursor.execute(sql("invoicing", "issue_run_end"), {"tenant": ctx.tenant, "run": run.id})
        ended = bool(cursor.rowcount)
    if ended:
        states = list(RunDraft.objects.filter(run_id=run.id).values_list("state", flat=True))
        payload = {name: states.count(name) for name in ("issued", "refused")}
        record(ctx, NewFact("issue_run.ended", today, run.id, run.creditor_id, payload=payload))
