"""Cadences and wordings: saved as versions, assigned to creditors and customers."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.collections.ladders import steps_as_json
from fairdue.collections.models import Cadence as CadenceRow
from fairdue.collections.models import CadenceAssignment, CadenceVersion, MessageWording
from fairdue.collections.wording import LANGUAGES, TABLES, TEMPLATES, VALUES
from fairdue.core.cadence import Cadence, check_cadence
from fairdue.core.findings import RefusedError, refuse
from fairdue.core.letter import check_wording
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.permissions import Permission

if TYPE_CHECKING:
    from datetime import date

    from fairdue.foundation.context import Ctx


@command("collections.save_cadence", Permission.CADENCE_EDIT)
def save_cadence(
    ctx: Ctx, *, name: str, ladder: Cadence, today: date, default: bool = False, move_running: bool = False,
    key: str | None = None,
) -> UUID:  # fmt: skip
    """Save a ladder as the newest version of the cadence of this name; refuses one with findings.

    Items that have begun an earlier version keep it, unless `move_running`.
    """
    del key
    findings = check_cadence(ladder)
    if not name.strip():
        raise refuse("cadence.name", "name", "The cadence needs a name.")
    if findings:
        raise RefusedError(*findings)
    row, _ = CadenceRow.objects.select_for_update().get_or_create(tenant_id=ctx.tenant, name=name.strip()[:100])
    if default and not row.is_default:
        CadenceRow.objects.filter(is_default=True).update(is_default=False)
        row.is_default = True
        row.save(update_fields=["is_default"])
    newest = CadenceVersion.objects.filter(cadence_id=row.id).order_by("-number").first()
    number = newest.number + 1 if newest else 1
    CadenceVersion.objects.create(
        tenant_id=ctx.tenant, cadence_id=row.id, number=number, steps=steps_as_json(ladder),
        minimum_days=ladder.minimum_days, weekdays=sorted(ladder.weekdays), saved_by=ctx.actor,
        moves_running=move_running,
    )  # fmt: skip
    record(
        ctx,
        NewFact(
            "cadence.saved", today, row.id, payload={"name": row.name, "number": number, "moves_running": move_running}
        ),
    )
    return UUID(str(row.id))


@command("collections.assign_cadence", Permission.CADENCE_EDIT)
def assign_cadence(
    ctx: Ctx, *, creditor: UUID, cadence: UUID | None, today: date, debtor: UUID | None = None,
    key: str | None = None,
) -> UUID:  # fmt: skip
    """Give a creditor's customers, or one customer, a cadence; None means that no ladder chases them."""
    del key
    name = "none"
    if cadence is not None:
        found = CadenceRow.objects.filter(id=cadence).first()
        if found is None:
            raise refuse("cadence.unknown", "cadence", "There is no such cadence.")
        name = found.name
    row, _ = CadenceAssignment.objects.update_or_create(
        tenant_id=ctx.tenant, creditor_id=creditor, debtor_id=debtor, defaults={"cadence_id": cadence}
    )
    record(ctx, NewFact("cadence.assigned", today, cadence, creditor, debtor, {"name": name}))
    return UUID(str(row.id))


@command("collections.save_wording", Permission.CADENCE_EDIT)
def save_wording(
    ctx: Ctx, *, template: str, language: str, subject: str, body: str, today: date,
    creditor: UUID | None = None, key: str | None = None,
) -> UUID:  # fmt: skip
    """Save the tenant's (or one creditor's) own wording; refuses unknown placeholders by name."""
    del key
    if template not in TEMPLATES or language not in LANGUAGES:
        raise refuse("wording.unknown", "template", f"There is no wording {template} in {language}.")
    findings = check_wording(subject, body, VALUES | TABLES)
    if findings:
        raise RefusedError(*findings)
    row, _ = MessageWording.objects.update_or_create(
        tenant_id=ctx.tenant, creditor_id=creditor, template=template, language=language,
        defaults={"subject": subject.strip(), "body": body.strip()},
    )  # fmt: skip
    payload = {"template": template, "language": language}
    record(ctx, NewFact("wording.saved", today, row.id, creditor, payload=payload))
    return UUID(str(row.id))
