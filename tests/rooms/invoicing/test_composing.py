"""What a draft becomes when it is composed with master data; no database is asked."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

from fairdue.core.invoice.parties import Address, Party
from fairdue.invoicing.composing import compose
from fairdue.invoicing.masterdata import Buyer, Seller

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
