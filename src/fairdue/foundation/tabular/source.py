"""A file as numbered rows of cells, whatever its format: CSV is streamed, a workbook is held."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TextIO

from fairdue.core.findings import Severity
from fairdue.foundation.tabular.cut import ends_open
from fairdue.foundation.tabular.encoding import detect
from fairdue.foundation.tabular.findings import FILE_ROW, RowFinding
from fairdue.foundation.tabular.profile import DELIMITERS
from fairdue.foundation.tabular.schema import plain_header
from fairdue.foundation.tabular.workbook import MAX_COLUMNS, WHOLE, Amount, Workbook, is_workbook, open_workbook

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from fairdue.foundation.tabular.cells import Cell
    from fairdue.foundation.tabular.profile import Profile

MAX_BYTES = 500_000_000
MAX_LINE = 2_000_000
"""Letters in a line of a text file."""
HEAD_BYTES = 4_000_000
"""Bytes of a text file that are looked at for its encoding where only the first rows are wanted."""
FIRST_TEXTS = 200_000
"""Shared texts of a workbook that are read for its first rows."""
_SEPARATOR_LINE = re.compile(r"\ufeff?sep=(.)\r?\n", re.IGNORECASE)

type NumberedRow = tuple[int, Sequence[Cell], str]
"""Row as a spreadsheet counts, its cells, and why it could not be read ("" if it could)."""


class Source(Protocol):
    """Numbered rows that can be walked more than once."""

    @property
    def guessed(self) -> bool:
        """True if the encoding is not certain."""

    @property
    def delimiter(self) -> str:
        """What stands between two cells."""

    @property
    def codec(self) -> str:
        """The encoding that is read."""

    @property
    def open_ended(self) -> bool:
        """True if nothing ends the last row: the file may have been cut off within it."""

    def rows(self) -> Iterator[NumberedRow]:
        """Yield every row that is not blank."""


@dataclass(frozen=True, slots=True)
class CsvSource:
    """A delimited text file."""

    path: Path
    codec: str
    delimiter: str
    guessed: bool = False
    skip: int = 0
    """Leading lines that are no data ("sep=;")."""
    first: int | None = None
    """How many records are looked at; None for all."""

    @property
    def open_ended(self) -> bool:
        """True if all is looked at and nothing ends the last row."""
        return self.first is None and ends_open(self.path)

    def rows(self) -> Iterator[NumberedRow]:
        """Yield the records; one with broken quotes comes with the reason and without cells."""
        with self.path.open(encoding=self.codec, errors=_errors(self.codec), newline="") as stream:
            reader = csv.reader(_lines(stream), delimiter=self.delimiter, strict=True)
            number = 0
            while self.first is None or number < self.first:
                number += 1
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    yield number, (), f"The quotes of this row are broken ({error})."
                    continue
                if number > self.skip and any(cells):
                    yield number, cells, ""


def _lines(stream: TextIO) -> Iterator[str]:
    """Yield the lines; one without an end in sight ends the file as a broken row, before it fills the memory."""
    while line := stream.readline(MAX_LINE):
        if len(line) == MAX_LINE and not line.endswith(("\r", "\n")):
            raise csv.Error(f"a line is longer than {MAX_LINE:,} letters; nothing after it is read")
        yield line


@dataclass(frozen=True, slots=True)
class WorkbookSource:
    """One sheet of a workbook."""

    workbook: Workbook
    guessed: bool = False
    delimiter: str = ","
    codec: str = "utf-8-sig"
    open_ended: bool = False
    """Never: a workbook that was cut off is refused as damaged."""

    def rows(self) -> Iterator[NumberedRow]:
        """Yield the rows of the sheet."""
        for number, cells in self.workbook.rows:
            yield number, cells, ""


@dataclass(frozen=True, slots=True)
class Opened:
    """The source, or None with the findings that say why not."""

    source: Source | None
    findings: tuple[RowFinding, ...] = ()


def _errors(codec: str) -> str:
    return "strict" if codec.startswith("utf-16") else "surrogateescape"


def _file(code: str, message: str, severity: Severity = Severity.ERROR) -> RowFinding:
    return RowFinding(FILE_ROW, "", "", code, message, severity)


def _header_of(sample: str, delimiter: str) -> list[str]:
    try:
        return next((cells for cells in csv.reader(io.StringIO(sample), delimiter=delimiter) if any(cells)), [])
    except csv.Error:
        return []


def sniff_delimiter(sample: str, known: Collection[str]) -> str:
    """Return the delimiter under which most headers are `known`, then the one that gives most columns."""

    def score(delimiter: str) -> tuple[int, int]:
        header = _header_of(sample, delimiter)
        return sum(plain_header(cell) in known for cell in header), len(header)

    return max(DELIMITERS, key=score)


def _open_csv(path: Path, profile: Profile, known: Collection[str], first: int | None) -> Opened:
    encoding = detect(path, profile.encoding) if first is None else detect(path, profile.encoding, HEAD_BYTES)
    if any(item.severity is Severity.ERROR for item in encoding.findings):
        return Opened(None, encoding.findings)
    with path.open(encoding=encoding.codec, errors=_errors(encoding.codec), newline="") as stream:
        sample = stream.read(1 << 16)
    if not sample.strip():
        return Opened(None, (_file("file.empty", "The file is empty."),))
    line = _SEPARATOR_LINE.match(sample)
    delimiter = profile.delimiter or (line[1] if line else sniff_delimiter(sample, known))
    source = CsvSource(path, encoding.codec, delimiter, encoding.guessed, 1 if line else 0, first)
    return Opened(source, encoding.findings)


def open_source(path: Path, profile: Profile, known: Collection[str], first: int | None = None) -> Opened:
    """Return the rows of a CSV or XLSX file; `known` are comparable headers that decide the delimiter.

    With `first` only so many rows are read: what a request may wait for, however large the file is.
    """
    size = path.stat().st_size
    if size > MAX_BYTES:
        return Opened(None, (_file("file.too_large", f"The file is larger than {MAX_BYTES // 1_000_000} MB."),))
    if not is_workbook(path):
        return _open_csv(path, profile, known, first)
    workbook, findings = open_workbook(
        path, profile.sheet, WHOLE if first is None else Amount(first, FIRST_TEXTS, whole=False)
    )
    return Opened(WorkbookSource(workbook) if workbook else None, findings)


__all__ = ["MAX_COLUMNS", "CsvSource", "Opened", "Source", "WorkbookSource", "open_source", "sniff_delimiter"]
