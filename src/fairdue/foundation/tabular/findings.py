"""Findings of an import: what is wrong in which row and field, and the file that carries them back."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairdue.core.findings import Severity
from fairdue.foundation.tabular.cells import shown, starts_formula

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from fairdue.foundation.tabular.cells import Cell

FILE_ROW = 0
"""The row number of findings about the file as a whole."""
OWN_COLUMNS = ("row", "problem")
"""Columns that the findings file adds; a re-import ignores them."""


@dataclass(frozen=True, slots=True)
class RowFinding:
    """One observation: row as a spreadsheet counts (header is 1; 0 is the file), field, value, reason."""

    row: int
    field: str
    value: str
    code: str
    message: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        """Return the sentence a person reads: place, value, reason."""
        place = "File" if self.row == FILE_ROW else f"Row {self.row}"
        field = f", {self.field}" if self.field else ""
        value = f" “{self.value}”" if self.value else ""
        return f"{place}{field}{value}: {self.message}"

    def as_json(self) -> dict[str, object]:
        """Return the finding as plain values for `--json` and the database."""
        return {
            "row": self.row,
            "field": self.field,
            "value": self.value,
            "code": self.code,
            "message": self.message,
            "severity": self.severity.value,
        }

    @classmethod
    def from_json(cls, stored: dict[str, object]) -> RowFinding:
        """Return the finding that `as_json` wrote."""
        return cls(
            int(str(stored["row"])),
            str(stored["field"]),
            str(stored["value"]),
            str(stored["code"]),
            str(stored["message"]),
            Severity(str(stored["severity"])),
        )


def kept_back(row: int, field: str, value: str) -> RowFinding:
    """Return the finding of a sound row that waits for another one that it belongs to."""
    sentence = "Waits: another row of the same one must be corrected first, for they go in together."
    return RowFinding(row, field, value, "row.together", sentence)


def problem_text(findings: Iterable[RowFinding], headings: Mapping[str, str] | None = None) -> str:
    """Return the problems of one row in one cell: "Betrag: … | due date: …".

    A field is called as the file heads its column (`headings`: field → heading); without a column, by its own name.
    """
    called = headings or {}
    return " | ".join(f"{_name(item.field, called)}: {item.message}" for item in findings)


def _name(field: str, headings: Mapping[str, str]) -> str:
    return headings.get(field) or field.replace("_", " ") or "row"


def _harmless(cell: Cell) -> str:
    """Return the cell so that no spreadsheet runs it."""
    text = shown(cell)
    return f"'{text}" if starts_formula(text) else text


def write_findings(
    path: Path,
    header: Sequence[str],
    rejected: Iterable[tuple[int, Sequence[Cell], Sequence[RowFinding]]],
    delimiter: str = ",",
    headings: Mapping[str, str] | None = None,
) -> int:
    """Write the rejected rows with `row` and `problem` added; return their number.

    A problem names the column by its heading in the file (`headings`: field → heading).

    The file is UTF-8 with a byte-order mark, so that spreadsheet programs read it right. Correct the
    cells and import the file again: the two added columns are ignored.
    """
    kept = [index for index, name in enumerate(header) if name.strip().casefold() not in OWN_COLUMNS]
    count = 0
    with path.open("w", encoding="utf-8-sig", errors="surrogateescape", newline="") as stream:
        writer = csv.writer(stream, delimiter=delimiter)
        writer.writerow([*(_harmless(header[index]) for index in kept), *OWN_COLUMNS])
        for row, cells, findings in rejected:
            values = [_harmless(cells[index]) if index < len(cells) else "" for index in kept]
            writer.writerow([*values, str(row), _harmless(problem_text(findings, headings))])
            count += 1
    return count
