"""A statement of account: what is open on a day, what is on account, aged, per currency."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from fairdue.collections import bulk, formats
from fairdue.collections.wording import language_of
from fairdue.core.findings import refuse
from fairdue.core.letter import Table, plain_table
from fairdue.core.money import decimal_of
from fairdue.foundation.tabular.cells import guarded
from fairdue.receivables import selectors as receivables

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from uuid import UUID

    from fairdue.collections.loaded import LoadedDebtor
    from fairdue.foundation.context import Ctx
    from fairdue.receivables.selectors import CreditRow, ItemRow

LIMIT = 5000


@dataclass(frozen=True, slots=True)
class Statement:
    """The open items and unapplied credits of one debtor, oldest first, with what is contested of each item."""

    debtor: LoadedDebtor
    today: date
    items: Sequence[ItemRow]
    credits_: Sequence[CreditRow]
    disputed: Mapping[UUID, int]

    @property
    def totals(self) -> dict[str, int]:
        """Open items less unapplied credits, minor units by currency."""
        sums: dict[str, int] = {}
        for item in self.items:
            sums[item.currency] = sums.get(item.currency, 0) + item.residual
        for credit in self.credits_:
            sums[credit.currency] = sums.get(credit.currency, 0) - credit.unapplied
        return sums


def statement_of(ctx: Ctx, *, debtor: UUID, today: date) -> Statement:
    """Return the statement of a debtor as it stands; refuses an unknown debtor."""
    found = bulk.load_debtors(ctx, [debtor])
    if debtor not in found:
        raise refuse("debtor.unknown", "debtor", "There is no such customer.")
    items = receivables.items(ctx, debtors=[debtor], only_open=True, limit=LIMIT)
    credits_ = receivables.credits_(ctx, debtors=[debtor], limit=LIMIT)
    disputed: dict[UUID, int] = {}
    residuals = {item.id: item.residual for item in items}
    for hold in receivables.holds(ctx, debtors=[debtor], on=today):
        if hold.reason == "dispute" and hold.item_id in residuals:
            known = disputed.get(hold.item_id, 0) + (hold.amount or residuals[hold.item_id])
            disputed[hold.item_id] = min(known, residuals[hold.item_id])
    return Statement(found[debtor], today, items, credits_, disputed)


def as_table(statement: Statement) -> Table:
    """Return the statement's rows in the debtor's language."""
    language = language_of(statement.debtor.language)
    rows = [
        (
            item.number,
            formats.day(item.issued_on, language),
            formats.day(item.due_on, language),
            str(max(item.days_overdue(statement.today), 0)),
            formats.amount(item.residual, item.currency, language),
            formats.amount(statement.disputed.get(item.id, 0), item.currency, language),
        )
        for item in statement.items
    ] + [
        (
            credit.number,
            formats.day(credit.received_on, language),
            "",
            "",
            formats.amount(-credit.unapplied, credit.currency, language),
            "",
        )
        for credit in statement.credits_
    ]
    headings = ("Number", "Date", "Due", "Days late", "Open", "Contested")
    return Table(headings, tuple(rows), frozenset({3, 4, 5}))


def as_text(statement: Statement) -> str:
    """Return the statement as plain text."""
    language = language_of(statement.debtor.language)
    head = f"{statement.debtor.creditor_name}\nStatement of account: {statement.debtor.name}"
    total = formats.amounts(statement.totals, language) or "0"
    return f"{head}\n{formats.day(statement.today, language)}\n\n{plain_table(as_table(statement))}\n\nTotal: {total}\n"


def as_html(statement: Statement) -> str:
    """Return the statement as a page of its own."""
    table = as_table(statement)
    head = "".join(f"<th>{escape(cell)}</th>" for cell in table.headings)
    body = "".join(f"<tr>{''.join(f'<td>{escape(c)}</td>' for c in row)}</tr>" for row in table.rows)
    title = f"Statement of account: {escape(statement.debtor.name)}"
    total = escape(formats.amounts(statement.totals, language_of(statement.debtor.language)) or "0")
    return (
        f"<!doctype html><html><head><meta charset=utf-8><title>{title}</title></head><body><h1>{title}</h1>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table><p>Total: {total}</p></body></html>\n"
    )


def as_csv(statement: Statement) -> str:
    """Return the statement for machines: decimal amounts, ISO dates; credits are negative."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["number", "kind", "date", "due_date", "currency", "open_amount", "disputed"])
    for item in statement.items:
        disputed = decimal_of(statement.disputed.get(item.id, 0), item.currency)
        writer.writerow(
            [guarded(item.number), item.kind, item.issued_on, item.due_on, item.currency,
             decimal_of(item.residual, item.currency), disputed]
        )  # fmt: skip
    for credit in statement.credits_:
        open_amount = decimal_of(-credit.unapplied, credit.currency)
        writer.writerow([guarded(credit.number), credit.kind, credit.received_on, "", credit.currency, open_amount, ""])
    return out.getvalue()


WRITERS = {".txt": as_text, ".html": as_html, ".csv": as_csv}
"""How a statement is written, by the suffix of the file."""
