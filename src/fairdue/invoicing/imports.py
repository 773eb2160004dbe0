"""Bringing the rows of an order file in: rows with one order number are one order.

An order that was accepted before with the same lines takes new delivery dates and delivery notes; with other lines
it is refused, because drafts and invoices may stand on it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from fairdue.core.invoice.units import UNITS
from fairdue.foundation.tabular.findings import RowFinding, kept_back
from fairdue.foundation.tabular.formats import ORDERS
from fairdue.foundation.tabular.formats.orders import BY_LAW
from fairdue.foundation.tabular.registry import ImportKind, Outcome, register_import
from fairdue.invoicing.documents.words.units import unit_code
from fairdue.invoicing.models import Order, OrderLine
from fairdue.invoicing.services.orders import (
    Delivered,
    OrderDraft,
    OrderLineDraft,
    accept_orders,
    note_deliveries,
    order_findings,
)
from fairdue.parties import selectors as parties

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from fairdue.foundation.context import Ctx
    from fairdue.foundation.tabular.registry import ImportScope, NumberedRows

_LINE = re.compile(r"lines\[(\d+)\]")
SAME = ("debtor_external_id", "order_date", "currency")
"""What the rows of one order must agree on."""


def _line(row: Any) -> OrderLineDraft:
    outside = row.vat_category in {"O", BY_LAW}
    return OrderLineDraft(
        row.description, row.quantity, row.unit_price, None if outside else row.vat_percent, row.vat_category,
        row.unit if row.unit in UNITS else unit_code(row.unit), row.article, row.line, row.delivery_date,
        row.delivery_note, row.nature,
    )  # fmt: skip


def _draft(scope: ImportScope, debtor: UUID, rows: Sequence[tuple[int, Any]]) -> OrderDraft:
    first = rows[0][1]
    lines = tuple(_line(row) for _, row in sorted(rows, key=lambda pair: pair[1].line))
    return OrderDraft(
        scope.creditor, debtor, first.order_number, first.order_date, first.currency, lines, first.buyer_reference
    )


def _disagreements(rows: Sequence[tuple[int, Any]]) -> list[RowFinding]:
    first = rows[0][1]
    return [
        RowFinding(number, name, str(getattr(row, name)), "order.mixed", "Differs from the first row of this order.")
        for number, row in rows[1:]
        for name in SAME
        if getattr(row, name) != getattr(first, name)
    ]


def _shape(lines: Sequence[OrderLineDraft]) -> list[tuple[Any, ...]]:
    return [
        (line.position, line.description, Decimal(line.quantity), line.unit, Decimal(line.price), line.category)
        for line in lines
    ]


def _stored(scope: ImportScope, numbers: set[str]) -> dict[str, list[OrderLine]]:
    orders = dict(Order.objects.filter(creditor_id=scope.creditor, number__in=numbers).values_list("id", "number"))
    found: dict[str, list[OrderLine]] = {number: [] for number in orders.values()}
    for line in OrderLine.objects.filter(order_id__in=list(orders)).order_by("position"):
        found[orders[line.order_id]].append(line)
    return found


def apply_orders(ctx: Ctx, scope: ImportScope, rows: NumberedRows) -> Outcome:
    """Accept the orders of the rows that are new; set-based."""
    grouped: dict[str, list[tuple[int, Any]]] = defaultdict(list)
    for number, row in rows:
        grouped[row.order_number].append((number, row))
    debtors = parties.debtors_by_external_id(ctx, scope.creditor, {row.debtor_external_id for _, row in rows})
    stored = _stored(scope, set(grouped))
    findings: list[RowFinding] = []
    fresh: list[OrderDraft] = []
    deliveries: list[Delivered] = []
    unchanged = 0
    for order, group in grouped.items():
        wrong = _disagreements(group) or _unknown(group, debtors)
        draft = None if wrong else _draft(scope, debtors[group[0][1].debtor_external_id], group)
        wrong = wrong or _broken(draft, group)
        if draft and not wrong and order in stored:
            wrong = [] if _known(stored[order]) == _shape(draft.lines) else [_accepted(group)]
            news = [] if wrong else _deliveries(stored[order], draft.lines)
            deliveries += news
            unchanged += 0 if wrong else len(group) - len(news)
        elif draft and not wrong:
            fresh.append(draft)
        findings += [*wrong, *_waiting(group, wrong)]
    if fresh:
        accept_orders(ctx, orders=fresh, today=scope.today)
    if deliveries:
        note_deliveries(ctx, deliveries=deliveries, today=scope.today)
    created = sum(len(draft.lines) for draft in fresh)
    return Outcome(created, len(deliveries), unchanged, tuple(findings))


def _known(lines: Sequence[OrderLine]) -> list[tuple[Any, ...]]:
    return [(row.position, row.description, row.quantity, row.unit, row.price, row.category) for row in lines]


def _deliveries(stored: Sequence[OrderLine], lines: Sequence[OrderLineDraft]) -> list[Delivered]:
    """Return what a file says anew of deliveries; an empty cell says nothing."""
    found = []
    for row, line in zip(stored, lines, strict=True):
        note, on = line.delivery_note or row.delivery_note, line.delivered_on or row.delivered_on
        if (note, on) != (row.delivery_note, row.delivered_on):
            found.append(Delivered(row.id, note, on))
    return found


def _unknown(group: Sequence[tuple[int, Any]], debtors: dict[str, UUID]) -> list[RowFinding]:
    sentence = "Is no customer of this creditor; import the customers first."
    return [
        RowFinding(number, "debtor_external_id", row.debtor_external_id, "debtor.unknown", sentence)
        for number, row in group
        if row.debtor_external_id not in debtors
    ]


def _broken(draft: OrderDraft | None, group: Sequence[tuple[int, Any]]) -> list[RowFinding]:
    if draft is None:
        return []
    rows = [number for number, _ in sorted(group, key=lambda pair: pair[1].line)]
    return [
        RowFinding(_row_of(one.path, rows), one.path.rpartition(".")[2], "", one.code, one.message)
        for one in order_findings([draft])
    ]


def _row_of(path: str, rows: Sequence[int]) -> int:
    """Return the row of the file that a finding on an order speaks of: of the line that it names, else the first."""
    line = _LINE.search(path)
    return rows[int(line[1])] if line else min(rows)


def _waiting(group: Sequence[tuple[int, Any]], wrong: Sequence[RowFinding]) -> list[RowFinding]:
    """Return a finding for each sound row of a refused order, so that the file of refused rows has it whole."""
    told = {one.row for one in wrong}
    return [kept_back(number, "order_number", row.order_number) for number, row in group if told and number not in told]


def _accepted(group: Sequence[tuple[int, Any]]) -> RowFinding:
    number, row = group[0]
    sentence = "Was accepted before with other lines; close it and give the new one another number."
    return RowFinding(number, "order_number", row.order_number, "order.frozen", sentence)


register_import(ImportKind("orders", "Orders", ORDERS, apply_orders, "customers", order=30))
