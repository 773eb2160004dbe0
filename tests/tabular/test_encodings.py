"""How a file is written: its encoding is found, believed or refused by name; no letter comes in wrong."""

import pytest
from tests.tabular.conftest import found, lines

from fairdue.foundation.tabular import Profile, open_reading
from fairdue.foundation.tabular.formats import SCHEMAS


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_files_are_recognised(read, encoding):
    text = lines("R-Ä,Müller,2026-01-31,2026-03-02,EUR,12")
    reading, rows = read(text, encoding=encoding)
    assert rows[0].value.debtor_external_id == "Müller"
    assert reading.resolved().encoding in {"utf-8", "utf-16"}


def test_windows_1252_is_read_right_and_said(read):
    reading, rows = read(lines("R1,Müller – Söhne,2026-01-31,2026-03-02,EUR,12"), encoding="cp1252")
    assert rows[0].value.debtor_external_id == "Müller – Söhne"
    assert [item.code for item in reading.findings] == ["file.encoding"]
    assert not reading.refused


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x01\x02\x03\x04\x05\x06",
        bytes(range(1, 32)) * 40,
        b"\x00\x01\x02\x03",
    ],
)
def test_a_picture_or_a_program_is_no_text(read, content):
    reading, rows = read(content)
    assert (reading.refused, rows) == (True, [])
    assert "Is no text" in reading.findings[0].message


def test_one_odd_byte_does_not_make_a_text_something_else(read):
    reading, rows = read(lines(*(f"R{at},Mu\x07ller,2026-01-31,2026-03-02,EUR,12" for at in range(3))))
    assert not any("Is no text" in item.message for item in reading.findings)
    assert found(rows)[0][:2] == (2, "debtor_external_id")


@pytest.mark.parametrize("encoding", ["cp850", "mac-roman"])
def test_another_code_page_is_named_by_row_and_field_instead_of_wrong_letters(read, encoding):
    _, rows = read(lines("R1,Müller,2026-01-31,2026-03-02,EUR,12"), encoding=encoding)
    assert found(rows)[0][:2] == (2, "debtor_external_id")
    assert found(rows)[0][3] in {"text.encoding", "text.control"}


def test_a_named_encoding_is_believed_unless_the_bytes_prove_it_wrong(read):
    text = lines("R1,Łódź,2026-01-31,2026-03-02,EUR,12")
    assert read(text, encoding="cp1250")[1][0].value is None
    assert read(text.encode("cp1250"), encoding="utf-8")[1][0].value is None
    path_reading, rows = read(text.encode("cp1250"))
    assert path_reading.findings
    assert rows[0].value is None


@pytest.mark.parametrize(
    "written, named, refused",
    [
        ("cp1250", "cp1250", False),
        ("utf-8", "cp1252", True),
        ("utf-16", "cp1252", True),
        ("utf-8", "utf-16", True),
    ],
)
def test_the_profile_names_the_encoding(tmp_path, written, named, refused):
    path = tmp_path / "file.csv"
    path.write_bytes(lines("R1,Łódź,2026-01-31,2026-03-02,EUR,12").encode(written))
    reading = open_reading(path, SCHEMAS["open-items"], Profile(encoding=named))
    assert reading.refused is refused
    assert [row.value.debtor_external_id for row in reading.rows()] == ([] if refused else ["Łódź"])


def test_letters_that_were_broken_before_are_named_with_what_was_meant(read):
    _, rows = read(lines("R1,MÃ¼ller,2026-01-31,2026-03-02,EUR,12", "R2,M\ufffdller,2026-01-31,2026-03-02,EUR,12"))
    assert [item[3] for item in found(rows)] == ["text.encoding", "text.encoding"]
    assert "Müller" in rows[0].findings[0].message


def test_one_broken_byte_in_a_unicode_file_is_named_where_it_stands(read):
    content = lines("R1,Müller,2026-01-31,2026-03-02,EUR,12", "R2,Größe,2026-01-31,2026-03-02,EUR,12").encode()
    content += b"R3,M\xfcller,2026-01-31,2026-03-02,EUR,12\n"
    _, rows = read(content)
    assert [row.value is not None for row in rows] == [True, True, False]
    assert found(rows)[0][:2] == (4, "debtor_external_id")
