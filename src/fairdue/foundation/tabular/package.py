"""The inside of an XLSX workbook, read as a stream with a limit on everything: sheets, styles, texts, rows.

A workbook is XML in a zip container. Whoever packs one decides how much it unpacks to, so nothing here is built whole:
each part is walked, and the walk ends with a `TooLargeError` where an honest workbook would have ended before.
"""

from __future__ import annotations

import math
import posixpath
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from lxml import etree
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.cell import column_index_from_string
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel, from_ISO8601

from fairdue.foundation.tabular.cells import Cell, ErrorCell, FormulaCell
from fairdue.foundation.tabular.numbers import from_float

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Callable, Iterator

MAX_COLUMNS = 300
MAX_CELLS = 5_000_000
"""Cells of a sheet, filled or not. A file of more belongs into a CSV, which is read row by row."""
MAX_ROWS = 1_048_576
"""The rows that a spreadsheet itself can hold."""
MAX_ELEMENT_BYTES = 2_000_000
"""Bytes between the ends of two rows, texts or styles; an honest row of 300 cells has a hundredth of it."""
MAX_TEXTS = 5_000_000
MAX_LETTERS = 200_000_000
"""Letters of all shared texts together."""
MAX_STYLES = 70_000
"""Formats of cells; spreadsheets allow 65,490."""
MAX_SHEETS = 1_000
UNREAD = "…"
"""Stands in a look at the first rows for a shared text that comes too late to be looked up."""
_PARTS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml", "xl/sharedStrings.xml"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_DIGITS = "0123456789"
_HUNDRED = 2
_KEPT_DIGITS = 16
"""Spreadsheets keep fifteen digits of a number."""


class TooLargeError(Exception):
    """The workbook holds more than an honest one; the sentence says of what."""


class DoctypeError(Exception):
    """A part declares a document type; no spreadsheet writes one."""


@dataclass(frozen=True, slots=True)
class Amount:
    """How much is taken from a sheet: rows at most, texts at most, and whether more is an error."""

    rows: int = MAX_ROWS
    texts: int = MAX_TEXTS
    whole: bool = True


WHOLE = Amount()


class _Metered:
    """A part that ends when too much comes without an end of what is looked for."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.since = 0

    def read(self, size: int) -> bytes:
        chunk: bytes = self.stream.read(size)
        self.since += len(chunk)
        if self.since > MAX_ELEMENT_BYTES:
            raise TooLargeError("A part of the workbook is packed too densely to be honest.")
        return chunk


def _elements(archive: zipfile.ZipFile, part: str, *names: str) -> Iterator[Any]:
    """Yield the elements of a part with these names as they end; what was yielded is dropped afterwards."""
    with archive.open(part) as stream:
        metered = _Metered(stream)
        walk = etree.iterparse(
            metered, tag=[f"{{*}}{name}" for name in names], resolve_entities=False, no_network=True, load_dtd=False
        )
        for _, element in walk:
            metered.since = 0
            if element.getroottree().docinfo.internalDTD is not None:
                raise DoctypeError
            yield element
            element.clear()
            parent = element.getparent()
            while parent is not None and element.getprevious() is not None:
                del parent[0]


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


@dataclass(frozen=True, slots=True)
class Styles:
    """What the formats of cells say about the numbers in them, by the number of the format."""

    dates: frozenset[int] = frozenset()
    durations: frozenset[int] = frozenset()
    percents: frozenset[int] = frozenset()


def _styles_of(codes: list[str]) -> Styles:
    def those(fits: Callable[[str], bool]) -> frozenset[int]:
        right = {code for code in set(codes) if fits(code)}
        return frozenset(number for number, code in enumerate(codes) if code in right)

    return Styles(those(is_date_format), those(is_timedelta_format), those(lambda code: "%" in code))


class Package:
    """An opened workbook: its sheets by name, and the rows of one."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.parts = frozenset(archive.namelist())
        self.epoch = WINDOWS_EPOCH
        self.sheets = self._sheets()

    def _sheets(self) -> dict[str, str]:
        """Return the part of each sheet by its name, in the order of the workbook; no charts."""
        workbook, relations, *_ = _PARTS
        targets = {
            element.get("Id"): element.get("Target", "")
            for element in _elements(self.archive, relations, "Relationship")
            if element.get("Type", "").endswith("/worksheet")
        }
        found: dict[str, str] = {}
        for element in _elements(self.archive, workbook, "sheet", "workbookPr"):
            if _name(element) == "workbookPr":
                self.epoch = MAC_EPOCH if element.get("date1904") in {"1", "true"} else WINDOWS_EPOCH
                continue
            part = posixpath.normpath(posixpath.join("/xl", targets.get(element.get(_RELATION), ""))).lstrip("/")
            if part in self.parts and element.get(_RELATION) in targets:
                found[element.get("name", "")] = part
            if len(found) > MAX_SHEETS:
                raise TooLargeError(f"The workbook has more than {MAX_SHEETS:,} sheets.")
        return found

    def _styles(self) -> Styles:
        if _PARTS[2] not in self.parts:
            return Styles()
        codes = dict(BUILTIN_FORMATS)
        of_format: list[str] = []
        for element in _elements(self.archive, _PARTS[2], "numFmt", "xf"):
            if _name(element) == "numFmt":
                codes[int(element.get("numFmtId", "0"))] = element.get("formatCode", "")
            elif _name(element.getparent()) == "cellXfs":
                of_format.append(codes.get(int(element.get("numFmtId", "0")), "General"))
            if len(of_format) > MAX_STYLES or len(codes) > MAX_STYLES:
                raise TooLargeError(f"The workbook has more than {MAX_STYLES:,} formats of cells.")
        return _styles_of(of_format)

    def rows(self, sheet: str, amount: Amount = WHOLE) -> Iterator[tuple[int, tuple[Cell, ...]]]:
        """Yield each row of a sheet with its number; a `TooLargeError` where it holds too much."""
        texts = _Texts(self.archive if _PARTS[3] in self.parts else None, amount)
        read = _CellReader(texts.text, self._styles(), self.epoch)
        number = cells = 0
        for count, element in enumerate(_elements(self.archive, self.sheets[sheet], "row", "sheetData")):
            if _name(element) == "sheetData":
                return
            if count >= amount.rows:
                if amount.whole:
                    raise TooLargeError(f"The sheet has more than {MAX_ROWS:,} rows.")
                return
            cells += len(element)
            if cells > MAX_CELLS:
                raise TooLargeError(
                    f"The sheet holds more than {MAX_CELLS:,} cells; save it as CSV, or as several files."
                )
            number = int(float(element.get("r") or number + 1))
            yield number, read.row(element)


class _Texts:
    """The texts that cells share, read as far as somebody asked for one."""

    def __init__(self, archive: zipfile.ZipFile | None, amount: Amount) -> None:
        self.most, self.whole = amount.texts, amount.whole
        self.known: list[str] = []
        self.letters = 0
        self.rest: Iterator[Any] = _elements(archive, _PARTS[3], "si") if archive else iter(())

    def text(self, number: int) -> str:
        """Return a text by its number; an `IndexError` where there is none."""
        while len(self.known) <= number:
            if len(self.known) >= self.most or self.letters > MAX_LETTERS:
                if self.whole:
                    raise TooLargeError("The workbook holds too many texts; save it as CSV.")
                return UNREAD
            element = next(self.rest, None)
            if element is None:
                raise IndexError("a cell names a text that is not there")
            self.known.append(plain_text(element))
            self.letters += len(self.known[-1])
        return self.known[number]


def plain_text(element: Any) -> str:
    """Return the text of a shared or inline string without its formats and reading aids (rPh)."""
    if len(element) == 1 and _name(element[0]) == "t":
        return str(element[0].text or "").replace("x005F_", "")
    parts = (
        node.text or "" for node in element.iter("{*}t") if _name(node.getparent()) in {"r", "si", "is"}
    )  # a phonetic run holds a t as well
    return "".join(parts).replace("x005F_", "")


class _CellReader:
    """Reads cells with the texts and formats of their workbook."""

    def __init__(self, text: Callable[[int], str], styles: Styles, epoch: datetime) -> None:
        self.text = text
        self.styles = styles
        self.epoch = epoch

    def row(self, element: Any) -> tuple[Cell, ...]:
        """Return the cells of a row up to `MAX_COLUMNS`, each in its place."""
        cells: list[Cell] = []
        column = 0
        for cell in element:
            place = cell.get("r")
            column = _column(place.rstrip(_DIGITS)) if place else column + 1
            if not 1 <= column <= MAX_COLUMNS:
                continue
            value = self._value(cell)
            if column <= len(cells):
                cells[column - 1] = value
            else:
                cells += [""] * (column - 1 - len(cells)) + [value]
        return tuple(cells)

    def _value(self, cell: Any) -> Cell:
        value: Cell = ""
        for child in cell:
            name = _name(child)
            if name == "f":
                return FormulaCell(f"={child.text or ''}")
            if name == "is" and cell.get("t") == "inlineStr":
                value = plain_text(child)
            elif name == "v" and child.text:
                value = self._typed(cell.get("t", "n"), child.text, int(cell.get("s") or 0))
        return value

    def _typed(self, kind: str, written: str, style: int) -> Cell:
        if kind == "s":
            return self.text(int(written))
        if kind == "b":
            return "true" if int(written) else "false"
        if kind == "e":
            return ErrorCell(written)
        if kind == "d":
            return _day(from_ISO8601(written))
        return self._number(written, style) if kind == "n" else written

    def _number(self, written: str, style: int) -> Cell:
        """Return the number; a date where the format says so; a cell shown as 2 % holds 0.02 and means 2."""
        if style in self.styles.dates:
            try:
                duration = style in self.styles.durations
                return _day(from_excel(float(written), self.epoch, timedelta=duration))
            except (OverflowError, ValueError):
                return ErrorCell("#VALUE!")
        if not math.isfinite(float(written)):
            return ErrorCell("#NUM!")
        whole = written.isdecimal() and len(written) < _KEPT_DIGITS
        exact = Decimal(int(written)) if whole else from_float(float(written))
        return exact.scaleb(_HUNDRED).normalize() if style in self.styles.percents else exact


@cache
def _column(letters: str) -> int:
    """Return the number of a column; a `ValueError` where there is no such one."""
    return column_index_from_string(letters)


def _day(moment: Any) -> Cell:
    """Return the day of a moment; a time without a day stays text."""
    if isinstance(moment, datetime):
        return moment.date()
    return moment if isinstance(moment, date) else str(moment)
