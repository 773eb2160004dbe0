"""From rows to the core's values: items, credit notes and payments as matching sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from fairdue.core.contact import HoldReason
from fairdue.core.matching import Item, NamedDocument, Payment
from fairdue.core.money import Rounding, decimal_of, round_minor

if TYPE_CHECKING:
    from fairdue.cash.models import BankLine

Row = dict[str, Any]
_FORBIDDING = {
    HoldReason.DISPUTE: "it is disputed",
    HoldReason.FILED_CLAIM: "a claim is filed with the insurer",
    HoldReason.INSOLVENCY: "the customer is insolvent",
}
"""Holds under which no machine posts money, with the words for it."""


def item_of(row: Row) -> tuple[UUID, Item]:
    """Return (creditor, item) of a row of `sql/items.sql`."""
    held = next((words for reason, words in _FORBIDDING.items() if reason in (row.get("holds") or "")), "")
    return row["creditor_id"], Item(
        id=str(row["id"]),
        number=row["number"],
        debtor=str(row["debtor_id"]),
        currency=row["currency"],
        residual=row["residual"],
        due=row["due_on"],
        references=(row["reference"],) if row["reference"] else (),
        order_number=row["order_number"],
        end_to_end_id=row["end_to_end_id"],
        discount=_discount(row),
        discount_until=row["discount_until"],
        held=held,
        amount=row["amount"],
        head=str(row["parent_id"] or ""),
    )


def _discount(row: Row) -> int:
    """Return the early-payment discount of what is left, in minor units, half up."""
    if not row["discount_percent"] or row["discount_until"] is None:
        return 0
    share = decimal_of(row["residual"], row["currency"]) * row["discount_percent"].scaleb(-2)
    return round_minor(share, row["currency"], Rounding.HALF_UP)


def credit_note_of(row: Row) -> tuple[UUID, Item]:
    """Return (creditor, item) of a credit note: its residual is what is not applied, negative."""
    return row["creditor_id"], Item(
        id=str(row["id"]),
        number=row["number"],
        debtor=str(row["debtor_id"]),
        currency=row["currency"],
        residual=-row["unapplied"],
        due=row["received_on"],
        amount=-row["amount"],
        head=str(row["parent_id"] or ""),
    )


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
