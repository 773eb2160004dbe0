"""Italy, Poland, France, Switzerland: the national formats, their golden bytes and the way back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairdue.core.findings import RefusedError
from fairdue.core.invoice.check import check
from fairdue.core.invoice.model import DocumentType, EarlyPayment, LineDocument, References, VatCategory
from fairdue.core.invoice.parties import Identifier
from fairdue.core.invoice.totals import totals
from fairdue.core.invoice.wire import from_wire
from fairdue.invoicing.documents import swiss
from fairdue.invoicing.formats.fattura import codes, writer
from fairdue.invoicing.formats.registry import read, recognise, write
from fairdue.invoicing.formats.structure import structure, structure_findings
from fairdue.invoicing.formats.tree import parse
from fairdue.invoicing.validation.pool import Pool, validate
from fairdue.invoicing.validation.record import State

HERE = Path(__file__).parent / "national"
NOW = datetime(2026, 11, 22, tzinfo=UTC)
WRITTEN = """
italy_invoice | fatturapa
italy_credit_note | fatturapa
italy_to_poland | fatturapa
poland_invoice | ksef-fa3
poland_in_euro | ksef-fa3
poland_correction | ksef-fa3
poland_prepayment | ksef-fa3
poland_final | ksef-fa3
"""
NATIONAL = [tuple(part.strip() for part in row.split("|")) for row in WRITTEN.strip().splitlines()]


def load(name):
    invoice, unreadable = from_wire(json.loads((HERE / f"{name}.json").read_text()))
    assert unreadable == ()
    return invoice


@pytest.fixture(scope="module")
def rules():
    processes = Pool(1)
    yield processes
    processes.close()


@pytest.mark.parametrize("name, code", NATIONAL)
def test_the_national_file_is_the_golden_file(name, code):
    written = write(code, load(name)).content
    golden = HERE / "written" / f"{name}.{code}.xml"
    assert written == golden.read_bytes(), f"if this is meant, write it to {golden}"


@pytest.mark.parametrize("name, code", NATIONAL)
def test_what_is_read_back_has_the_same_totals_and_is_written_the_same_from_then_on(name, code):
    invoice = load(name)
    first = write(code, invoice).content
    again, unreadable = read(first)
    assert unreadable == ()
    ours, theirs = totals(invoice), totals(again)
    assert (ours.net, ours.tax, ours.gross) == (theirs.net, theirs.tax, theirs.gross)
    assert (again.number, again.issued, again.type) == (invoice.number, invoice.issued, invoice.type)
    second = write(code, again).content
    assert write(code, read(second)[0]).content == second
    assert recognise(first).format.code == code


@pytest.mark.parametrize(
    "name", ["italy_invoice", "poland_invoice", "poland_correction", "poland_final", "france_ctc", "switzerland"]
)
def test_the_samples_break_no_rule_of_our_own(name):
    assert [one for one in check(load(name), numbered=True) if one.severity.value == "error"] == []


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(-500, 500).filter(bool), st.decimals(Decimal(0), Decimal(9999), places=4)), min_size=1,
        max_size=6,
    ),
    st.sampled_from(["italy_invoice", "poland_invoice"]),
)  # fmt: skip
def test_any_lines_come_back_with_the_same_sums(rows, name):
    invoice = load(name)
    line = replace(invoice.lines[0], adjustments=())
    lines = tuple(
        replace(line, id=str(place), quantity=Decimal(quantity), price=price)
        for place, (quantity, price) in enumerate(rows, 1)
    )
    invoice = replace(invoice, lines=lines, payment=None)
    code = "fatturapa" if name.startswith("italy") else "ksef-fa3"
    again, unreadable = read(write(code, invoice).content)
    assert unreadable == ()
    assert totals(again).gross == totals(invoice).gross


BROKEN = """
italy_invoice | fatturapa | <Divisa>EUR</Divisa> | | format.structure | Divisa
italy_invoice | fatturapa | <Data>2026-11-16</Data> | <Data>16.11.2026</Data> | format.value | Data
italy_invoice | fatturapa | <Natura>N4</Natura> | | format.nature | DettaglioLinee
italy_invoice | fatturapa | TD01 | TD99 | format.value | TipoDocumento
italy_invoice | fatturapa | TD24 | TD99 | format.value | TipoDocumento
italy_invoice | fatturapa | <Denominazione>Officina Bianchi S.r.l.</Denominazione> | | format.structure | Anagrafica
poland_invoice | ksef-fa3 | <P_15> | <P_15>x | format.value | P_15
poland_invoice | ksef-fa3 | <JST>2</JST> | | format.structure | JST
poland_invoice | ksef-fa3 | <P_2>FV/2026/00042</P_2> | <P_2>FV/2026/00042</P_2><P_2>X</P_2> | format.structure | P_2
poland_invoice | ksef-fa3 | <P_12>23</P_12> | <P_12>19</P_12> | format.value | P_12
poland_invoice | ksef-fa3 | <RodzajFaktury> | <Wymysł/><RodzajFaktury> | format.structure | Wymysł
"""


@pytest.mark.parametrize(
    "name, code, old, new, finding, path",
    [row for line in BROKEN.strip().splitlines() if (row := tuple(part.strip() for part in line.split("|")))],
)
def test_our_own_reading_names_the_element_that_is_wrong(name, code, old, new, finding, path, rules):
    text = write(code, load(name)).content.decode()
    if old not in text:
        assert old == "TD01"
        return
    broken = text.replace(old, new).encode()
    invoice, found = read(broken)
    assert invoice is None
    assert any(one.code == finding and path in one.path for one in found), found
    assert validate(broken, rules, now=NOW).state is State.INVALID


@pytest.mark.parametrize("name, code", NATIONAL)
def test_a_sound_national_file_is_not_checked_until_its_schema_is_imported(name, code, rules):
    record = validate(write(code, load(name)).content, rules, now=NOW)
    assert (record.state, record.format, record.findings) == (State.NOT_CHECKED, code, ())
    assert "not imported" in record.reason


REFUSED = """
italy_invoice | ksef-fa3 | seller.vat_id
poland_invoice | fatturapa | seller.vat_id
switzerland | fatturapa | seller.vat_id
italy_invoice | qr-bill | payment.transfers
poland_invoice | epc-qr | payment
"""


@pytest.mark.parametrize(
    "name, code, path", [tuple(part.strip() for part in row.split("|")) for row in REFUSED.strip().splitlines()]
)
def test_a_format_says_why_it_cannot_carry_an_invoice(name, code, path):
    with pytest.raises(RefusedError) as refused:
        write(code, load(name))
    assert path in {one.path for one in refused.value.findings}


def test_an_italian_buyer_needs_a_tax_number_and_a_number_at_most_twenty_characters():
    invoice = load("italy_invoice")
    broken = replace(
        invoice, number="X" * 21, buyer=replace(invoice.buyer, vat_id="", identifiers=()), rounding=1,
        seller=replace(invoice.seller, address=replace(invoice.seller.address, postcode="1", street="")),
        lines=(replace(invoice.lines[0], rate=Decimal("22.123")),),
    )  # fmt: skip
    with pytest.raises(RefusedError) as refused:
        write("fatturapa", broken)
    paths = [one.path for one in refused.value.findings]
    assert paths == ["buyer.vat_id", "number", "rounding", "seller.address", "seller.address.postcode", "vat[0]"]


def test_a_rate_that_poland_does_not_have_is_refused_and_tax_abroad_is_stated_in_zloty():
    invoice = load("poland_in_euro")
    with pytest.raises(RefusedError, match="must be stated in PLN"):
        write("ksef-fa3", replace(invoice, tax_currency="", tax_rate_of_exchange=None))
    line = replace(invoice.lines[0], rate=Decimal(19))
    with pytest.raises(RefusedError, match="19 % is no Polish rate"):
        write("ksef-fa3", replace(invoice, lines=(line,)))
    assert b"<P_14_1W>" in write("ksef-fa3", invoice).content


@pytest.mark.parametrize(
    "text, expected",
    [("Łódź", "Lódz"), ("Ελλάδα", "??????"), ("Zoë – 5 €", "Zoë ? 5 EUR"), ("a\n b", "a b"), ("x" * 90, "x" * 80)],
)
def test_texts_for_italy_keep_the_letters_that_latin_1_has(text, expected):
    assert writer.latin(text, 80) == expected


def test_the_nature_follows_the_category_the_buyer_and_what_the_reason_begins_with():
    invoice = load("italy_invoice")
    assert codes.nature(invoice, VatCategory.STANDARD) == ""
    assert codes.nature(invoice, VatCategory.EXEMPT) == "N4"
    assert codes.nature(invoice, VatCategory.REVERSE_CHARGE) == "N6.9"
    assert codes.nature(load("italy_to_poland"), VatCategory.REVERSE_CHARGE) == "N2.1"


def test_a_structure_knows_order_count_and_form():
    wanted = structure("a 1\n  b + whole\n  c ? x|y\n")
    assert list(structure_findings(parse(b"<a><b>1</b><b>22</b><c>y</c></a>"), wanted, "T")) == []
    for text in (b"<a/>", b"<a><c>x</c><b>1</b></a>", b"<a><b>q</b></a>", b"<a><b>1</b><c>x</c><c>y</c></a>", b"<z/>"):
        assert list(structure_findings(parse(text), wanted, "T")), text


@pytest.mark.parametrize("code", ["ctc-fr-ubl", "ctc-fr-cii", "ctc-fr-pdf", "ubl", "factur-x"])
def test_the_french_rules_find_a_complete_french_invoice_valid(code, rules):
    record = validate(write(code, load("france_ctc")).content, rules, now=NOW, code=code)
    assert (record.state, record.findings, record.reason) == (State.VALID, (), "")
    assert any(pack.name.startswith("BR-FR") for pack in record.packs) == code.startswith("ctc")


@pytest.mark.parametrize("subject", ["PMT", "PMD", "AAB"])
@pytest.mark.parametrize("code", ["ctc-fr-ubl", "ctc-fr-cii", "ctc-fr-pdf"])
def test_the_french_rules_miss_each_mandatory_note(code, subject, rules):
    invoice = load("france_ctc")
    notes = tuple(note for note in invoice.notes if note.subject != subject)
    record = validate(write(code, replace(invoice, notes=notes)).content, rules, now=NOW, code=code)
    assert record.state is State.INVALID
    assert any(one.code.startswith("BR-FR-05") for one in record.findings)


def test_peppol_documents_are_written_and_not_checked_without_the_imported_rules(rules):
    record = validate(write("peppol-bis", load("france_ctc")).content, rules, now=NOW)
    assert (record.state, record.format) == (State.NOT_CHECKED, "peppol-bis")
    assert record.reason == "The rules are not installed: peppol for ubl, for documents of 2026-11-16."


def test_peppol_wants_participants_and_gets_one_note():
    invoice = load("france_ctc")
    again = read(write("peppol-bis", invoice).content)[0]
    assert [note.text.count("\n") for note in again.notes] == [3]
    email = replace(invoice.buyer, endpoint=Identifier("a@b.example", "EM"))
    with pytest.raises(RefusedError) as refused:
        write("peppol-bis", replace(invoice, buyer=email, seller=replace(invoice.seller, endpoint=None)))
    assert [one.path for one in refused.value.findings] == ["seller.endpoint", "buyer.endpoint"]
    with pytest.raises(RefusedError, match="self-billing specification"):
        write("peppol-bis", replace(invoice, type=DocumentType.SELF_BILLED))
    one = replace(invoice, notes=invoice.notes[:1])
    assert read(write("peppol-bis", one).content)[0].notes == one.notes


def test_the_swiss_code_holds_the_thirty_one_lines_of_the_guidelines():
    invoice = load("switzerland")
    lines = swiss.payload(invoice, totals(invoice)).split("\n")
    assert len(lines) == 31
    assert lines[:8] == ["SPC", "0200", "1", "CH4431999123000889012", "S", "Uhrwerk AG", "Bahnhofstrasse 1", ""]
    assert lines[8:11] == ["8001", "Zürich", "CH"]
    assert lines[18:20] == ["2119.84", "CHF"]
    assert lines[20:27] == ["S", "Chocolat Léman SA", "Rue du Lac 7", "", "1003", "Lausanne", "CH"]
    assert lines[27:] == ["QRR", "000000000000000002026000429", "", "EPD"]


@pytest.mark.parametrize(
    "account, reference, kind",
    [
        ("CH4431999123000889012", "000000000000000002026000429", "QRR"),
        ("CH4431999123000889012", "RF522026A00042", ""),
        ("CH9300762011623852957", "RF522026A00042", "SCOR"),
        ("CH9300762011623852957", "000000000000000002026000429", ""),
        ("CH9300762011623852957", "RE-2026-00042", "NON"),
        ("DE75512108001245126199", "RF522026A00042", ""),
    ],
)
def test_a_qr_account_goes_with_a_qr_reference_and_no_other_does(account, reference, kind):
    invoice = load("switzerland")
    transfer = replace(invoice.payment.transfers[0], account=account)
    invoice = replace(invoice, payment=replace(invoice.payment, reference=reference, transfers=(transfer,)))
    content = swiss.payload(invoice, totals(invoice))
    assert (content.split("\n")[27] if content else "") == kind


def test_the_swiss_slip_says_in_the_language_of_the_invoice_what_the_code_says():
    invoice = load("switzerland")
    slip = swiss.slip(invoice, totals(invoice))
    assert slip["words"]["part"] == "Section paiement"
    assert (slip["amount"], slip["currency"]) == ("2 119.84", "CHF")
    assert slip["reference"] == "00 00000 00000 00000 20260 00429"
    assert swiss.slip(replace(invoice, currency="USD"), totals(invoice)) is None
    assert "M23 " not in swiss.code_svg("x")
    assert swiss.code_svg("x").count("<path") == 4


def test_italian_split_payment_comes_back_as_it_went():
    invoice = load("italy_invoice")
    rows = tuple(replace(one, category=VatCategory.SPLIT) for one in invoice.lines if one.category == "S")
    split = replace(invoice, lines=rows, adjustments=(), exemptions=())
    file = write("fatturapa", split).content
    assert b"<EsigibilitaIVA>S</EsigibilitaIVA>" in file
    again, unreadable = read(file)
    assert unreadable == ()
    assert {one.category for one in again.lines} == {VatCategory.SPLIT}


@pytest.mark.parametrize("name, code", [("italy_invoice", "fatturapa"), ("poland_invoice", "ksef-fa3")])
def test_the_tax_of_the_canary_islands_has_no_place_in_a_national_file(name, code):
    invoice = load(name)
    line = replace(invoice.lines[0], category=VatCategory.CANARY, rate=Decimal(7))
    with pytest.raises(RefusedError):
        write(code, replace(invoice, lines=(line,)))


PLACES = """
order ORD-77 |         | DatiOrdineAcquisto ORD-77
             | CON-1   | DatiContratto CON-1
order ORD-77 | CON-1   | DatiOrdineAcquisto ORD-77
             |         | DatiOrdineAcquisto Z123456789
lines        | CON-1   | DatiOrdineAcquisto L-1
"""


@pytest.mark.parametrize("row", PLACES.strip("\n").splitlines())
def test_cig_and_cup_stand_with_the_order_else_with_the_contract_and_come_back(row):
    order, contract, wanted = (cell.strip() for cell in row.split("|"))
    invoice = load("italy_invoice")
    lines = tuple(replace(one, order=LineDocument("L-1") if order == "lines" else None) for one in invoice.lines)
    references = References(
        order=order.removeprefix("order ") if order != "lines" else "", contract=contract,
        buyer="CIG Z123456789 CUP J11B17000000001",
    )  # fmt: skip
    content = write("fatturapa", replace(invoice, references=references, lines=lines)).content
    root = parse(content)
    [found] = [one.getparent() for one in root.iter("CodiceCIG")]
    assert [found.tag, found.findtext("IdDocumento")] == wanted.split()
    assert [found.findtext("CodiceCIG"), found.findtext("CodiceCUP")] == ["Z123456789", "J11B17000000001"]
    again, unreadable = read(content)
    assert unreadable == ()
    assert (again.references.tender, again.references.project) == ("Z123456789", "J11B17000000001")


@pytest.mark.parametrize(
    ("name", "code", "written"),
    [
        ("italy_invoice", "fatturapa", "<DataLimitePagamentoAnticipato>2026-11-26</DataLimitePagamentoAnticipato>"),
        ("poland_invoice", "ksef-fa3", "<WarunkiSkonta>10 dni</WarunkiSkonta><WysokoscSkonta>2 %</WysokoscSkonta>"),
    ],
)
def test_an_early_payment_discount_stands_in_its_field_and_comes_back(name, code, written):
    early = (EarlyPayment(Decimal(2), 10),)
    invoice = load(name)
    content = write(code, replace(invoice, terms=replace(invoice.terms, early=early))).content
    assert written in content.decode()
    again, unreadable = read(content)
    assert unreadable == ()
    assert [(one.percent, one.days) for one in again.terms.early] == [(2, 10)]


@pytest.mark.parametrize(
    ("name", "code", "old", "new"),
    [
        ("italy_invoice", "fatturapa", "2026-11-26</DataLimite", "2026-13-45</DataLimite"),
        ("italy_invoice", "fatturapa", "2026-11-26</DataLimite", "2026-01-01</DataLimite"),
        ("poland_invoice", "ksef-fa3", "10 dni", "niezwłocznie"),
    ],
)
def test_a_discount_that_nobody_can_read_is_left_out(name, code, old, new):
    invoice = load(name)
    terms = replace(invoice.terms, early=(EarlyPayment(Decimal(2), 10),))
    text = write(code, replace(invoice, terms=terms)).content.decode()
    assert old in text
    again, unreadable = read(text.replace(old, new).encode())
    assert unreadable == ()
    assert again.terms.early == ()
