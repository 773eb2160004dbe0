"""Merging two records of one party. The merged record stays as an alias that points to the survivor.

Nothing is deleted: its customer number still finds the party (imports included), its facts stay in the
timeline. `debtor.merged` tells the other rooms; receivables moves items, credits and holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from fairdue.core.findings import refuse
from fairdue.core.parties.merge import MergePlan, Winner, plan_merge
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.permissions import Permission
from fairdue.parties.models import Debtor, NotDuplicate
from fairdue.parties.services.keys import refresh_keys
from fairdue.parties.translate import parties_of

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

_MOVE = (
    "DELETE FROM debtor_key WHERE tenant_id = %(tenant)s AND debtor_id = %(merged)s",
    """DELETE FROM debtor_identifier m USING debtor_identifier s
       WHERE m.tenant_id = %(tenant)s AND m.debtor_id = %(merged)s AND s.tenant_id = m.tenant_id
         AND s.debtor_id = %(survivor)s AND s.scheme = m.scheme AND s.value = m.value""",
    """UPDATE debtor_identifier SET debtor_id = %(survivor)s
       WHERE tenant_id = %(tenant)s AND debtor_id = %(merged)s""",
    "UPDATE debtor_contact SET debtor_id = %(survivor)s WHERE tenant_id = %(tenant)s AND debtor_id = %(merged)s",
    "UPDATE debtor_address SET debtor_id = %(survivor)s WHERE tenant_id = %(tenant)s AND debtor_id = %(merged)s",
    """UPDATE debtor_account m SET debtor_id = %(survivor)s
       WHERE m.tenant_id = %(tenant)s AND m.debtor_id = %(merged)s AND NOT EXISTS (
         SELECT 1 FROM debtor_account s
         WHERE s.tenant_id = m.tenant_id AND s.debtor_id = %(survivor)s AND s.blind = m.blind)""",
    "UPDATE debtor SET parent_id = %(survivor)s WHERE tenant_id = %(tenant)s AND parent_id = %(merged)s",
    "UPDATE debtor SET merged_into_id = %(survivor)s WHERE tenant_id = %(tenant)s AND merged_into_id = %(merged)s",
)


def _pair(survivor: UUID, merged: UUID, *, lock: bool) -> tuple[Debtor, Debtor]:
    rows = Debtor.objects.filter(id__in=[survivor, merged]).order_by("id")
    found = {row.id: row for row in (rows.select_for_update() if lock else rows)}
    if survivor not in found or merged not in found:
        raise refuse("merge.unknown", "merged", "There is no such customer.")
    ours, theirs = found[survivor], found[merged]
    if ours.creditor_id != theirs.creditor_id:
        raise refuse("merge.creditor", "merged", "The records belong to two creditors; their books stay apart.")
    if ours.merged_into_id or theirs.merged_into_id:
        raise refuse("merge.again", "merged", "One of the records was merged already.")
    return ours, theirs


def preview_merge(ctx: Ctx, *, survivor: UUID, merged: UUID, choices: Mapping[str, Winner] | None = None) -> MergePlan:
    """Return what the merge would keep, field by field; changes nothing."""
    del ctx
    ours, theirs = parties_of(_pair(survivor, merged, lock=False))
    return plan_merge(ours, theirs, choices)


def _plain(plan: MergePlan, ours: Debtor, theirs: Debtor) -> dict[str, Any]:
    """Return the columns to set on the survivor: the plan's single fields, and what it lacked of the others."""
    result = plan.result
    values: dict[str, Any] = {
        "name": result.name, "country": result.country, "language": result.language,
        "payment_terms_days": result.payment_terms_days, "credit_limit": result.credit_limit_minor,
        "parent_id": UUID(result.parent_id) if result.parent_id else None,
    }  # fmt: skip
    for name in ("email", "phone", "vat_id", "mandate_id", "sector"):
        values[name] = getattr(ours, name) or getattr(theirs, name)
    if not ours.street and not ours.city:
        for name in ("street", "postcode", "city", "region", "address_state", "address_source"):
            values[name] = getattr(theirs, name)
    if not ours.email:
        values["email_state"] = theirs.email_state
    return values


@command("parties.merge_debtors", Permission.CUSTOMERS_EDIT)
def merge_debtors(
    ctx: Ctx, *, survivor: UUID, merged: UUID, today: date, choices: dict[str, str] | None = None,
    key: str | None = None,
) -> UUID:  # fmt: skip
    """Merge `merged` into `survivor`; `choices` names per field "survivor" or "merged" as winner."""
    del key
    ours, theirs = _pair(survivor, merged, lock=True)
    wanted = {name: Winner(winner) for name, winner in (choices or {}).items()}
    one, two = parties_of([ours, theirs])
    plan = plan_merge(one, two, wanted)
    Debtor.objects.filter(id=survivor).update(**_plain(plan, ours, theirs))
    Debtor.objects.filter(id=merged).update(merged_into_id=survivor, parent_id=None)
    places: dict[str, Any] = {"tenant": ctx.tenant, "survivor": survivor, "merged": merged}
    with connection.cursor() as cursor:
        for statement in _MOVE:
            cursor.execute(statement, places)
    refresh_keys(ctx, [survivor])
    payload = {
        "name": ours.name, "number": ours.external_id, "merged": str(merged), "merged_name": theirs.name,
        "merged_number": theirs.external_id, "survivor": str(survivor),
    }  # fmt: skip
    record(ctx, NewFact("debtor.merged", today, survivor, ours.creditor_id, survivor, payload))
    return survivor


@command("parties.decide_not_duplicate", Permission.CUSTOMERS_EDIT)
def decide_not_duplicate(ctx: Ctx, *, one: UUID, other: UUID, today: date, key: str | None = None) -> UUID:
    """Remember that two records are not the same party; the pair is never proposed again."""
    del key
    ours, theirs = _pair(one, other, lock=False)
    left, right = sorted((one, other))
    NotDuplicate.objects.get_or_create(
        tenant_id=ctx.tenant, left_id=left, right_id=right,
        defaults={"creditor_id": ours.creditor_id, "decided_by": ctx.actor},
    )  # fmt: skip
    payload = {"name": ours.name, "other": theirs.name}
    record(ctx, NewFact("debtor.not_duplicate", today, one, ours.creditor_id, one, payload))
    return one
