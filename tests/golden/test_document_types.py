"""Every type of document that EN 16931 knows is read, judged and written back; each target gets the code it accepts."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from fairdue.core.findings import RefusedError
from fairdue.core.invoice.document_types import AMENDING, CREDITS, ISSUED, DocumentType
from fairdue.core.invoice.model import PrecedingInvoice
from fairdue.core.invoice.parties import Identifier
from fairdue.core.invoice.totals import totals
from fairdue.core.invoice.wire import from_wire
from fairdue.invoicing.documents.sheet import Look, sheet
from fairdue.invoicing.formats.registry import read, write
from fairdue.invoicing.validation.pool import Pool, validate
from fairdue.invoicing.validation.record import State

HERE = Path(__file__).parent
EARLIER = (PrecedingInvoice("RE-1", date(2026, 10, 1)),)


def load(name: str, kind: DocumentType):
    invoice, unreadable = from_wire(json.loads((HERE / "invoices" / f"{name}.json").read_text()))
    assert unreadable == ()
    return replace(invoice, type=kind, preceding=EARLIER)


@pytest.fixture(scope="module")
def rules():
    processes = Pool(1)
    yield processes
    processes.close()


@pytest.mark.parametrize("syntax", ["ubl", "cii"])
@pytest.mark.parametrize("kind", DocumentType, ids=lambda one: f"{one.value}")
def test_every_type_comes_back_as_it_went_and_passes_the_official_rules(kind, syntax, rules):
    written = write(syntax, load("domestic_de", kind)).content
    record = validate(written, rules)
    assert (record.state, record.findings) == (State.VALID, ())
    again, unreadable = read(written)
    assert (again.type, unreadable) == (kind, ())
    assert write(syntax, again).content == written


def test_a_type_that_is_not_issued_is_printed_as_the_nearest_one():
    for kind, shown in ((DocumentType.PARTIAL, "Rechnung"), (DocumentType.FACTORED_CREDIT, "Gutschrift")):
        invoice = replace(load("domestic_de", kind), language="de")
        assert sheet(invoice, totals(invoice), Look())["kind"].startswith(shown)


def test_credits_reduce_and_only_what_amends_must_name_what_it_amends():
    assert {one for one in DocumentType if one.is_credit} == CREDITS
    assert {one for one in DocumentType if one.amends} == AMENDING <= ISSUED
    assert {one.usual for one in DocumentType} == ISSUED


def with_participants(kind: DocumentType, country: str):
    invoice = load("domestic_de", kind)
    seller = replace(invoice.seller, endpoint=Identifier("DE129273398", "9930"))
    buyer = replace(
        invoice.buyer,
        endpoint=Identifier("DE136695976", "9930"),
        address=replace(invoice.buyer.address, country=country),
    )
    return replace(invoice, seller=seller, buyer=buyer)


@pytest.mark.parametrize(
    "kind, country, code",
    [
        (DocumentType.CORRECTED, "DE", "384"),
        (DocumentType.CORRECTED, "FR", "380"),
        (DocumentType.PARTIAL, "NL", "380"),
        (DocumentType.CREDIT_NOTE, "FR", "381"),
        (DocumentType.PREPAYMENT, "FR", "386"),
    ],
)
def test_peppol_gets_the_code_that_it_accepts_and_keeps_what_was_corrected(kind, country, code):
    again, unreadable = read(write("peppol-bis", with_participants(kind, country)).content)
    assert (again.type.value, again.preceding, unreadable) == (code, EARLIER, ())


@pytest.mark.parametrize("kind", [DocumentType.SELF_BILLED, DocumentType.SELF_BILLED_CREDIT])
def test_peppol_takes_no_self_billing_in_the_billing_specification(kind):
    with pytest.raises(RefusedError) as refusal:
        write("peppol-bis", with_participants(kind, "FR"))
    assert [one.path for one in refusal.value.findings] == ["type"]
