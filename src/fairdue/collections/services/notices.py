"""Messages that a person sends: release one that waited for a hand, or write one now."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fairdue.collections import bulk
from fairdue.collections.guard import cancel_notice, why_stale
from fairdue.collections.inviting import with_links
from fairdue.collections.ladders import Wordings
from fairdue.collections.letters import Written, write
from fairdue.collections.models import Notice, Task
from fairdue.collections.planning import NO_ADDRESS, Planned
from fairdue.collections.services.run import line_rows, lock_messages, mail_of, notice_row, planned_facts
from fairdue.core.cadence import Channel, Contact, Line, Step, Template, Tone
from fairdue.core.contact import may_contact
from fairdue.core.findings import refuse
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record, record_all
from fairdue.foundation.ids import uuid7
from fairdue.foundation.mail import Mail, queue_mail
from fairdue.foundation.permissions import Permission
from fairdue.parties.following import staying_record

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from fairdue.foundation.context import Ctx

AHEAD = 14
TONES = {
    Template.REMINDER: Tone.COURTEOUS,
    Template.DUE_TODAY: Tone.COURTEOUS,
    Template.NOTICE: Tone.FRIENDLY,
    Template.FIRM_NOTICE: Tone.FIRM,
    Template.FORMAL_NOTICE: Tone.FORMAL,
}


def compose(ctx: Ctx, *, debtor: UUID, template: str, today: date) -> tuple[Planned, Written]:
    """Return the message that would go to a debtor now, over everything that may be chased; writes nothing.

    A reminder names what is due soon, every other template what is late. Refuses a debtor of whom nothing
    may be chased.
    """
    if template not in TONES:
        raise refuse("notice.template", "template", f"A message is one of {', '.join(TONES)}, not {template!r}.")
    found = bulk.load_debtors(ctx, [debtor])
    if debtor not in found:
        raise refuse("debtor.unknown", "debtor", "There is no such customer.")
    row = found[debtor]
    ahead = AHEAD if template == Template.REMINDER else 0
    items = bulk.load_items(ctx, [debtor], today, ahead).get(debtor, [])
    holds = bulk.load_holds(ctx, [debtor], today).get(debtor, [])
    step = Step(0, 0, Channel.EMAIL, Template(template), TONES[Template(template)])
    lines = []
    for item in items:
        decision = may_contact(item.as_item(), holds, today)
        if decision.allowed and (template == Template.REMINDER or item.due_on <= today):
            lines.append(Line(item.as_item(), decision.chaseable_minor, step))
    if not lines:
        raise refuse("notice.nothing", "debtor", "Nothing of this customer may be chased today.")
    planned = Planned(row, Contact(step, tuple(lines)), {item.id: item for item in items})
    payments = bulk.load_payments(ctx, [item.id for item in items])
    wording = Wordings().of(row.creditor_id, template, row.language)
    return planned, write(planned, wording, today, payments)


@command("collections.send_notice", Permission.COLLECTIONS_ACT)
def send_notice(ctx: Ctx, *, debtor: UUID, template: str, today: date, key: str | None = None) -> UUID:
    """Send a debtor a message now, outside the ladder; refuses a second message on the same day."""
    del key
    lock_messages(ctx)
    debtor = staying_record(ctx, debtor)
    planned, text = compose(ctx, debtor=debtor, template=template, today=today)
    if "@" not in planned.debtor.email:
        raise refuse("notice.address", "debtor", f"The customer has {NO_ADDRESS}.")
    if Notice.objects.filter(debtor_id=debtor, run_on=today).exclude(state=Notice.State.CANCELLED).exists():
        raise refuse("notice.today", "debtor", "This customer had a message today already.")
    id_ = uuid7()
    # Sent by hand: it is listed, but takes no rung of the ladder.
    loose = replace(
        planned,
        contact=replace(planned.contact, lines=tuple(replace(line, step=None) for line in planned.contact.lines)),
    )
    bulk.insert(ctx, "notice", [notice_row(ctx, id_, loose, text, today)])
    bulk.insert(ctx, "notice_line", list(line_rows(id_, loose, text)))
    queue_mail(ctx, with_links(ctx, [mail_of(id_, loose, text)], {debtor: planned.debtor.language}, today))
    record_all(ctx, planned_facts(id_, loose, text, today))
    return id_


@command("collections.release_notice", Permission.COLLECTIONS_ACT)
def release_notice(ctx: Ctx, *, notice: UUID, today: date, posted: bool = False, key: str | None = None) -> UUID:
    """Send a written message that waited for a hand, or note that the letter was posted; ends its task.

    Refuses, and cancels the message, if it is no longer as it says.
    """
    del key
    row = Notice.objects.select_for_update().get(id=notice)
    if row.state != Notice.State.PLANNED:
        raise refuse("notice.state", "notice", f"It is {row.state} already.")
    reason = why_stale(ctx, row, today)
    _end_task(ctx, row, "cancelled" if reason else "posted" if posted else "sent", today)
    if reason:
        cancel_notice(ctx, row, reason, today)
    elif posted:
        row.state, row.settled_on = Notice.State.SENT, today
        row.save(update_fields=["state", "settled_on"])
        payload = {"template": row.template, "recipient": "the postal address"}
        record(ctx, NewFact("notice.sent", today, row.id, row.creditor_id, row.debtor_id, payload))
    else:
        mail = Mail(
            "collections.notice", f"notice:{row.id}", row.creditor_id, row.recipient, row.subject, row.text,
            html=row.html, debtor_id=row.debtor_id, subject_id=row.id, context={"notice": str(row.id)},
        )  # fmt: skip
        queue_mail(ctx, with_links(ctx, [mail], {row.debtor_id: row.language}, today))
    return row.id


def _end_task(ctx: Ctx, notice: Notice, outcome: str, today: date) -> None:
    Task.objects.filter(source_id=notice.id, state=Task.State.OPEN).update(
        state=Task.State.DONE, outcome=outcome, done_on=today, done_by=ctx.actor
    )
