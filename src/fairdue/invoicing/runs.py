"""Frozen rows about bulk runs: how far each is, what it refused and why, what a new one would take."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from fairdue.foundation.sqlfiles import sql
from fairdue.invoicing import masterdata
from fairdue.invoicing.models import RunDraft

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fairdue.foundation.context import Ctx

NAMED = 50
"""Drafts that a rule names; the rest is counted."""


MOST_FILES = 100_000
"""Files of one run that are looked at for those that are not there."""


class Stage(StrEnum):
    """Where a run is; it follows from what is there."""

    ISSUING = "issuing"
    WRITING = "writing"
    """All are issued or refused; files are being written and judged."""
    DONE = "done"


@dataclass(frozen=True, slots=True)
class RunRow:
    """One bulk run with the counts of its drafts."""

    id: UUID
    creditor_id: UUID | None
    asked: str
    """`all` drafts that were open, or those `chosen`."""
    issue_on: date
    started_by: str
    started_at: datetime
    ended_at: datetime | None
    cancelled_at: datetime | None
    cancelled_by: str
    waiting: int
    issued: int
    refused: int
    gone: int
    """Issued or discarded by somebody before their turn."""
    cancelled: int

    @property
    def drafts(self) -> int:
        """How many drafts it began with."""
        return self.waiting + self.decided

    @property
    def decided(self) -> int:
        """How many of them have an outcome."""
        return self.issued + self.refused + self.gone + self.cancelled


@dataclass(frozen=True, slots=True)
class Progress:
    """A run with what became of its documents: files by verdict, invoices by delivery."""

    row: RunRow
    wanted: int
    """Files that the creditors' formats ask for, for what is issued so far."""
    valid: int
    invalid: int
    not_checked: int
    unwritten: int
    """Files that were given up: the format cannot carry the invoice, or writing failed each time."""
    delivery: Mapping[str, int]
    """Invoices by state of delivery: none, queued, sent, delivered, failed."""

    @property
    def written(self) -> int:
        """Files that are there, whatever the rules say of them."""
        return self.valid + self.invalid + self.not_checked

    @property
    def failed(self) -> int:
        """Files that the rules refuse, or that cannot be written."""
        return self.invalid + self.unwritten

    @property
    def arrived(self) -> int:
        """Invoices that are handed over or delivered."""
        return self.delivery.get("sent", 0) + self.delivery.get("delivered", 0)

    @property
    def stage(self) -> Stage:
        """Where the run is."""
        if self.row.waiting:
            return Stage.ISSUING
        return Stage.WRITING if self.written + self.unwritten < self.wanted else Stage.DONE


@dataclass(frozen=True, slots=True)
class RunDraftRow:
    """A refused draft, by name."""

    draft: UUID
    debtor_name: str
    open: bool
    """Whether it still waits to be mended."""


@dataclass(frozen=True, slots=True)
class RunFinding:
    """One rule that refused drafts of a run."""

    code: str
    place: str
    """The field, without the numbers of lines."""
    message: str
    source: str
    count: int
    left: int
    """How many of the drafts are still open."""
    named: tuple[RunDraftRow, ...]


@dataclass(frozen=True, slots=True)
class UnwrittenRow:
    """A file of a run that is not there."""

    invoice: UUID
    number: str
    debtor_name: str
    format: str
    told: str
    """The fact that told last why, nothing where it is still to come."""
    reason: str

    @property
    def given_up(self) -> bool:
        """Whether nobody is at it any more."""
        return self.told in {"document.refused", "document.failed"}


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a run over all open drafts would take today, by the findings that they were last measured with."""

    sound: int
    refused: int
    sums: Mapping[str, int]
    """Minor units by currency, of the sound ones."""

    @property
    def drafts(self) -> int:
        """How many drafts the run would begin with."""
        return self.sound + self.refused


def _rows(name: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql("invoicing", name), parameters)
        return cursor.fetchall()


def _place(after: tuple[Any, ...] | None) -> dict[str, Any]:
    return {"after": after[0] if after else None, "after_id": after[1] if after else None}


def runs(
    ctx: Ctx, *, creditor: UUID | None = None, after: tuple[Any, ...] | None = None, limit: int = 20
) -> list[RunRow]:
    """Return bulk runs, the latest first; `after`: (started_at, id) seen last."""
    asked = {"tenant": ctx.tenant, "run": None, "creditor": creditor, "limit": limit, **_place(after)}
    return [RunRow(*row) for row in _rows("issue_runs", asked)]


def run_progress(ctx: Ctx, run: UUID) -> Progress | None:
    """Return one run with how far it and its documents are, none where there is no such run."""
    found = _rows("issue_runs", {"tenant": ctx.tenant, "run": run, "creditor": None, "limit": 1, **_place(None)})
    if not found:
        return None
    counts: dict[str, dict[str, int]] = {"issued": {}, "file": {}, "unwritten": {}, "delivery": {}}
    for kind, name, count in _rows("issue_run_after", {"tenant": ctx.tenant, "run": run}):
        counts[kind][name] = count
    issued = {UUID(creditor): count for creditor, count in counts["issued"].items()}
    sellers = masterdata.sellers(ctx, issued) if issued else {}
    files = counts["file"]
    return Progress(
        RunRow(*found[0]), sum(count * len(sellers[creditor].formats) for creditor, count in issued.items()),
        files.get("valid", 0), files.get("invalid", 0), files.get("not_checked", 0),
        counts["unwritten"].get("", 0), counts["delivery"],
    )  # fmt: skip


def run_findings(ctx: Ctx, run: UUID) -> list[RunFinding]:
    """Return why a run refused drafts, by rule and place, the most frequent first."""
    rows = _rows("issue_run_findings", {"tenant": ctx.tenant, "run": run, "named": NAMED})
    return [
        RunFinding(code, place, message, source, count, left, tuple(_named(one) for one in named))
        for code, place, message, source, count, left, named in rows
    ]


def run_missing(ctx: Ctx, run: UUID, *, limit: int) -> list[UnwrittenRow]:
    """Return files of a run that are not there, by number of their invoice."""
    rows = RunDraft.objects.filter(tenant_id=ctx.tenant, run_id=run, state="issued").order_by()
    sellers = masterdata.sellers(ctx, set(rows.values_list("creditor_id", flat=True).distinct()))
    pairs = [(creditor, code) for creditor, seller in sellers.items() for code in seller.formats]
    asked = {
        "tenant": ctx.tenant, "run": run, "limit": limit,
        "creditors": [creditor for creditor, _ in pairs], "formats": [code for _, code in pairs],
    }  # fmt: skip
    return [UnwrittenRow(*row) for row in _rows("issue_run_unwritten", asked)]


def run_unwritten(ctx: Ctx, run: UUID) -> list[UnwrittenRow]:
    """Return the first files of a run that were given up, each with its reason."""
    return [one for one in run_missing(ctx, run, limit=MOST_FILES) if one.given_up][:NAMED]


def _named(value: Any) -> RunDraftRow:
    draft, name, state = json.loads(value) if isinstance(value, str) else value
    return RunDraftRow(UUID(draft), name, state == "open")


def refused_drafts(ctx: Ctx, run: UUID, *, code: str = "", limit: int) -> list[UUID]:
    """Return the drafts that a run refused (by the rule `code`) and that are still open, in the order of the run."""
    rows = RunDraft.objects.filter(tenant_id=ctx.tenant, run_id=run, state="refused", draft__state="open")
    if code:
        rows = rows.filter(findings__contains=[{"code": code}])
    return list(rows.order_by("chunk", "draft_id").values_list("draft_id", flat=True)[:limit])


def outlook(ctx: Ctx, *, creditor: UUID | None = None) -> Outlook:
    """Return what a run over all open drafts (of `creditor`) would take."""
    rows = _rows("issue_run_outlook", {"tenant": ctx.tenant, "creditor": creditor})
    sums = {currency: gross for currency, sound, gross, _ in rows if sound}
    return Outlook(sum(row[1] for row in rows), sum(row[3] for row in rows), sums)
