"""Mending many drafts at once: one thing that a rule misses, said for each draft, then measured again."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fairdue.core.findings import refuse
from fairdue.core.invoice.units import UNITS
from fairdue.core.vat.supply import Nature
from fairdue.foundation import clock
from fairdue.foundation.commands import command
from fairdue.foundation.permissions import Permission
from fairdue.invoicing import masterdata
from fairdue.invoicing.models import Draft
from fairdue.invoicing.services.drafts import measure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fairdue.foundation.context import Ctx

LONGEST = 120
BATCH = 500


def _day(content: dict[str, Any], value: str) -> dict[str, Any]:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise refuse("format.date", "delivery.day", f"{value!r} is not a date such as 2026-11-30.") from None
    return {**content, "delivery": {**content.get("delivery", {}), "day": day.isoformat()}}


def _reference(content: dict[str, Any], value: str) -> dict[str, Any]:
    return {**content, "references": {**content.get("references", {}), "buyer": value[:LONGEST]}}


def _nature(content: dict[str, Any], value: str) -> dict[str, Any]:
    if value not in set(Nature):
        raise refuse("content.nature", "lines", "Say goods or one kind of services.")
    lines = [line if line.get("category") else {**line, "nature": value} for line in content.get("lines", [])]
    return {**content, "lines": lines}


def _unit(content: dict[str, Any], value: str) -> dict[str, Any]:
    """Set the unit of the lines whose unit nobody knows; a draft with several such units is left to a person."""
    if value not in UNITS:
        raise refuse("BR-CL-23", "lines", f"{value!r} is not a known unit (UN/ECE Recommendation 20).")
    lines = content.get("lines", [])
    unknown = {str(line.get("unit", "")) for line in lines} - UNITS
    if len(unknown) != 1:
        return content
    return {**content, "lines": [line if line.get("unit") in UNITS else {**line, "unit": value} for line in lines]}


def _name(content: dict[str, Any], value: str) -> dict[str, Any]:
    """Name the items that have no name."""
    lines = content.get("lines", [])
    return {**content, "lines": [line if line.get("name") else {**line, "name": value[:LONGEST]} for line in lines]}


MENDS: dict[str, Callable[[dict[str, Any], str], dict[str, Any]]] = {
    "delivery.day": _day,
    "references.buyer": _reference,
    "lines.nature": _nature,
    "lines.unit": _unit,
    "lines.name": _name,
}
"""What can be said for many drafts, by the field of the invoice."""


@command("invoicing.mend_drafts", Permission.INVOICES_DRAFT)
def mend_drafts(ctx: Ctx, *, field: str, values: Mapping[UUID, str], today: date, key: str | None = None) -> int:
    """Set one field of each open draft in `values` and measure it again; returns how many were changed.

    Lines that come from an order stay as they are. All or nothing: a value that cannot be read refuses.
    """
    del key
    if field not in MENDS:
        raise refuse("draft.field", "field", f"{field} cannot be set for many drafts.")
    locked = Draft.objects.select_for_update().filter(id__in=list(values), state=Draft.State.OPEN).order_by("id")
    rows = [row for row in locked if not (field.startswith("lines") and row.billed)]
    sellers = masterdata.sellers(ctx, {row.creditor_id for row in rows})
    buyers = masterdata.buyers(ctx, {row.debtor_id for row in rows})
    now = clock.now()
    for row in rows:
        row.content, row.changed_at = MENDS[field](row.content, values[row.id].strip()), now
        row.changed_by, row.changed_in = ctx.actor, ""
        measure(row, sellers[row.creditor_id], buyers[row.debtor_id], today)
    changed = ["content", "gross", "errors", "warnings", "changed_at", "changed_by", "changed_in"]
    Draft.objects.bulk_update(rows, changed, batch_size=BATCH)
    return len(rows)
