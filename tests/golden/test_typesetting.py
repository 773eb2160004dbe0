"""The page that people read: languages, scripts, several pages, branding, and that no text of a user ever runs."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairdue.core.invoice.model import Note
from fairdue.core.invoice.totals import totals
from fairdue.core.invoice.wire import from_wire
from fairdue.invoicing.documents import pdf
from fairdue.invoicing.documents.sheet import DEFAULT_ACCENT, PRO_FORMA, Look, sheet
from fairdue.invoicing.documents.svg import svg_reason
from fairdue.invoicing.documents.words import LANGUAGES, words
from fairdue.invoicing.formats.registry import read, write

HERE = Path(__file__).parent
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">{}</svg>'


def load(name, folder="invoices"):
    return from_wire(json.loads((HERE / folder / f"{name}.json").read_text()))[0]


def rendered(invoice, look=None):
    return pdf.render(invoice, totals(invoice), look)


def pages(made):
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made.content)).pages]


def long_invoice(count):
    invoice = load("domestic_de")
    line = replace(invoice.lines[3], price_quantity=Decimal(1), quantity=Decimal(1))
    lines = tuple(replace(line, id=str(place), price=Decimal(place)) for place in range(1, count + 1))
    return replace(invoice, lines=lines, adjustments=(), prepaid=0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_document_is_set_in_each_language_without_a_missing_glyph(language):
    invoice = replace(load("domestic_de"), language=language)
    made = rendered(invoice)
    assert made.findings == ()
    drawn = sheet(invoice, totals(invoice), Look())
    assert drawn["kind"] == words(language)["380"]
    assert drawn["rtl"] == (language == "ar")


@pytest.mark.parametrize(
    "name",
    [
        "شركة النور للتجارة",
        "日本商事株式会社",
        "北京贸易有限公司",
        "주식회사 한국",
        "Ελληνική ΑΕ",
        "ООО Ромашка",
        "Łódź Đà Nẵng",
    ],
)
def test_a_name_in_any_script_is_shown_and_kept(name):
    invoice = load("domestic_de")
    written = write("factur-x", replace(invoice, buyer=replace(invoice.buyer, name=name)))
    assert written.findings == ()
    assert read(written.content)[0].buyer.name == name


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30))
def test_any_text_at_all_gives_a_document_or_a_finding_never_a_lost_invoice(text):
    invoice = load("exempt")
    made = rendered(replace(invoice, buyer=replace(invoice.buyer, name=text), notes=(Note(text),)))
    assert made.content.startswith(b"%PDF-")
    assert all(one.code == "document.glyph" for one in made.findings)


def test_characters_that_fail_only_together_leave_the_latin_letters(monkeypatch):
    real, calls = pdf._compile, []

    def failing(content, inputs, stamp):
        calls.append(content)
        if len(calls) < 3:
            raise pdf.typst.TypstError("could not be displayed")
        return real(content, inputs, stamp)

    monkeypatch.setattr(pdf, "_compile", failing)
    invoice = load("exempt")
    made = rendered(replace(invoice, buyer=replace(invoice.buyer, name="Žuk Жук")))
    assert "U+0416" in made.findings[0].message
    assert calls[2]["recipient"][0] == "Žuk □□□"


def test_sums_are_carried_from_page_to_page():
    texts = pages(rendered(long_invoice(60)))
    assert len(texts) > 2
    so_far = 0
    for place, text in enumerate(texts[:-1]):
        last = max(number for number in range(1, 61) if f"\n{number} Schrauben" in f"\n{text}")
        if last == 60:
            break
        so_far = last * (last + 1) // 2
        shown = words("de").number(Decimal(so_far).quantize(Decimal("0.01")))
        assert f"Übertrag {shown}" in text.replace("\n", " "), place
        assert f"Übertrag {shown}" in texts[place + 1].replace("\n", " ")
    assert so_far < 60 * 61 // 2
    assert sum(text.count("Übertrag") for text in texts) == 2 * (place if last == 60 else len(texts) - 1)
    assert f"Seite {len(texts)} von {len(texts)}" in texts[-1]


def test_an_invoice_on_one_page_carries_nothing():
    assert all("Übertrag" not in text for text in pages(rendered(long_invoice(12))))


def test_equal_input_gives_equal_bytes_in_a_fresh_compiler():
    first = hashlib.sha256(rendered(load("domestic_de")).content).hexdigest()
    pdf._compiler.cache_clear()
    assert hashlib.sha256(rendered(load("domestic_de")).content).hexdigest() == first


ATTACKS = [
    '#read("/etc/passwd")',
    '#eval("1 + 1")',
    '#import "@preview/x:0.1.0": *',
    '#image("/etc/hostname")',
    "#sys.inputs.sheet",
    "$ x^2 $ *bold* _it_ `raw`",
    "= Heading\n- list",
    "]#panic()[",
    '"); #read("invoice.typ") (" ',
    "\\u{41} <label> @cite",
    "{sheet} {{7*7}} ${7*7} <%= 7*7 %>",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_text_of_a_user_is_set_as_it_is_and_never_runs(attack):
    invoice = load("domestic_de")
    invoice = replace(
        invoice, notes=(Note(attack),), buyer=replace(invoice.buyer, name=attack),
        lines=(replace(invoice.lines[0], name=attack, description=attack, note=attack), *invoice.lines[1:]),
    )  # fmt: skip
    text = " ".join("".join(pages(rendered(invoice))).split()).replace(" ", "")
    wanted = "".join(attack.split())
    assert text.count(wanted) >= 3, text[:400]
    assert "root:" not in text


def test_the_template_reads_nothing_but_its_inputs():
    template = (Path(pdf.TEMPLATES) / "invoice.typ").read_text()
    code = "\n".join(line.split("//")[0] for line in template.splitlines())
    for word in ("read(", "eval(", "#import", "#include", "plugin(", "csv(", "yaml(", "toml(", "cbor("):
        assert word not in code, word
    assert code.count("json(") == 1
    assert "image(bytes(" in code
    assert code.count("image(") == code.count("image(bytes(")


PICTURES = [
    ('<rect width="9" height="9"/>', ""),
    ('<image href="data:image/png;base64,AA=="/>', ""),
    ('<use href="#x"/>', ""),
    ('<image href="file:///etc/passwd"/>', "image"),
    ('<image xmlns:x="http://www.w3.org/1999/xlink" x:href="http://example.org/a.png"/>', "image"),
    ("<script>1</script>", "script"),
    ('<rect onload="x()"/>', "rect"),
    ("<foreignObject/>", "foreignObject"),
    ('<rect style="fill:url(http://example.org)"/>', "rect"),
    ("<style>@import 'x.css';</style>", "style"),
    ('<rect style="fill:url(#a)"/>', ""),
]


@pytest.mark.parametrize("inside, element", PICTURES)
def test_a_picture_is_taken_only_as_far_as_it_draws(inside, element):
    reason = svg_reason(SVG.format(inside))
    assert reason == (f"The picture does more than draw: {element}." if element else "")


def test_a_picture_that_does_more_is_left_out_and_told_and_the_invoice_is_written():
    bad = SVG.format("<script>1</script>")
    made = rendered(load("exempt"), Look(logo=bad, letterhead="<html/>"))
    assert [(one.code, one.path) for one in made.findings] == [
        ("document.picture", "logo"), ("document.picture", "letterhead"),
    ]  # fmt: skip
    assert made.content == rendered(load("exempt")).content
    assert svg_reason("x" * 600_000).startswith("The picture has more than")
    assert svg_reason("<a") != ""


def test_branding_changes_colour_logo_letterhead_and_window():
    good = SVG.format('<rect width="10" height="10" fill="red"/>')
    invoice = load("exempt")
    looks = [Look(), Look(accent="#aa0000"), Look(logo=good), Look(letterhead=good), Look(form="A")]
    assert len({rendered(invoice, look).content for look in looks}) == len(looks)
    assert sheet(invoice, totals(invoice), Look(accent='red"); panic('))["accent"] == DEFAULT_ACCENT


def test_a_pro_forma_says_so_and_asks_for_nothing():
    invoice = replace(load("domestic_de"), number="", payment=None)
    [text] = pages(rendered(invoice, Look(title=PRO_FORMA)))
    assert "Proforma-Rechnung" in text
    assert "keine Rechnung" in text
    assert "Bitte zahlen" not in text


def test_the_swiss_payment_part_stands_at_the_foot_of_the_last_page_alone():
    invoice = load("switzerland", "national")
    [text] = pages(pdf.render(invoice, totals(invoice)))
    assert "Section paiement" in text
    assert "Récépissé" in text
    assert "Page 1 sur 1" not in text
    assert "Scanner pour payer" not in text
    lines = tuple(replace(invoice.lines[0], id=str(place)) for place in range(40))
    texts = pages(rendered(replace(invoice, lines=lines)))
    assert ["Section paiement" in one for one in texts] == [False] * (len(texts) - 1) + [True]
