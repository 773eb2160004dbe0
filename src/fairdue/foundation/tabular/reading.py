"""A file read into typed rows: headers to fields, evidence per column, findings per row.

Two walks: the first gathers what the columns say about decimal mark, date order and repeated ids; the
second reads every row with that knowledge. A row with an error has no value and is never half read.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from fairdue.core.findings import Severity
from fairdue.foundation.tabular.cells import CellError, excerpt, shown
from fairdue.foundation.tabular.columns import Manner, Reader, reader_of
from fairdue.foundation.tabular.cut import field_cut
from fairdue.foundation.tabular.dates import DateOrder, OrderEvidence
from fairdue.foundation.tabular.findings import FILE_ROW, OWN_COLUMNS, RowFinding
from fairdue.foundation.tabular.fixed import fixed_values, may_be_fixed
from fairdue.foundation.tabular.numbers import Mark, MarkEvidence, to_minor
from fairdue.foundation.tabular.profile import IGNORED, Profile
from fairdue.foundation.tabular.schema import NUMBERS, FieldKind, Schema, header_map, plain_header
from fairdue.foundation.tabular.source import MAX_COLUMNS, open_source

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from fairdue.foundation.tabular.cells import Cell
    from fairdue.foundation.tabular.schema import Field
    from fairdue.foundation.tabular.source import NumberedRow, Source

CURRENCY = "currency"
"""The field whose value gives money fields their decimals."""
MONEY = frozenset({FieldKind.MONEY, FieldKind.AMOUNTS})
NAMED_ROWS = 5
"""How many other rows a duplicate names."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the file: its number, cells as read, typed value (None if refused) and findings."""

    number: int
    cells: Sequence[Cell]
    value: Any
    findings: tuple[RowFinding, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A mapped column: its place, its header as written, its field."""

    index: int
    header: str
    field: Field


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the first walk found: marks and orders by column index, ids by how often, row count."""

    marks: dict[int, MarkEvidence]
    orders: dict[int, OrderEvidence]
    repeated: dict[tuple[str, ...], list[int]]
    rows: int
    last: tuple[int, Sequence[Cell]] = (0, ())
    """The last row that was read: its number and its cells."""


class Reading:
    """An opened file: mapped, with file findings, ready to be walked by `rows`."""

    def __init__(self, schema: Schema, profile: Profile, source: Source | None) -> None:
        self.schema = schema
        self.profile = profile
        self.source = source
        self.header: tuple[str, ...] = ()
        self.header_row = 0
        self.columns: tuple[Column, ...] = ()
        self.money: tuple[str, ...] = ()
        """Fields whose decimals hang on the row's currency."""
        self.fixed: dict[str, object] = {}
        """What a field holds where the file says nothing, as the profile wants it."""
        self.findings: list[RowFinding] = []
        self.evidence = Evidence({}, {}, {}, 0)

    @property
    def refused(self) -> bool:
        """True if the file as a whole cannot be read; then `rows` yields nothing."""
        return any(item.severity is Severity.ERROR for item in self.findings)

    @property
    def row_count(self) -> int:
        """The number of rows below the header that are not blank."""
        return self.evidence.rows

    def resolved(self) -> Profile:
        """Return the profile with everything filled in that was found out: what to save for next time."""
        marks = {self._mark(column) for column in self.columns if column.field.kind in NUMBERS} - {None}
        orders = {self._order(column) for column in self.columns} - {None}
        single_mark = next(iter(marks)) if len(marks) == 1 else None
        single_order = next(iter(orders)) if len(orders) == 1 else None
        mapped = {column.header: column.field.name for column in self.columns}
        codec = self.source.codec if self.source else ""
        return replace(
            self.profile,
            columns={**self.profile.columns, **mapped},
            decimal_mark=self.profile.decimal_mark or (single_mark.value if single_mark else ""),
            date_order=self.profile.date_order or (single_order.value if single_order else ""),
            delimiter=self.profile.delimiter or (self.source.delimiter if self.source else ""),
            encoding=self.profile.encoding or ("utf-8" if codec.startswith("utf-8") else codec[:6]),
        )

    def _mark(self, column: Column) -> Mark | None:
        """Return the decimal mark of the profile, of the column, or of all money columns together."""
        own = self.evidence.marks[column.index]
        if self.profile.mark is not None or own.marks or column.field.kind is not FieldKind.MONEY:
            return self.profile.mark or own.verdict()
        places = [item.index for item in self.columns if item.field.kind is FieldKind.MONEY]
        together = set[Mark]().union(*(self.evidence.marks[place].marks for place in places))
        return next(iter(together)) if len(together) == 1 else None

    def _order(self, column: Column) -> DateOrder | None:
        """Return the date order of the profile, of the column, or of all date columns together."""
        own = self.evidence.orders.get(column.index)
        if self.profile.order is not None or own is None or own.orders:
            return self.profile.order or (own.verdict() if own else None)
        together = set[DateOrder]().union(*(item.orders for item in self.evidence.orders.values()))
        return next(iter(together)) if len(together) == 1 else None

    def _readers(self) -> list[tuple[int, Field, Reader]]:
        named = (self.profile.mark is not None, self.profile.order is not None)
        guessed = self.source.guessed if self.source else False
        readers = []
        for column in self.columns:
            mark = self._mark(column) if column.field.kind in NUMBERS else self.profile.mark
            how = Manner(mark, self._order(column), *named, guessed)
            readers.append((column.index, column.field, reader_of(column.field, how)))
        return readers

    def body(self) -> Iterator[NumberedRow]:
        """Yield the numbered rows below the header."""
        if self.source is not None:
            for number, cells, problem in self.source.rows():
                if number > self.header_row and (problem or any(shown(cell).strip() for cell in cells)):
                    yield number, cells, problem

    def rows(self) -> Iterator[Row]:
        """Yield every row with its typed value or its findings; nothing if the file is refused."""
        if self.refused:
            return
        readers = self._readers()
        mapped = {field.name for _, field, _ in readers}
        absent = {
            field.name: self.fixed.get(field.name, field.default)
            for field in self.schema.fields
            if field.name not in mapped
        }
        width = len(self.header)
        for number, cells, problem in self.body():
            if problem:
                yield Row(number, cells, None, (RowFinding(number, "", "", "row.quotes", problem),))
            elif len(cells) > width and any(shown(cell).strip() for cell in cells[width:]):
                sentence = f"Has {len(cells)} cells, the header has {width}; quote texts that hold the delimiter."
                yield Row(number, cells, None, (RowFinding(number, "", "", "row.too_wide", sentence),))
            else:
                yield self._row(number, cells, readers, absent)

    def _row(
        self,
        number: int,
        cells: Sequence[Cell],
        readers: list[tuple[int, Field, Reader]],
        absent: dict[str, object],
    ) -> Row:
        values = dict(absent)
        problems: list[tuple[str, str, str, str]] = []
        width = len(cells)
        for index, field, read in readers:
            cell = cells[index] if index < width else ""
            if cell == "" or (isinstance(cell, str) and not cell.strip()):
                values[field.name] = self.fixed.get(field.name, field.default)
                if field.required and field.name not in self.fixed:
                    problems.append((field.name, "", "field.missing", "Is required but empty."))
                continue
            try:
                values[field.name] = read(cell)
            except CellError as error:
                problems.append((field.name, excerpt(cell), error.code, error.message))
        failed = {name for name, *_ in problems}
        self._convert_money(values, failed, problems)
        self._check_repeated(number, cells, problems)
        if not problems and self.schema.check is not None:
            changes, found = self.schema.check(values)
            values.update(changes)
            problems += [(name, excerpt(str(values.get(name) or "")), code, text) for name, code, text in found]
        findings = tuple(RowFinding(number, *problem) for problem in problems)
        return Row(number, cells, None if findings else self.schema.row_type(**values), findings)

    def _convert_money(
        self, values: dict[str, object], failed: set[str], problems: list[tuple[str, str, str, str]]
    ) -> None:
        if CURRENCY in failed:
            return
        currency = str(values.get(CURRENCY) or "")
        for name in self.money:
            value = values.get(name)
            if name in failed or value is None or value == ():
                continue
            try:
                values[name] = (
                    to_minor(value, currency)
                    if isinstance(value, str)
                    else tuple((item, to_minor(text, currency)) for item, text in value)  # type: ignore[attr-defined]
                )
            except CellError as error:
                failed.add(name)
                problems.append((name, str(value), error.code, error.message))

    def _check_repeated(self, number: int, cells: Sequence[Cell], problems: list[tuple[str, str, str, str]]) -> None:
        if not self.evidence.repeated:
            return
        rows = self.evidence.repeated.get(_identity(self.columns, self.schema, cells))
        if rows:
            others = [str(row) for row in rows if row != number]
            named = ", ".join(others[:NAMED_ROWS]) + (" …" if len(others) > NAMED_ROWS else "")
            key = " / ".join(_identity(self.columns, self.schema, cells))
            field = self.schema.unique[0]
            problems.append((field, key, "id.duplicate", f"Stands again in row {named}; keep one of them."))


def group_of(reading: Reading, cells: Sequence[Cell]) -> str:
    """Return what a row has in common with those that it goes in with; nothing for rows that stand alone."""
    column = next((one for one in reading.columns if one.field.name == reading.schema.together), None)
    return shown(cells[column.index]).strip() if column and column.index < len(cells) else ""


def _identity(columns: Sequence[Column], schema: Schema, cells: Sequence[Cell]) -> tuple[str, ...]:
    by_name = {column.field.name: column.index for column in columns}
    places = [by_name[name] for name in schema.unique if name in by_name]
    return tuple(shown(cells[place]).strip() if place < len(cells) else "" for place in places)


def _file_finding(field: str, value: str, code: str, message: str, severity: Severity) -> RowFinding:
    return RowFinding(FILE_ROW, field, value, code, message, severity)


def map_header(schema: Schema, profile: Profile, header: Sequence[str]) -> tuple[list[Column], list[RowFinding]]:
    """Return the mapped columns of `header` and findings: unknown, twice, missing."""
    known = header_map(schema)
    columns: list[Column] = []
    findings: list[RowFinding] = []
    for index, written in enumerate(header):
        text = written.strip()
        name = profile.columns.get(text, known.get(plain_header(text), None))
        if name == IGNORED or not text or text.casefold() in OWN_COLUMNS:
            continue
        if name is None or name not in {field.name for field in schema.fields}:
            sentence = "Is no column we know and is left out; map it in the profile if it matters."
            findings.append(_file_finding(text, "", "column.unknown", sentence, Severity.WARNING))
        elif name in {column.field.name for column in columns}:
            findings.append(
                _file_finding(name, text, "column.twice", "A second column gives this field.", Severity.ERROR)
            )
        else:
            columns.append(Column(index, text, schema.field(name)))
    mapped = {column.field.name for column in columns}
    findings += [
        _file_finding(
            field.name,
            "",
            "column.missing",
            "The file has no column for this required field; map one"
            + (", or let a profile give it a fixed value." if may_be_fixed(schema, field) else "."),
            Severity.ERROR,
        )
        for field in schema.fields
        if field.required and field.name not in mapped and field.name not in profile.fixed
    ]
    return columns, findings


def _gather(reading: Reading) -> Evidence:
    """Walk the file once and return what its columns say."""
    marks = {item.index: MarkEvidence() for item in reading.columns if item.field.kind in NUMBERS}
    orders = {item.index: OrderEvidence() for item in reading.columns if item.field.kind is FieldKind.DATE}
    watched = [
        *((index, marks[index].see) for index in marks),
        *((index, orders[index].see) for index in orders),
    ]
    seen: dict[tuple[str, ...], int] = {}
    repeated: dict[tuple[str, ...], list[int]] = defaultdict(list)
    by_name = {column.field.name: column.index for column in reading.columns}
    places = [by_name[name] for name in reading.schema.unique if name in by_name]
    count = 0
    last: tuple[int, Sequence[Cell]] = (0, ())
    for number, cells, problem in reading.body():
        count += 1
        last = (number, () if problem else cells)
        if problem:
            continue
        width = len(cells)
        for index, see in watched:
            cell = cells[index] if index < width else ""
            if cell and isinstance(cell, str):
                see(cell.strip())
        key = tuple(shown(cells[place]).strip() if place < width else "" for place in places)
        if any(key):
            first = seen.setdefault(key, number)
            if first != number:
                repeated[key] = repeated[key] or [first]
                repeated[key].append(number)
    return Evidence(marks, orders, dict(repeated), count, last)


def _cut(reading: Reading) -> list[RowFinding]:
    """Return the warning that the file may be cut off within its last row."""
    number, cells = reading.evidence.last
    fields = {column.index: column.field for column in reading.columns}
    field = field_cut(cells, fields) if reading.source is not None and reading.source.open_ended else None
    if field is None:
        return []
    sentence = f"Row {number} is the last and nothing ends it: the file may be cut off within this cell. Look at it."
    return [_file_finding(field.name, excerpt(shown(cells[-1])), "row.cut", sentence, Severity.WARNING)]


def _mixed(reading: Reading) -> list[RowFinding]:
    found = []
    for column in reading.columns:
        marks = reading.evidence.marks.get(column.index)
        orders = reading.evidence.orders.get(column.index)
        if (marks and len(marks.marks) > 1) or (orders and len(orders.orders) > 1):
            sentence = "Writes its values in two ways; the ambiguous ones are refused row by row."
            found.append(_file_finding(column.field.name, "", "column.mixed", sentence, Severity.WARNING))
    return found


def open_reading(path: Path, schema: Schema, profile: Profile | None = None, first: int | None = None) -> Reading:
    """Return the file mapped to `schema`; findings about the whole file stand in `findings`.

    With `first` only so many rows are looked at, which is enough to map the columns.
    """
    wanted = profile or Profile()
    known = {*header_map(schema), *(plain_header(header) for header in wanted.columns)}
    opened = open_source(path, wanted, known, first)
    reading = Reading(schema, wanted, opened.source)
    reading.findings += opened.findings
    if opened.source is None:
        return reading
    head = next(opened.source.rows(), None)
    if head is None or head[2]:
        reading.findings.append(
            _file_finding("", "", "file.header", "The file has no readable header row.", Severity.ERROR)
        )
        return reading
    if len(head[1]) > MAX_COLUMNS:
        said = f"The first row has {len(head[1]):,} columns; at most {MAX_COLUMNS} are read."
        reading.findings.append(_file_finding("", "", "file.header", said, Severity.ERROR))
        return reading
    reading.header_row, reading.header = head[0], tuple(shown(cell).strip() for cell in head[1])
    columns, findings = map_header(schema, wanted, reading.header)
    reading.columns = tuple(columns)
    reading.money = tuple(item.field.name for item in columns if item.field.kind in MONEY)
    reading.findings += findings
    reading.fixed, wrong = fixed_values(schema, wanted)
    reading.findings += wrong
    # A file that lacks a column is refused as a whole and still shown with what its other columns say.
    reading.evidence = _gather(reading)
    if not reading.refused:
        reading.findings += _mixed(reading) + _cut(reading)
        if reading.row_count == 0:
            reading.findings.append(
                _file_finding("", "", "file.empty", "There are no rows below the header.", Severity.ERROR)
            )
    return reading
