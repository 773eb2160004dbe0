"""Frozen rows about work, promises, disputes and messages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Q

from fairdue.collections.inviting import without_link
from fairdue.collections.models import CallLog, Dispute, Notice, NoticeLine, Task
from fairdue.core.findings import refuse
from fairdue.core.promise import Promise as Pledge
from fairdue.core.promise import promise_verdict
from fairdue.foundation.facts.reading import FactFilter, logged_facts
from fairdue.foundation.mail.queue import html_about
from fairdue.foundation.sqlfiles import sql
from fairdue.foundation.tenancy import current_tenant
from fairdue.parties.searching import patterns_for
from fairdue.receivables import selectors as receivables

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from uuid import UUID

    from fairdue.foundation.context import Ctx

OUTCOMES = tuple((code, str(word)) for code, word in CallLog.Outcome.choices)
"""Codes and words of a call's outcome, in the order of the keys 1 to 9."""
DISPUTE_REASONS = tuple((code, str(word)) for code, word in Dispute.Reason.choices)
DISPUTE_OUTCOMES = tuple((code, str(word)) for code, word in Dispute.Outcome.choices)
KINDS = {
    "promise_broken": "Broken promise",
    "dispute": "Dispute",
    "call": "Call",
    "follow_up": "Follow up",
    "letter": "Send by hand",
    "master_data": "Master data",
}
"""What a line of the worklist is about, as a person reads it."""


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One line of the worklist: who, why, how much is overdue (books of the creditor), how urgent."""

    id: UUID
    source: str
    kind: str
    creditor_id: UUID
    debtor_id: UUID
    debtor_name: str
    reason: str
    due_on: date
    currency: str
    overdue: int
    oldest_due_on: date | None
    priority: int
    owner_id: UUID | None
    last_contact_on: date | None
    owed: int
    """What is overdue in the currency of its items; in that of the books where they have several."""
    owed_in: str

    @property
    def kind_word(self) -> str:
        """The kind in words."""
        return KINDS.get(self.kind, self.kind)


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """A promise or plan; `state` is derived as of the day that was asked for."""

    id: UUID
    creditor_id: UUID
    debtor_id: UUID
    debtor_name: str
    kind: str
    currency: str
    amount: int
    made_on: date
    promised_on: date
    state: str
    settled_on: date | None
    taken_by: str
    contact: str
    received: int
    numbers: str


@dataclass(frozen=True, slots=True)
class DisputeRow:
    """A dispute; `amount` is what is contested and still open, minor units."""

    id: UUID
    creditor_id: UUID
    debtor_id: UUID
    debtor_name: str
    item_id: UUID
    number: str
    currency: str
    amount: int
    residual: int
    reason: str
    note: str
    clock: str
    clock_since: date
    answer_by: date
    opened_on: date
    opened_by: str
    owner_id: UUID | None
    resolved_on: date | None
    outcome: str
    resolution: str
    whole: bool

    @property
    def reason_word(self) -> str:
        """The reason in words."""
        return str(Dispute.Reason(self.reason).label)

    @property
    def outcome_word(self) -> str:
        """The outcome in words, empty while it is open."""
        return str(Dispute.Outcome(self.outcome).label) if self.outcome else ""


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task as its panel shows it."""

    id: UUID
    creditor_id: UUID
    debtor_id: UUID
    kind: str
    reason: str
    due_on: date
    state: str
    outcome: str
    source_id: UUID | None

    @property
    def kind_word(self) -> str:
        """The kind in words."""
        return KINDS.get(self.kind, self.kind)


@dataclass(frozen=True, slots=True)
class CallRow:
    """A logged call."""

    outcome: str
    spoke_with: str
    note: str
    called_on: date
    called_by: str


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A message as it was written."""

    id: UUID
    debtor_id: UUID
    run_on: date
    level: int
    template: str
    channel: str
    recipient: str
    subject: str
    text: str
    html: str
    language: str
    state: str
    state_reason: str
    reply_by: date | None
    interest: Mapping[str, int]
    compensation: Mapping[str, int]

    @property
    def claimed(self) -> bool:
        """Whether it claims interest or compensation."""
        return any(self.interest.values()) or any(self.compensation.values())


def _rows[T](row_type: type[T], name: str, parameters: dict[str, Any]) -> list[T]:
    with connection.cursor() as cursor:
        cursor.execute(sql("collections", name), parameters)
        return [row_type(*row) for row in cursor.fetchall()]


def worklist(
    ctx: Ctx, *, today: date, creditor: UUID | None = None, kind: str = "", owner: UUID | None = None,
    q: str = "", after: tuple[Any, ...] | None = None, limit: int = 50,
) -> list[WorkRow]:  # fmt: skip
    """Return what waits for a person, most urgent first; `after` is (priority, overdue, id) of the last row."""
    priority, overdue, id_ = after or (None, None, None)
    parameters = {
        "tenant": ctx.tenant, "today": today, "creditor": creditor, "kind": kind, "owner": owner,
        "q": patterns_for(q) or None, "after_priority": priority, "after_overdue": overdue, "after_id": id_,
        "limit": limit, "ids": None, "debtor": None,
    }  # fmt: skip
    return [_in_words(row) for row in _rows(WorkRow, "worklist", parameters)]


def work_lines(
    ctx: Ctx, *, today: date, ids: Sequence[UUID] | None = None, debtor: UUID | None = None
) -> list[WorkRow]:
    """Return lines of the worklist by their ids, or all of one customer; what does not wait any more is left out."""
    parameters: dict[str, Any] = {
        "tenant": ctx.tenant, "today": today, "creditor": None, "kind": "", "owner": None, "q": None,
        "after_priority": None, "after_overdue": None, "after_id": None, "limit": 1000,
        "ids": None if ids is None else list(ids), "debtor": debtor,
    }  # fmt: skip
    return [_in_words(row) for row in _rows(WorkRow, "worklist", parameters)]


def _in_words(row: WorkRow) -> WorkRow:
    """Return a line whose reason a person reads; that of a dispute is stored as its code."""
    if row.source != "dispute":
        return row
    return replace(row, reason=f"waits for our answer: {str(Dispute.Reason(row.reason).label).lower()}")


def work_counts(ctx: Ctx, *, today: date) -> dict[str, int]:
    """Return how many lines wait by kind, with calls_today, done_today and promises_today."""
    with connection.cursor() as cursor:
        cursor.execute(sql("collections", "work_counts"), {"tenant": ctx.tenant, "today": today})
        return dict(cursor.fetchall())


def promises(
    ctx: Ctx, *, today: date, creditor: UUID | None = None, debtor: UUID | None = None, state: str = "", q: str = "",
    after: tuple[Any, ...] | None = None, limit: int = 50,
) -> list[PromiseRow]:  # fmt: skip
    """Return promises and plans by promised date; an open one is judged as of `today`."""
    day, id_ = after or (None, None)
    parameters = {
        "tenant": ctx.tenant, "creditor": creditor, "debtor": debtor, "state": state, "q": patterns_for(q) or None,
        "after_day": day, "after_id": id_, "limit": limit,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(sql("collections", "promises"), parameters)
        return [_promise(row, today) for row in cursor.fetchall()]


def _promise(row: tuple[Any, ...], today: date) -> PromiseRow:
    *head, verdict, verdict_on, taken_by, contact, grace, received, numbers = row
    if verdict == "open" and head[4] == "promise":
        pledge = Pledge(head[6], head[8], head[7], grace)
        last_day = promise_verdict(pledge, (), today).last_day
        if received >= head[6]:
            verdict = "kept"
        elif today > last_day:
            verdict = "partly_kept" if received > 0 else "broken"
    return PromiseRow(*(*head, verdict, verdict_on, taken_by, contact, received, numbers or ""))


def disputes(
    ctx: Ctx, *, creditor: UUID | None = None, debtor: UUID | None = None, id_: UUID | None = None, state: str = "",
    reason: str = "", q: str = "", after: tuple[Any, ...] | None = None, limit: int = 50,
) -> list[DisputeRow]:  # fmt: skip
    """Return disputes by answer date; state is open, ours, theirs, resolved or all (empty)."""
    day, last = after or (None, None)
    parameters = {
        "tenant": ctx.tenant, "creditor": creditor, "debtor": debtor, "id": id_, "state": state, "reason": reason,
        "q": patterns_for(q) or None, "after_day": day, "after_id": last, "limit": limit,
    }  # fmt: skip
    return _rows(DisputeRow, "disputes", parameters)


def task(ctx: Ctx, *, id_: UUID) -> TaskRow:
    """Return one task; refuse one that is not there."""
    del ctx
    row = Task.objects.filter(id=id_).first()
    if row is None:
        raise refuse("task.unknown", "task", "There is no such task.")
    return _task(row)


def tasks(ctx: Ctx, *, debtor: UUID) -> list[TaskRow]:
    """Return the open tasks of a debtor, earliest first."""
    del ctx
    rows = Task.objects.filter(debtor_id=debtor, state=Task.State.OPEN).order_by("due_on", "id")
    return [_task(row) for row in rows]


def _task(row: Task) -> TaskRow:
    return TaskRow(
        row.id, row.creditor_id, row.debtor_id, row.kind, row.reason, row.due_on, row.state, row.outcome,
        row.source_id,
    )  # fmt: skip


def calls(ctx: Ctx, *, debtor: UUID, limit: int = 20) -> list[CallRow]:
    """Return the calls with a debtor, newest first."""
    del ctx
    rows = CallLog.objects.filter(debtor_id=debtor, withdrawn_on__isnull=True).order_by("-called_on", "-id")[:limit]
    return [
        CallRow(str(CallLog.Outcome(r.outcome).label), r.spoke_with, r.note, r.called_on, r.called_by) for r in rows
    ]


@dataclass(frozen=True, slots=True)
class NoticeLineRow:
    """An item of a message: what was chased, what the law added, and the law's whole answer."""

    item_id: UUID
    number: str
    currency: str
    residual: int
    chaseable: int
    interest: int
    compensation: int
    law: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class NoticeDetail:
    """A message with its lines; `booked` says whether its claims are open items already."""

    row: NoticeRow
    creditor_id: UUID
    lines: tuple[NoticeLineRow, ...]
    booked: bool

    @property
    def bookable(self) -> bool:
        """Whether there is something to book that was sent and is not booked yet."""
        claimed = any(line.interest or line.compensation for line in self.lines)
        return claimed and self.row.state == Notice.State.SENT and not self.booked

    @property
    def sums(self) -> dict[str, tuple[int, int]]:
        """Interest and compensation by currency, minor units."""
        return {
            currency: (self.row.interest[currency], self.row.compensation[currency]) for currency in self.row.interest
        }


def notice(ctx: Ctx, *, id_: UUID) -> NoticeDetail | None:
    """Return one message with everything that it claims, None when there is none."""
    row = Notice.objects.filter(id=id_).first()
    if row is None:
        return None
    lines = list(NoticeLine.objects.filter(notice_id=id_))
    numbers = {item.id: item.number for item in receivables.items(ctx, ids=[line.item_id for line in lines])}
    shown = tuple(
        NoticeLineRow(
            line.item_id, numbers.get(line.item_id, ""), line.currency, line.residual, line.chaseable, line.interest,
            line.compensation, line.law,
        )
        for line in sorted(lines, key=lambda line: numbers.get(line.item_id, ""))
    )  # fmt: skip
    booked = bool(logged_facts(ctx, FactFilter(subject=id_, type="claim.booked"), limit=1))
    told = _notice(row, _claimed(lines))
    told = told if told.html else replace(told, html=without_link(html_about(ctx, id_)))
    return NoticeDetail(told, row.creditor_id, shown, booked)


def _claimed(lines: Iterable[NoticeLine]) -> dict[str, tuple[int, int]]:
    """Return (interest, compensation) by currency."""
    sums: dict[str, tuple[int, int]] = {}
    for line in lines:
        interest, flat = sums.get(line.currency, (0, 0))
        sums[line.currency] = (interest + line.interest, flat + line.compensation)
    return sums


def notices(
    ctx: Ctx, *, debtor: UUID | None = None, run_on: date | None = None, after: tuple[date, UUID] | None = None,
    limit: int = 50,
) -> list[NoticeRow]:  # fmt: skip
    """Return messages, newest first, of a debtor or of a run; `after`: (run_on, id) seen last."""
    del ctx
    rows = Notice.objects.order_by("-run_on", "-id")
    rows = rows.filter(Q(run_on__lt=after[0]) | Q(run_on=after[0], id__lt=after[1])) if after else rows
    rows = rows.filter(debtor_id=debtor) if debtor else rows
    rows = rows.filter(run_on=run_on) if run_on else rows
    found = list(rows[:limit])
    lines: dict[UUID, list[NoticeLine]] = {}
    for line in NoticeLine.objects.filter(notice_id__in=[row.id for row in found]):
        lines.setdefault(line.notice_id, []).append(line)
    return [_notice(row, _claimed(lines.get(row.id, []))) for row in found]


def _notice(row: Notice, sums: Mapping[str, tuple[int, int]]) -> NoticeRow:
    return NoticeRow(
        row.id, row.debtor_id, row.run_on, row.level, row.template, row.channel, row.recipient, row.subject, row.text,
        row.html, row.language, row.state, row.state_reason, row.reply_by, {c: pair[0] for c, pair in sums.items()},
        {c: pair[1] for c, pair in sums.items()},
    )  # fmt: skip


def debtors_by_external_id(external_id: str, creditor: UUID | None) -> list[UUID]:
    """Return the debtors with this id of the source system, of one creditor or of all."""
    statement = (
        "SELECT id FROM debtor WHERE tenant_id = %(tenant)s AND external_id = %(external)s "
        "AND (%(creditor)s::uuid IS NULL OR creditor_id = %(creditor)s) ORDER BY id"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, {"tenant": current_tenant(), "external": external_id, "creditor": creditor})
        return [row[0] for row in cursor.fetchall()]
