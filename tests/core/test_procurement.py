"""CIG and CUP: read from where people write them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from fairdue.core.invoice.model import Note
from fairdue.core.invoice.procurement import Codes, procurement
from fairdue.core.invoice.wire import from_wire

SAMPLE = Path(__file__).parents[1] / "golden" / "national" / "italy_invoice.json"
ROWS = """
buyer reference | tender | project | note | CIG | CUP
 |  |  |  |  |
CIG Z123456789 CUP J11B17000000001 |  |  |  | Z123456789 | J11B17000000001
cig: z123456789 / cup=j11b17000000001 |  |  |  | Z123456789 | J11B17000000001
 | Z123456789 | J11B17000000001 |  | Z123456789 | J11B17000000001
 | CIG Z123456789 | CUP J11B17000000001 |  | Z123456789 | J11B17000000001
 |  |  | CIG Z123456789 | Z123456789 |
CIG Z000000000 | Z123456789 |  |  | Z123456789 |
CIG 123 | TENDER 7 | PROJECT |  |  |
CIG Z1234567890 |  |  |  |  |
CUPZ J11B17000000001 |  |  |  |  |
"""
CASES = [[cell.strip() for cell in row.split("|")] for row in ROWS.strip().splitlines()[1:]]


@pytest.mark.parametrize("row", CASES, ids=lambda row: " ".join(row)[:50] or "none")
def test_the_codes_are_found_where_people_write_them(row):
    buyer, tender, project, note, cig, cup = row
    invoice = from_wire(json.loads(SAMPLE.read_text("utf-8")))[0]
    references = replace(invoice.references, buyer=buyer, tender=tender, project=project)
    assert procurement(replace(invoice, references=references, notes=(Note(note),))) == Codes(cig, cup)
