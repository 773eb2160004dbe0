"""A file as numbered rows of cells, whatever its format: CSV is streamed, a workbook is held."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from fairdue.core.findings import Severity
from fairdue.foundation.tabular.encoding import detect
from fairdue.foundation.tabular.findings import FILE_ROW, RowFinding
from fairdue.foundation.tabular.profile import DELIMITERS
from fairdue.foundation.tabular.schema import plain_header
from fairdue.foundation.tabular.workbook import MAX_COLUMNS, Workbook, is_workbook, open_workbook

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from fairdue.foundation.tabular.cells import Cell
    from fairdue.foundation.tabular.profile import Profile

MAX_BYTES = 500_000_000
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

    def rows(self) -> Iterator[NumberedRow]:
        """Yield the records; one with broken quotes comes with the reason and without cells."""
        with self.path.open(encoding=self.codec, errors=_errors(self.codec), newline="") as stream:
            reader = csv.reader(stream, delimiter=self.delimiter, strict=True)
            number = 0
            while True:
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


@dataclass(frozen=True, slots=True)
class WorkbookSource:
    """One sheet of a workbook."""

    workbook: Workbook
    guessed: bool = False
    delimiter: str = ","
    codec: str = "utf-8-sig"

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


def _open_csv(path: Path, profile: Profile, known: Collection[str]) -> Opened:
    encoding = detect(path, profile.encoding)
    if any(item.severity is Severity.ERROR for item in encoding.findings):
        return Opened(None, encoding.findings)
    with path.open(encoding=encoding.codec, errors=_errors(encoding.codec), newline="") as stream:
        sample = stream.read(1 << 16)
    if not sample.strip():
        return Opened(None, (_file("file.empty", "The file is empty."),))
    line = _SEPARATOR_LINE.match(sample)
    delimiter = profile.delimiter or (line[1] if line else sniff_delimiter(sample, known))
    source = CsvSource(path, encoding.codec, delimiter, encoding.guessed, skip=1 if line else 0)
    return Opened(source, encoding.findings)


def open_source(path: Path, profile: Profile, known: Collection[str]) -> Opened:
    """Return the rows of a CSV or XLSX file; `known` are comparable headers that decide the delimiter."""
    size = path.stat().st_size
    if size > MAX_BYTES:
        return Opened(None, (_file("file.too_large", f"The file is larger than {MAX_BYTES // 1_000_000} MB."),))
    if not is_workbook(path):
        return _open_csv(path, profile, known)
    workbook, findings = open_workbook(path, profile.sheet)
    return Opened(WorkbookSource(workbook) if workbook else None, findings)


__all__ = ["MAX_COLUMNS", "CsvSource", "Opened", "Source", "WorkbookSource", "open_source", "sniff_delimiter"]
