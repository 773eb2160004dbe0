"""Bringing the rows of a file of past payments in: each once by its reference, allocated as the file says.

An item that was imported as paid makes room: its imported settlement is taken back as far as the payment
explains it.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from fairdue.cash.bulk import rows as rows_of
from fairdue.cash.models import BankLine
from fairdue.cash.services.payments import import_payments
from fairdue.core.money import decimal_of
from fairdue.foundation.tabular.findings import RowFinding
from fairdue.foundation.tabular.formats import PAYMENTS
from fairdue.foundation.tabular.registry import ImportKind, Outcome, in_chunks, register_import
from fairdue.parties import selectors as parties
from fairdue.receivables import selectors as books
from fairdue.receivables.services.imported import imported_settlements, make_room

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from uuid import UUID

    from fairdue.foundation.context import Ctx
    from fairdue.foundation.tabular.formats import PaymentRow
    from fairdue.foundation.tabular.registry import ImportScope, NumberedRows

REFERENCE_LENGTH = 80


def _known_references(rows: Sequence[tuple[int, PaymentRow]], scope: ImportScope) -> set[str]:
    """Return the references that were imported before."""
    wanted = [row.payment_ref[:REFERENCE_LENGTH] for _, row in rows]
    lines = BankLine.objects.filter(creditor_id=scope.creditor, bank_reference__in=wanted)
    return set(lines.values_list("bank_reference", flat=True))


def _room(ctx: Ctx, items: Sequence[UUID]) -> dict[UUID, int]:
    """Return what may still be allocated to each item: what is open, and what only its import settled."""
    settled = imported_settlements(ctx, items)
    known = books.items(ctx, ids=items, limit=len(items) + 1) if items else []
    return {row.id: row.residual + settled.get(row.id, 0) for row in known}


def apply_payments(ctx: Ctx, scope: ImportScope, rows: NumberedRows) -> Outcome:
    """Record the payments that are new and allocate them; set-based."""
    seen = _known_references(rows, scope)
    fresh = [(number, row) for number, row in rows if row.payment_ref[:REFERENCE_LENGTH] not in seen]
    wanted = {row.debtor_external_id for _, row in fresh if row.debtor_external_id}
    debtors = parties.debtors_by_external_id(ctx, scope.creditor, wanted)
    numbers = sorted({item for _, row in fresh for item, _ in row.allocations})
    items = {r["number"]: r for r in rows_of(ctx, "by_number", creditor=scope.creditor, numbers=numbers)}
    room = _room(ctx, [item["id"] for item in items.values()])
    findings: list[RowFinding] = []
    good: list[PaymentRow] = []
    paid: dict[UUID, list[tuple[date, int]]] = defaultdict(list)
    for number, row in fresh:
        wrong = _findings(number, row, debtors, items, room)
        findings += wrong
        if not wrong:
            good.append(row)
            for item, amount in row.allocations:
                paid[items[item]["id"]].append((row.date, amount))
                room[items[item]["id"]] -= amount
    if paid:
        make_room(ctx, paid=paid, today=scope.today)
    if good:
        import_payments(ctx, creditor=scope.creditor, payments=good, today=scope.today)
    return Outcome(len(good), 0, len(rows) - len(fresh), tuple(findings))


def _findings(
    number: int, row: PaymentRow, debtors: dict[str, UUID], items: dict[str, dict[str, object]], room: dict[UUID, int]
) -> list[RowFinding]:
    """Return what the books say against a payment."""
    found = []
    if row.amount < 0:
        sentence = "Is negative; what went back to the payer comes with the bank statement."
        value = str(decimal_of(row.amount, row.currency))
        found.append(RowFinding(number, "amount", value, "payment.amount", sentence))
    if row.debtor_external_id and row.debtor_external_id not in debtors:
        sentence = "Is no customer of this creditor; import the customers first."
        found.append(RowFinding(number, "debtor_external_id", row.debtor_external_id, "debtor.unknown", sentence))
    for item, amount in row.allocations:
        known = items.get(item)
        if known is None or known["currency"] != row.currency:
            sentence = f"Names no item of this creditor in {row.currency}; import the open items first."
            found.append(RowFinding(number, "allocations", item, "payment.item", sentence))
        elif amount > room.get(known["id"], 0):  # type: ignore[call-overload]
            left = decimal_of(room.get(known["id"], 0), row.currency)  # type: ignore[call-overload]
            sentence = f"Allocates more than the {left} that this item still takes."
            found.append(RowFinding(number, "allocations", item, "allocation.over_item", sentence))
    return found


register_import(ImportKind("payments", "Past payments", PAYMENTS, in_chunks(apply_payments), "open items", order=40))
