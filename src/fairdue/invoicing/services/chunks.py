"""One chunk of a bulk run: its drafts issued in one transaction, each refused one kept out with its findings."""

from __future__ import annotations

import json
import logging
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection, transaction

from fairdue.core.findings import Finding, RefusedError
from fairdue.foundation.commands import command
from fairdue.foundation.permissions import Permission
from fairdue.foundation.sqlfiles import sql
from fairdue.invoicing.models import Draft, IssueRun, RunDraft
from fairdue.invoicing.services.issuing import issue_invoices
from fairdue.invoicing.services.runs import WAITING, end_run
from fairdue.invoicing.validation.record import finding_to_wire

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fairdue.foundation.context import Ctx

log = logging.getLogger(__name__)
_NAMED = re.compile(r"drafts\[(\d+)\]\.")
FAULT = Finding(
    "issue.fault", "", "This draft stopped with a fault; it has no number. The log of the worker tells more."
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one draft: its invoice, or why it has none."""

    state: RunDraft.State
    invoice: UUID | None = None
    findings: tuple[Finding, ...] = ()


@command("invoicing.issue_chunk", Permission.INVOICES_ISSUE)
def issue_chunk(ctx: Ctx, *, run: UUID, chunk: int, key: str | None = None) -> int:
    """Issue what still waits in one chunk of a run; returns how many drafts had their turn.

    A second call, or one beside another worker that is at it, finds nothing and changes nothing.
    """
    del key
    rows = RunDraft.objects.select_for_update(skip_locked=True).filter(run_id=run, chunk=chunk, state=WAITING)
    drafts = list(rows.order_by("draft_id").values_list("draft_id", flat=True))
    if not drafts:
        return 0
    record = IssueRun.objects.get(id=run)
    open_ = Draft.objects.select_for_update().filter(id__in=drafts, state=Draft.State.OPEN).order_by("id")
    there = list(open_.values_list("id", flat=True))
    outcomes = dict.fromkeys(drafts, Outcome(RunDraft.State.GONE)) | issued(ctx, there, record.issue_on)
    _note(ctx, run, outcomes)
    end_run(ctx, record, record.issue_on)
    return len(drafts)


def issued(ctx: Ctx, drafts: Sequence[UUID], today: date) -> dict[UUID, Outcome]:
    """Issue drafts together; those with errors are taken out with their findings and the rest goes on.

    What refuses without naming a draft, or fails, is found by issuing one at a time.
    """
    outcomes: dict[UUID, Outcome] = {}
    left = list(drafts)
    while left:
        try:
            with transaction.atomic():
                done = issue_invoices(ctx, drafts=left, today=today)
        except RefusedError as refused:
            named = _named(refused.findings)
            if not named:
                return outcomes | {draft: _alone(ctx, draft, today) for draft in left}
            outcomes |= {left[at]: _refused(findings) for at, findings in named.items()}
            left = [draft for draft in left if draft not in outcomes]
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            log.exception("a chunk of a bulk run failed; trying its drafts one by one")
            return outcomes | {draft: _alone(ctx, draft, today) for draft in left}
        else:
            return outcomes | {
                draft: Outcome(RunDraft.State.ISSUED, invoice) for draft, invoice in zip(left, done, strict=True)
            }
    return outcomes


def _alone(ctx: Ctx, draft: UUID, today: date) -> Outcome:
    """Issue one draft; a lost database is the job's to try again, anything else concerns this draft only."""
    try:
        with transaction.atomic():
            [invoice] = issue_invoices(ctx, drafts=[draft], today=today)
    except RefusedError as refused:
        return _refused(refused.findings)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("draft %s cannot be issued", draft)
        return _refused([FAULT])
    return Outcome(RunDraft.State.ISSUED, invoice)


def _named(findings: Iterable[Finding]) -> dict[int, list[Finding]]:
    """Return findings by the place of their draft in the call; nothing where one names no draft."""
    found: dict[int, list[Finding]] = defaultdict(list)
    for finding in findings:
        match = _NAMED.match(finding.path)
        if match is None:
            return {}
        found[int(match[1])].append(finding)
    return found


def _refused(findings: Iterable[Finding]) -> Outcome:
    plain = tuple(replace(one, path=_NAMED.sub("", one.path, count=1)) for one in findings)
    return Outcome(RunDraft.State.REFUSED, None, plain)


def _note(ctx: Ctx, run: UUID, outcomes: dict[UUID, Outcome]) -> None:
    parameters: dict[str, Any] = {
        "tenant": ctx.tenant, "run": run, "drafts": list(outcomes),
        "states": [one.state.value for one in outcomes.values()],
        "invoices": [one.invoice for one in outcomes.values()],
        "findings": [json.dumps([finding_to_wire(found) for found in one.findings]) for one in outcomes.values()],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(sql("invoicing", "issue_run_note"), parameters)
