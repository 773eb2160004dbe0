"""Lines within lines are refused by name, in both syntaxes; a document without them is read as before."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fairdue.core.invoice.wire import from_wire
from fairdue.invoicing.formats.registry import read, write

INVOICE = Path(__file__).parent / "invoices/domestic_de.json"
UBL_PART = """<cac:SubInvoiceLine><cbc:ID>1.1</cbc:ID><cbc:InvoicedQuantity unitCode="C62">1</cbc:InvoicedQuantity>
<cbc:LineExtensionAmount currencyID="EUR">1.00</cbc:LineExtensionAmount></cac:SubInvoiceLine>"""


def written(code):
    return write(code, from_wire(json.loads(INVOICE.read_text()))[0]).content.decode()


@pytest.mark.parametrize(
    "code, place, part",
    [
        ("ubl", "</cac:Price></cac:InvoiceLine>", "</cac:Price>" + UBL_PART + "</cac:InvoiceLine>"),
        ("cii", "<ram:LineID>2</ram:LineID>", "<ram:LineID>2</ram:LineID><ram:ParentLineID>1</ram:ParentLineID>"),
    ],
)
def test_a_document_with_lines_within_lines_is_refused_with_the_line(code, place, part):
    plain = written(code)
    assert read(plain.encode())[0] is not None
    assert place in plain
    invoice, [finding] = read(plain.replace(place, part, 1).encode())
    assert invoice is None
    assert finding.code == "format.sub_lines"
    assert finding.message.startswith("Line 1 has lines within it.")


def test_no_more_lines_are_named_than_anybody_reads():
    lines = "".join(f"<ram:ParentLineID>{n}</ram:ParentLineID>" for n in range(1, 60))
    invoice, findings = read(written("cii").replace("<ram:LineID>", lines + "<ram:LineID>", 1).encode())
    assert invoice is None
    assert len(findings) == 20
