"""Register numbers with their scheme, and the cadre of the French reform."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from fairdue.core.invoice.cadre import cadre
from fairdue.core.invoice.model import Minor, PrecedingInvoice
from fairdue.core.invoice.parties import Address, Identifier, Party
from fairdue.core.invoice.registers import coded, establishment, outside_scope, registration
from fairdue.core.invoice.wire import from_wire
from fairdue.core.vat.supply import BuyerKind, Nature

SAMPLE = Path(__file__).parents[1] / "golden" / "national" / "france_ctc.json"
NUMBERS = """
FR | 732 829 320    |               | 732829320 0002
FR | 73282932000074 |               | 732829320 0002
FR |                | FR44732829320 | 732829320 0002
FR | RCS Lille      | FR44 732829320 | 732829320 0002
FR | RCS Lille      |               | RCS Lille
NL | 12345678       | NL1           | 12345678 0106
NL | KvK 1          |               | KvK 1
BE | 0403.170.701   |               | 0403170701 0208
DK | 12345674       |               | 12345674 0184
NO | 974 760 673    |               | 974760673 0192
DE | HRB 1, Berlin  | DE136695976   | HRB 1, Berlin
DE |                | DE136695976   | none
"""


@pytest.mark.parametrize("row", NUMBERS.strip().splitlines())
def test_a_register_number_has_the_scheme_that_its_country_asks_for(row):
    country, register, vat_id, wanted = (cell.strip() for cell in row.split("|"))
    found = registration(country, register, vat_id)
    assert (f"{found.value} {found.scheme}".strip() if found else "none") == wanted


def test_only_a_french_number_of_fourteen_digits_names_an_establishment():
    assert establishment("FR", "732 829 320 00074") == Identifier("73282932000074", "0009")
    assert establishment("FR", "732829320") is None
    assert establishment("DE", "73282932000074") is None


def invoice(*natures, units=("C62", "C62")):
    sample, _ = from_wire(json.loads(SAMPLE.read_text("utf-8")))
    line = sample.lines[0]
    lines = [replace(line, nature=nature, unit=unit) for nature, unit in zip(natures, units, strict=False)]
    return replace(sample, process="", lines=tuple(lines))


def test_the_cadre_follows_from_what_each_line_is():
    goods, services = Nature.GOODS, Nature.SERVICES
    assert cadre(invoice(goods, goods), BuyerKind.B2B) == "B1"
    assert cadre(invoice(services, Nature.DIGITAL), BuyerKind.B2B) == "S1"
    assert cadre(invoice(goods, services), BuyerKind.B2B) == "M1"
    assert cadre(invoice(None, units=("HUR",)), BuyerKind.B2B) == "S1"
    final = replace(invoice(goods), prepaid=Minor(100), preceding=(PrecedingInvoice("AC-1"),))
    assert cadre(final, BuyerKind.B2B) == "B4"


def test_the_cadre_is_asked_for_where_a_line_is_undecided_and_stands_nowhere_else():
    assert cadre(invoice(Nature.GOODS, None), BuyerKind.B2B) == ""
    assert cadre(invoice(), BuyerKind.B2B) == ""
    assert cadre(invoice(Nature.GOODS), BuyerKind.B2C) == ""
    abroad = invoice(Nature.GOODS)
    buyer = replace(abroad.buyer, address=replace(abroad.buyer.address, country="BE"))
    assert cadre(replace(abroad, buyer=buyer), BuyerKind.B2B) == ""


CODED = """
AU | 83 914 571 673  | AU83914571673
AU | AU83914571673   | AU83914571673
IN | 29AAPFU0939F1ZQ | IN29AAPFU0939F1ZQ
DE | 136695976       | 136695976
AU |                 |
"""


@pytest.mark.parametrize("row", CODED.strip().splitlines())
def test_a_number_without_the_code_of_its_country_gets_it_where_that_country_writes_none(row):
    country, number, wanted = (cell.strip() for cell in row.split("|"))
    assert coded(number, country) == wanted


def test_outside_the_scope_of_vat_the_numbers_stand_where_the_standard_lets_them():
    seller = Party("S", Address("CH"), vat_id="CHE-107.787.577 MWST")
    buyer = Party("B", Address("DE"), vat_id="DE136695976")
    found = outside_scope(seller, buyer)
    assert [one.vat_id for one in found] == ["", ""]
    assert found[0].tax_number == "CHE-107.787.577 MWST"
    assert found[1].registration == Identifier("DE136695976")
    kept = outside_scope(replace(seller, tax_number="1"), replace(buyer, registration=Identifier("HRB 1")))
    assert (kept[0].tax_number, kept[1].registration.value) == ("1", "HRB 1")
    assert outside_scope(seller, replace(buyer, vat_id=""))[1].registration is None
    swedish = Party("S", Address("SE"), vat_id="SE556016068001")
    assert outside_scope(swedish, buyer)[0].tax_number == ""
