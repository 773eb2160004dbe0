"""From rows to the core's values: items, credit notes and payments as matching sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fairdue.core.contact import HoldReason
from fairdue.core.matching import Item, NamedDocument, Payment
from fairdue.core.money import proportion

if TYPE_CHECKING:
    from fairdue.cash.models import BankLine

Values = tuple[Any, ...]
"""The columns of a row in the order of its statement."""
_WHOLE = 100_000
"""A hundred percent in thousandths of a percent."""
_FORBIDDING = {
    HoldReason.DISPUTE: "it is disputed",
    HoldReason.FILED_CLAIM: "a claim is filed with the insurer",
    HoldReason.INSOLVENCY: "the customer is insolvent",
}
"""Holds under which no machine posts money, with the words for it."""


def item_of(row: Values) -> Item:
    """Return the item of a row of `sql/items.sql`."""
    (id_, number, debtor, currency, residual, due, reference, order_number, end_to_end, percent, until, holds, amount,
     head, _) = row  # fmt: skip
    return Item(
        id_, number, debtor, currency, residual, due, (reference,) if reference else (), order_number, end_to_end,
        proportion(residual, percent, _WHOLE) if percent and until else 0, until, _held(holds) if holds else "",
        amount, head,
    )  # fmt: skip


def _held(holds: str) -> str:
    """Return the words for the first of an item's holds that forbids posting, nothing for others."""
    return next((words for reason, words in _FORBIDDING.items() if reason in holds), "")


def credit_note_of(row: Values) -> Item:
    """Return a credit note of `sql/credit_notes.sql` as an item: its residual is what is not applied, negative."""
    id_, number, debtor, currency, unapplied, received, amount, head, _ = row
    return Item(id_, number, debtor, currency, -unapplied, received, amount=-amount, head=head)


def payment_of(line: BankLine) -> Payment:
    """Return a bank line as matching sees it."""
    return Payment(
        id=str(line.id),
        amount=line.amount,
        currency=line.currency,
        booked=line.booked_on,
        texts=tuple(line.remittance.split("\n")) if line.remittance else (),
        references=tuple(line.references),
        documents=tuple(NamedDocument(number, amount) for number, amount in line.documents),
        end_to_end_id=line.end_to_end_id,
        payer_name=line.payer_name,
        payer_account=line.payer_blind,
        on_behalf_of=line.on_behalf_of,
        charges=line.charges,
        instructed=line.instructed_amount,
        instructed_currency=line.instructed_currency,
        transaction_code=line.transaction_code,
    )
