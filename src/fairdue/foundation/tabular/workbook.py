"""XLSX workbooks: values only, read once, guarded against bombs."""

from __future__ import annotations

import warnings
import zipfile
import zlib
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError

from fairdue.core.findings import Severity
from fairdue.foundation.tabular.cells import ErrorCell, FormulaCell
from fairdue.foundation.tabular.findings import FILE_ROW, RowFinding
from fairdue.foundation.tabular.numbers import from_float

if TYPE_CHECKING:
    from pathlib import Path

    from fairdue.foundation.tabular.cells import Cell

MAX_COLUMNS = 300
MAX_PARTS = 5_000
MAX_UNPACKED = 600_000_000
"""Bytes of all parts together; a million open items need about 400 MB."""
MAX_RATIO = 200
RATIO_FROM = 50_000_000
"""Only a part larger than this is suspected of being a bomb."""
MAX_BLANK_ROWS = 100_000
_ZIP = b"PK\x03\x04"
_OLD = b"\xd0\xcf\x11\xe0"
# What openpyxl and its XML reader raise for broken or hostile workbooks.
BROKEN = (
    zipfile.BadZipFile, KeyError, ValueError, TypeError, IndexError, AttributeError, ParseError, OSError,
    EOFError, NotImplementedError, SyntaxError, OverflowError, zipfile.LargeZipFile, RuntimeError,
    zlib.error,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Workbook:
    """The rows of one sheet that are not blank, numbered as the spreadsheet does."""

    sheet: str
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]


type Read = tuple[Workbook | None, tuple[RowFinding, ...]]


def _finding(code: str, message: str, severity: Severity = Severity.ERROR) -> RowFinding:
    return RowFinding(FILE_ROW, "", "", code, message, severity)


def is_workbook(path: Path) -> bool:
    """Tell by the first bytes whether the file is a workbook of any age, whatever its name."""
    with path.open("rb") as stream:
        return stream.read(4) in {_ZIP, _OLD}


def _bad_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> RowFinding | None:
    if part.file_size > RATIO_FROM and part.file_size > MAX_RATIO * max(1, part.compress_size):
        return _finding("file.bomb", "The workbook is packed too densely to be honest.")
    if part.filename.endswith((".xml", ".rels", ".vml")):
        with archive.open(part) as stream:
            if b"<!DOCTYPE" in stream.read(4096):
                return _finding("file.format", "The workbook declares a document type; refused.")
    return None


def _guard(path: Path) -> RowFinding | None:
    """Return why the container must not be opened: too many parts, too large, too dense, DOCTYPE."""
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
        if "xl/workbook.xml" not in archive.namelist():
            return _finding("file.format", "This is no XLSX workbook; save it as .xlsx or .csv.")
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
            return _finding("file.bomb", "The workbook is far too large when unpacked.")
        return next((bad for part in parts if (bad := _bad_part(archive, part))), None)


def _number(cell: Any, value: float) -> Decimal:
    """Return the number; a cell shown as 2 % holds 0.02 and means 2."""
    exact = from_float(value) if isinstance(value, float) else Decimal(value)
    percent = "%" in str(cell.number_format)
    return (exact.scaleb(2) if percent else exact).normalize() if percent else exact


def _plain(cell: Any, value: Any) -> Cell:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(cell, value)
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else str(value)


def _cell(cell: Any) -> Cell:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return FormulaCell(str(getattr(value, "text", value)))
    return ErrorCell(str(value)) if cell.data_type == "e" else _plain(cell, value)


def _rows(sheet: Any) -> tuple[tuple[int, tuple[Cell, ...]], ...]:
    sheet.reset_dimensions()
    kept = []
    blank = 0
    for number, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS), start=1):
        row = tuple(_cell(cell) for cell in cells)
        if any(cell != "" for cell in row):
            kept.append((number, row))
            blank = 0
            continue
        blank += 1
        if blank > MAX_BLANK_ROWS:
            break
    return tuple(kept)


def _read(path: Path, wanted: str) -> Read:
    import openpyxl

    with path.open("rb") as stream:  # by its content: openpyxl would refuse other endings than .xlsx
        book = openpyxl.load_workbook(stream, read_only=True, data_only=False, keep_links=False)
        names = [sheet.title for sheet in book.worksheets]
        title = wanted or names[0]
        if title not in names:
            sentence = f"There is no sheet “{wanted}”; there are: {', '.join(names)}."
            return None, (_finding("file.sheet", sentence),)
        rows = _rows(book[title])
    if not rows:
        return None, (_finding("file.empty", f"The sheet “{title}” is empty."),)
    others = [name for name in names if name != title]
    if others and not wanted:
        sentence = f"Only the sheet “{title}” is read, not: {', '.join(others)}."
        return Workbook(title, rows), (_finding("file.sheet", sentence, Severity.WARNING),)
    return Workbook(title, rows), ()


def open_workbook(path: Path, wanted: str = "") -> Read:
    """Return the rows of the sheet `wanted` (default: the first), or findings that say why not."""
    with path.open("rb") as stream:
        if stream.read(4) == _OLD:
            sentence = "This is an old .xls or a password-protected workbook; save it as .xlsx without password."
            return None, (_finding("file.format", sentence),)
    try:
        bad = _guard(path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl tells of drawings and validations that we do not need
            return (None, (bad,)) if bad else _read(path, wanted)
    except BROKEN as error:
        return None, (_finding("file.unreadable", f"The workbook is damaged and cannot be read ({error})."),)
