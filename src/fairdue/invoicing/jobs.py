"""Jobs: one chunk of invoices rendered and judged; each may run twice and does nothing the second time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.core.findings import RefusedError
from fairdue.foundation import clock
from fairdue.foundation.context import Ctx
from fairdue.foundation.jobs import RETRIES, job, periodic
from fairdue.foundation.models import Tenant
from fairdue.foundation.permissions import Permission
from fairdue.invoicing import services
from fairdue.invoicing.services.runs import JOB
from fairdue.invoicing.validation.pool import TOGETHER, default_pool

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairdue.invoicing.formats.written import Written

CHUNK = 50
"""Invoices a job: a few seconds of work, so that a stopped worker loses little."""
BEHIND = -10
"""Where chunks of a bulk run stand: the files of what is issued, and everybody else's work, go first."""
PATIENCE = timedelta(minutes=10)
"""How long a bulk run may take before its chunks are queued once more."""


def give_up_files(ctx: Ctx, error: Exception, invoices: list[str]) -> None:
    """Note for each file that is still missing that writing it failed each time, and with what."""
    with ctx.open():
        today = clock.today(Tenant.objects.get(id=ctx.tenant).timezone)
        for one in services.missing_files(ctx, list(map(UUID, invoices))):
            services.note_unwritten(
                ctx, invoice=one.invoice, code=one.code, reason=_fault(error, one), today=today, fault=True
            )


def _fault(error: Exception, wanted: services.Wanted) -> str:
    """Return in words what stopped one file: its own fault, or that of the whole job."""
    parts = error.exceptions if isinstance(error, ExceptionGroup) else ()
    own = next((one for one in parts if _name(wanted) in getattr(one, "__notes__", ())), error)
    return f"it was tried {RETRIES + 1} times, at last: {type(own).__name__}: {own}"


def _name(wanted: services.Wanted) -> str:
    return f"{wanted.code} of {wanted.invoice}"


@job("invoicing.render", spent=give_up_files)
def render(ctx: Ctx, invoices: list[str]) -> None:
    """Write the invoices in the formats of their creditors that are missing, and judge the files.

    While the rules judge some files in their own process, the next ones are written here. A file that a fault stops
    keeps no other back: the rest is kept, then the fault is raised and the queue tries again what is missing.
    """
    ids = list(map(UUID, invoices))
    with ctx.open():
        today = clock.today(Tenant.objects.get(id=ctx.tenant).timezone)
        wanted = services.missing_files(ctx, ids)
    answers = _answers(wanted)
    with ctx.open():
        services.keep_documents(ctx, files=_files(answers), today=today)
        for one, answer in zip(wanted, answers, strict=True):
            if isinstance(answer, RefusedError):
                services.note_unwritten(ctx, invoice=one.invoice, code=one.code, reason=str(answer), today=today)
    _raise_faults(answers)


def _answers(wanted: Sequence[services.Wanted]) -> list[services.FileOf | Exception]:
    """Return each file with its verdict, in order, or what speaks against it."""
    with ThreadPoolExecutor(default_pool().size) as judges:
        parts = [wanted[start : start + TOGETHER] for start in range(0, len(wanted), TOGETHER)]
        judged = [judges.submit(_judged, [(one, _written(one)) for one in part]) for part in parts]
        return [answer for part in judged for answer in part.result()]


def _files(answers: Sequence[services.FileOf | Exception]) -> list[services.FileOf]:
    return [one for one in answers if isinstance(one, services.FileOf)]


def _raise_faults(answers: Sequence[services.FileOf | Exception]) -> None:
    """Raise what stopped files, other than a format that cannot carry them; what was kept stays."""
    faults = [one for one in answers if isinstance(one, Exception) and not isinstance(one, RefusedError)]
    if faults:
        raise ExceptionGroup("some files could not be written", faults)


def _written(wanted: services.Wanted) -> Written | Exception:
    """Return the file, or what speaks against it."""
    try:
        return services.written_content(wanted)
    except Exception as error:  # noqa: BLE001 - raised by the job once the others are kept
        error.add_note(_name(wanted))
        return error


def _judged(
    files: Sequence[tuple[services.Wanted, Written | Exception]],
) -> Sequence[services.FileOf | Exception]:
    """Return files with their verdicts, in order, or what speaks against each."""
    sound = [(wanted, written) for wanted, written in files if not isinstance(written, Exception)]
    try:
        verdicts = iter(services.judged_files(sound))
    except Exception as error:  # noqa: BLE001 - as above; it stopped all of them
        for wanted, _ in sound:
            error.add_note(_name(wanted))
        return [written if isinstance(written, Exception) else error for _, written in files]
    return [written if isinstance(written, Exception) else next(verdicts) for _, written in files]


@job(JOB, priority=BEHIND)
def issue_chunk(ctx: Ctx, run: str, chunk: int) -> None:
    """Issue one chunk of a bulk run in the name of the person who started it."""
    id_ = UUID(run)
    with ctx.open():
        starter = services.started_by(ctx, id_)
        actor = replace(ctx, actor=starter, permissions=frozenset({Permission.INVOICES_ISSUE}))
        services.issue_chunk(actor, run=id_, chunk=chunk)


@periodic("invoicing.resume_runs", "*/10 * * * *")
def resume_runs(ctx: Ctx) -> None:
    """Take up bulk runs whose jobs were lost or gave up."""
    with ctx.open():
        services.resume_runs(ctx, before=clock.now() - PATIENCE)


@periodic("invoicing.plans", "0 3 * * *")
def plans(ctx: Ctx) -> None:
    """Draft the recurring invoices that are due, and issue those whose plan says so and that nothing speaks against."""
    with ctx.open():
        today = clock.today(Tenant.objects.get(id=ctx.tenant).timezone)
        made = services.run_plans(ctx, today=today)
    while made:
        with ctx.open():
            wanted = [one.draft for one in made if one.issues]
            sound = [one.draft for one in services.preview_issue(ctx, drafts=wanted, today=today) if not one.refused]
            if sound:
                services.issue_invoices(ctx, drafts=sound, today=today)
        with ctx.open():
            made = services.run_plans(ctx, today=today)


@job("invoicing.check")
def check(ctx: Ctx, document: str) -> None:
    """Ask the official rules once more about one stored file."""
    with ctx.open():
        today = clock.today(Tenant.objects.get(id=ctx.tenant).timezone)
        services.check_document_again(ctx, document=UUID(document), today=today)


def give_up_channel_files(ctx: Ctx, error: Exception, invoices: list[str]) -> None:
    """Note for each invoice that cannot go by its channel that its file failed each time, and with what."""
    with ctx.open():
        today = clock.today(Tenant.objects.get(id=ctx.tenant).timezone)
        wanted = services.channel_files(ctx, list(map(UUID, invoices)))
        ways = services.routed(ctx, [one.invoice for one in wanted])
        for one in wanted:
            reason = f"Its file for this channel ({one.code}) could not be written: {_fault(error, one)}"
            way = ways[one.invoice].way or ""
            services.note_undeliverable(ctx, invoice=one.invoice, reason=reason, today=today, channel=way)


@job("invoicing.route", spent=give_up_channel_files)
def route(ctx: Ctx, invoices: list[str]) -> None:
    """Write each invoice in the format of the channel that it takes, where its creditor does not write that anyway.

    A file that a fault stops keeps no other back, as in `render`.
    """
    with ctx.open():
        today = clock.today(Tenant.objects.get(id=ctx.tenant).timezone)
        wanted = services.channel_files(ctx, list(map(UUID, invoices)))
        ways = services.routed(ctx, [one.invoice for one in wanted])
    answers = _answers(wanted)
    with ctx.open():
        services.keep_documents(ctx, files=_files(answers), today=today)
        for one, answer in zip(wanted, answers, strict=True):
            if isinstance(answer, RefusedError):
                way = ways[one.invoice].way or ""
                services.note_undeliverable(ctx, invoice=one.invoice, reason=str(answer), today=today, channel=way)
    _raise_faults(answers)


@job("invoicing.hand_over")
def hand_over(ctx: Ctx, delivery: str) -> None:
    """Hand one file over; an access point that is away raises, and the queue tries again."""
    with ctx.open():
        today = clock.today(Tenant.objects.get(id=ctx.tenant).timezone)
    services.hand_over(ctx, UUID(delivery), today)


@periodic("invoicing.poll", "*/10 * * * *")
def poll(ctx: Ctx) -> None:
    """Ask the access point what became of what it took."""
    with ctx.open():
        today = clock.today(Tenant.objects.get(id=ctx.tenant).timezone)
    services.poll(ctx, today)
