"""Whoever packs a workbook decides what it unpacks to: every part has an end, and a look costs only what it shows."""

import zipfile

import pytest

from fairdue.foundation.tabular import open_reading, package, source
from fairdue.foundation.tabular.formats import SCHEMAS

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEADER = "number debtor_external_id issue_date due_date currency amount".split()
GOOD = "R1 C1 2026-01-31 2026-03-02 EUR 1234.50".split()


def cells(values):
    return "".join(f'<c t="inlineStr"><is><t>{value}</t></is></c>' for value in values)


def row(values):
    return f"<row>{cells(values)}</row>"


def container(tmp_path, sheet, **parts):
    """Write a workbook whose one sheet holds `sheet` as it is."""
    path = tmp_path / "file.xlsx"
    name = f'<sheets><sheet name="S" sheetId="1" r:id="r1" xmlns:r="{RELATIONS}"/></sheets>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", f'<workbook xmlns="{MAIN}">{name}</workbook>')
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships><Relationship Id="r1" Type="{RELATIONS}/worksheet" Target="worksheets/s.xml"/>'
            "</Relationships>",
        )
        archive.writestr("xl/worksheets/s.xml", f'<worksheet xmlns="{MAIN}">{sheet}</worksheet>')
        for part, content in parts.items():
            archive.writestr(f"xl/{part}.xml", content)
    return path


def book(tmp_path, rows, **parts):
    return container(tmp_path, f"<sheetData>{''.join(rows)}</sheetData>", **parts)


def codes(path, first=None):
    return [item.code for item in open_reading(path, SCHEMAS["open-items"], None, first).findings]


def test_a_plain_workbook_is_read(tmp_path):
    reading = open_reading(book(tmp_path, [row(HEADER), row(GOOD)]), SCHEMAS["open-items"])
    assert [one.value.amount for one in reading.rows()] == [123450]


def test_more_cells_than_an_honest_sheet_are_refused(tmp_path, monkeypatch):
    path = book(tmp_path, [row(HEADER), *[row(GOOD)] * 20])
    monkeypatch.setattr(package, "MAX_CELLS", 100)
    reading = open_reading(path, SCHEMAS["open-items"])
    assert [(item.code, "100 cells" in item.message) for item in reading.findings] == [("file.too_large", True)]


def test_empty_cells_count_as_well(tmp_path, monkeypatch):
    monkeypatch.setattr(package, "MAX_CELLS", 100)
    assert codes(book(tmp_path, [row(HEADER), f"<row>{'<c/>' * 95}</row>"])) == ["file.too_large"]


def test_more_rows_than_a_spreadsheet_can_hold_are_refused(tmp_path):
    path = book(tmp_path, [row(HEADER), *[row(GOOD)] * 20])
    with zipfile.ZipFile(path) as archive, pytest.raises(package.TooLargeError):
        list(package.Package(archive).rows("S", package.Amount(rows=5)))


@pytest.mark.parametrize(
    "sheet",
    [
        f"<sheetData><row>{'<c/>' * 3_000}</row></sheetData>",
        f"<cols>{'<col/>' * 3_000}</cols><sheetData/>",
        f"<sheetData>{'<x/>' * 3_000}<row/></sheetData>",
    ],
)
def test_one_row_or_one_head_without_an_end_is_refused(tmp_path, monkeypatch, sheet):
    monkeypatch.setattr(package, "MAX_ELEMENT_BYTES", 10_000)
    assert codes(container(tmp_path, sheet)) == ["file.too_large"]


def test_shared_texts_have_an_end(tmp_path, monkeypatch):
    texts = f'<sst xmlns="{MAIN}">{"".join(f"<si><t>{value}</t></si>" for value in [*HEADER, *GOOD])}</sst>'
    shared = [f"<row>{''.join(f'<c t="s"><v>{n}</v></c>' for n in range(at, at + 6))}</row>" for at in (0, 6)]
    path = book(tmp_path, shared, sharedStrings=texts)
    assert codes(path) == []
    monkeypatch.setattr(package, "MAX_LETTERS", 20)
    assert codes(path) == ["file.too_large"]


def test_styles_have_an_end(tmp_path, monkeypatch):
    styles = f'<styleSheet xmlns="{MAIN}"><cellXfs>{"<xf/>" * 20}</cellXfs></styleSheet>'
    path = book(tmp_path, [row(HEADER), row(GOOD)], styles=styles)
    assert codes(path) == []
    monkeypatch.setattr(package, "MAX_STYLES", 10)
    assert codes(path) == ["file.too_large"]


def test_a_document_type_behind_a_long_comment_is_refused(tmp_path):
    path = book(tmp_path, [row(HEADER), row(GOOD)])
    late = f'<!--{"x" * 5_000}--><!DOCTYPE x [<!ENTITY a "b">]><sst xmlns="{MAIN}"><si><t>&a;</t></si></sst>'
    path = book(tmp_path, [row(HEADER), '<row><c t="s"><v>0</v></c></row>'], sharedStrings=late)
    assert codes(path) == ["file.format"]


def test_a_row_number_from_far_away_does_not_cost_the_rows_between(tmp_path):
    far = f'<row r="1000000000">{cells(GOOD)}</row>'
    reading = open_reading(book(tmp_path, [row(HEADER), row(GOOD), far]), SCHEMAS["open-items"])
    assert [one.number for one in reading.rows()] == [2]


def test_a_look_at_the_first_rows_does_not_read_the_others(tmp_path):
    path = container(tmp_path, f"<sheetData>{row(HEADER)}{row(GOOD) * 5_000}<row><broken></sheetData>")
    assert codes(path) == ["file.unreadable"]
    reading = open_reading(path, SCHEMAS["open-items"], None, 10)
    assert (reading.row_count, [item.code for item in reading.findings]) == (9, [])


def test_a_look_shows_a_text_that_comes_too_late_as_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(source, "FIRST_TEXTS", 7)
    texts = f'<sst xmlns="{MAIN}">{"".join(f"<si><t>{value}</t></si>" for value in [*HEADER, *GOOD])}</sst>'
    shared = [f"<row>{''.join(f'<c t="s"><v>{n}</v></c>' for n in range(at, at + 6))}</row>" for at in (0, 6)]
    reading = open_reading(book(tmp_path, shared, sharedStrings=texts), SCHEMAS["open-items"], None, 10)
    assert next(cells for _, cells, _ in reading.body())[:3] == ("R1", package.UNREAD, package.UNREAD)


def test_a_look_at_a_text_file_ends_after_its_rows(tmp_path):
    path = tmp_path / "file.csv"
    lines = [",".join(HEADER), *[",".join(GOOD)] * 50, '"never closed']
    path.write_text("\n".join(lines))
    assert open_reading(path, SCHEMAS["open-items"], None, 10).row_count == 9
    assert open_reading(path, SCHEMAS["open-items"]).row_count == 51


def test_a_line_without_an_end_is_a_broken_row_and_not_a_full_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(source, "MAX_LINE", 2_000)
    path = tmp_path / "file.csv"
    path.write_text(f"{','.join(HEADER)}\n{','.join(GOOD)}\n{',' * 5_000}\n")
    rows = list(open_reading(path, SCHEMAS["open-items"]).rows())
    assert [bool(one.value) for one in rows] == [True, False]
    assert "nothing after it is read" in rows[1].findings[0].message


def test_the_encoding_is_judged_by_the_head_when_only_a_look_is_wanted(tmp_path, monkeypatch):
    path = tmp_path / "file.csv"
    path.write_bytes(",".join(HEADER).encode() + b"\n" + ",".join(GOOD).encode() + b"\n" * 200 + b"\xfc\xfc\xfc\n")
    monkeypatch.setattr(source, "HEAD_BYTES", 100)
    assert codes(path, 10) == []
    assert "file.encoding" in codes(path)


def test_a_header_with_more_columns_than_any_table_is_refused_before_they_are_mapped(tmp_path):
    path = tmp_path / "wide.csv"
    path.write_text(",".join(["number"] * (source.MAX_COLUMNS + 1)) + "\n")
    reading = open_reading(path, SCHEMAS["open-items"])
    assert [item.code for item in reading.findings] == ["file.header"]
    assert "at most" in reading.findings[0].message
    assert reading.header == ()
