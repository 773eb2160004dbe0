"""Undo by one act what one act has posted, or what a person picked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.cash.models import CashApplication
from fairdue.cash.services.reversing import reverse
from fairdue.core.findings import Finding, RefusedError, refuse
from fairdue.core.money import Money
from fairdue.foundation.commands import command
from fairdue.foundation.permissions import Permission

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

MOST = 500
"""A person's act; more than that is undone in parts."""


@command("cash.reverse_many", Permission.CASH_APPLY)
def reverse_many(
    ctx: Ctx, *, applications: Sequence[UUID], reason: str, today: date, key: str | None = None
) -> list[UUID]:
    """Take many applications back, all or none; a refusal names the payment. Returns those that were taken back."""
    del key
    if not applications:
        raise refuse("cash.nothing_chosen", "applications", "No payment is chosen.")
    if len(applications) > MOST:
        raise refuse("cash.too_many", "applications", f"At most {MOST} payments are taken back by one act.")
    done = []
    for one in sorted(set(applications)):
        try:
            done.append(reverse(ctx, application=one, reason=reason, today=today))
        except RefusedError as refused:
            raise RefusedError(*(_named(one, finding) for finding in refused.findings)) from None
    return done


def _named(application: UUID, finding: Finding) -> Finding:
    """Return a finding with the payment that it is about."""
    row = CashApplication.objects.filter(id=application).select_related("line").first()
    if row is None:
        return finding
    said = f"{row.line.payer_name or 'Unknown payer'}, {Money(row.amount, row.line.currency)}: {finding.message}"
    return Finding(finding.code, finding.path, said, finding.severity)


@command("cash.reverse_batch", Permission.CASH_APPLY)
def reverse_batch(ctx: Ctx, *, batch: UUID, reason: str, today: date, key: str | None = None) -> list[UUID]:
    """Take back what of a batch still stands, all or none. Returns the applications; refuses when nothing stands."""
    del key
    standing = CashApplication.objects.filter(batch_id=batch, reversed_on__isnull=True).values_list("id", flat=True)
    found = list(standing[: MOST + 1])
    if not found:
        raise refuse("cash.reversed", "batch", "Nothing of this batch stands any more.")
    return reverse_many(ctx, applications=found, reason=reason, today=today)
