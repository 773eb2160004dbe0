"""Territories whose VAT is not that of their state: the page row by row, and what the check says of an address."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from fairdue.core.findings import Severity
from fairdue.core.invoice.check import check
from fairdue.core.invoice.model import Minor, VatCategory
from fairdue.core.invoice.proposing import categorised
from fairdue.core.invoice.rules import rules
from fairdue.core.invoice.totals import totals
from fairdue.core.invoice.wire import from_wire
from fairdue.core.vat.decision import decide
from fairdue.core.vat.supply import BuyerKind, Nature, Scheme, Supply, Treatment
from fairdue.core.vat.territories import (
    Local,
    is_inside,
    law_of,
    located,
    one_tax,
    rates_from,
    state_of,
    territories,
    territory,
    vat_prefix,
)
from tests.core.lawful import sound
from tests.core.pages import table
from tests.core.test_vat import DAY

PAGE = Path(__file__).parents[2] / "docs" / "rules" / "vat-territories.md"
INSIDE = {Local.IGIC: "IGIC", Local.IPSI: "IPSI", Local.NONE: "none", Local.UNKNOWN: "not decided"}


def yes(value: bool) -> str:
    return "yes" if value else "no"


def test_the_page_says_what_the_data_says():
    def cells(row):
        one = f"{row.one_with} ({'goods too' if row.goods_too else 'services'})" if row.one_with else "-"
        return (
            row.code, row.name, row.state, ", ".join(row.postcodes) or "-", yes(row.inside), yes(row.customs),
            INSIDE.get(row.local, f"that of {row.one_with or row.state}"), one, row.since.isoformat(),
            "-" if row.until == date.max else row.until.isoformat(), row.article, "yes" if row.confirmed else "**no**",
        )  # fmt: skip

    assert [tuple(row.values()) for row in table(PAGE, "postcodes begin")] == [cells(row) for row in territories()]


@pytest.mark.parametrize("row", table(PAGE, "called"), ids=lambda row: "-".join(row.values()))
def test_an_address_belongs_where_the_page_says(row):
    postcode = "" if row["postcode"] == "-" else row["postcode"]
    assert located(row["country"], postcode, date.fromisoformat(row["on"])) == row["called"]


def test_a_territory_is_told_by_the_longest_beginning_of_its_postcode():
    assert located("FR", "97150", DAY) == "MF"
    assert located("FR", "", DAY) == "FR"
    assert located("EA", "10000", DAY) == "EA"


def test_a_territory_has_the_state_the_law_and_the_identifier_of_its_state():
    assert (state_of("ES-CN"), law_of("ES-CN"), vat_prefix("ES-CN")) == ("ES", "ES", "ES")
    assert (state_of("NC"), law_of("NC"), vat_prefix("GR-69")) == ("FR", "NC", "EL")
    assert (state_of("DE"), law_of("DE"), vat_prefix("GR"), vat_prefix("XI")) == ("DE", "DE", "EL", "XI")
    assert territory("DE", DAY) is None
    assert territory("XI", date(2020, 1, 1)) is None


def test_what_is_one_for_services_is_not_always_one_for_goods():
    assert one_tax("FI", "AX", goods=False)
    assert not one_tax("FI", "AX", goods=True)
    assert one_tax("GB", "XI", goods=True)
    assert not one_tax("DE", "DE-BUESINGEN", goods=False)
    assert (rates_from("AX"), rates_from("DE")) == ("FI", "DE")
    assert [code for code in ("PT-30", "XI", "AX", "DE") if is_inside(code)] == ["PT-30"]


def test_an_export_names_the_proof_that_fits_the_customs_territory():
    [inside] = decide(Supply("ES", "ES-CN", DAY)).conditions
    [outside] = decide(Supply("ES", "ES-CE", DAY)).conditions
    assert "T2LF" in inside.sentence
    assert "declaration" in outside.sentence


def test_what_is_not_recorded_is_said_and_not_confirmed():
    unknown = decide(Supply("JE", "JE", DAY))
    assert (unknown.category, unknown.confirmed) == (VatCategory.OUTSIDE_SCOPE, False)
    assert "not decided" in unknown.conditions[0].sentence
    assert decide(Supply("DE", "NC", DAY)).confirmed is False
    assert decide(Supply("AT", "AT-MITTELBERG", DAY, nature=Nature.SERVICES)).confirmed is False
    assert decide(Supply("PT", "PT-30", DAY, nature=Nature.SERVICES)).confirmed


def test_a_small_business_is_small_all_over_its_country():
    found = decide(Supply("PT", "PT-30", DAY, nature=Nature.SERVICES, scheme=Scheme.SMALL_BUSINESS))
    assert found.treatment is Treatment.SMALL_BUSINESS


def test_goods_installed_across_one_tax_stay_at_home():
    assert decide(Supply("PT", "PT-30", DAY, installed=True)).treatment is Treatment.TAXED


def test_an_identifier_of_no_member_state_makes_no_intra_community_supply():
    assert decide(Supply("DE", "FR", DAY, buyer_vat_id="CHE123")).category is VatCategory.STANDARD
    assert decide(Supply("DE", "GB", date(2020, 5, 1), buyer_vat_id="GB1")).category is VatCategory.INTRA_COMMUNITY


def sold(country: str, postcode: str, seller: str = "DE", **changes):
    data = sound(seller)
    data["buyer"]["address"] |= {"country": country, "postcode": postcode}
    data["lines"][0] |= changes
    data["delivery"].pop("address", None)
    invoice, unreadable = from_wire(data)
    assert invoice is not None, unreadable
    return invoice


def told(invoice, code: str):
    return [one for one in check(invoice, kind=BuyerKind.B2B) if one.code == code]


def test_a_postcode_of_a_territory_is_told_with_its_article():
    [finding] = told(sold("DE", "27498"), "content.territory")
    assert finding.severity is Severity.INFO
    assert "Heligoland" in finding.message
    assert finding.source == "Directive 2006/112/EC Art. 6 (2) (a); UStG § 1 (2)"
    [finding] = told(sold("PT", "9000-001"), "content.territory")
    assert "rules of its own" in finding.message
    [finding] = told(sold("MC", "98000"), "content.territory")
    assert "counts as FR" in finding.message
    assert told(sold("FR", "75001"), "content.territory") == []


def test_tax_charged_on_goods_to_a_territory_outside_is_doubted():
    [finding] = told(sold("DE", "27498", nature="goods"), "content.vat_treatment")
    assert "Heligoland is outside the territory of the tax" in finding.message
    assert told(sold("DE", "27498", nature="goods", category="G", rate="0"), "content.vat_treatment") == []


def test_the_delivery_address_decides_for_goods():
    invoice = sold("ES", "28013", seller="ES", nature="goods")
    address = replace(invoice.buyer.address, postcode="35001")
    delivered = replace(invoice, delivery=replace(invoice.delivery, address=address))
    [finding] = told(delivered, "content.vat_treatment")
    assert "Canary Islands" in finding.message
    [place] = told(delivered, "content.territory")
    assert place.path == "delivery.address.postcode"


def test_a_seller_in_the_canary_islands_is_proposed_igic():
    invoice = sold("ES", "35002", seller="ES")
    seller = replace(invoice.seller, address=replace(invoice.seller.address, postcode="38001"))
    line = {"id": "1", "name": "A", "quantity": "1", "unit": "HUR", "price": "10"}
    content, [said] = categorised({"lines": [line]}, seller, invoice.buyer, BuyerKind.B2B, DAY)
    assert (content["lines"][0]["category"], content["lines"][0]["rate"]) == ("L", "7")
    assert "IGIC" in said.message
    content, _ = categorised({"lines": [line | {"rate": "3"}]}, seller, invoice.buyer, BuyerKind.B2B, DAY)
    assert content["lines"][0]["category"] == "L"
    there = {
        "delivery": {"address": {"country": "ES", "postcode": 7}},
        "lines": [line | {"nature": "goods", "unit": "C62"}],
    }
    content, _ = categorised(there, invoice.seller, invoice.buyer, BuyerKind.B2B, DAY)
    assert content["lines"][0]["category"] == "S"


def test_the_rules_of_a_territory_are_those_of_its_state():
    found = rules("ES-CN", "IC", "", BuyerKind.B2B, DAY)
    assert (found.seller, found.buyer, found.governing.country) == ("ES-CN", "ES-CN", "ES")
    assert {one.decision.category for one in found.treatments} == {VatCategory.CANARY}
    assert rules("FR", "RE", "", BuyerKind.B2B, DAY).governing.country == "FR"


@pytest.mark.parametrize(
    "categories, buyer, codes",
    [
        (("B", "B"), "IT", set()),
        (("B", "S"), "IT", {"BR-B-02"}),
        (("B", "B"), "DE", {"BR-B-01"}),
        (("B", "S"), "DE", {"BR-B-01", "BR-B-02"}),
    ],
)
def test_split_payment_stands_alone_and_within_italy(categories, buyer, codes):
    invoice = sold(buyer, "00100", seller="IT", rate="22")
    [line] = invoice.lines
    lines = tuple(replace(line, id=str(n), category=VatCategory(one)) for n, one in enumerate(categories, 1))
    assert {one.code for one in check(replace(invoice, lines=lines)) if one.code.startswith("BR-B-")} == codes


def test_split_payment_deducts_nothing_and_asks_the_buyer_for_the_rest():
    invoice = sold("IT", "00100", seller="IT", rate="22")
    split = replace(invoice, lines=tuple(replace(line, category=VatCategory.SPLIT) for line in invoice.lines))
    ordinary, sums = totals(invoice), totals(split)
    assert (ordinary.split_tax, ordinary.payable) == (0, ordinary.due)
    assert (sums.split_tax, sums.payable, sums.due) == (ordinary.tax, ordinary.net, ordinary.due)
    assert "split.prepaid" not in {one.code for one in check(split)}
    assert "split.prepaid" in {one.code for one in check(replace(split, prepaid=Minor(1)))}
