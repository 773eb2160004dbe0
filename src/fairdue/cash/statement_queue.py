"""Bank files as jobs: a person does not wait for a large one; the run says how far it is.

The import is one transaction, whole or not at all; the matching follows in chunks, each told. A job that dies is run
again: lines that are there are known. One that is repeated after the end does nothing.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fairdue.cash import selectors
from fairdue.cash.models import BankLine, StatementRun
from fairdue.cash.services import import_statements, run_matching
from fairdue.cash.services.matching import CHUNK
from fairdue.core.findings import Finding, RefusedError, Severity
from fairdue.foundation import clock
from fairdue.foundation.commands import command
from fairdue.foundation.files import load
from fairdue.foundation.jobs import defer, job
from fairdue.foundation.permissions import Permission

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

JOB = "cash.import_statements"
_MOST_KEPT = 200
_MOST_ROUNDS = 10_000


@dataclass(frozen=True, slots=True)
class RunRow:
    """A bank file in the queue, at work, refused or done."""

    id: UUID
    creditor_id: UUID | None
    file_id: UUID
    file_name: str
    state: str
    stage: str
    lines: int
    lines_done: int
    findings: tuple[Finding, ...]
    statements: tuple[UUID, ...]
    actor: str
    created_at: datetime

    @property
    def waiting(self) -> bool:
        """Whether it is in the queue or at work."""
        return self.state == StatementRun.State.WAITING


@command("cash.queue_statements", Permission.CASH_APPLY)
def queue_statements(
    ctx: Ctx, *, file: UUID, today: date, creditor: UUID | None = None, take_findings: bool = False,
    format_code: str = "", key: str | None = None,
) -> UUID:  # fmt: skip
    """Put the import of a stored bank file into the queue; returns the run, whose page tells the progress."""
    del key
    stored, _ = load(ctx, file)
    run = StatementRun.objects.create(
        tenant_id=ctx.tenant, creditor_id=creditor, file_id=file, file_name=stored.name[:200], format=format_code,
        take_findings=take_findings, actor=ctx.actor,
    )  # fmt: skip
    # The job acts for the person who asked, with what that person may do, and no more.
    permissions = sorted(permission.value for permission in ctx.permissions)
    defer(ctx, JOB, run=str(run.id), today=today.isoformat(), permissions=permissions)
    return UUID(str(run.id))


def run_of(ctx: Ctx, run: UUID) -> RunRow | None:
    """Return a run, None when there is none."""
    del ctx
    row = StatementRun.objects.filter(id=run).first()
    if row is None:
        return None
    findings = tuple(Finding(**{**one, "severity": Severity(one["severity"])}) for one in row.findings)
    return RunRow(
        row.id, row.creditor_id, row.file_id, row.file_name, row.state, row.stage, row.lines, row.lines_done, findings,
        tuple(map(UUID, row.statements)), row.actor, row.created_at,
    )  # fmt: skip


@job(JOB)
def carry_out(ctx: Ctx, *, run: str, today: str, permissions: list[str]) -> None:
    """Import and match a queued file in the name of the person who sent it."""
    id_, day = UUID(run), date.fromisoformat(today)
    with ctx.open():
        row = StatementRun.objects.get(id=id_)
    if row.state != StatementRun.State.WAITING:
        return
    actor = replace(ctx, actor=row.actor, permissions=frozenset(Permission(word) for word in permissions))
    _tell(ctx, id_, stage="storing")
    try:
        made = _imported(actor, row, day)
    except RefusedError as refused:
        kept = [asdict(one) for one in refused.findings[:_MOST_KEPT]]
        _tell(ctx, id_, state=StatementRun.State.REFUSED, findings=kept, ended_at=clock.now())
        return
    _match(actor, id_, made, day)
    _tell(ctx, id_, state=StatementRun.State.DONE, ended_at=clock.now())


def _imported(ctx: Ctx, row: StatementRun, today: date) -> list[UUID]:
    """Import the file and note its statements, in one transaction."""
    with ctx.open():
        made = import_statements(
            ctx, file=row.file_id, today=today, creditor=row.creditor_id, take_findings=row.take_findings,
            format_code=row.format,
        )  # fmt: skip
        new = sum(one.new_lines for one in selectors.statements(ctx, ids=made, limit=len(made)))
        StatementRun.objects.filter(id=row.id).update(
            statements=[str(one) for one in made], lines=new, stage="matching"
        )
    return made


def _match(ctx: Ctx, run: UUID, made: list[UUID], today: date) -> None:
    """Match what waits of the creditors of the statements, a chunk a transaction, and say how many are done.

    Of a long file a second worker, where one is free, matches other chunks meanwhile.
    """
    with ctx.open():
        owners = sorted({one.creditor_id for one in selectors.statements(ctx, ids=made, limit=len(made))})
    for owner in owners:
        for at in range(_MOST_ROUNDS):
            with ctx.open():
                count = run_matching(ctx, creditor=owner, today=today, indexed=at > 0)
                if at == 0 and count >= CHUNK:
                    defer(ctx, "cash.match", creditor=str(owner), today=today.isoformat(), indexed=True)
            if not count:
                break
            _tell(ctx, run, lines_done=_done(ctx, made))


def _done(ctx: Ctx, made: list[UUID]) -> int:
    """Return how many lines of the statements wait no more, whoever matched them."""
    with ctx.open():
        return BankLine.objects.filter(statement_id__in=made).exclude(state=BankLine.State.RECEIVED).count()


def _tell(ctx: Ctx, run: UUID, **columns: Any) -> None:
    """Say how far the run is, for its page; a transaction of its own."""
    with ctx.open():
        StatementRun.objects.filter(id=run, state=StatementRun.State.WAITING).update(**columns)
