"""Bank lines from CSV: a profile says where each field stands; without one the header decides.

Nothing is guessed about amounts or dates that can be read in two ways: the profile says the order of a
date and the decimal mark, and a cell that does not fit is a finding with row and column.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from fairdue.cash.formats.book import load
from fairdue.cash.formats.csv_headers import SYNONYMS
from fairdue.cash.formats.csv_proof import Balances, may_be_cut
from fairdue.cash.formats.keys import TwinCounter, given
from fairdue.cash.formats.lines import Event, Line, Party, Reference, StatementHead, StatementTail
from fairdue.core.findings import Finding, Severity, refuse
from fairdue.core.money import CURRENCIES, Money

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fairdue.cash.formats.lines import Readable

_NUMBER = {
    ".": re.compile(r"[+-]?[0-9]{1,3}(,?[0-9]{3})*(\.[0-9]+)?"),
    ",": re.compile(r"[+-]?[0-9]{1,3}([. ]?[0-9]{3})*(,[0-9]+)?"),
}
_GERMAN_DAY = re.compile(r"[0-9]{2}\.[0-9]{2}\.([0-9]{2}|[0-9]{4})")
_GERMAN_AMOUNT = re.compile(r"[+-]?[0-9]{1,3}(\.?[0-9]{3})*,[0-9]{2}")
_IN_CURRENCY = re.compile(r"[ (]+(?:in )?\(?([a-z]{3})\)?$")
_SIGNS = dict.fromkeys(("bij", "h", "haben", "c", "cr", "credit", "crdt", "+"), 1)
_SIGNS |= dict.fromkeys(("af", "s", "soll", "d", "dr", "debit", "dbit", "-"), -1)
_DAY_FORMS = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y%m%d", "%d.%m.%y")
_FIRST_YEAR = 1970
_HUNDREDTHS = "EUR"
"""A currency of hundredths, for files that name none: their lines have none, and get that of the account."""
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_BLANKS = dict.fromkeys(map(ord, " \u00a0\u202f'\u2019"))
_ENDS = ("\n", "\r", '"')
"""What ends the last row of a whole file; a quoted cell has its end by itself."""
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_MOST_BYTES = 50 * 1024 * 1024
_PREVIEW = 10_000
_TAKEN_HEADER_ROWS = 30


@dataclass(frozen=True, slots=True)
class CsvProfile:
    """How one bank writes its CSV files."""

    name: str = "automatic"
    delimiter: str = ""
    """Empty: the delimiter that splits the header best."""
    encodings: tuple[str, ...] = ("utf-8-sig", "cp1252")
    date_format: str = "%Y-%m-%d"
    decimal_mark: str = "."
    currency: str = ""
    """Currency of files without such a column."""
    account: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Header by field (`date`, `amount`, `name` ...); fields that are not named are found by synonym."""


AUTOMATIC = CsvProfile()
GERMAN = CsvProfile(name="german", date_format="%d.%m.%Y", decimal_mark=",", currency="EUR")


class _CellError(ValueError):
    """A cell that cannot be read."""

    def __init__(self, column: str, sentence: str) -> None:
        super().__init__(sentence)
        self.column = column


def sniff(start: bytes) -> bool:
    """Tell whether the first bytes look like separated text and not like XML or a binary file."""
    start = _plain(start)
    if b"\0" in start or start.lstrip(b"\xef\xbb\xbf \r\n\t").startswith((b"<", b"{", b"PK")):
        return False
    return any(mark in start for mark in (b";", b",", b"\t", b"|"))


def _plain(start: bytes) -> bytes:
    """Return the first bytes of a file in UTF-8 where they are UTF-16 with its mark, as they are otherwise."""
    if not start.startswith(_UTF_16):
        return start
    return start[: len(start) // 2 * 2].decode("utf-16", errors="replace").encode()


def sniff_german(start: bytes) -> bool:
    """Tell whether separated text has days like 02.03.2026 and amounts like 1.234,50, which mean one thing only."""
    if not sniff(start):
        return False
    # The last row may be cut off.
    whole = _plain(start).decode("utf-8", errors="replace")
    text = whole.rpartition("\n")[0] or whole
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        cells = {cell.strip() for row in reader for cell in row}
    except csv.Error:
        return False
    days, amounts = any(map(_GERMAN_DAY.fullmatch, cells)), any(map(_GERMAN_AMOUNT.fullmatch, cells))
    return days and amounts and not any(map(_ISO_DAY.fullmatch, cells))


def never(start: bytes) -> bool:
    """Say no: a profile that a person must choose is not found by the first bytes."""
    del start
    return False


def read(stream: Readable, profile: CsvProfile = AUTOMATIC) -> Iterator[Event]:
    """Yield head, lines, findings and tail of one CSV file."""
    text = _decoded(load(stream, "csv", _MOST_BYTES), profile).rstrip("\x1a")
    yield from read_rows(_rows(text, profile), profile, "csv", ends_open=not text.endswith(_ENDS))


def read_rows(
    rows: list[tuple[int, list[str]]], profile: CsvProfile, name: str, *, ends_open: bool = False
) -> Iterator[Event]:
    """Yield the events of (line number, cells) of every row of a file of the format `name`.

    `ends_open` says that nothing ends the last row: the file may have been cut off within it.
    """
    columns, header_row = _header(rows, profile)
    if header_row == len(rows):
        said = "The file has a header and no row below it: no entries, or it was cut off. Nothing is imported."
        raise refuse("csv.no_statement", f"line {rows[-1][0]}", said)
    if profile is AUTOMATIC:
        profile = learnt(rows[header_row - 1 :], columns)
    last, cells = rows[-1]
    cut = ends_open and may_be_cut(cells, columns, profile.currency, profile.decimal_mark)
    numbered = [(ordinal, *row) for ordinal, row in enumerate(rows[header_row:], start=1)]
    twins: dict[str, TwinCounter] = {}
    for place, (account, currency, own) in enumerate(_statements(numbered, columns, profile)):
        yield StatementHead(name, "", account, currency if currency in CURRENCIES else "", identity=f"csv {account}")
        if place == 0 and (left := _unread(rows[header_row - 1][1], columns)):
            said = f"Columns that nobody reads: {', '.join(left)}. What they say is not imported."
            yield Finding("csv.columns", f"line {rows[header_row - 1][0]}", said, Severity.INFO)
        if not currency and "currency" not in columns:
            said = "The file names no currency; the amounts are in that of the account."
            yield Finding("csv.no_currency", f"line {rows[header_row - 1][0]}", said, Severity.INFO)
        counter = twins.setdefault(account, TwinCounter(f"csv {account}"))
        balances = Balances(last if cut and own[-1][1] == last else 0)
        yield from _lines(own, columns, profile, account, counter, balances)


type _Numbered = tuple[int, int, list[str]]
"""A row: its ordinal among the rows, its line in the file, its cells."""


def _statements(
    rows: list[_Numbered], columns: dict[str, int], profile: CsvProfile
) -> list[tuple[str, str, list[_Numbered]]]:
    """Return the rows of each account in each currency, in the order of their first row: each is a statement.

    A row that leaves its account or currency out stays with the row before it.
    """
    account, currency = profile.account, profile.currency
    found: dict[tuple[str, str], list[_Numbered]] = {}
    for row in rows:
        if not profile.account:
            account = "".join(_cell(row[2], columns.get("own_account")).split()) or account
        currency = _cell(row[2], columns.get("currency")) or currency
        found.setdefault((account, currency), []).append(row)
    return [(*which, own) for which, own in found.items()]


def _cell(cells: list[str], at: int | None) -> str:
    return "" if at is None or at >= len(cells) else cells[at]


def _decoded(content: bytes, profile: CsvProfile) -> str:
    for encoding in ("utf-16", *profile.encodings) if content.startswith(_UTF_16) else profile.encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise refuse("csv.encoding", "file", f"The file is not written in {' or '.join(profile.encodings)}.")


def _delimiter(text: str) -> str:
    """Return the delimiter that stands most often; of equally frequent ones the first."""
    return max(";,\t|", key=text[:_PREVIEW].count)


def _rows(text: str, profile: CsvProfile) -> list[tuple[int, list[str]]]:
    """Return (line number, cells) of every row that is not empty."""
    delimiter = profile.delimiter or _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return [(reader.line_num, [cell.strip() for cell in row]) for row in reader if any(row)]
    except csv.Error as error:
        line = reader.line_num
        raise refuse("csv.broken", f"line {line}", f"Line {line} is not readable CSV: {error}.") from None


def _header(rows: list[tuple[int, list[str]]], profile: CsvProfile) -> tuple[dict[str, int], int]:
    """Return the column of every field, and where the rows begin; banks put a preamble before the header."""
    for at, (_, cells) in enumerate(rows[:_TAKEN_HEADER_ROWS], start=1):
        columns = _columns(cells, profile)
        if "date" in columns and ("amount" in columns or {"credit", "debit"} <= columns.keys()):
            return columns, at
    raise refuse("csv.header", "file", "No header row with a date and an amount was found; choose or write a profile.")


def _unread(cells: list[str], columns: dict[str, int]) -> list[str]:
    """Return the headers whose columns are no field."""
    return [cell for at, cell in enumerate(cells) if cell and at not in columns.values()]


def _columns(cells: list[str], profile: CsvProfile) -> dict[str, int]:
    headers = {header: at for at, cell in reversed(list(enumerate(cells))) for header in _said(cell)}
    found = {
        name: headers[header.casefold()] for name, header in profile.columns.items() if header.casefold() in headers
    }
    for name, synonyms in SYNONYMS.items():
        place = next((headers[synonym] for synonym in synonyms if synonym in headers), None)
        if name not in found and name not in profile.columns and place is not None:
            found[name] = place
    return found


def _said(cell: str) -> tuple[str, ...]:
    """Return a header as it is written, and without what banks write around it: "#Kwota", "Gutschrift in CHF"."""
    plain = cell.casefold().lstrip("#").strip(" \u00a0:")
    return (plain, _IN_CURRENCY.sub("", plain)) if _currency(plain) else (plain,)


def _currency(header: str) -> str:
    """Return the currency that a header ends with, empty for none."""
    hit = _IN_CURRENCY.search(header.casefold())
    return hit[1].upper() if hit and hit[1].upper() in CURRENCIES else ""


def learnt(rows: list[tuple[int, list[str]]], columns: dict[str, int]) -> CsvProfile:
    """Return how a file writes days and amounts, as far as all of them can be read in one way only.

    The currency is that of the header of the amounts ("Betrag (EUR)"), where no column names it.
    """
    (_, header), *below = rows

    def cells(*names: str) -> list[str]:
        places = [columns[name] for name in names if name in columns]
        found = (row[at] for _, row in below for at in places if at < len(row))
        return [cell for cell in found if cell]

    days = [form for form in _DAY_FORMS if all(_is_day(cell, form) for cell in cells("date", "value_date"))]
    amounts = [cell.translate(_BLANKS) for cell in cells("amount", "credit", "debit", "balance")]
    marks = [mark for mark in _NUMBER if all(_NUMBER[mark].fullmatch(cell) for cell in amounts)]
    heads = (header[columns[name]] for name in ("amount", "credit") if name in columns)
    return replace(
        AUTOMATIC,
        date_format=days[0] if len(days) == 1 else AUTOMATIC.date_format,
        decimal_mark=marks[0] if len(marks) == 1 else AUTOMATIC.decimal_mark,
        currency=next(filter(None, map(_currency, heads)), ""),
    )


def _is_day(cell: str, form: str) -> bool:
    try:
        return dt.datetime.strptime(cell, form).year > _FIRST_YEAR  # noqa: DTZ007 - a business date
    except ValueError:
        return False


def _lines(
    rows: list[_Numbered],
    columns: dict[str, int],
    profile: CsvProfile,
    account: str,
    twins: TwinCounter,
    balances: Balances,
) -> Iterator[Event]:
    """Yield the lines of one statement, what is wrong with them, and its tail."""
    booked, unreadable = 0, 0
    for ordinal, number, cells in rows:
        try:
            line = _line(_Row(cells, columns, profile), account, ordinal, number)
            balance = _Row(cells, columns, profile).money("balance", line.currency)
        except _CellError as error:
            unreadable += 1
            said = f"Row {ordinal}, line {number}, column {error.column}: not imported: {error}."
            yield Finding("csv.cell", f"row {ordinal}, line {number}, {error.column}", said)
            continue
        booked += line.amount
        balances.add(number, line.amount, balance)
        yield _keyed(line, twins)
    yield from balances.findings()
    complete = not unreadable and balances.agree
    yield StatementTail("", len(rows), booked, 0, complete)


@dataclass(frozen=True, slots=True)
class _Row:
    cells: list[str]
    columns: dict[str, int]
    profile: CsvProfile

    def text(self, name: str) -> str:
        at = self.columns.get(name)
        if at is None:
            return ""
        if at >= len(self.cells):
            raise _CellError(name, "the row ends before this column")
        return self.cells[at]

    def date(self, name: str) -> dt.date | None:
        written = self.text(name)
        if not written:
            return None
        short = self.profile.date_format == GERMAN.date_format and len(written) == len("31.12.26")
        wanted = self.profile.date_format.replace("%Y", "%y") if short else self.profile.date_format
        try:
            return dt.datetime.strptime(written, wanted).date()  # noqa: DTZ007 - a business date
        except ValueError:
            like = dt.date(2026, 12, 31).strftime(self.profile.date_format)
            raise _CellError(name, f"{written!r} is no date like {like}; another CSV format may fit the file") from None

    def money(self, name: str, currency: str) -> int | None:
        written = self.text(name).translate(_BLANKS)
        if not written:
            return None
        mark = self.profile.decimal_mark
        if not _NUMBER[mark].fullmatch(written):
            raise _CellError(name, f"{written!r} is not an amount with the decimal mark {mark!r}")
        plain = written.replace("." if mark == "," else ",", "").replace(mark, ".")
        try:
            return Money.parse(plain, currency or _HUNDREDTHS).minor
        except ValueError as error:
            raise _CellError(name, str(error)) from None


def _amount(row: _Row, currency: str) -> int:
    if "amount" in row.columns:
        amount = row.money("amount", currency)
        if amount is None:
            raise _CellError("amount", "the amount is empty")
        return _signed(row, amount)
    credit, debit = row.money("credit", currency), row.money("debit", currency)
    if (credit is None) == (debit is None):
        raise _CellError("credit", "exactly one of credit and debit must be filled")
    return abs(credit) if credit is not None else -abs(debit or 0)


def _signed(row: _Row, amount: int) -> int:
    """Return an amount with the sign of the column that says whether money came or went."""
    said = row.text("sign").casefold()
    if "sign" not in row.columns:
        return amount
    if said not in _SIGNS:
        raise _CellError("sign", f"{said!r} does not say whether money came or went")
    return abs(amount) * _SIGNS[said]


def _line(row: _Row, account: str, ordinal: int, number: int) -> Line:
    currency = row.text("currency") or row.profile.currency
    if not currency and "currency" in row.columns:
        raise _CellError("currency", "the currency is missing in the row and in the profile")
    booked_on = row.date("date")
    if booked_on is None:
        raise _CellError("date", "the date is empty")
    structured = row.text("structured")
    return Line(
        key="",
        account=account,
        amount=_amount(row, currency),
        currency=currency,
        booked_on=booked_on,
        value_on=row.date("value_date") or booked_on,
        entry=ordinal,
        source_line=number,
        bank_reference=given(row.text("reference")),
        party=Party(row.text("name"), "".join(row.text("account").split()).upper()),
        remittance=(row.text("remittance"),) if row.text("remittance") else (),
        references=(Reference("", "".join(structured.split())),) if structured else (),
        end_to_end_id=given(row.text("end_to_end")),
    )


def _keyed(line: Line, twins: TwinCounter) -> Line:
    texts = "\n".join(line.remittance)
    content = (
        line.account,
        line.booked_on,
        line.amount,
        line.currency,
        line.party.account,
        line.party.name,
        texts,
    )
    return line._replace(key=twins.key(line.bank_reference, *content))
