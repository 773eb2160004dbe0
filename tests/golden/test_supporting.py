"""Supporting documents, the invoiced object and the card come back as they went, valid by the official rules."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from fairdue.core.findings import Severity
from fairdue.core.invoice.check import check
from fairdue.core.invoice.document_types import DocumentType
from fairdue.core.invoice.model import PaymentCard, PaymentMeans, SupportingDocument
from fairdue.core.invoice.parties import Identifier
from fairdue.core.invoice.wire import from_wire, to_wire
from fairdue.invoicing.formats.registry import read, write
from fairdue.invoicing.formats.tree import Node, coded, parse
from fairdue.invoicing.validation.pool import Pool, validate
from fairdue.invoicing.validation.record import State

HERE = Path(__file__).parent
DOCUMENTS = (
    SupportingDocument("PoD-1", "Proof of delivery", content="JVBERg==", mime="application/pdf", filename="pod.pdf"),
    SupportingDocument("T-7", "Timesheet", location="https://portal.example/t/7"),
    SupportingDocument("ONLY"),
)


def full(name: str = "domestic_de"):
    invoice, unreadable = from_wire(json.loads((HERE / "invoices" / f"{name}.json").read_text()))
    assert unreadable == ()
    lines = (replace(invoice.lines[0], object=Identifier("METER-9", "AVE")), *invoice.lines[1:])
    references = replace(invoice.references, object=Identifier("CONTRACT-OBJECT", "ABT"), tender="LOT-1")
    return replace(invoice, documents=DOCUMENTS, lines=lines, references=references)


@pytest.fixture(scope="module")
def rules():
    processes = Pool(1)
    yield processes
    processes.close()


@pytest.mark.parametrize("syntax", ["ubl", "cii"])
@pytest.mark.parametrize("name", ["domestic_de", "credit_note"])
def test_documents_and_objects_come_back_as_they_went(name, syntax, rules):
    invoice = full(name)
    written = write(syntax, invoice).content
    assert validate(written, rules).state is State.VALID
    again, unreadable = read(written)
    assert unreadable == ()
    assert (again.documents, again.references.object) == (DOCUMENTS, Identifier("CONTRACT-OBJECT", "ABT"))
    assert again.references.tender == "LOT-1"
    assert again.lines[0].object == Identifier("METER-9", "AVE")
    assert write(syntax, again).content == written


@pytest.mark.parametrize("syntax", ["ubl", "cii"])
def test_a_card_comes_back_as_it_went(syntax, rules):
    card = PaymentCard("1234", "Ada Wolff", "VISA" if syntax == "ubl" else "")
    invoice = replace(full(), payment=PaymentMeans("48", card=card))
    written = write(syntax, invoice).content
    assert validate(written, rules).state is State.VALID
    assert read(written)[0].payment.card == card
    bare = replace(invoice, payment=PaymentMeans("48", card=PaymentCard("1234")))
    assert read(write(syntax, bare).content)[0].payment.card == PaymentCard("1234")


def test_they_are_part_of_the_json_form():
    invoice = full()
    assert from_wire(to_wire(invoice)) == (invoice, ())


def test_sound_documents_earn_nothing_and_a_short_card_number_neither():
    codes = {one.code for one in check(replace(full(), payment=PaymentMeans("48", card=PaymentCard("1234"))))}
    assert not codes & {"BR-52", "BR-CL-07", "BR-CL-24", "BR-51"}


def test_a_full_card_number_warns():
    paid = replace(full(), payment=PaymentMeans("48", card=PaymentCard("4111 1111 1111 1111")))
    [finding] = [one for one in check(paid) if one.code == "BR-51"]
    assert finding.severity is Severity.WARNING


def test_an_object_without_a_scheme_of_the_list_is_found_where_it_stands():
    line = replace(full().lines[0], object=Identifier("1", "nonsense"))
    found = check(replace(full(), lines=(line,)))
    assert [one.path for one in found if one.code == "BR-CL-07"] == ["lines[0].object.scheme"]


def test_an_empty_identifier_is_nothing_whatever_its_scheme():
    node = Node(parse(b'<a><b schemeID="EM"/></a>'), {})
    assert coded(node.at("b")) is None
    assert full().type is DocumentType.INVOICE
