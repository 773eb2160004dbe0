"""Settle the returns that leave no doubt; the others wait for a person, with what may have gone back."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q

from fairdue.cash.models import BankLine
from fairdue.cash.returns.finding import candidates
from fairdue.cash.returns.of_collections import parts_of
from fairdue.cash.returns.taking_back import take_back
from fairdue.cash.services.settings import settings_of
from fairdue.foundation.commands import command
from fairdue.foundation.permissions import Permission

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

MOST = 500


def waiting_returns(creditor: UUID | None = None, statement: UUID | None = None, most: int = MOST) -> list[BankLine]:
    """Return the lines on which money went back and nobody has said which payment it was, oldest first."""
    found = BankLine.objects.filter(state=BankLine.State.RECEIVED, amount__lt=0)
    narrow = Q(creditor_id=creditor) if creditor else Q()
    narrow &= Q(statement_id=statement) if statement else Q()
    return list(found.filter(narrow).order_by("booked_on", "id")[:most])


@command("cash.settle_returns", Permission.CASH_APPLY)
def settle_returns(
    ctx: Ctx, *, today: date, creditor: UUID | None = None, statement: UUID | None = None, key: str | None = None
) -> list[UUID]:
    """Settle the waiting returns whose payment is beyond doubt; returns the returns that were made.

    Whether fees are charged on is the creditor's setting `charge_return_fees`.
    """
    del key
    lines = waiting_returns(creditor, statement)
    charges = {
        one: bool(settings_of(ctx, one).get("charge_return_fees", False)) for one in {row.creditor_id for row in lines}
    }
    found = candidates(ctx, lines) if lines else {}
    parts = parts_of(ctx, lines) if lines else {}
    made, used = [], set()
    for line in lines:
        sure = next((one for one in found[line.id] if one.sure), None)
        part = parts.get(line.id)
        charged = charges[line.creditor_id]
        if sure is not None and sure.line not in used:
            used.add(sure.line)
            taken: dict[str, Any] = {"original": sure.line, "evidence": sure.evidence}
        elif sure is None and part is not None:
            taken = {"original": part.original, "items": [part.item], "evidence": "end-to-end id of a collection"}
        else:
            continue
        made.append(take_back(ctx, line=line.id, today=today, charge_fee=charged, **taken))
    return made
