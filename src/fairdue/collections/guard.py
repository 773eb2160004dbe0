"""The last word before a message leaves: asked again, under row locks, at send time.

The open items of the message are locked; if anything about them is no longer as the letter says (paid, part
paid, held, moved), the message is cancelled, its steps no longer count, and the next run derives what is due.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection

from fairdue.collections import bulk
from fairdue.collections.models import Notice, NoticeLine, StepTaken
from fairdue.core.contact import Item, may_contact
from fairdue.core.findings import refuse
from fairdue.foundation import clock
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.figures import day_text
from fairdue.foundation.mail import Verdict, guard
from fairdue.foundation.models import Tenant

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx
    from fairdue.foundation.models import OutgoingMail

OLDEST = timedelta(days=3)
"""A message that waited longer says things that are no longer so."""
_LOCK_ITEMS = """
SELECT id, kind, number, currency, residual, due_on FROM open_item
WHERE tenant_id = %s AND id = ANY(%s) ORDER BY id FOR UPDATE
"""


@guard("collections.notice")
def still_due(ctx: Ctx, mail: OutgoingMail) -> Verdict:
    """Decide whether a queued notice may still go out; cancel it if not."""
    notice = Notice.objects.select_for_update().get(id=UUID(mail.context["notice"]))
    if notice.state == Notice.State.SENT:
        return Verdict(send=False, reason="it reached the customer another way already")
    today = max(clock.today(Tenant.objects.get(id=ctx.tenant).timezone), notice.run_on)
    reason = why_stale(ctx, notice, today)
    if reason:
        cancel_notice(ctx, notice, reason, today)
    return Verdict(send=not reason, reason=reason)


def why_stale(ctx: Ctx, notice: Notice, today: date) -> str:
    """Return what is no longer as the letter says, empty when all is; takes the items' row locks."""
    if notice.state == Notice.State.CANCELLED:
        return notice.state_reason or "cancelled"
    if today - notice.run_on > OLDEST:
        return f"written on {day_text(notice.run_on, 'en')}, too old to send"
    lines = {line.item_id: line for line in NoticeLine.objects.filter(notice_id=notice.id)}
    due = dict(StepTaken.objects.filter(source_id=notice.id).values_list("item_id", "due_on"))
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_ITEMS, [ctx.tenant, list(lines)])
        rows = cursor.fetchall()
    holds = bulk.load_holds(ctx, [notice.debtor_id], today).get(notice.debtor_id, [])
    for id_, kind, number, currency, residual, due_on in rows:
        decision = may_contact(Item(id_, kind, due_on, residual, currency), holds, today)
        if residual != lines[id_].residual:
            return f"{number} is paid" if residual == 0 else f"the open amount of {number} changed"
        if decision.chaseable_minor != lines[id_].chaseable:
            return f"{number}: {', '.join(decision.reasons) or 'a hold ended'}"
        if due.get(id_, due_on) != due_on:
            return f"the due date of {number} moved"
    return _covered(ctx, notice, list(lines.values()))


def _covered(ctx: Ctx, notice: Notice, lines: list[NoticeLine]) -> str:
    """Return a reason when money of the debtor that is not applied yet covers the whole message."""
    unapplied = bulk.load_debtors(ctx, [notice.debtor_id])[notice.debtor_id].unapplied
    totals: dict[str, int] = {}
    for line in lines:
        totals[line.currency] = totals.get(line.currency, 0) + line.chaseable
    covered = all(unapplied.get(currency, 0) >= total for currency, total in totals.items())
    return "money on account covers it" if covered else ""


def cancel_notice(ctx: Ctx, notice: Notice, reason: str, today: date) -> None:
    """Cancel a notice that did not go out; its steps do not count, so the next run decides anew."""
    if notice.state == Notice.State.SENT:
        raise refuse("notice.sent", "notice", "It was sent already.")
    notice.state, notice.state_reason, notice.settled_on = Notice.State.CANCELLED, reason[:500], today
    notice.save(update_fields=["state", "state_reason", "settled_on"])
    StepTaken.objects.filter(source_id=notice.id).update(state=StepTaken.State.CANCELLED)
    payload = {"template": notice.template, "reason": reason}
    record(ctx, NewFact("notice.cancelled", today, notice.id, notice.creditor_id, notice.debtor_id, payload))
