"""Tables as text, CSV, XLSX and JSON. Text cells cannot become formulas; amounts stay numbers.

CSV: cells that a spreadsheet would run (starting with = + - @ tab, carriage return, also behind spaces or
a NUL) are prefixed with an apostrophe (OWASP). XLSX: text cells are typed as text.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from fairdue.core.money import decimal_of
from fairdue.foundation.tabular.cells import guarded

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

type Cell = str | int | Decimal | date | None
_NO_XML = re.compile("[\x00-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that no XML may hold, and the control characters that a cell has no use for."""


class Format(StrEnum):
    """How a table leaves the house."""

    TABLE = "table"
    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"


CONTENT_TYPES = {
    Format.TABLE: "text/plain; charset=utf-8",
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.JSON: "application/json",
}


@dataclass(frozen=True, slots=True)
class Table:
    """A report ready to leave: a name, what it is of, column names, and rows of exact values."""

    name: str
    about: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]


def money(minor: int, currency: str) -> Decimal:
    """Return minor units as the exact decimal that tables carry."""
    return decimal_of(minor, currency)


def written(table: Table, form: Format) -> bytes:
    """Return the table as a file of the format."""
    if form is Format.XLSX:
        return _xlsx(table)
    stream = io.StringIO(newline="")
    {Format.TABLE: _text, Format.CSV: _csv, Format.JSON: _json}[form](table, stream)
    prefix = "\ufeff" if form is Format.CSV else ""
    return (prefix + stream.getvalue()).encode()


def _csv(table: Table, stream: SupportsWrite[str]) -> None:
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(table.columns)
    writer.writerows([_csv_cell(cell) for cell in row] for row in table.rows)


def _csv_cell(cell: Cell) -> str:
    return guarded(cell) if isinstance(cell, str) else _plain(cell)


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    return f"{cell:f}" if isinstance(cell, Decimal) else str(cell)


def _json(table: Table, stream: SupportsWrite[str]) -> None:
    """Write columns as keys and amounts as decimal strings, so that no reader rounds them."""
    keys = [name.lower().replace(" ", "_").replace("-", "_") for name in table.columns]
    rows = [
        {key: cell if isinstance(cell, str | int | None) else _plain(cell) for key, cell in zip(keys, row, strict=True)}
        for row in table.rows
    ]
    answer = {"report": table.name, **dict(table.about), "rows": rows}
    stream.write(json.dumps(answer, ensure_ascii=False, indent=2) + "\n")


def _text(table: Table, stream: SupportsWrite[str]) -> None:
    """Write columns aligned: numbers to the right, a rule under the head."""
    cells = [[_shown(cell) for cell in row] for row in table.rows]
    widths = [max([len(name), *(len(row[at]) for row in cells)]) for at, name in enumerate(table.columns)]
    right = [all(isinstance(row[at], int | Decimal | None) for row in table.rows) for at in range(len(table.columns))]
    for name, value in table.about:
        stream.write(f"{name}: {value}\n")
    for line in (list(table.columns), ["-" * width for width in widths], *cells):
        padded = (
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(line, widths, right, strict=True)
        )  # fmt: skip
        stream.write("  ".join(padded).rstrip() + "\n")


def _shown(cell: Cell) -> str:
    return f"{cell:,f}" if isinstance(cell, Decimal) else _plain(cell)


def _xlsx(table: Table) -> bytes:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    sheet = book.create_sheet(table.name[:31])
    sheet.freeze_panes = "A2"
    head = [WriteOnlyCell(sheet, value=name) for name in table.columns]
    for cell in head:
        cell.font = Font(bold=True)
    sheet.append(head)
    for row in table.rows:
        sheet.append([_typed(sheet, cell, WriteOnlyCell) for cell in row])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _typed(sheet: object, cell: Cell, make: type) -> object:
    """Return a cell of its true type: text is never a formula, amounts keep their decimals."""
    made = make(sheet, value=_NO_XML.sub("", cell) if isinstance(cell, str) else cell)
    if isinstance(cell, str):
        made.data_type = "s"
    elif isinstance(cell, Decimal):
        digits = -int(cell.as_tuple().exponent)
        made.number_format = "#,##0" + ("." + "0" * digits if digits > 0 else "")
    elif isinstance(cell, date):
        made.number_format = "yyyy-mm-dd"
    return made


def about(as_of: date, recorded: datetime | None, **more: str) -> tuple[tuple[str, str], ...]:
    """Return what a report is of: the business date, the instant of knowledge, and what else is named."""
    known = () if recorded is None else (("known_at", recorded.isoformat()),)
    return (("as_of", as_of.isoformat()), *known, *more.items())
