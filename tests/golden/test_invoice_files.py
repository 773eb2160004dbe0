"""Written documents: golden bytes, the way back, the official rules, hostile files, the hybrid PDF."""

from __future__ import annotations

import io
import json
import re
import sys
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairdue.core.findings import RefusedError
from fairdue.core.invoice.check import FindingClass
from fairdue.core.invoice.model import EarlyPayment, Note, PaymentTerms
from fairdue.core.invoice.totals import totals
from fairdue.core.invoice.wire import from_wire
from fairdue.invoicing.documents.payment import epc_text
from fairdue.invoicing.documents.pdf import REPLACEMENT, showable
from fairdue.invoicing.documents.sheet import Look, sheet
from fairdue.invoicing.documents.words import ENGLISH, LANGUAGES, words
from fairdue.invoicing.formats.builtin import Cii
from fairdue.invoicing.formats.registry import by_code, read, recognise, register, write
from fairdue.invoicing.formats.tree import parse
from fairdue.invoicing.formats.xmp import with_invoice_properties
from fairdue.invoicing.validation import packs, pool, worker
from fairdue.invoicing.validation.pool import Pool, self_test, validate
from fairdue.invoicing.validation.record import State
from fairdue.invoicing.validation.sample import sample
from fairdue.invoicing.validation.worker import Outcome, Task

HERE = Path(__file__).parent
SAMPLES = sorted(path.stem for path in (HERE / "invoices").glob("*.json"))
STANDARD = [
    "ubl", "cii", "factur-x", "xrechnung-ubl", "xrechnung-cii", "xrechnung-pdf", "ctc-fr-ubl",
    "ctc-fr-cii", "factur-x-extended",
]  # fmt: skip
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def load(name: str):
    invoice, unreadable = from_wire(json.loads((HERE / "invoices" / f"{name}.json").read_text()))
    assert unreadable == ()
    return invoice


@pytest.fixture(scope="module")
def rules():
    processes = Pool(1)
    yield processes
    processes.close()


@pytest.mark.parametrize("code", ["ubl", "cii"])
@pytest.mark.parametrize("name", SAMPLES)
def test_the_file_is_the_golden_file(name, code):
    written = write(code, load(name)).content
    golden = HERE / "invoices" / "written" / f"{name}.{code}.xml"
    assert written == golden.read_bytes(), f"if this is meant, write it to {golden}"


@pytest.mark.parametrize("code", ["ubl", "cii", "factur-x"])
@pytest.mark.parametrize("name", SAMPLES)
def test_the_official_rules_find_every_sample_valid(name, code, rules):
    record = validate(write(code, load(name)).content, rules, now=NOW)
    assert (record.state, record.findings, record.reason) == (State.VALID, (), "")
    assert record.packs
    assert all(len(pack.sha256) == 64 for pack in record.packs)


@pytest.mark.parametrize("code", ["ubl", "cii"])
@pytest.mark.parametrize("name", SAMPLES)
def test_reading_and_writing_again_gives_the_same_bytes(name, code):
    invoice = load(name)
    first = write(code, invoice).content
    again, unreadable = read(first)
    assert unreadable == ()
    assert totals(again) == totals(invoice)
    assert write(code, again).content == first


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=40).map(
    lambda text: re.sub(r"[^\w &<>\"'#;/-]", "", text).strip() or "x"
)


@settings(max_examples=60)
@given(TEXTS, TEXTS, st.decimals(Decimal(0), Decimal(9999), places=4), st.integers(-5000, 5000))
def test_any_name_note_price_and_quantity_come_back_as_they_went(name, note, price, quantity):
    invoice = load("domestic_de")
    first = replace(invoice.lines[1], name=name, price=price, quantity=Decimal(quantity))
    invoice = replace(
        invoice, lines=(first,), notes=(Note(note),), buyer=replace(invoice.buyer, name=name), adjustments=()
    )
    for code in ("ubl", "cii"):
        again, unreadable = read(write(code, invoice).content)
        assert unreadable == ()
        assert again.buyer.name == name
        assert again.notes == (Note(note),) or note.startswith("#")
        assert (again.lines[0].name, again.lines[0].price) == (name, price)
        assert totals(again) == totals(invoice)


def test_control_characters_are_left_out_and_lose_no_invoice(rules):
    invoice = load("domestic_de")
    invoice = replace(invoice, buyer=replace(invoice.buyer, name="M\x00ü\x1bller\ud800 & <Co>"))
    for code in ("ubl", "cii", "factur-x"):
        written = write(code, invoice).content
        assert validate(written, rules).state is State.VALID
        assert read(written)[0].buyer.name == "Müller & <Co>"


def test_xrechnung_carries_discounts_in_its_own_form_and_passes_its_rules(rules):
    specification = "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0"
    process = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
    terms = PaymentTerms(load("domestic_de").terms.due, "30 Tage", (EarlyPayment(Decimal("2.5"), 10),))
    invoice = replace(load("domestic_de"), specification=specification, process=process, terms=terms)
    for code in ("ubl", "cii"):
        written = write(code, invoice).content
        assert b"#SKONTO#TAGE=10#PROZENT=2.50#" in written
        assert read(written)[0].terms.note == "30 Tage\n#SKONTO#TAGE=10#PROZENT=2.50#"
        record = validate(written, rules)
        assert (record.state, record.reason) == (State.VALID, "")
        assert [pack.name.split()[0] for pack in record.packs] == ["EN", "XRechnung"]


BROKEN = """
ubl | <cbc:ID>RE-2026-00042</cbc:ID><cbc:IssueDate> | <cbc:IssueDate> | xsd | format
ubl | <cbc:PaymentID> | <cbc:Nonsense/><cbc:PaymentID> | xsd | format
ubl | >1678.63< | >1678.64< | BR-CO-15 | business rule
ubl | >254.92< | >254.93< | BR-CO-14 | business rule
ubl | <cbc:RegistrationName>Müller &amp; Söhne KG</cbc:RegistrationName> | | BR-07 | business rule
cii | >1678.63< | >1678.64< | BR-CO-15 | business rule
cii | <ram:CategoryCode>S</ram:CategoryCode> | <ram:CategoryCode>Q</ram:CategoryCode> | BR-CL-18 | business rule
"""


@pytest.mark.parametrize(
    "code, old, new, rule, kind",
    [tuple(part.strip() for part in line.split("|")) for line in BROKEN.strip().splitlines()],
)
def test_the_official_rules_name_what_is_broken_in_its_class(code, old, new, rule, kind, rules):
    written = write(code, load("domestic_de")).content.decode()
    assert old in written
    record = validate(written.replace(old, new).encode(), rules)
    assert record.state is State.INVALID
    found = [one for one in record.of_class(FindingClass(kind)) if one.code == rule]
    assert found, record.findings
    assert record.to_wire()["findings"][kind]


HOSTILE = {
    "entity": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    "laughs": b'<!doctype a [<!ENTITY x "ha"><!ENTITY y "&x;&x;">]><a>&y;</a>',
    "utf-16": "<!DOCTYPE a><a/>".encode("utf-16"),
    "cut": b"<Invoice",
    "empty": b"",
    "deep": b"<a>" * 100_000,
    "other": b"<html/>",
    "pdf": b"%PDF-1.7 nothing",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_words(name):
    invoice, found = read(HOSTILE[name])
    assert invoice is None
    assert found
    record = validate(HOSTILE[name])
    assert record.state is State.INVALID
    assert record.of_class(FindingClass.FORMAT)


def test_a_file_beyond_the_limit_is_refused_before_it_is_parsed(monkeypatch):
    monkeypatch.setattr("fairdue.invoicing.formats.tree.LARGEST", 10)
    with pytest.raises(RefusedError, match="more than"):
        parse(b"<a>" + b" " * 10 + b"</a>")
    monkeypatch.setattr("fairdue.invoicing.formats.hybrid.LARGEST", 4)
    assert read(b"%PDF-1.7")[1][0].code == "format.size"


@pytest.mark.parametrize("name", SAMPLES)
def test_the_hybrid_is_one_file_for_people_and_machines_and_always_the_same(name):
    invoice = load(name)
    written = write("factur-x", invoice)
    assert written.findings == ()
    assert write("factur-x", invoice).content == written.content
    with pikepdf.open(io.BytesIO(written.content)) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert bytes(pdf.attachments["factur-x.xml"].get_file().read_bytes()) == write("cii", invoice).content
        assert str(pdf.Root.AF[0].AFRelationship) == "/Alternative"
        xmp = pdf.Root.Metadata.read_bytes().decode()
    assert "<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>" in xmp
    assert "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in xmp
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
    assert xmp.count("<pdfaSchema:prefix>fx</pdfaSchema:prefix>") == 1


def test_a_character_without_glyph_shows_as_a_box_and_is_told():
    invoice = load("domestic_de")
    invoice = replace(invoice, buyer=replace(invoice.buyer, name="日本 Жук Ω 😀 ᚠ"))
    written = write("factur-x", invoice)
    [found] = written.findings
    assert found.code == "document.glyph"
    assert "U+1F600" in found.message
    assert "U+65E5" not in found.message
    assert "U+0416" not in found.message
    assert read(written.content)[0].buyer.name == "日本 Жук Ω 😀 ᚠ"
    assert showable(REPLACEMENT)


def test_the_look_colours_the_document_and_sets_the_logo():
    invoice = load("exempt")
    plain = write("factur-x", invoice).content
    logo = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><rect width="10" height="10"/></svg>'
    assert write("factur-x", invoice, Look(accent="#aa0000")).content != plain
    assert write("factur-x", invoice, Look(logo=logo)).content != plain


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_the_same_things_in_the_same_places(language):
    places = re.compile(r"\{(\w+)\}")
    texts = words(language).texts
    assert set(texts) == set(ENGLISH)
    for key, text in texts.items():
        assert text.strip(), key
        assert set(places.findall(text)) == set(places.findall(ENGLISH[key])), key
    assert {words(language).unit(code) for code in ("HUR", "DAY")}.isdisjoint({"HUR", "DAY"})


def test_twelve_languages_have_words_and_their_own_numbers_and_dates():
    assert len(LANGUAGES) == 12
    assert words("xx") is words("en")
    assert words("de-CH") is words("de")
    assert words("de").number(Decimal("-1234567.50")) == "\u22121.234.567,50"
    shown = [words(code).date(date(2026, 3, 7)) for code in ("en", "fr", "nl", "sv", "ja")]
    assert shown == ["7\u00a0Mar\u00a02026", "07/03/2026", "07-03-2026", "2026-03-07", "2026年3月7日"]


@pytest.mark.parametrize(
    "name, language, wording",
    [
        ("reverse_charge", "fr", "Autoliquidation"),
        ("reverse_charge", "de", "Steuerschuldnerschaft des Leistungsempfängers"),
        ("intra_community", "en", "Intra-Community supply"),
        ("export_usd", "fr", "Exportation exonérée"),
        ("outside_scope_chf", "de", "Nicht umsatzsteuerbar"),
        ("exempt", "de", "§ 4 Nr. 21 UStG"),
    ],
)
def test_the_legal_wording_stands_on_the_sheet(name, language, wording):
    invoice = replace(load(name), language=language)
    assert any(wording in line for line in sheet(invoice, totals(invoice), Look())["wording"])


def test_the_code_to_scan_is_for_euro_transfers_only():
    euro = load("domestic_de")
    lines = epc_text(euro, totals(euro)).split("\n")
    assert lines[:8] == [
        "BCD", "002", "1", "SCT", "SOGEDEFF", "Nordlicht Werkzeugbau GmbH", "DE75512108001245126199", "EUR1578.63",
    ]  # fmt: skip
    assert lines[-1] == "RE-2026-00042"
    for name in ("export_usd", "credit_note", "payee_and_direct_debit", "outside_scope_chf"):
        invoice = load(name)
        assert epc_text(invoice, totals(invoice)) == ""


def test_a_draft_says_that_it_is_one():
    invoice = replace(load("domestic_de"), number="", issued=None)
    drawn = sheet(invoice, totals(invoice), Look())
    assert drawn["draft"] == "Entwurf, keine gültige Rechnung"
    assert write("factur-x", invoice).content.startswith(b"%PDF-1.7")


def test_the_registry_refuses_what_is_no_format_and_what_is_there_twice():
    @dataclass(frozen=True)
    class Half:
        code: str = "half"

    with pytest.raises(TypeError, match="Half lacks"):
        register(Half())
    with pytest.raises(ValueError, match="is taken"):
        register(Cii())
    with pytest.raises(RefusedError, match=r"xrechnung-ubl, .*ubl, cii, factur-x, fatturapa, ksef-fa3"):
        by_code("edifact")


def test_a_format_is_recognised_by_what_it_holds():
    for code in STANDARD:
        assert recognise(write(code, load("exempt")).content).format.code == code


def test_a_pdf_without_own_metadata_is_refused():
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    with pytest.raises(RefusedError):
        with_invoice_properties(b"\n" + out.getvalue())


@pytest.fixture
def no_german(monkeypatch):
    real = packs.find_spec
    monkeypatch.setattr(packs, "find_spec", lambda name: None if name.startswith("mcp") else real(name))
    packs.packaged.cache_clear()
    yield
    packs.packaged.cache_clear()


def test_without_the_extra_the_factur_x_rules_judge_and_xrechnung_is_not_checked(no_german, rules):
    record = validate(write("cii", load("exempt")).content, rules)
    assert record.state is State.VALID
    assert [pack.name for pack in record.packs] == ["Factur-X EN 16931"]
    invoice = replace(load("exempt"), specification="urn:xeinkauf.de:kosit:xrechnung_3.0")
    record = validate(write("ubl", invoice).content, rules)
    assert (record.state, record.reason) == (
        State.NOT_CHECKED, "The rules are not installed: xrechnung for ubl, for documents of 2026-11-16.",
    )  # fmt: skip


class Fake:
    """A pool whose answers are given."""

    def __init__(self, *answers: Outcome) -> None:
        self.answers = list(answers)

    def ask(self, task: Task) -> Outcome:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def ask_many(self, tasks: list[Task]) -> list[Outcome]:
        return [self.ask(task) for task in tasks]


def test_rules_that_cannot_be_asked_are_never_passed():
    written = write("ubl", sample()).content
    dead = Fake(Outcome(reason="The process that runs the rules died twice."))
    record = validate(written, dead)
    assert (record.state, record.reason) == (State.NOT_CHECKED, "The process that runs the rules died twice.")
    blind = Fake(Outcome())
    assert "passed a broken invoice" in self_test(blind)
    assert validate(written, blind).state is State.NOT_CHECKED


@pytest.mark.parametrize(
    "program, reason",
    [("import os; os._exit(1)", "died twice"), ("import time; time.sleep(60)", "longer than 1 seconds")],
)
def test_a_process_that_dies_or_hangs_is_given_up_and_never_passed(monkeypatch, program, reason):
    monkeypatch.setattr(pool, "COMMAND", [sys.executable, "-c", program])
    monkeypatch.setattr(pool, "LONGEST", 1)
    processes = Pool(1)
    assert reason in processes.ask(Task(b"", "", ())).reason
    monkeypatch.undo()
    assert self_test(processes) == ""
    processes.close()


def test_a_limited_address_space_is_a_reason_and_not_a_crash(monkeypatch):
    gigabyte = 1024**3
    monkeypatch.setattr(worker.resource, "getrlimit", lambda which: (8 * gigabyte, 8 * gigabyte))
    assert "address space" in worker.run(Task(b"<a/>", "", ())).reason
    lifted = []
    monkeypatch.setattr(worker.resource, "getrlimit", lambda which: (8 * gigabyte, -1))
    monkeypatch.setattr(worker.resource, "setrlimit", lambda which, limits: lifted.append(limits))
    assert worker.address_space_reason() == ""
    assert lifted == [(-1, -1)]


def test_many_documents_are_answered_in_their_order(rules):
    sound = write("ubl", sample()).content
    schema = str(packs.SCHEMAS["Invoice"].find())
    tasks = [Task(sound, schema, ()), Task(sound.replace(b"<cbc:ID>TEST-1</cbc:ID>", b""), schema, ())]
    assert [bool(outcome.findings) for outcome in rules.ask_many(tasks * 2)] == [False, True, False, True]


def test_installed_packs_carry_a_version_and_a_hash():
    found = {pack.name: pack for pack in packs.installed()}
    assert found["EN 16931 UBL"].version == "1.3.16"
    assert set(found) >= {"EN 16931 UBL", "EN 16931 CII", "XRechnung UBL", "XRechnung CII"}


def test_the_registry_reads_what_it_wrote_for_each_format():
    for code in STANDARD:
        again, unreadable = read(write(code, load("exempt")).content)
        assert (unreadable, again.number) == ((), "RE-2026-00042")
