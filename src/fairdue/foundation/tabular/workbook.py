"""XLSX workbooks: values only, read once, guarded against bombs."""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairdue.core.findings import Severity
from fairdue.foundation.tabular.findings import FILE_ROW, RowFinding
from fairdue.foundation.tabular.package import MAX_COLUMNS, WHOLE, Amount, DoctypeError, Package, TooLargeError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fairdue.foundation.tabular.cells import Cell

MAX_PARTS = 5_000
MAX_UNPACKED = 600_000_000
"""Bytes of all parts together."""
MAX_RATIO = 200
RATIO_FROM = 50_000_000
"""Only a part larger than this is suspected of being a bomb."""
MAX_BLANK_ROWS = 100_000
NAMED_SHEETS = 20
DOCTYPE = "The workbook declares a document type; refused."
_ZIP = b"PK\x03\x04"
_OLD = b"\xd0\xcf\x11\xe0"
# What the readers of the container and of its XML raise for broken or hostile workbooks.
BROKEN = (
    zipfile.BadZipFile, KeyError, ValueError, TypeError, IndexError, AttributeError, OSError, EOFError,
    NotImplementedError, SyntaxError, ArithmeticError, zipfile.LargeZipFile, RuntimeError, zlib.error,
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
                return _finding("file.format", DOCTYPE)
    return None


def _guard(archive: zipfile.ZipFile) -> RowFinding | None:
    """Return why the container must not be opened: too many parts, too large, too dense, DOCTYPE."""
    parts = archive.infolist()
    if "xl/workbook.xml" not in archive.namelist():
        return _finding("file.format", "This is no XLSX workbook; save it as .xlsx or .csv.")
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        return _finding("file.bomb", "The workbook is far too large when unpacked.")
    return next((bad for part in parts if (bad := _bad_part(archive, part))), None)


def _read(archive: zipfile.ZipFile, wanted: str, amount: Amount) -> Read:
    package = Package(archive)
    names = list(package.sheets)
    if not names:
        return None, (_finding("file.empty", "The workbook has no sheet with cells."),)
    title = wanted or names[0]
    if title not in names:
        sentence = f"There is no sheet “{wanted}”; there are: {', '.join(names[:NAMED_SHEETS])}."
        return None, (_finding("file.sheet", sentence),)
    rows = _filled(package.rows(title, amount))
    if not rows:
        return None, (_finding("file.empty", f"The sheet “{title}” is empty."),)
    others = [name for name in names if name != title]
    if others and not wanted:
        sentence = f"Only the sheet “{title}” is read, not: {', '.join(others[:NAMED_SHEETS])}."
        return Workbook(title, rows), (_finding("file.sheet", sentence, Severity.WARNING),)
    return Workbook(title, rows), ()


def _filled(rows: Iterator[tuple[int, tuple[Cell, ...]]]) -> tuple[tuple[int, tuple[Cell, ...]], ...]:
    """Return the rows that are not blank, up to where nothing but blank ones follows."""
    kept: list[tuple[int, tuple[Cell, ...]]] = []
    last = 0
    for number, cells in rows:
        if number - last > MAX_BLANK_ROWS:
            break
        if any(cell != "" for cell in cells):
            kept.append((number, cells))
            last = number
    return tuple(kept)


def open_workbook(path: Path, wanted: str = "", amount: Amount = WHOLE) -> Read:
    """Return the rows of the sheet `wanted` (default: the first), or findings that say why not.

    `amount` takes only the first rows, for a look: what comes later costs nothing and is not judged.
    """
    with path.open("rb") as stream:
        if stream.read(4) == _OLD:
            sentence = "This is an old .xls or a password-protected workbook; save it as .xlsx without password."
            return None, (_finding("file.format", sentence),)
    try:
        with zipfile.ZipFile(path) as archive:
            bad = _guard(archive)
            return (None, (bad,)) if bad else _read(archive, wanted, amount)
    except TooLargeError as error:
        return None, (_finding("file.too_large", str(error)),)
    except DoctypeError:
        return None, (_finding("file.format", DOCTYPE),)
    except BROKEN as error:
        return None, (_finding("file.unreadable", f"The workbook is damaged and cannot be read ({error})."),)


__all__ = ["MAX_COLUMNS", "WHOLE", "Amount", "Workbook", "is_workbook", "open_workbook"]
