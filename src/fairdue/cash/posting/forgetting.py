"""Unlearn who paid: an application that does not stand any more is no experience of its payer."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection

from fairdue.cash.services.applying import LONGEST_ALIAS, NOBODY
from fairdue.core.matching import alias_of
from fairdue.parties import selectors as parties

if TYPE_CHECKING:
    from fairdue.cash.models import BankLine, CashApplication
    from fairdue.foundation.context import Ctx

_FORGET = (
    "UPDATE payer_account SET times = greatest(times - 1, 0) "
    "WHERE tenant_id = %s AND creditor_id = %s AND blind = %s AND debtor_id = %s"
)
_FORGET_OTHERS = (
    "UPDATE payer_memory SET times = greatest(times - 1, 0) "
    "WHERE tenant_id = %s AND creditor_id = %s AND key = ANY(%s::text[]) AND debtor_id = %s"
)


def forget(ctx: Ctx, application: CashApplication, line: BankLine) -> None:
    """Count the payer of an application down, under the record of its customer that stays after merges."""
    names = [line.payer_blind, alias_of(line.payer_name)[:LONGEST_ALIAS]]
    with connection.cursor() as cursor:
        owner = _survivor(ctx, application.debtor_id)
        cursor.execute(_FORGET, [ctx.tenant, application.creditor_id, line.payer_blind, owner])
        cursor.execute(_FORGET_OTHERS, [ctx.tenant, application.creditor_id, names, owner])


def _survivor(ctx: Ctx, debtor: UUID | None) -> UUID:
    found = debtor
    while found is not None and (row := parties.debtor(ctx, found)) is not None and row.merged_into_id is not None:
        found = row.merged_into_id
    return found or NOBODY
