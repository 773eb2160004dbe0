"""What the bank keeps for a return: an expense of ours, and if the creditor wants, an open item of the customer."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.core.ledger import AccountRole, Entry, Line, functional_of
from fairdue.parties.selectors import books
from fairdue.receivables.services import Applied, OpenItemDraft, allocate, open_items, post
from fairdue.receivables.services.books import Rates

if TYPE_CHECKING:
    from datetime import date

    from fairdue.cash.models import BankLine, CashReturn
    from fairdue.cash.returns.paid import Paid
    from fairdue.foundation.context import Ctx

_FROM_BACK = 8


def book_fee(ctx: Ctx, line: BankLine, fee: int, on: date, source: UUID) -> None:
    """Book a fee (minor units of the line's currency): Dr bank fees, Cr bank; a negative one takes it back."""
    if fee:
        home = books(ctx, [line.creditor_id])[line.creditor_id]
        worth = functional_of(fee, line.currency, home, Rates().get(line.currency, home, line.booked_on))
        sides = (Line(AccountRole.BANK_FEE, fee, worth), Line(AccountRole.BANK, -fee, -worth))
        post(ctx, [Entry(line.creditor_id, on, "return_fee", line.currency, sides, source, line.bank_reference)])


def charge_on(ctx: Ctx, line: BankLine, fee: int, paid: Paid, source: UUID, today: date) -> UUID:
    """Open an item of kind fee that follows the item whose payment went back, due at once; returns it."""
    draft = OpenItemDraft(
        creditor=line.creditor_id, debtor=paid.debtor_id, kind="fee",
        number=f"{paid.number}-R{source.hex[-_FROM_BACK:]}"[-60:], currency=line.currency, amount=fee,
        net_amount=fee, issued_on=today, due_on=today, contra=((AccountRole.FEE_INCOME, fee),), parent=paid.item_id,
        notes="the bank's fee for a returned payment",
    )  # fmt: skip
    return open_items(ctx, items=[draft], today=today)[0]


def unbook_fee(ctx: Ctx, row: CashReturn, line: BankLine, today: date, reason: str) -> None:
    """Take the fee and the item that charged it on back, as they were booked."""
    book_fee(ctx, line, -row.fee, max(today, row.returned_on), row.id)
    if row.fee_item_id is not None:
        back = Applied(row.fee_item_id, row.fee, kind="write_off", account=AccountRole.FEE_INCOME, reason=reason)
        allocate(ctx, lines=[back], effective_on=today, today=today)
