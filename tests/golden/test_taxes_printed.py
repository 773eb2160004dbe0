"""The printed tax: its own name in every language, its parts, and never VAT where there is none."""

from __future__ import annotations

import pytest
from tests.core.lawful import sound

from fairdue.core.invoice.totals import totals
from fairdue.core.invoice.wire import from_wire
from fairdue.invoicing.documents.sheet import Look, sheet
from fairdue.invoicing.documents.words import LANGUAGES, words


def printed(country: str, language: str = "en", **changes):
    data = sound(country) | {"language": language}
    data["lines"][0] |= {"price": "1000", **changes}
    invoice, unreadable = from_wire(data)
    assert invoice is not None, unreadable
    return sheet(invoice, totals(invoice), Look())


def sums(country: str, **more):
    return [tuple(row) for row in printed(country, **more)["sums"]]


def test_vat_is_printed_in_the_words_of_the_language():
    assert ("VAT 19 % on 1,000.00", "190.00") in sums("DE")
    assert ("19 % USt auf 1.000,00", "190,00") in sums("DE", language="de")


def test_indian_tax_is_printed_in_its_two_parts():
    assert sums("IN")[1:] == [("CGST 9\u00a0% on 1,000.00", "90.00"), ("SGST 9\u00a0% on 1,000.00", "90.00")]


def test_the_tax_of_the_country_stands_in_place_of_vat():
    page = printed("AU")
    assert ["Total without GST", "1,000.00"] in page["sums"]
    assert page["columns"][4] == "GST"
    assert ["GST 10\u00a0% on 1,000.00", "100.00"] in page["sums"]


def test_spanish_islands_print_their_own_tax():
    assert ("IGIC 7\u00a0% on 1,000.00", "70.00") in sums("ES", category="L", rate="7")
    assert ("IGIC 0\u00a0% on 1,000.00", "0.00") in sums("ES", category="L", rate="0")
    assert ("VAT 22 % on 1,000.00", "220.00") in sums("IT", category="B", rate="22")


def test_an_allowance_in_percent_says_its_base():
    data = sound("DE")
    data["lines"][0]["price"] = "1000"
    data["adjustments"] = [
        {"amount": "25", "percent": "2.5", "base": "1000", "reason": "Rebate", "category": "S", "rate": "19"},
        {"amount": "5", "percent": "5", "reason": "Bonus", "category": "S", "rate": "19"},
        {"amount": "3", "charge": True, "reason": "Freight", "category": "S", "rate": "19"},
    ]
    invoice, _ = from_wire(data)
    labels = dict(sheet(invoice, totals(invoice), Look())["sums"])
    assert labels["Rebate 2.5\u00a0% on 1,000.00"] == "\u221225.00"
    assert labels["Bonus 5\u00a0%"] == "\u22125.00"
    assert labels["Freight"] == "3.00"


def every_text(value) -> list[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [text for one in value for text in every_text(one)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rate", [None, "8.875"])
def test_an_american_invoice_never_speaks_of_vat(language, rate):
    word = words(language)["vat_S"]
    changes = {"category": "S", "rate": rate} if rate else {}
    page = printed("US", language, **changes)
    assert [text for text in every_text(page) if word.lower() in text.lower()] == []
    if rate:
        assert any("Sales tax" in label for label, _ in page["sums"])


def test_a_document_that_bears_vat_keeps_its_words():
    assert words("de").taxed("", "") is words("de")
    assert words("de").taxed("GST", "")["seller_vat"] == "Unsere GST-IdNr."
    assert words("en").taxed("GST", "ABN")["seller_vat"] == "ABN"
