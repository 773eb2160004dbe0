"""Bank lines from an XLSX workbook: the columns of a CSV profile, the cells typed.

A date or number of the sheet is what it is; a text cell is read as the profile writes it. Bombs, DOCTYPE, old formats
and passwords are refused by the house's guarded reader of workbooks; a formula is no value and becomes a finding.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from fairdue.cash.formats.book import load
from fairdue.cash.formats.csv_profile import AUTOMATIC, CsvProfile, read_rows
from fairdue.core.findings import refuse
from fairdue.foundation.tabular.cells import shown
from fairdue.foundation.tabular.workbook import open_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fairdue.cash.formats.lines import Event, Readable
    from fairdue.foundation.tabular.cells import Cell

_MOST_BYTES = 50 * 1024 * 1024
_DECIMALS = 2


def sniff(start: bytes) -> bool:
    """Tell whether the first bytes are those of a workbook of any age."""
    return start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0"))


def read(stream: Readable, profile: CsvProfile = AUTOMATIC) -> Iterator[Event]:
    """Yield head, lines, findings and tail of the first sheet of a workbook."""
    rows = [
        (number, [_as_text(cell, profile).strip() for cell in cells])
        for number, cells in open_sheet(load(stream, "xlsx", _MOST_BYTES))
    ]
    yield from read_rows(rows, profile, "XLSX")


def open_sheet(content: bytes) -> tuple[tuple[int, tuple[Cell, ...]], ...]:
    """Return (row number, cells) of the first sheet that are not blank; refuse a hostile or broken workbook."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.xlsx"
        path.write_bytes(content)
        book, findings = open_workbook(path)
    if book is None:
        raise refuse(findings[0].code, "file", findings[0].message)
    return book.rows


def decimal_text(number: Decimal) -> str:
    """Return a number of a sheet with at least two decimals, as an amount is written."""
    text = format(number, "f")
    whole, point, decimals = text.partition(".")
    return f"{whole}.{decimals.ljust(_DECIMALS, '0')}" if point else text


def _as_text(cell: Cell, profile: CsvProfile) -> str:
    if isinstance(cell, dt.date):
        return cell.strftime(profile.date_format)
    if isinstance(cell, Decimal):
        return decimal_text(cell).replace(".", profile.decimal_mark)
    return shown(cell)
