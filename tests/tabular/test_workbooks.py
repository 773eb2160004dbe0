"""Workbooks: values are taken as the spreadsheet keeps them, formulas and bombs are not."""

import zipfile
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest

from fairdue.foundation.tabular import Profile, open_reading, write_findings
from fairdue.foundation.tabular import workbook as guarded
from fairdue.foundation.tabular.formats import SCHEMAS

HEADER = [
    "number",
    "debtor_external_id",
    "issue_date",
    "due_date",
    "currency",
    "amount",
    "discount_percent",
    "discount_until",
]
GOOD = ["R1", "C1", date(2026, 1, 31), datetime.fromisoformat("2026-03-02 12:00"), "EUR", 1234.5, None, None]


@pytest.fixture
def book(tmp_path):
    """Save sheets as a workbook and open it as open items."""

    def opened(*sheets, name="file.xlsx", formats=None, **settings):
        made = openpyxl.Workbook()
        made.remove(made.active)
        for title, rows in sheets:
            sheet = made.create_sheet(title)
            for row in rows:
                sheet.append(row)
            for place, number_format in (formats or {}).items():
                sheet[place].number_format = number_format
        path = tmp_path / name
        made.save(path)
        return open_reading(path, SCHEMAS["open-items"], Profile(**settings))

    return opened


def test_cells_keep_their_types(book):
    row = next(iter(book(("Data", [HEADER, GOOD])).rows()))
    assert row.value.amount == 123450
    assert (row.value.issue_date, row.value.due_date) == (date(2026, 1, 31), date(2026, 3, 2))


def test_the_name_of_the_file_does_not_matter(book):
    assert not book(("Data", [HEADER, GOOD]), name="file.csv").refused


@pytest.mark.parametrize(
    "place, value, field, code",
    [
        (5, "=A1*2", "amount", "cell.formula"),
        (0, '=HYPERLINK("http://x.example")', "number", "cell.formula"),
        (5, "#REF!", "amount", "cell.error"),
        (2, 46112, "issue_date", "date.number"),
        (5, date(2026, 1, 1), "amount", "number.unreadable"),
        (5, "1.234", "amount", "number.ambiguous"),
        (5, 0.001, "amount", "number.decimals"),
        (5, True, "amount", "number.unreadable"),
    ],
)
def test_cells_that_are_no_values_are_named(book, place, value, field, code):
    bad = [*GOOD]
    bad[place] = value
    rows = list(book(("Data", [HEADER, bad])).rows())
    assert [(item.row, item.field, item.code) for item in rows[0].findings] == [(2, field, code)]


def test_what_a_spreadsheet_computed_is_taken_with_its_fifteen_digits(book):
    value = next(iter(book(("Data", [HEADER, [*GOOD[:5], 0.1 + 0.2]])).rows())).value
    assert value.amount == 30


def test_a_percent_cell_means_what_it_shows(book):
    rows = [HEADER, [*GOOD[:6], 0.02, date(2026, 2, 1)]]
    value = next(iter(book(("Data", rows), formats={"G2": "0.00%"}).rows())).value
    assert value.discount_percent == Decimal(2)


def test_a_number_kept_as_number_serves_as_text(book):
    value = next(iter(book(("Data", [HEADER, [100234, 4711.0, *GOOD[2:]]])).rows())).value
    assert (value.number, value.debtor_external_id) == ("100234", "4711")


def test_the_first_sheet_is_read_and_the_others_are_mentioned(book):
    reading = book(("Data", [HEADER, GOOD]), ("Notes", [["hello"]]))
    assert [(item.code, "Notes" in item.message) for item in reading.findings] == [("file.sheet", True)]
    assert not book(("Notes", [["hello"]]), ("Data", [HEADER, GOOD]), sheet="Data").findings
    assert book(("Data", [HEADER, GOOD]), sheet="Other").refused


def test_blank_rows_keep_the_count_and_an_empty_sheet_is_refused(book):
    rows = list(book(("Data", [[], HEADER, [], GOOD])).rows())
    assert rows[0].number == 4
    assert [item.code for item in book(("Data", [])).findings] == ["file.empty"]


def test_rejected_workbook_rows_go_out_as_text_that_comes_back(book, tmp_path):
    reading = book(("Data", [HEADER, [*GOOD[:4], "EUX", 1234.5]]))
    row = next(reading.rows())
    path = tmp_path / "findings.csv"
    write_findings(path, reading.header, [(row.number, row.cells, row.findings)])
    path.write_text(path.read_text("utf-8-sig").replace("EUX", "EUR"), "utf-8")
    assert next(open_reading(path, SCHEMAS["open-items"]).rows()).value.amount == 123450


def packed(tmp_path, parts):
    path = tmp_path / "file.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return open_reading(path, SCHEMAS["open-items"])


@pytest.mark.parametrize(
    "parts, code",
    [
        ({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}, "file.format"),
        ({"xl/workbook.xml": "<broken"}, "file.unreadable"),
        ({"xl/workbook.xml": '<!DOCTYPE x [<!ENTITY a "b">]><workbook/>'}, "file.format"),
    ],
)
def test_what_is_no_honest_workbook_is_refused(tmp_path, parts, code):
    assert [item.code for item in packed(tmp_path, parts).findings] == [code]


def test_a_bomb_is_not_unpacked(tmp_path):
    reading = packed(tmp_path, {"xl/workbook.xml": "<x/>", "xl/worksheets/sheet1.xml": b"0" * 60_000_000})
    assert [item.code for item in reading.findings] == ["file.bomb"]


def test_too_many_parts_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(guarded, "MAX_PARTS", 1)
    assert [item.code for item in packed(tmp_path, {"xl/workbook.xml": "<x/>", "a": "b"}).findings] == ["file.bomb"]


@pytest.mark.parametrize("share", [10, 50, 90])
def test_a_workbook_cut_short_is_refused(book, tmp_path, share):
    book(("Data", [HEADER, GOOD]))
    whole = (tmp_path / "file.xlsx").read_bytes()
    (tmp_path / "file.xlsx").write_bytes(whole[: len(whole) * share // 100])
    reading = open_reading(tmp_path / "file.xlsx", SCHEMAS["open-items"])
    assert [item.code for item in reading.findings] == ["file.unreadable"]


def test_an_old_or_locked_workbook_is_named(tmp_path):
    (tmp_path / "file.xls").write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))
    reading = open_reading(tmp_path / "file.xls", SCHEMAS["open-items"])
    assert "password" in reading.findings[0].message


def test_a_file_beyond_the_limit_is_not_opened(tmp_path, monkeypatch):
    from fairdue.foundation.tabular import source

    monkeypatch.setattr(source, "MAX_BYTES", 3)
    (tmp_path / "file.csv").write_bytes(b"abcd")
    assert [item.code for item in open_reading(tmp_path / "file.csv", SCHEMAS["open-items"]).findings] == [
        "file.too_large"
    ]


def test_rows_far_below_the_data_do_not_cost_memory(book, monkeypatch):
    monkeypatch.setattr(guarded, "MAX_BLANK_ROWS", 3)
    rows = list(book(("Data", [HEADER, GOOD, *[[]] * 5, GOOD])).rows())
    assert len(rows) == 1
