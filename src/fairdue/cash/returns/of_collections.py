"""A part of a payment goes back: a collection of a run that was booked as one amount, or items that a person picks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.cash.bulk import rows
from fairdue.cash.models import BankLine, CashApplication, DirectDebit
from fairdue.cash.returns.paid import Paid
from fairdue.core.returned import MOST_FEE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from fairdue.foundation.context import Ctx

_REMEMBERED = timedelta(days=400)
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class PartOf:
    """The item of a collection that went back by a line, and the payment that it was a part of."""

    original: UUID
    item: UUID


@dataclass(frozen=True, slots=True)
class Collection:
    """A payment of which a part may have gone back, with what it paid."""

    line: UUID
    amount: int
    currency: str
    booked_on: date
    payer_name: str
    items: tuple[Paid, ...]


def parts_of(ctx: Ctx, lines: Sequence[BankLine]) -> dict[UUID, PartOf]:
    """Return for each line that took one of our collections back which item of which payment it was, beyond doubt."""
    asked = {line.end_to_end_id: line for line in lines if line.end_to_end_id}
    debits = DirectDebit.objects.filter(end_to_end_id__in=list(asked)).exclude(state=DirectDebit.State.CANCELLED)
    found = {}
    for debit in debits:
        line = asked[debit.end_to_end_id]
        known = rows(ctx, "collected_in", item=debit.item_id, account=line.account_id)
        fee = -line.amount - debit.amount
        if len(known) == 1 and known[0]["amount"] == debit.amount and 0 <= fee <= MOST_FEE:
            found[line.id] = PartOf(known[0]["line_id"], debit.item_id)
    return found


def collections(ctx: Ctx, line: BankLine) -> list[Collection]:
    """Return payments of the same payer of which a part may have gone back, the newest first."""
    same = BankLine.objects.filter(
        account_id=line.account_id, currency=line.currency, state=BankLine.State.APPLIED, amount__gt=0,
        booked_on__range=(line.booked_on - _REMEMBERED, line.booked_on),
    )  # fmt: skip
    sure = parts_of(ctx, [line]).get(line.id)
    if sure is not None:
        same = same.filter(id=sure.original)
    elif line.payer_blind:
        same = same.filter(payer_blind=line.payer_blind)
    elif line.payer_name:
        same = same.filter(payer_name__iexact=line.payer_name)
    else:
        return []
    return [_collection(ctx, row) for row in same.order_by("-booked_on", "-id")[:_SHOWN]]


def _collection(ctx: Ctx, row: BankLine) -> Collection:
    applied = CashApplication.objects.filter(line_id=row.id, reversed_on__isnull=True).first()
    found = rows(ctx, "paid", group=applied.group_id, credit=row.credit_id, items=None) if applied else []
    items = tuple(Paid(**one) for one in found)
    return Collection(row.id, row.amount, row.currency, row.booked_on, row.payer_name, items)
