"""What the file is made of: strings that stay strings, page numbers, payment code, the revision with its properties."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from pathlib import Path

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from fairdue.core.findings import RefusedError
from fairdue.core.invoice.model import Note
from fairdue.core.invoice.totals import totals
from fairdue.core.invoice.wire import from_wire
from fairdue.invoicing.documents import payment, pdf, qr
from fairdue.invoicing.documents.objects import page_count
from fairdue.invoicing.documents.sheet import Look
from fairdue.invoicing.formats.hybrid import attached_xml, written_xml
from fairdue.invoicing.formats.registry import write

INVOICES = Path(__file__).parent / "invoices"


def load(name):
    return from_wire(json.loads((INVOICES / f"{name}.json").read_text()))[0]


def pages(content):
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_string_of_a_document_ends_where_it_should(text):
    said = pdf._quoted(text)
    assert re.fullmatch(r'"(?:[^"\\]|\\.)*"', said, re.DOTALL)
    back = re.sub(r"\\(.)", lambda found: {"n": "\n", "r": "\r"}.get(found[1], found[1]), said[1:-1], flags=re.DOTALL)
    assert back == text


@pytest.mark.parametrize(
    "evil", ['"), #panic("run") //', "\\", '\\"#read("/invoice.typ")', '#eval("1")', "*/ $x$ @a <b>"]
)
def test_no_text_of_a_user_leaves_its_string(evil):
    invoice = load("domestic_de")
    invoice = replace(invoice, notes=(Note(f"a{evil}b"),))
    [page] = pages(pdf.render(invoice, totals(invoice)).content)
    assert f"a{evil}b".replace(" ", "") in page.replace(" ", "").replace("\n", "")


def test_a_short_table_that_needs_two_pages_has_its_pages_numbered():
    invoice = load("domestic_de")
    base = pdf.render(invoice, totals(invoice)).content
    assert (page_count(base), "1 von 1" in pages(base)[0]) == (1, True)
    notes = tuple(Note(f"Paragraph {n}. " + "Words that fill the sheet. " * 20) for n in range(12))
    long = pdf.render(replace(invoice, notes=notes), totals(invoice)).content
    shown = pages(long)
    assert page_count(long) == len(shown) == 2
    assert [f"{n} von 2" in page for n, page in enumerate(shown, 1)] == [True, True]
    assert invoice.number in shown[1].splitlines()[0]


def test_one_pass_and_several_give_the_same_page(monkeypatch):
    invoice = load("domestic_de")
    single = pages(pdf.render(invoice, totals(invoice)).content)
    monkeypatch.setattr(pdf, "SHORT", -1)
    assert pages(pdf.render(invoice, totals(invoice)).content) == single


def test_a_file_that_is_no_pdf_of_ours_is_refused():
    with pytest.raises(RefusedError, match="looked into"):
        page_count(b"%PDF-1.7\ntrailer\n<<>>\nstartxref\n9\n%%EOF\n")


@settings(max_examples=30)
@given(st.integers(0, 10**6))
def test_the_payment_code_draws_every_dark_square_and_no_other(number):
    content = f"BCD\n002\n1\nSCT\n\nSeller\nDE75512108001245126199\nEUR9.99\n\n\nB-{number}"
    root = etree.fromstring(payment.epc_svg(content).encode())
    drawn = {
        (int(x) + step, int(y))
        for x, y, length in re.findall(r"M(\d+) (\d+)\.5h(\d+)", root[0].get("d"))
        for step in range(int(length))
    }
    rows = qr.rows(content.encode())
    assert drawn == {(x, y) for y, row in enumerate(rows) for x, bit in enumerate(row) if bit == "1"}
    assert root.get("viewBox") == f"0 0 {len(rows)} {len(rows)}"


def test_the_revision_with_the_properties_leaves_nothing_to_doubt():
    content = write("factur-x", load("domestic_de"), Look()).content
    reader = pypdf.PdfReader(io.BytesIO(content), strict=True)
    assert reader.xref_index == 0
    metadata = reader.trailer["/Root"]["/Metadata"].get_data()
    assert b"<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>" in metadata
    assert attached_xml(content).startswith(b"<?xml")


@pytest.mark.parametrize("name", sorted(path.stem for path in INVOICES.glob("*.json")))
def test_a_file_of_ours_is_opened_as_any_reader_opens_it(name):
    content = write("factur-x", load(name), Look()).content
    assert written_xml(content) == attached_xml(content)


def test_what_stands_elsewhere_is_looked_for_in_the_whole_file():
    content = write("factur-x", load("domestic_de"), Look()).content
    again = io.BytesIO()
    pypdf.PdfWriter(io.BytesIO(content), full=True).write(again)
    assert written_xml(again.getvalue()) == attached_xml(content)
    with pytest.raises(RefusedError, match="carries no invoice data"):
        written_xml(write("pdf", load("domestic_de"), Look()).content)
