"""The unique document code of Portugal: the code of the series, and the number when it is drawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from fairdue.core.invoice.atcud import completed, pending
from fairdue.core.invoice.check import check
from fairdue.core.invoice.document_types import DocumentType
from fairdue.core.invoice.model import Note
from fairdue.core.invoice.wire import from_wire
from fairdue.core.vat.regions import key_of_rate
from tests.core.lawful import sound
from tests.core.pages import table

PAGE = Path(__file__).parents[2] / "docs" / "rules" / "numbering.md"
CODES = {"380/2026": "JFSB4Q9G", "380": "OLDSERIES1", "381/2026": "ABCDEFG9"}


def invoice(**changes):
    made, unreadable = from_wire(sound("PT") | {"notes": []})
    assert made is not None, unreadable
    return replace(made, **changes)


@pytest.mark.parametrize(
    "changes, text",
    [
        ({}, "ATCUD:JFSB4Q9G-{n}"),
        ({"issued": date(2027, 1, 4)}, "ATCUD:OLDSERIES1-{n}"),
        ({"type": DocumentType.CREDIT_NOTE}, "ATCUD:ABCDEFG9-{n}"),
        ({"type": DocumentType.PREPAYMENT}, ""),
        ({"issued": None}, ""),
        ({"notes": (Note("ATCUD:OWNCODE99-7"),)}, ""),
    ],
)
def test_the_code_of_type_and_year_waits_for_its_number(changes, text):
    assert pending(invoice(**changes), CODES) == text


@pytest.mark.parametrize(
    "number, text",
    [("FT 2026/00123", "ATCUD:X-123"), ("RE-2026-7", "ATCUD:X-7"), ("12-A", "ATCUD:X-12"), ("A", "ATCUD:X-A")],
)
def test_the_number_within_the_series_completes_it(number, text):
    assert completed("ATCUD:X-{n}", number) == text


def test_a_code_that_waits_for_its_number_satisfies_the_law():
    codes = {one.code for one in check(invoice(notes=(Note(pending(invoice(), CODES)),)))}
    assert "content.pt.atcud" not in codes
    assert "content.pt.atcud" in {one.code for one in check(invoice())}


@pytest.mark.parametrize(
    "country, key, known",
    [("US", "NY", True), ("US", "10001", True), ("US", "100015", False), ("US", "XX", False), ("CA", "BC", True),
     ("CA", "10", False), ("DE", "BY", False)],
)  # fmt: skip
def test_rates_are_recorded_for_regions_and_zip_codes(country, key, known):
    assert key_of_rate(country, key) is known


@pytest.mark.parametrize("row", table(PAGE, "stands on it"), ids=lambda row: row["number"])
def test_the_worked_codes_of_the_page(row):
    made = invoice(type=DocumentType(row["type"]), issued=date(int(row["year"]), 5, 1))
    text = pending(made, {f"{row['type']}/{row['year']}": row["code"]})
    assert completed(text, row["number"]) == row["stands on it"]
