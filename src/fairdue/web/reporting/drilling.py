"""Where the figures of the plain reports lead: to the items, customers and promises that they sum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.web.reporting.frame import link, link_if

if TYPE_CHECKING:
    from fairdue.reporting.aging import AgingRow
    from fairdue.reporting.exports import Cell, Table

type Links = Mapping[int, str]
"""Addresses by the place of their column."""

_ALL: dict[str, str] = {}
_NOT_DUE = {"bucket": "0"}
PARTS: dict[str, dict[str, dict[str, str]]] = {
    "dso": {"Receivable": _ALL, "Not due": _NOT_DUE},
    "cei": {"Ending": _ALL, "Ending current": _NOT_DUE},
}
"""For each report the columns that sum open items of the line's currency, and which of them."""


def drill(name: str, table: Table, query: Mapping[str, str], rows: Sequence[AgingRow] = ()) -> list[Links]:
    """Return the links of each line of a report; `rows` are the customers behind the lines of the top ones."""
    if name == "top":
        return [_customer(table, row, query) for row in rows]
    if name == "expected":
        return [_week(table, line, query) for line in table.rows]
    if name == "promises":
        there = link_if("promises")
        return [{table.columns.index("Due"): there} if there else {} for _ in table.rows]
    return [
        {
            table.columns.index(column): link("report_items", currency=line[0], **more, **query)
            for column, more in PARTS.get(name, {}).items()
        }
        for line in table.rows
    ]


def _week(table: Table, line: Sequence[Cell], query: Mapping[str, str]) -> Links:
    """Return the link of a line of cash expected: to the items of its week."""
    asked = str(line[table.columns.index("Week")]).removeprefix("week ")
    return {table.columns.index("Expected"): link("report_expected", week=asked, currency=line[0], **query)}


def _customer(table: Table, row: AgingRow, query: Mapping[str, str]) -> Links:
    def items(debtor: UUID | None, **more: object) -> str:
        return link("report_items", debtor=debtor, currency=row.currency, **more, **query)

    first = table.columns.index("Currency") + 1
    buckets = {first + place: items(row.debtor_id, bucket=place) for place, amount in enumerate(row.buckets) if amount}
    return {
        table.columns.index("Customer"): items(row.debtor_id),
        table.columns.index("Overdue"): items(row.debtor_id, overdue="1"),
        **buckets,
    }
