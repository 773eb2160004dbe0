"""Bank accounts of creditors."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.cash.models import BankAccount
from fairdue.core.findings import refuse
from fairdue.core.money import minor_digits
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.permissions import Permission

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx


@command("cash.add_bank_account", Permission.SETTINGS_EDIT)
def add_bank_account(
    ctx: Ctx, *, creditor: UUID, number: str, currency: str, today: date, name: str = "", key: str | None = None
) -> UUID:
    """Add an account on which a creditor is paid; the same number and currency again gives the known one.

    Refuses an account that belongs to another creditor.
    """
    del key
    plain = "".join(number.split()).upper()
    minor_digits(currency)
    if not plain:
        raise refuse("bank_account.number", "number", "The account has no number.")
    known = BankAccount.objects.filter(number=plain, currency=currency).first()
    if known is not None and known.creditor_id != creditor:
        raise refuse("bank_account.taken", "number", "This account belongs to another creditor.")
    if known is not None:
        return UUID(str(known.id))
    row = BankAccount.objects.create(
        tenant_id=ctx.tenant, creditor_id=creditor, number=plain, currency=currency, name=name or plain
    )
    digest = sha256(plain.encode()).hexdigest()  # facts never tell a whole IBAN
    record(ctx, NewFact("bank_account.added", today, row.id, creditor, None, {"name": row.name, "digest": digest}))
    return UUID(str(row.id))
