"""Sales tax, GST and their kin: the regions, decisions and printed parts of the page, row by row."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairdue.core.invoice.model import Delivery, Invoice, Line, VatCategory
from fairdue.core.invoice.parties import Address, Party
from fairdue.core.invoice.totals import VatLine, tax_of
from fairdue.core.money import Money
from fairdue.core.vat.decision import decide
from fairdue.core.vat.named import parts, place_of, tax_word
from fairdue.core.vat.regions import recorded_rate, region
from fairdue.core.vat.supply import BuyerKind, Nature, Supply
from tests.core.pages import table
from tests.core.test_vat import DAY, given_

PAGE = Path(__file__).parents[2] / "docs" / "rules" / "local-taxes.md"
S = VatCategory.STANDARD


@pytest.mark.parametrize("row", table(PAGE, "region"), ids=lambda row: "-".join(row.values()))
def test_an_address_is_in_the_region_of_the_page(row):
    asked = (row["country"], given_(row["postcode"]), given_(row["subdivision"]), given_(row["tax number"]))
    assert region(*asked) == row["region"]


@pytest.mark.parametrize("row", table(PAGE, "recorded"), ids=lambda row: "-".join(row.values()))
def test_a_supply_is_treated_as_the_page_says(row):
    recorded = None if row["recorded"] == "-" else Decimal(row["recorded"])
    kind, nature = BuyerKind(row["kind"]), Nature(row["nature"])
    found = decide(Supply(row["seller"], row["buyer"], DAY, kind, nature, recorded=recorded))
    assert (found.treatment, found.category, found.place) == (row["treatment"], row["category"], row["taxed in"])
    assert found.rate == (None if row["rate"] == "-" else Decimal(row["rate"]))
    assert " ".join(found.flags) == given_(row["flags"])
    assert not found.confirmed


def test_what_is_not_decided_says_so():
    assert "not decided" in decide(Supply("US-CA", "US-NY", DAY)).why
    assert "the state of delivery" in decide(Supply("US", "US", DAY)).why
    assert "not decided" in decide(Supply("CA-ON", "CA-BC", DAY)).conditions[0].sentence
    assert "state or province" in decide(Supply("CA-ON", "CA", DAY)).conditions[0].sentence
    assert "GSTIN" in decide(Supply("IN", "IN-27", DAY)).conditions[0].sentence


def party(code: str) -> Party:
    country, _, state = code.partition("-")
    return Party("A", Address(country, subdivision=state))


def sold(seller: str, buyer: str, rate: str, category: VatCategory = S) -> Invoice:
    line = Line("1", "x", Decimal(1), "C62", Decimal("999.99"), category, Decimal(rate))
    return Invoice(party(seller), party(buyer), "EUR", (line,), issued=DAY)


def printed(invoice: Invoice, row: VatLine) -> str:
    found = parts(invoice, row)
    assert sum(part.tax for part in found) == row.tax
    amounts = [(part, Money(part.tax, "EUR").decimal) for part in found if part.rate]
    return ", ".join(f"{part.name or 'VAT'} {part.rate.normalize():f} % {tax}" for part, tax in amounts)


@pytest.mark.parametrize("row", table(PAGE, "printed"), ids=lambda row: "-".join(row.values()))
def test_the_tax_is_printed_as_the_page_says(row):
    tax = Money.parse(row["tax"], "EUR").minor
    rate = Decimal(row["rate"])
    assert tax_of(999_99, rate) == tax
    assert printed(sold(row["seller"], row["buyer"], row["rate"]), VatLine(S, rate, 999_99, tax)) == row["printed"]


@given(
    st.sampled_from(["CA-ON", "CA-QC", "CA-BC", "IN-27", "IN-04", "IN", "US-NY", "AU", "DE"]),
    st.sampled_from(["CA-ON", "CA-QC", "CA-SK", "IN-27", "IN-29", "IN", "US-NY", "AU", "DE"]),
    st.integers(-(10**9), 10**9),
    st.decimals(0, 40, places=3),
)
def test_the_parts_always_add_up_to_the_tax(seller, buyer, basis, rate):
    row = VatLine(S, rate, basis, tax_of(basis, rate))
    found = parts(sold(seller, buyer, "1"), row)
    assert sum(part.tax for part in found) == row.tax
    assert sum((part.rate for part in found if part.rate is not None), Decimal(0)) == rate


def test_an_odd_unit_of_tax_goes_to_the_central_part():
    central, state = parts(sold("IN-27", "IN-27", "18"), VatLine(S, Decimal(18), 100_03, 18_01))
    assert (central.tax, state.tax) == (9_01, 9_00)


def test_the_place_is_where_it_is_delivered():
    invoice = sold("IN-27", "IN-27", "18")
    there = Delivery(DAY, address=Address("IN", subdivision="29"))
    moved = Invoice(invoice.seller, invoice.buyer, "INR", invoice.lines, issued=DAY, delivery=there)
    assert (place_of(invoice), place_of(moved)) == ("IN-27", "IN-29")
    assert parts(moved, VatLine(S, Decimal(18), 100_00, 18_00))[0].name == "IGST"


def test_a_day_before_the_rate_changed_has_the_old_name_and_no_day_has_the_common_one():
    old = sold("CA-NS", "CA-NS", "15")
    row = VatLine(S, Decimal(15), 100_00, 15_00)
    assert parts(Invoice(old.seller, old.buyer, "CAD", old.lines, issued=date(2025, 3, 31)), row)[0].name == "HST"
    assert parts(Invoice(old.seller, old.buyer, "CAD", old.lines), row)[0].name == "GST/HST"


def test_the_word_of_the_tax_is_that_of_the_sellers_country_or_of_the_islands():
    assert [tax_word(sold(code, code, "5")) for code in ("US", "AU", "DE", "CA", "UK")] == [
        "Sales tax", "GST", "", "GST/HST", "",
    ]  # fmt: skip
    islands = sold("ES", "ES", "7", VatCategory.CANARY)
    assert tax_word(islands) == "IGIC"
    assert parts(islands, VatLine(VatCategory.CANARY, Decimal(7), 100_00, 7_00))[0].name == "IGIC"


def test_a_row_without_tax_has_one_part_without_a_name():
    row = VatLine(VatCategory.EXPORT, Decimal(0), 100_00, 0)
    assert [part.name for part in parts(sold("CA-ON", "DE", "0", VatCategory.EXPORT), row)] == [""]


def test_the_longest_beginning_of_a_postcode_wins():
    rates = {"NY": "8", "100": "8.5", "10001": "8.875", "OR": "0"}
    places = [("US-NY", "14201"), ("US-NY", "10005"), ("US-NY", "10001"), ("US-OR", "97201"), ("US-TX", "75001")]
    assert [recorded_rate(rates, place, postcode) for place, postcode in places] == ["8", "8.5", "8.875", "0", ""]
    assert recorded_rate(rates, "US", "") == ""
