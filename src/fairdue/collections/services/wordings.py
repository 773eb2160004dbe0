"""Wordings: the tenant's or one creditor's own words for a template, in place of the shipped ones.

A wording names values and tables and nothing else: there is no expression, no include, no attribute, no file
and no address in it, so nothing can be run or read by it (`fairdue.core.letter`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.collections.models import MessageWording
from fairdue.collections.wording import LANGUAGES, TABLES, TEMPLATES, VALUES
from fairdue.core.findings import RefusedError, refuse
from fairdue.core.letter import check_wording
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.permissions import Permission

if TYPE_CHECKING:
    from datetime import date

    from fairdue.foundation.context import Ctx

LONGEST_SUBJECT, LONGEST_BODY = 200, 10_000


def check(template: str, language: str, subject: str, body: str) -> None:
    """Refuse a template that is not there, unknown or broken placeholders, and what is too long."""
    if template not in TEMPLATES or language not in LANGUAGES:
        raise refuse("wording.unknown", "template", f"There is no wording {template} in {language}.")
    if len(subject) > LONGEST_SUBJECT or len(body) > LONGEST_BODY:
        long = "subject" if len(subject) > LONGEST_SUBJECT else "body"
        raise refuse("wording.long", long, f"The {long} is too long.")
    findings = check_wording(subject, body, VALUES | TABLES)
    if findings:
        raise RefusedError(*findings)


@command("collections.save_wording", Permission.CADENCE_EDIT)
def save_wording(
    ctx: Ctx, *, template: str, language: str, subject: str, body: str, today: date,
    creditor: UUID | None = None, key: str | None = None,
) -> UUID:  # fmt: skip
    """Save the tenant's (or one creditor's) own wording; refuses unknown placeholders by name.

    The fact keeps the whole text, so that every earlier wording can be read again.
    """
    del key
    subject, body = subject.strip(), body.replace("\r\n", "\n").strip()
    check(template, language, subject, body)
    row, _ = MessageWording.objects.update_or_create(
        tenant_id=ctx.tenant, creditor_id=creditor, template=template, language=language,
        defaults={"subject": subject, "body": body},
    )  # fmt: skip
    payload = {"template": template, "language": language, "subject": subject, "body": body}
    record(ctx, NewFact("wording.saved", today, row.id, creditor, payload=payload))
    return UUID(str(row.id))


@command("collections.withdraw_wording", Permission.CADENCE_EDIT)
def withdraw_wording(
    ctx: Ctx, *, template: str, language: str, today: date, creditor: UUID | None = None, key: str | None = None
) -> UUID:
    """Take an own wording back: the tenant's own counts again, or the shipped one."""
    del key
    row = (
        MessageWording.objects.select_for_update()
        .filter(creditor_id=creditor, template=template, language=language)
        .first()
    )
    if row is None:
        raise refuse("wording.none", "template", "There is no own wording to take back.")
    id_ = UUID(str(row.id))
    row.delete()
    payload = {"template": template, "language": language}
    record(ctx, NewFact("wording.withdrawn", today, id_, creditor, payload=payload))
    return id_
