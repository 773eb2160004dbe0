"""The columns of an open-item file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairdue.foundation.tabular.schema import Field, FieldKind, Problem, Schema

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal

INVOICE, CREDIT_NOTE = "invoice", "credit_note"
KINDS = {
    "invoice": INVOICE, "inv": INVOICE, "rechnung": INVOICE, "re": INVOICE, "rg": INVOICE, "facture": INVOICE,
    "fac": INVOICE, "fa": INVOICE, "380": INVOICE,
    "credit_note": CREDIT_NOTE, "credit note": CREDIT_NOTE, "credit": CREDIT_NOTE, "cn": CREDIT_NOTE,
    "creditnote": CREDIT_NOTE, "credit memo": CREDIT_NOTE, "gutschrift": CREDIT_NOTE, "gs": CREDIT_NOTE,
    "rechnungskorrektur": CREDIT_NOTE, "avoir": CREDIT_NOTE, "av": CREDIT_NOTE, "381": CREDIT_NOTE,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class OpenItemRow:
    """One open item of a file; amounts are positive minor units of `currency`, `kind` gives the direction."""

    number: str
    debtor_external_id: str
    kind: str
    issue_date: date
    due_date: date
    currency: str
    amount: int
    open_amount: int
    order_number: str
    structured_reference: str
    discount_percent: Decimal | None
    discount_until: date | None
    end_to_end_id: str
    paid_date: date | None


def _amounts(values: Mapping[str, object]) -> tuple[dict[str, object], list[Problem]]:
    """Return the direction and the positive amounts; an open amount left empty is the whole amount."""
    amount, given, kind = values["amount"], values["open_amount"], values["kind"]
    assert isinstance(amount, int)
    open_amount = given if isinstance(given, int) else 0 if values["paid_date"] else amount
    problems: list[Problem] = []
    if amount == 0:
        problems.append(("amount", "amount.zero", "Is zero; an item of nothing is no receivable."))
    if amount < 0 and kind == INVOICE:
        problems.append(("amount", "amount.negative", "Is negative; a credit needs the kind credit_note."))
    if amount < 0 < open_amount or open_amount < 0 < amount:
        problems.append(("open_amount", "amount.sign", "Has another sign than the amount."))
    if abs(open_amount) > abs(amount):
        problems.append(("open_amount", "amount.open", "Is larger than the amount of the item."))
    implied = kind or (CREDIT_NOTE if amount < 0 else INVOICE)
    return {"kind": implied, "amount": abs(amount), "open_amount": abs(open_amount)}, problems


def _check(values: Mapping[str, object]) -> tuple[dict[str, object], list[Problem]]:
    """Check the fields of an open item against each other."""
    changes, problems = _amounts(values)
    issued, due, until, paid = (values[name] for name in ("issue_date", "due_date", "discount_until", "paid_date"))
    if due < issued:  # type: ignore[operator]
        problems.append(("due_date", "date.order", "Is before the issue date."))
    if until is not None and until < issued:  # type: ignore[operator]
        problems.append(("discount_until", "date.order", "Is before the issue date."))
    if paid is not None and changes["open_amount"]:
        problems.append(("paid_date", "item.paid_and_open", "Is given although something is still open."))
    return changes, problems


OPEN_ITEMS = Schema(
    "open-items",
    (
        Field(
            "number",
            required=True,
            max_length=60,
            help="The number printed on the document, unique per creditor; again it updates the item.",
        ),
        Field(
            "debtor_external_id",
            required=True,
            max_length=64,
            help="The external_id of the customer.",
        ),
        Field(
            "kind",
            FieldKind.WORD,
            words=KINDS,
            default="",
            help="invoice or credit_note; if empty, a negative amount is a credit note.",
        ),
        Field(
            "issue_date",
            FieldKind.DATE,
            required=True,
        ),
        Field(
            "due_date",
            FieldKind.DATE,
            required=True,
        ),
        Field(
            "currency",
            FieldKind.CURRENCY,
            required=True,
            help="ISO 4217, e.g. EUR.",
        ),
        Field(
            "amount",
            FieldKind.MONEY,
            required=True,
            help="Gross amount of the document.",
        ),
        Field(
            "open_amount",
            FieldKind.MONEY,
            help="What is still open; the whole amount if empty, nothing if a paid_date is given.",
        ),
        Field(
            "order_number",
            max_length=60,
            default="",
        ),
        Field(
            "structured_reference",
            max_length=40,
            default="",
            help="RF reference, QR reference, OGM, KID …",
        ),
        Field(
            "discount_percent",
            FieldKind.PERCENT,
        ),
        Field(
            "discount_until",
            FieldKind.DATE,
        ),
        Field(
            "end_to_end_id",
            max_length=35,
            default="",
            help="EndToEndId of a direct debit that collects this item.",
        ),
        Field(
            "paid_date",
            FieldKind.DATE,
            help="For history: when the item was paid in full.",
        ),
    ),
    OpenItemRow,
    ("number",),
    _check,
)
