"""Cadences: saved as versions, assigned to creditors and customers."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection

from fairdue.collections.ladders import steps_as_json
from fairdue.collections.models import Cadence as CadenceRow
from fairdue.collections.models import CadenceAssignment, CadenceVersion
from fairdue.core.cadence import Cadence, check_cadence
from fairdue.core.findings import RefusedError, refuse
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.permissions import Permission
from fairdue.foundation.tenancy import current_tenant
from fairdue.parties.following import staying_record

if TYPE_CHECKING:
    from datetime import date

    from fairdue.foundation.context import Ctx


_SCOPE = """
SELECT EXISTS (SELECT 1 FROM creditor WHERE tenant_id = %s AND id = %s),
       EXISTS (SELECT 1 FROM debtor WHERE tenant_id = %s AND id = %s AND creditor_id = %s AND merged_into_id IS NULL)
"""


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
    debtor = debtor and staying_record(ctx, debtor)
    _check_scope(creditor, debtor)
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


@command("collections.unassign_cadence", Permission.CADENCE_EDIT)
def unassign_cadence(ctx: Ctx, *, assignment: UUID, today: date, key: str | None = None) -> UUID:
    """Take an assignment back: the customer follows its creditor again, the creditor the default."""
    del key
    row = CadenceAssignment.objects.select_for_update().filter(id=assignment).first()
    if row is None:
        raise refuse("cadence.unassigned", "assignment", "There is no such assignment.")
    row.delete()
    record(ctx, NewFact("cadence.unassigned", today, row.cadence_id, row.creditor_id, row.debtor_id, {}))
    return assignment


def _check_scope(creditor: UUID, debtor: UUID | None) -> None:
    """Refuse a creditor that is not there, and a customer of another one."""
    with connection.cursor() as cursor:
        cursor.execute(_SCOPE, [current_tenant(), creditor, current_tenant(), debtor, creditor])
        known, theirs = cursor.fetchone() or (False, False)
    if not known:
        raise refuse("creditor.unknown", "creditor", "There is no such client.")
    if debtor is not None and not theirs:
        raise refuse("debtor.unknown", "debtor", "This client has no such customer.")
