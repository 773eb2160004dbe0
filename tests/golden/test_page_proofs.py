"""What is promised of the page: the window of DIN 5008, the flags of PDF/A-3a and PDF/UA-1, right to left, the hash."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdf
import pytest

from fairdue.core.invoice.totals import totals
from fairdue.core.invoice.wire import from_wire
from fairdue.invoicing.documents import pdf
from fairdue.invoicing.documents.sheet import Look, sheet
from fairdue.invoicing.documents.words import LANGUAGES
from fairdue.invoicing.formats.registry import write

HERE = Path(__file__).parent
MILLIMETRE = 72 / 25.4
HEIGHT = 297
SIDES = (20, 105)
"""Left and right edge of the address window, millimetres from the left of the page (DIN 5008)."""


def load(name, folder="invoices"):
    return from_wire(json.loads((HERE / folder / f"{name}.json").read_text("utf-8")))[0]


def placed(content):
    """The texts of the first page with where they begin: millimetres from the left and from the top."""
    found = []

    def note(text, page, place, _font, _size):
        across = place[4] * page[0] + place[5] * page[2] + page[4]
        up = place[4] * page[1] + place[5] * page[3] + page[5]
        if text.strip():
            found.append((text.strip(), across / MILLIMETRE, HEIGHT - up / MILLIMETRE))

    pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text(visitor_text=note)
    return found


@pytest.mark.parametrize(("form", "top", "foot"), [("B", 45, 90), ("A", 27, 72)])
def test_the_whole_address_stands_in_the_window_of_din_5008_and_nothing_else(form, top, foot):
    invoice = load("domestic_de")
    address = replace(invoice.buyer.address, extra="Hinterhaus", third="4. Etage", country="FR")
    invoice = replace(invoice, buyer=replace(invoice.buyer, address=address))
    look = Look(form=form)
    recipient = sheet(invoice, totals(invoice), look)["recipient"]
    assert len(recipient) >= 5
    found = placed(pdf.render(invoice, totals(invoice), look).content)
    inside = [
        text for text, across, down in found
        if SIDES[0] <= across <= SIDES[1] and top <= down <= foot
    ]  # fmt: skip
    shown = " ".join(" ".join(inside).split())
    for line in recipient:
        assert line in shown
    assert invoice.seller.name in shown
    assert all(text not in shown for text in ("Rechnungsnummer", invoice.number))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_in_each_language_says_that_it_is_archival_and_accessible_and_is_tagged(language):
    invoice = replace(load("domestic_de"), language=language)
    with pikepdf.open(io.BytesIO(pdf.render(invoice, totals(invoice)).content)) as made:
        flags = made.Root.Metadata.read_bytes().decode()
        assert "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in flags
        assert "<pdfuaid:part>1</pdfuaid:part>" in flags
        assert bool(made.Root.MarkInfo.Marked)
        assert "/StructTreeRoot" in made.Root
        assert str(made.Root.Lang).startswith(language)
        assert bool(made.Root.ViewerPreferences.DisplayDocTitle)
        fonts = [
            one for one in made.objects if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/FontDescriptor"
        ]
        assert fonts
        assert all(any(name in one for name in ("/FontFile", "/FontFile2", "/FontFile3")) for one in fonts)


@pytest.mark.parametrize("code", ["pdf", "factur-x", "factur-x-extended", "xrechnung-pdf"])
def test_every_format_for_people_keeps_both_flags(code):
    with pikepdf.open(io.BytesIO(write(code, load("domestic_de")).content)) as made:
        flags = made.Root.Metadata.read_bytes().decode()
    assert "<pdfaid:part>3</pdfaid:part>" in flags
    assert "<pdfuaid:part>1</pdfuaid:part>" in flags


def test_arabic_runs_from_right_to_left_and_english_does_not():
    invoice = load("domestic_de")
    across = {}
    for language in ("en", "ar"):
        told = replace(invoice, language=language)
        drawn = sheet(told, totals(told), Look())
        amount = drawn["rows"][0]["net"]
        across[language] = next(x for text, x, _ in placed(pdf.render(told, totals(told)).content) if amount in text)
    assert across["en"] > 105 > across["ar"]


PROGRAM = """
import hashlib, json, sys
from fairdue.core.invoice.totals import totals
from fairdue.core.invoice.wire import from_wire
from fairdue.invoicing.documents import pdf
invoice = from_wire(json.load(open(sys.argv[1], encoding="utf-8")))[0]
print(hashlib.sha256(pdf.render(invoice, totals(invoice)).content).hexdigest())
"""


def test_another_process_sets_the_same_bytes():
    path = HERE / "invoices" / "domestic_de.json"
    done = subprocess.run([sys.executable, "-c", PROGRAM, str(path)], capture_output=True, text=True, check=True)
    invoice = load("domestic_de")
    assert done.stdout.strip() == hashlib.sha256(pdf.render(invoice, totals(invoice)).content).hexdigest()
