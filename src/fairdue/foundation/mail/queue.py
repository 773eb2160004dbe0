"""Queue messages, and register who may still stop one at the last moment."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from fairdue.core.findings import refuse
from fairdue.foundation.ids import uuid7

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairdue.foundation.context import Ctx
    from fairdue.foundation.models import OutgoingMail

_INSERT = """
INSERT INTO outgoing_mail (tenant_id, id, creditor_id, debtor_id, subject_id, kind, dedup_key, message_id, sender,
    recipient, subject, text, html, attachments, context, state, attempts, error)
SELECT %s, m.id, m.creditor, m.debtor, m.subject_id, m.kind, m.dedup, m.message, m.sender, m.recipient, m.subject,
    m.text, m.html, m.attachments, m.context, 'planned', 0, ''
FROM json_to_recordset(%s::json) AS m(id uuid, creditor uuid, debtor uuid, subject_id uuid, kind text, dedup text,
    message text, sender text, recipient text, subject text, text text, html text, attachments jsonb, context jsonb)
ON CONFLICT (tenant_id, dedup_key) DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Mail:
    """A message to one recipient. `dedup_key` says what makes it the same message as another."""

    kind: str
    dedup_key: str
    creditor_id: UUID
    recipient: str
    subject: str
    text: str
    sender: str = ""
    html: str = ""
    debtor_id: UUID | None = None
    subject_id: UUID | None = None
    attachments: tuple[UUID, ...] = ()
    context: dict[str, Any] = field(default_factory=dict)
    """What the guard of this kind needs to decide at send time."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a queued message may go out now."""

    send: bool
    reason: str = ""


type Guard = Callable[[Ctx, OutgoingMail], Verdict]
GUARDS: dict[str, Guard] = {}
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
ENVELOPE = "envelope"
"""Name in the context of a message for the address that bounces come to, where it is not the sender's."""


def guard(kind: str) -> Callable[[Guard], Guard]:
    """Register who decides, under row locks that he takes, whether a message of `kind` still goes out."""

    def register(decide: Guard) -> Guard:
        GUARDS[kind] = decide
        return decide

    return register


def html_about(ctx: Ctx, subject: UUID) -> str:
    """Return the HTML of the mail about a subject as it was queued, empty where there is none."""
    from fairdue.foundation.models import OutgoingMail

    rows = OutgoingMail.objects.filter(tenant_id=ctx.tenant, subject_id=subject).order_by("created_at")
    return rows.values_list("html", flat=True).first() or ""


def message_id(tenant: int, dedup_key: str) -> str:
    """Return the Message-ID that this message has, however often it is tried."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    digest = hashlib.sha256(f"{tenant}/{dedup_key}".encode()).hexdigest()[:40]
    return f"<{digest}@{domain}>"


def _one_line(text: str, path: str) -> str:
    if _CONTROL.search(text):
        raise refuse("mail.header", path, f"{path} holds a line break or control character: {text!r}")
    return text


def queue_mail(ctx: Ctx, mails: Sequence[Mail]) -> int:
    """Queue messages in the running transaction; those already queued stay as they are. Returns how many are new."""
    if not mails:
        return 0
    # One JSON value travels faster than an array for each column, whose every text has to be quoted.
    rows = json.dumps([_row(ctx, mail) for mail in mails], default=str, ensure_ascii=False)
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [ctx.tenant, rows])
        return int(cursor.rowcount)


def _row(ctx: Ctx, mail: Mail) -> dict[str, Any]:
    return {
        "id": uuid7(), "creditor": mail.creditor_id, "debtor": mail.debtor_id, "subject_id": mail.subject_id,
        "kind": mail.kind, "dedup": mail.dedup_key, "message": message_id(ctx.tenant, mail.dedup_key),
        "sender": _one_line(mail.sender or settings.DEFAULT_FROM_EMAIL, "sender"),
        "recipient": _one_line(mail.recipient, "recipient"),
        "subject": _one_line(mail.subject, "subject")[:250], "text": mail.text, "html": mail.html,
        "attachments": mail.attachments, "context": mail.context,
    }  # fmt: skip
