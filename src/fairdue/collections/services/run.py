"""The cadence run: SQL narrows, Python decides, SQL writes.

Each chunk of debtors is one transaction under the tenant's run lock. A run that dies loses the chunk it was
in and nothing else; the next run, tonight or tomorrow, derives what is still due. Running twice does
nothing the second time, because what the first run wrote is the pause of the second.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import batched
from typing import TYPE_CHECKING, Any

from django.db import connection

from fairdue.collections import bulk
from fairdue.collections.inviting import with_links
from fairdue.collections.ladders import Ladders, Wordings, load_ladders
from fairdue.collections.letters import Written, compensation_minor, write
from fairdue.collections.models import Task
from fairdue.collections.planning import NO_ADDRESS, Planned, Skipped, plan_debtor, step_lines
from fairdue.core.cadence import Channel, Template
from fairdue.core.law.answer import interest_answer
from fairdue.foundation.facts import NewFact, record_all
from fairdue.foundation.figures import day_text
from fairdue.foundation.ids import uuid7
from fairdue.foundation.mail import Mail, queue_mail
from fairdue.parties.following import merged_records

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from uuid import UUID

    from fairdue.foundation.context import Ctx

CHUNK = 2000
_NO_WAY = "no e-mail address: the reminder could not be sent"
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 7035))"


@dataclass(slots=True)
class RunResult:
    """What a run did, or would do: messages, calls, items with a step, sums, and what was left out and why."""

    notices: int = 0
    calls: int = 0
    items: int = 0
    totals: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)

    def add(self, planned: Sequence[Planned], skipped: Sequence[Skipped]) -> None:
        """Count one chunk."""
        for one in planned:
            self.notices += not one.is_call
            self.calls += one.is_call
            self.items += len(step_lines(one.contact))
            self.totals.update(one.contact.totals)
        self.skipped.update(one.reason for one in skipped)


def run_cadence(
    ctx: Ctx, *, today: date, creditor: UUID | None = None, debtors: Sequence[UUID] | None = None
) -> RunResult:
    """Take every step that is due on `today`; messages are queued, calls and hand-work become tasks."""
    result = RunResult()
    with ctx.open():
        ladders, wordings = load_ladders(), Wordings()
        found = bulk.candidates(ctx, today, ladders.narrowing(), creditor, debtors)
    for chunk in batched(found, CHUNK):
        with ctx.open():
            lock_messages(ctx)
            # One that is being merged is left to the next run, which writes over everything that is owed together.
            merged = merged_records(ctx, chunk)
            planned, skipped = decide(ctx, [one for one in chunk if one not in merged], ladders, today)
            _write(ctx, planned, skipped, wordings, today)
        result.add(planned, skipped)
    return result


def preview_run(
    ctx: Ctx, *, today: date, creditor: UUID | None = None, debtors: Sequence[UUID] | None = None
) -> Iterator[tuple[list[Planned], list[Skipped]]]:
    """Yield what would run, chunk by chunk, and write nothing: the same narrowing, the same decisions."""
    with ctx.open():
        ladders = load_ladders()
        found = bulk.candidates(ctx, today, ladders.narrowing(), creditor, debtors)
        for chunk in batched(found, CHUNK):
            yield decide(ctx, chunk, ladders, today)


def decide(ctx: Ctx, debtors: Sequence[UUID], ladders: Ladders, today: date) -> tuple[list[Planned], list[Skipped]]:
    """Return what is due for these debtors, asking the pure rule item by item."""
    items = bulk.load_items(ctx, debtors, today, ladders.narrowing().ahead)
    rows = bulk.load_debtors(ctx, debtors)
    holds = bulk.load_holds(ctx, debtors, today)
    planned: list[Planned] = []
    skipped: list[Skipped] = []
    for debtor_id in debtors:
        debtor = rows[debtor_id]
        newest = ladders.of(debtor.creditor_id, debtor_id)
        if newest is None:
            continue
        climbing = [(item, ladders.for_item(newest, item)) for item in items.get(debtor_id, [])]
        due, left = plan_debtor(debtor, climbing, holds.get(debtor_id, []), today)
        planned += due
        skipped += left
    return planned, skipped


def lock_messages(ctx: Ctx) -> None:
    """Let one writer of messages at a time, a run or a person, decide what a debtor of the tenant gets."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [f"collections.run:{ctx.tenant}"])


def _write(ctx: Ctx, planned: Sequence[Planned], skipped: Sequence[Skipped], wordings: Wordings, today: date) -> None:
    formal = [
        line.item.id
        for one in planned
        for line in step_lines(one.contact)
        if line.step and line.step.template is Template.FORMAL_NOTICE
    ]
    payments = bulk.load_payments(ctx, formal)  # type: ignore[arg-type]
    ids = [uuid7() for _ in planned]
    messages = [
        (id_, one, write(one, wordings.of(one.debtor.creditor_id, one.contact.step.template, one.debtor.language),
                         today, payments))
        for id_, one in zip(ids, planned, strict=True)
        if not one.is_call
    ]  # fmt: skip
    bulk.insert(ctx, "notice", [notice_row(ctx, id_, one, text, today) for id_, one, text in messages])
    bulk.insert(ctx, "notice_line", [row for id_, one, text in messages for row in line_rows(id_, one, text)])
    steps = [row for id_, one in zip(ids, planned, strict=True) for row in _step_rows(id_, one, today)]
    bulk.insert(ctx, "step_taken", steps)
    mails = [mail_of(id_, one, text) for id_, one, text in messages if sends_itself(one)]
    languages = {one.debtor.id: one.debtor.language for one in planned}
    queue_mail(ctx, with_links(ctx, mails, languages, today))
    tasks = [row for id_, one in zip(ids, planned, strict=True) for row in _task_rows(id_, one, today)]
    tasks += _address_tasks([one for one in skipped if one.reason == NO_ADDRESS], today)
    new = set(bulk.insert(ctx, "collection_task", tasks))
    record_all(ctx, [fact for id_, one, text in messages for fact in planned_facts(id_, one, text, today)])
    record_all(ctx, [_task_fact(row, today) for row in tasks if row[0] in new])


def sends_itself(planned: Planned) -> bool:
    """Return whether the message goes out without a person."""
    return planned.contact.step.automatic and planned.contact.step.channel is Channel.EMAIL


def notice_row(ctx: Ctx, id_: UUID, one: Planned, text: Written, today: date) -> tuple[Any, ...]:
    """Return the row of a planned message."""
    step = one.contact.step
    # What goes out by itself has its HTML in its mail; it is not kept twice.
    html = "" if sends_itself(one) else text.letter.html
    return (
        id_, one.debtor.creditor_id, one.debtor.id, today, step.level, step.template, step.channel, text.language,
        one.debtor.email, text.letter.subject[:250], text.letter.text, html, text.reply_by, "planned",
        ctx.actor,
    )  # fmt: skip


def line_rows(id_: UUID, one: Planned, text: Written) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a message's lines with what the law adds to each."""
    for line in one.contact.lines:
        claim = text.claims.get(line.item.id)  # type: ignore[call-overload]
        yield (
            uuid7(), one.debtor.creditor_id, id_, line.item.id, line.item.currency, line.item.residual_minor,
            line.chaseable_minor, line.step.level if line.step else None, claim.interest_minor if claim else 0,
            compensation_minor(claim) if claim else 0, interest_answer(claim) if claim else {},
        )  # fmt: skip


def _step_rows(id_: UUID, one: Planned, today: date) -> Iterator[tuple[Any, ...]]:
    for line in step_lines(one.contact):
        step = line.step
        assert step is not None
        passed_over = [passed.offset_days for passed in line.superseded]
        yield (
            uuid7(), one.debtor.creditor_id, one.debtor.id, line.item.id, line.item.due_on, step.offset_days,
            step.level, step.template, today, passed_over, "taken", id_,
            one.versions.get(line.item.id),  # type: ignore[call-overload]
        )  # fmt: skip


def mail_of(id_: UUID, one: Planned, text: Written) -> Mail:
    """Return the mail of a message; its identity is the notice, so it is queued once."""
    return Mail(
        "collections.notice", f"notice:{id_}", one.debtor.creditor_id, one.debtor.email, text.letter.subject,
        text.letter.text, html=text.letter.html, debtor_id=one.debtor.id, subject_id=id_,
        context={"notice": str(id_)},
    )  # fmt: skip


def _task_rows(id_: UUID, one: Planned, today: date) -> Iterator[tuple[Any, ...]]:
    if sends_itself(one):
        return
    debtor, step = one.debtor, one.contact.step
    kind = "call" if one.is_call else "letter"
    first = step_lines(one.contact)[0].item
    more = len(one.contact.lines) - 1
    items = one.items[first.id].number + (f" and {more} more" if more else "")  # type: ignore[index]
    word = "" if one.is_call else f"{step.template.replace('_', ' ')}: "
    reason = f"{word}{items}, due {day_text(first.due_on, 'en')}"
    yield (
        uuid7(), debtor.creditor_id, debtor.id, kind, reason, today, today, f"{kind}:{debtor.id}:{today}", id_, None,
    )  # fmt: skip


def _address_tasks(mute: Sequence[Skipped], today: date) -> list[tuple[Any, ...]]:
    """Return the rows that ask for an address: one a debtor a month, and none beside one that is still open."""
    asked = set(
        Task.objects.filter(
            kind="master_data", reason=_NO_WAY, state="open", debtor_id__in=[one.debtor.id for one in mute]
        ).values_list("debtor_id", flat=True)
    )
    return [
        (
            uuid7(), one.debtor.creditor_id, one.debtor.id, "master_data", _NO_WAY, today, today,
            f"address:{one.debtor.id}:{today:%Y-%m}", None, None,
        )
        for one in mute
        if one.debtor.id not in asked
    ]  # fmt: skip


def planned_facts(id_: UUID, one: Planned, text: Written, today: date) -> list[NewFact]:
    """Return the facts that a message was planned and what it demands without interest, with the reason.

    Several currencies are told one by one.
    """
    totals = one.contact.totals
    currency = max(totals, key=lambda c: totals[c])
    payload = {
        "template": one.contact.step.template, "level": one.contact.step.level,
        "amount": {"minor": totals[currency], "currency": currency}, "items": len(one.contact.lines),
        "channel": one.contact.step.channel,
    }  # fmt: skip
    about = (one.debtor.creditor_id, one.debtor.id)
    return [NewFact("notice.planned", today, id_, *about, payload)] + [
        NewFact("notice.without_interest", today, item, *about, {
            "number": one.items[item].number, "reason": reason, "notice": str(id_),
        })
        for item, reason in text.unclaimed.items()
    ]  # fmt: skip


def _task_fact(row: tuple[Any, ...], today: date) -> NewFact:
    return NewFact("task.opened", today, row[0], row[1], row[2], {"kind": row[3], "reason": row[4]})
