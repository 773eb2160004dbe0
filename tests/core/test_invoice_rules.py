"""Every rule of EN 16931 that a user can break is found before a number is drawn: the table of the page, row by row."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fairdue.core.invoice.check import check
from fairdue.core.invoice.wire import from_wire
from tests.core.pages import broken, table

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "rules" / "invoice-check.md"
SAMPLES = ROOT / "tests" / "golden" / "invoices"
ROWS = table(PAGE, "broken by")


def findings(row):
    data = broken(json.loads((SAMPLES / f"{row['sample']}.json").read_text("utf-8")), row["broken by"])
    invoice, unreadable = from_wire(data)
    return check(invoice, numbered=True) if invoice else unreadable


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["rule"])
def test_a_broken_rule_is_found_as_the_page_says(row):
    assert row["found as"] in {one.code for one in findings(row)}


def test_each_rule_stands_on_the_page_once():
    rules = [row["rule"] for row in [*ROWS, *table(PAGE, "why nobody can break it")]]
    assert len(rules) == len(set(rules)) == 223


def test_a_tax_currency_that_nobody_knows_is_a_finding_and_no_crash():
    row = {"sample": "domestic_de", "broken by": '`tax_currency` = "ZZZ", `tax_rate_of_exchange` = "1"'}
    assert "BR-CL-05" in {one.code for one in findings(row)}
