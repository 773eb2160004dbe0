"""Bank lines from workbooks: typed cells, hostile containers."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import openpyxl
import pytest
from tests.wire.camt_files import events, findings, lines, tails

from fairdue.cash.formats import Line, read
from fairdue.core.findings import RefusedError


def workbook(*rows) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


HEAD = ("Date", "Amount", "Currency", "Payer name", "Description", "Balance")
GOOD = workbook(
    ("Account statement", None, None, None, None, None),
    HEAD,
    (dt.date(2026, 3, 2), 119, "EUR", "Muster GmbH", "RE-2026-04711", 119.0),
    (
        dt.datetime(2026, 3, 3, 12, 0),  # noqa: DTZ001 - a cell has no zone
        -20.5,
        "EUR",
        "Bank",
        "fee",
        98.5,
    ),
)


def test_typed_cells_are_read_exactly():
    first, second = lines(GOOD)
    assert (first.amount, first.booked_on, first.party.name) == (11900, dt.date(2026, 3, 2), "Muster GmbH")
    assert (second.amount, second.booked_on, second.source_line) == (-2050, dt.date(2026, 3, 3), 4)
    assert tails(GOOD)[0].complete


def test_a_balance_that_does_not_follow_is_an_error():
    content = workbook(HEAD, (dt.date(2026, 3, 2), 1, "EUR", "", "", 1), (dt.date(2026, 3, 2), 1, "EUR", "", "", 3))
    assert [finding.code for finding in findings(content)] == ["csv.balance"]


def test_german_texts_in_cells_are_read_when_a_person_says_so():
    content = workbook(
        ("Buchungstag", "Betrag", "Name"), ("02.03.2026", "1.119,00", "A"), (dt.date(2026, 3, 3), 2.5, "B")
    )
    found = [one for one in read(io.BytesIO(content), "xlsx.de") if isinstance(one, Line)]
    assert [(line.amount, line.booked_on.day) for line in found] == [(111900, 2), (250, 3)]


def test_a_formula_is_no_amount():
    content = workbook(HEAD, (dt.date(2026, 3, 2), "=1+1", "EUR", "", "", None))
    assert lines(content) == []
    assert findings(content)[0].path == "row 1, line 2, amount"


def packed(**parts: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            archive.writestr(name, parts.get(name.rsplit("/", 1)[-1].removesuffix(".xml"), source.read(name)))
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (packed(sheet1=b"<worksheet>" + b"0" * 60_000_000), "file.bomb"),
        (packed(sheet1=b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"), "file.format"),
        (packed(workbook=b"<workbook"), "file.unreadable"),
        (b"PK\x03\x04 no zip", "file.unreadable"),
        (b"\xd0\xcf\x11\xe0 an old workbook", "file.format"),
    ],
)
def test_a_hostile_or_broken_workbook_is_refused(content, code):
    with pytest.raises(RefusedError) as refusal:
        events(content)
    assert refusal.value.findings[0].code == code
