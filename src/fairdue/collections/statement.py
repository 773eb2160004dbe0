"""A statement of account: what is open on a day, what is on account, aged, per currency."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairdue.collections import bulk, formats
from fairdue.collections.letters import party_values
from fairdue.collections.wording import heading, language_of, statement_wording
from fairdue.core.findings import refuse
from fairdue.core.letter import Letter, Table, escape, write_letter
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
_LOOK = (
    "body{font:15px/1.5 system-ui,sans-serif;color:#1d2330;max-width:52rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}"
    "th,td{padding:.4rem .6rem;border-bottom:1px solid #d9dde5}th{font-weight:600;font-size:.85em}"
    "@media print{body{margin:0}}"
)
"""The look of a statement that stands alone; a mail goes without, as its readers drop it."""


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
    """Return the statement's rows in the debtor's language; the contested column stands only where something is."""
    language = language_of(statement.debtor.language)
    names = ("document", "issued", "due", "late", "open", *(("contested",) if any(statement.disputed.values()) else ()))
    rows = [
        (
            item.number,
            formats.day(item.issued_on, language),
            formats.day(item.due_on, language),
            str(max(item.days_overdue(statement.today), 0)),
            formats.amount(item.residual, item.currency, language),
            _contested(statement, item, language),
        )
        for item in statement.items
    ] + [
        (
            heading(language, "on_account").replace("{number}", credit.number),
            formats.day(credit.received_on, language),
            "",
            "",
            formats.amount(-credit.unapplied, credit.currency, language),
            "",
        )
        for credit in statement.credits_
    ]
    headings = tuple(heading(language, name) for name in names)
    return Table(headings, tuple(row[: len(names)] for row in rows), frozenset({3, 4, 5}))


def _contested(statement: Statement, item: ItemRow, language: str) -> str:
    minor = statement.disputed.get(item.id, 0)
    return formats.amount(minor, item.currency, language) if minor else ""


def as_letter(statement: Statement) -> Letter:
    """Return the statement as the customer gets it: subject, plain text and HTML, in the customer's language."""
    language = language_of(statement.debtor.language)
    wording = statement_wording(language)
    total = formats.amounts({code: minor for code, minor in statement.totals.items() if minor}, language)
    values = party_values(statement.debtor, language, statement.today) | {
        "total": total or heading(language, "nothing")
    }
    return write_letter(wording.subject, wording.body, values, {"items": as_table(statement)})


def as_text(statement: Statement) -> str:
    """Return the statement as plain text."""
    return as_letter(statement).text


def as_html(statement: Statement) -> str:
    """Return the statement as a page of its own, to be kept, printed or sent on."""
    letter = as_letter(statement)
    language = language_of(statement.debtor.language)
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset=utf-8><title>{escape(letter.subject)}</title>'
        f"<style>{_LOOK}</style></head><body>\n{letter.html}</body></html>\n"
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
