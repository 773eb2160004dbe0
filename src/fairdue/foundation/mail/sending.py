"""Send what is due: claim and re-check in one transaction, speak to the server, note the outcome in another."""

from __future__ import annotations

import logging
import smtplib
from datetime import date, timedelta
from email.errors import MessageError
from typing import Any
from uuid import UUID

from django.db import connection, connections, transaction

from fairdue.foundation import clock
from fairdue.foundation.context import Ctx, TenantId
from fairdue.foundation.facts import FactType, NewFact, declare, record, record_all
from fairdue.foundation.files import load
from fairdue.foundation.mail.holding import KEY as HELD
from fairdue.foundation.mail.queue import ENVELOPE, GUARDS, Verdict
from fairdue.foundation.mail.signing import Message, key_for
from fairdue.foundation.models import OutgoingMail, Tenant

log = logging.getLogger(__name__)
ATTEMPTS = 10
BACKOFF = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 120, 240, 480, 480)]
LEASE = timedelta(minutes=2)
PERMANENT = 500
UNWRITABLE = (ValueError, MessageError)
"""What the mail library raises for addresses and headers that no message can carry."""

declare(
    FactType("mail.sent", "“{subject}” sent to {recipient}", "collections", ("kind", "recipient", "subject")),
    FactType("mail.failed", "“{subject}” to {recipient} failed: {reason}", "collections"),
    FactType("mail.cancelled", "“{subject}” to {recipient} was not sent: {reason}", "collections"),
)

_DUE_TENANTS = f"""
SELECT DISTINCT m.tenant_id FROM outgoing_mail m JOIN tenant t ON t.id = m.tenant_id
WHERE m.state IN ('planned', 'sending') AND m.next_at <= now() AND NOT t.settings ? '{HELD}'
"""
_CLAIM = """
SELECT id FROM outgoing_mail
WHERE tenant_id = %s AND state IN ('planned', 'sending') AND next_at <= now()
ORDER BY next_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
"""


def _due_tenants() -> list[int]:
    with connections["loader"].cursor() as cursor:
        cursor.execute(_DUE_TENANTS)
        return [row[0] for row in cursor.fetchall()]


def mail_due() -> bool:
    """Tell whether any message is due now."""
    return bool(_due_tenants())


def send_due(limit: int = 500) -> int:
    """Send due messages of all tenants, a share of each so that none waits behind another."""
    sent = 0
    tenants = _due_tenants()
    while tenants and sent < limit:
        for tenant in tuple(tenants):
            if send_next(Ctx(TenantId(tenant))):
                sent += 1
            else:
                tenants.remove(tenant)
    return sent


def send_next(ctx: Ctx) -> bool:
    """Send the next due message of a tenant; False when there is none."""
    with ctx.open():
        mail = _claim(ctx)
        if mail is None:
            return False
        today = clock.today(Tenant.objects.get(id=ctx.tenant).timezone)
        message = _prepare(ctx, mail, today)
    if message is None:
        return True
    failure = _speak(message)
    with ctx.open():
        mail = OutgoingMail.objects.select_for_update().get(id=mail.id)
        _note(ctx, mail, failure, today)
    return True


def _prepare(ctx: Ctx, mail: OutgoingMail, today: date) -> Message | None:
    """Ask the guard, build the message and mark it as being sent; None when it does not go out now.

    A message that cannot be built (a file is damaged, a guard fails) waits and in the end fails by itself;
    it must not hold back the messages behind it.
    """
    mail.attempts += 1
    try:
        with transaction.atomic():
            decide = GUARDS.get(mail.kind)
            verdict = decide(ctx, mail) if decide else Verdict(send=True)
            message = _message(ctx, mail) if verdict.send else None
    except Exception as error:
        log.exception("mail %s cannot be prepared", mail.id)
        _note(ctx, mail, error, today)
        return None
    if message is None:
        _finish(ctx, mail, OutgoingMail.State.CANCELLED, today, verdict.reason)
        return None
    mail.state, mail.next_at = mail.State.SENDING, clock.now() + LEASE
    mail.save(update_fields=["state", "attempts", "next_at"])
    return message


def _claim(ctx: Ctx) -> OutgoingMail | None:
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [ctx.tenant])
        row: tuple[UUID] | None = cursor.fetchone()
    return OutgoingMail.objects.get(id=row[0]) if row else None


def _message(ctx: Ctx, mail: OutgoingMail) -> Message:
    message = Message(
        mail.subject, mail.text, mail.sender, [mail.recipient],
        headers={"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated"},
        envelope=str(mail.context.get(ENVELOPE, "")), key=key_for(ctx, mail.creditor_id, mail.sender),
    )  # fmt: skip
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    for file in mail.attachments:
        row, content = load(ctx, UUID(file))
        message.attach(row.name, content, row.media_type)
    return message


def _speak(message: Message) -> Exception | None:
    try:
        message.send()
    except (OSError, smtplib.SMTPException, *UNWRITABLE) as error:
        return error
    return None


def _is_permanent(failure: Exception) -> bool:
    """Tell whether trying again is useless: the server refused this message, or no header can hold it.

    A refused connection or login is the installation's trouble, not the message's: it is tried again.
    """
    if isinstance(failure, smtplib.SMTPRecipientsRefused):
        return all(code >= PERMANENT for code, _ in failure.recipients.values())
    if isinstance(failure, smtplib.SMTPSenderRefused | smtplib.SMTPDataError):
        return failure.smtp_code >= PERMANENT
    return isinstance(failure, UNWRITABLE)


def _note(ctx: Ctx, mail: OutgoingMail, failure: Exception | None, today: Any) -> None:
    if failure is None:
        mail.sent_at = clock.now()
        _finish(ctx, mail, OutgoingMail.State.SENT, today)
    elif _is_permanent(failure) or mail.attempts >= ATTEMPTS:
        _finish(ctx, mail, OutgoingMail.State.FAILED, today, str(failure)[:500])
    else:
        mail.state, mail.error = OutgoingMail.State.PLANNED, str(failure)[:500]
        mail.next_at = clock.now() + BACKOFF[min(mail.attempts, len(BACKOFF)) - 1]
        mail.save(update_fields=["state", "error", "next_at", "attempts"])


def _finish(ctx: Ctx, mail: OutgoingMail, state: str, today: Any, reason: str = "") -> None:
    mail.state, mail.error = state, reason
    mail.save(update_fields=["state", "error", "sent_at", "attempts"])
    record(ctx, _fact(mail, state, today, reason))


def _fact(mail: OutgoingMail, state: str, today: date, reason: str) -> NewFact:
    payload = {"kind": mail.kind, "recipient": mail.recipient, "subject": mail.subject, "mail": str(mail.id)}
    return NewFact(
        f"mail.{state}", today, mail.subject_id, mail.creditor_id, mail.debtor_id,
        payload | ({"reason": reason} if reason else {}) | {"context": mail.context},
    )  # fmt: skip


def cancel_unsent(ctx: Ctx, *, today: date, reason: str) -> int:
    """Cancel every message of the open tenant that is still to be sent; returns how many."""
    mails = list(OutgoingMail.objects.select_for_update().filter(state__in=["planned", "sending"]).order_by("id"))
    ids = [mail.id for mail in mails]
    OutgoingMail.objects.filter(id__in=ids).update(state=OutgoingMail.State.CANCELLED, error=reason)
    record_all(ctx, [_fact(mail, OutgoingMail.State.CANCELLED, today, reason) for mail in mails])
    return len(mails)
