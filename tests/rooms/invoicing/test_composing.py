"""What a draft becomes when it is composed with master data; no database is asked."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

from fairdue.core.invoice.parties import Address, Party
from fairdue.invoicing.composing import compose, numbered
from fairdue.invoicing.masterdata import Buyer, Seller
from fairdue.invoicing.services.recorded import rows_of, text_of, wrong_codes, wrong_rates

TODAY = date(2026, 11, 16)
LINE = {"id": "1", "name": "Pump", "quantity": "1", "unit": "C62", "price": "100", "nature": "goods"}


def composed(content, country="DE", postcode="20095", settings=None):
    party = Party("Nord GmbH", Address(country, "Weg 1", postcode=postcode, city="X"), tax_number="1", vat_id="")
    seller = Seller(uuid4(), party, "EUR", "", "", "", settings or {})
    buyer = Buyer(uuid4(), seller.id, party, "en", "", True, 30, ())
    return compose(content, "EUR", "30 days", seller, buyer, TODAY)


def test_a_type_that_is_only_read_here_is_refused_by_name():
    invoice, [finding] = composed({"lines": [LINE], "type": "326"})
    assert (invoice, finding.code, finding.path) == (None, "content.type", "type")
    assert "326" in finding.message


def test_recorded_rates_of_sales_tax_reach_the_lines():
    invoice, _ = composed({"lines": [LINE]}, "US", "10001", {"sales_tax_rates": {"NY": "8.875"}})
    assert (invoice.lines[0].category, str(invoice.lines[0].rate)) == ("S", "8.875")
    invoice, told = composed({"lines": [LINE]}, "US", "10001")
    assert invoice.lines[0].category == "O"
    assert any("not decided" in one.message for one in told)


def test_a_portuguese_invoice_gets_its_document_code_when_its_number_is_drawn():
    invoice, _ = composed({"lines": [LINE]}, "PT", "1000-001", {"atcud": {"380/2026": "JFSB4Q9G"}})
    assert "ATCUD:JFSB4Q9G-{n}" in [note.text for note in invoice.notes]
    assert "ATCUD:JFSB4Q9G-42" in [note.text for note in numbered(invoice, "FT 2026/42").notes]
    without, _ = composed({"lines": [LINE]}, "PT", "1000-001")
    assert not any(note.text.startswith("ATCUD") for note in without.notes)


def test_what_is_recorded_is_read_line_by_line_and_judged():
    rows = rows_of("ny 8.875\n\nOR   0\nTX\n")
    assert rows == {"NY": "8.875", "OR": "0", "TX": ""}
    assert text_of(rows) == "NY 8.875\nOR 0\nTX "
    told = [text.partition(" ")[0].rstrip(":") for _, text in wrong_rates("US", {**rows, "ZZ": "1", "CA": "-1"})]
    assert told == ["TX", "ZZ", "CA"]
    assert list(wrong_rates("US", {"WA": "100"})) != []
    assert list(wrong_rates("US", {"WA": "nan"})) != []
    assert [text.split(":")[0] for _, text in wrong_codes({"380/2026": "JFSB4Q9G", "999": "JFSB4Q9G", "381": "x"})] == [
        "999", "381",
    ]  # fmt: skip
