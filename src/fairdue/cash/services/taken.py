"""Money of a waiting line that another room took whole, as an insurer's indemnity: the line waits for nobody."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.cash.models import BankLine, CashApplication, CashProposal
from fairdue.cash.posting.forgetting import forget
from fairdue.cash.services.applying import WAITING, Use, note

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fairdue.foundation.context import Ctx


def close_taken(ctx: Ctx, reasons: Mapping[UUID, str], today: date) -> list[UUID]:
    """Close the waiting lines whose money left these credits whole, with why it left; returns the applications.

    Nothing is learned of the payer: the next payment of an insurer waits for its claim as this one did.
    """
    rows = BankLine.objects.select_for_update(of=("self",)).filter(
        credit_id__in=list(reasons), state__in=WAITING, amount__gt=0, credit__unapplied=0
    )
    lines = {row.id: row for row in rows.order_by("id")}
    CashProposal.objects.filter(line_id__in=list(lines), state=CashProposal.State.OPEN).update(
        state=CashProposal.State.SUPERSEDED
    )
    how = CashApplication.How.NOT_RECEIVABLE
    uses = [Use(row, (), row.amount, None, how, why=reasons[row.credit_id]) for row in lines.values()]
    made = note(ctx, uses, today) if uses else []
    for done in CashApplication.objects.filter(id__in=made):
        forget(ctx, done, lines[done.line_id])
    return made
