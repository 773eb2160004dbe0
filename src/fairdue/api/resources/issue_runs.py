"""Bulk runs: many drafts issued in the background, with how far each run is and what it refused by rule."""

from datetime import date, datetime
from http import HTTPStatus
from uuid import UUID

from django.http import Http404
from pydantic import BaseModel, Field

from fairdue.api import values
from fairdue.api.paging import DEFAULT_LIMIT, Cursor, Limit, Page, decode, page
from fairdue.api.resources import creditors
from fairdue.api.resources.debtors import LARGEST_BULK
from fairdue.api.routing import Call, Resource
from fairdue.foundation.permissions import Permission
from fairdue.invoicing import selectors
from fairdue.invoicing.services import cancel_run, repeat_run, retry_files, start_run

runs = Resource("/invoice-runs", "invoicing")
RESOURCES = [runs]


class RunIn(values.Body):
    """The drafts of a run: those that are named, else all open ones (of `creditor`)."""

    creditor: UUID | None = None
    drafts: list[UUID] | None = Field(default=None, min_length=1, max_length=LARGEST_BULK)


class RefusedByOut(BaseModel):
    """One rule that refused drafts; `drafts` names the first fifty of them."""

    code: str
    path: str
    message: str
    source: str
    count: int
    open: int
    drafts: list[UUID]


class RunOut(BaseModel):
    """A run with the counts of its drafts; `gone` were issued or discarded by somebody before their turn."""

    id: UUID
    creditor: UUID | None
    issue_on: date
    started_at: datetime
    ended_at: datetime | None
    cancelled_at: datetime | None
    drafts: int
    waiting: int
    issued: int
    refused: int
    gone: int
    cancelled: int


class FilesOut(BaseModel):
    """The files of a run's documents by verdict; `wanted` are those that the formats of the creditors ask for."""

    wanted: int
    valid: int
    invalid: int
    not_checked: int
    unwritten: int


class FailedFileOut(BaseModel):
    """A file that was given up: its format cannot carry the invoice, or writing it failed each time."""

    invoice: UUID
    number: str
    format: str
    reason: str


class RunDetail(RunOut):
    """A run with its stage (issuing, writing, done), its files, its deliveries by state, and why it refused.

    `failed_files` names the first fifty files that were given up.
    """

    stage: str
    files: FilesOut
    failed_files: list[FailedFileOut]
    delivery: dict[str, int]
    refused_by: list[RefusedByOut]


def _counts(row: selectors.RunRow) -> RunOut:
    plain = [name for name in RunOut.model_fields if name != "creditor"]
    return RunOut(creditor=row.creditor_id, **{name: getattr(row, name) for name in plain})


def _show(call: Call, run: UUID) -> RunDetail:
    found = selectors.run_progress(call.ctx, run)
    if found is None:
        raise Http404
    refused = [
        RefusedByOut(
            code=one.code, path=one.place, message=one.message, source=one.source, count=one.count, open=one.left,
            drafts=[named.draft for named in one.named],
        )
        for one in selectors.run_findings(call.ctx, run)
    ]  # fmt: skip
    files = FilesOut(**{name: getattr(found, name) for name in FilesOut.model_fields})
    failed = [
        FailedFileOut(invoice=one.invoice, number=one.number, format=one.format, reason=one.reason)
        for one in (selectors.run_unwritten(call.ctx, run) if found.unwritten else ())
    ]
    return RunDetail(
        **_counts(found.row).model_dump(), stage=found.stage.value, files=files, delivery=dict(found.delivery),
        refused_by=refused, failed_files=failed,
    )  # fmt: skip


@runs.get("", Permission.INVOICES_VIEW, Page[RunOut])
def list_issue_runs(
    call: Call, creditor: UUID | None = None, cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT
) -> Page[RunOut]:
    """List bulk runs, the latest first."""
    rows = selectors.runs(call.ctx, creditor=creditor, after=decode(cursor, datetime, UUID), limit=limit + 1)
    return page(rows, limit, _counts, lambda row: (row.started_at.isoformat(), row.id))


@runs.post("", Permission.INVOICES_ISSUE, RunDetail, status=HTTPStatus.CREATED, money=True)
def start_an_issue_run(call: Call, body: RunIn) -> RunDetail:
    """Start issuing drafts in the background; a draft with errors is refused alone and stays a draft.

    The answer is the run at its start; `GET /invoice-runs/{run}` tells how far it is.
    """
    if body.creditor is not None:
        creditors.found(call, body.creditor)
    return _show(call, start_run(call.ctx, creditor=body.creditor, drafts=body.drafts, today=call.today))


@runs.get("/{run}", Permission.INVOICES_VIEW, RunDetail)
def get_an_issue_run(call: Call, run: UUID) -> RunDetail:
    """Get how far a run is, its files and deliveries, and what it refused by rule."""
    return _show(call, run)


@runs.post("/{run}/cancel", Permission.INVOICES_ISSUE, RunDetail, money=True)
def cancel_an_issue_run(call: Call, run: UUID) -> RunDetail:
    """Take out of a run what has not begun; what is issued stays issued."""
    _show(call, run)
    cancel_run(call.ctx, run=run, today=call.today)
    return _show(call, run)


@runs.post("/{run}/repeat", Permission.INVOICES_ISSUE, RunDetail, status=HTTPStatus.CREATED, money=True)
def repeat_an_issue_run(call: Call, run: UUID) -> RunDetail:
    """Start another run with the drafts that this one refused and that are still open."""
    _show(call, run)
    return _show(call, repeat_run(call.ctx, run=run, today=call.today))


@runs.post("/{run}/retry", Permission.INVOICES_ISSUE, RunDetail, money=True)
def retry_the_files_of_an_issue_run(call: Call, run: UUID) -> RunDetail:
    """Write again the files of a run that were given up, in the background."""
    _show(call, run)
    retry_files(call.ctx, run=run, today=call.today)
    return _show(call, run)
