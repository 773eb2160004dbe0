"""Advices that people or their programs wrote for people: text, HTML, PDF, XLSX, CSV."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from fairdue.cash.formats.book import decoded
from fairdue.cash.formats.remittance.checks import checked
from fairdue.cash.formats.remittance.model import Remittance
from fairdue.cash.formats.remittance.tables import Table, read_rows
from fairdue.cash.formats.remittance.tokens import currency_in, date_of
from fairdue.cash.formats.xlsx import decimal_text, open_sheet
from fairdue.core.findings import Finding, RefusedError, Severity, refuse
from fairdue.core.money import minor_digits
from fairdue.foundation.tabular.cells import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pypdf import PdfReader

    from fairdue.foundation.tabular.cells import Cell

MOST_BYTES = 25 * 1024 * 1024
_MOST_TEXT = 2_000_000
_MOST_PAGES = 200
_MOST_ROWS = 50_000
_GAP = re.compile(r"\t|\s*\|\s*|;| {2,}")
_LABEL = re.compile(
    r"^\s*(?:date|datum|payment date|zahlungsdatum|valuta|zahltag)\b[^\n]*", re.IGNORECASE | re.MULTILINE
)
_REFERENCE = re.compile(
    r"(?<![A-Za-z])(?:end[- ]?to[- ]?end(?:[- ]?id)?|payment (?:reference|number|no\.?)|zahlungsreferenz|"
    r"avis(?:-?nr\.?)?|advice no\.?)[ \t]*[:#]?[ \t]*(?=\S*[0-9])([A-Za-z0-9][A-Za-z0-9/._-]{3,34})",
    re.IGNORECASE,
)
_HUNDREDTHS = 2


def advice(kind: str, table: Table, text: str) -> Remittance:
    """Return the advice of a table and the text around it."""
    currency = currency_in(text)
    label = _LABEL.search(text)
    reference = _REFERENCE.search(text)
    findings: tuple[Finding, ...] = ()
    lines, total = table.lines, table.total
    if currency and minor_digits(currency) != _HUNDREDTHS:
        said = f"Amounts of {currency} have no hundredths; the amounts of the advice are not taken."
        findings = (Finding("remittance.currency", "advice", said, Severity.WARNING),)
        lines, total = (), None
    return checked(
        Remittance(
            format=kind,
            lines=lines,
            paid_on=date_of(label[0]) if label else None,
            currency=currency,
            total=total,
            reference=reference[1] if reference else "",
            text=text[:_MOST_TEXT],
            findings=findings,
        )
    )


def _limited(text: str) -> str:
    if len(text) > _MOST_TEXT:
        raise refuse("remittance.too_large", "file", f"The text is longer than {_MOST_TEXT:,} letters.")
    return text


def read_text(content: bytes, name: str) -> tuple[Remittance, ...]:
    """Return the advice of plain text, by lines whose columns are parted by tabs, bars or blanks."""
    del name
    return (of_text(decoded(content, "remittance", "utf-8", "cp1252", "latin-1"), "text"),)


def of_text(text: str, kind: str) -> Remittance:
    """Return the advice of text that is decoded already."""
    rows = ((f"line {at}", _GAP.split(line)) for at, line in enumerate(_limited(text).splitlines(), start=1))
    return advice(kind, read_rows(rows), text)


def read_csv(content: bytes, name: str) -> tuple[Remittance, ...]:
    """Return the advice of separated text."""
    del name
    text = _limited(decoded(content, "remittance", "utf-8-sig", "cp1252"))
    delimiter = max(";\t|,", key=text[:10_000].count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise refuse("remittance.broken", "file", f"The file is not readable CSV: {error}.") from None
    return (advice("CSV", read_rows((f"row {at}", row) for at, row in enumerate(rows, start=1)), text),)


def read_sheet(content: bytes, name: str) -> tuple[Remittance, ...]:
    """Return the advice of an XLSX workbook; bombs, formulas and old formats are refused."""
    rows = sheet_rows(content)
    del name
    text = "\n".join("  ".join(cells) for _, cells in rows)
    return (advice("XLSX", read_rows((f"row {number}", cells) for number, cells in rows), _limited(text)),)


def sheet_rows(content: bytes) -> list[tuple[int, list[str]]]:
    """Return (row number, texts of cells) of the first sheet of a workbook, amounts with two decimals."""
    rows = open_sheet(content)
    if len(rows) > _MOST_ROWS:
        raise refuse("remittance.too_large", "file", f"The sheet has more than {_MOST_ROWS:,} rows.")
    return [(number, [_cell(cell) for cell in cells]) for number, cells in rows]


def _cell(cell: Cell) -> str:
    return decimal_text(cell) if isinstance(cell, Decimal) else shown(cell)


class _Rows(HTMLParser):
    """Collects the rows of every table and the text between; scripts and styles are left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self.text: list[str] = []
        self._open: list[str] | None = None
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        """Open a row or a cell."""
        del attrs
        if tag in {"script", "style", "title"}:
            self._hidden += 1
        elif tag == "tr":
            self._close()
            self._open = []
        elif tag in {"td", "th"} and self._open is not None:
            self._open.append("")
        elif tag in {"br", "p", "div", "li", "h1", "h2", "h3"}:
            self.text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """Close a row."""
        if tag in {"script", "style", "title"}:
            self._hidden = max(0, self._hidden - 1)
        elif tag in {"tr", "table"}:
            self._close()

    def handle_data(self, data: str) -> None:
        """Add text to the open cell, or to the text between the tables."""
        if self._hidden:
            return
        if self._open:
            self._open[-1] += data
        else:
            self.text.append(data)

    def _close(self) -> None:
        if self._open:
            self.rows.append([" ".join(cell.split()) for cell in self._open])
            self.text.append("\n" + "  ".join(self.rows[-1]) + "\n")
        self._open = None


def read_html(content: bytes, name: str) -> tuple[Remittance, ...]:
    """Return the advice of a page of HTML."""
    del name
    return (of_html(decoded(content, "remittance", "utf-8", "cp1252", "latin-1")),)


def of_html(text: str) -> Remittance:
    """Return the advice of HTML that is decoded already: of its tables, else of its text."""
    page = _Rows()
    page.feed(_limited(text))
    page.close()
    plain = "".join(page.text)
    table = read_rows((f"table row {at}", row) for at, row in enumerate(page.rows, start=1))
    return advice("HTML", table, plain) if table.lines else of_text(plain, "HTML")


def read_pdf(content: bytes, name: str) -> tuple[Remittance, ...]:
    """Return the advice of a PDF with text; a scanned page has none and is told."""
    del name
    text = "\n".join(_pages(content))
    if not text.strip():
        said = "The PDF holds pictures and no text; it cannot be read here."
        raise refuse("remittance.no_text", "file", said)
    return (of_text(text, "PDF"),)


def _pages(content: bytes) -> Iterable[str]:
    import logging

    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.ERROR)
    try:
        return _texts(PdfReader(io.BytesIO(content), strict=False))
    except RefusedError:
        raise
    except Exception as error:  # noqa: BLE001 - a damaged PDF makes the library raise whatever it meets
        raise refuse("remittance.broken", "file", f"The PDF is damaged and cannot be read ({error}).") from None


def _texts(reader: PdfReader) -> list[str]:
    """Return the text of every page in the columns of print."""
    if reader.is_encrypted and not reader.decrypt(""):
        raise refuse("remittance.encrypted", "file", "The PDF is protected by a password.")
    if len(reader.pages) > _MOST_PAGES:
        raise refuse("remittance.too_large", "file", f"The PDF has more than {_MOST_PAGES} pages.")
    return [page.extract_text(extraction_mode="layout") for page in reader.pages]
