"""The law of each country: its page is what the code says, and each row of the page finds what it breaks."""

from __future__ import annotations

import runpy
from datetime import date
from pathlib import Path

import pytest

from fairdue.core.findings import RefusedError, Severity
from fairdue.core.invoice.check import check
from fairdue.core.invoice.countries.letterhead import letterhead
from fairdue.core.invoice.countries.needs import NEEDS
from fairdue.core.invoice.countries.registry import known, pack_of, packs
from fairdue.core.invoice.rules import rules
from fairdue.core.invoice.wire import from_wire
from fairdue.core.vat.supply import BuyerKind, Nature, Treatment
from tests.core.lawful import ROWS, sound
from tests.core.pages import broken, table
from tests.core.test_vat import DAY

ROOT = Path(__file__).parents[2]
LEGAL = ROOT / "docs" / "legal"
CODES = [pack.country for pack in packs()]
FIRST_RING = "DE AT FR BE NL LU IT ES PL PT IE GB CH US".split()
SECOND_RING = "SE DK FI NO CA AU NZ IN SG AE".split()
B2B, B2G, B2C = BuyerKind.B2B, BuyerKind.B2G, BuyerKind.B2C


def test_both_rings_are_there():
    assert sorted(CODES) == sorted(FIRST_RING + SECOND_RING) == sorted(ROWS)


def test_the_pages_say_what_the_code_says():
    tool = runpy.run_path(str(ROOT / "tools/legal.py"))
    for pack in packs():
        assert (LEGAL / f"{pack.country.lower()}.md").read_text("utf-8") == tool["page"](pack)
    assert (LEGAL / "invoice-law-as-data.md").read_text("utf-8") == tool["overview"]()


def found(data: dict, kind: BuyerKind):
    invoice, unreadable = from_wire(data)
    assert invoice is not None, unreadable
    return check(invoice, numbered=True, kind=kind)


@pytest.mark.parametrize("kind", BuyerKind)
@pytest.mark.parametrize("country", CODES)
def test_an_invoice_with_everything_earns_nothing_from_its_country(country, kind):
    national = [one for one in found(sound(country), kind) if one.severity is not Severity.INFO]
    assert national == []


def kind_of(cell: str) -> BuyerKind:
    return next((kind for kind in (B2B, B2G, B2C) if kind in cell), B2B)


WAYS = [
    (country, row["broken by"], row["finding"], kind_of(row["asked of"]))
    for country in CODES
    for row in table(LEGAL / f"{country.lower()}.md", "broken by")
]


@pytest.mark.parametrize("country, cell, code, kind", WAYS)
def test_each_row_of_the_page_finds_what_it_breaks(country, cell, code, kind):
    assert code in {one.code for one in found(broken(sound(country), cell), kind)}


@pytest.mark.parametrize("country", CODES)
def test_only_what_is_confirmed_may_refuse(country):
    cells = {code: cell for way, cell, code, _ in WAYS if way == country}
    for one in (one for one in pack_of(country).requirements if one.need and not one.confirmed):
        findings = found(broken(sound(country), cells[one.code]), min(one.kinds))
        [finding] = [item for item in findings if item.code == one.code]
        assert finding.severity is Severity.WARNING
        assert finding.source.endswith("(not confirmed)")


def test_every_need_is_used_by_some_country():
    assert {one.need for pack in packs() for one in pack.requirements} - {""} == set(NEEDS)


@pytest.mark.parametrize(
    "country, number, code",
    [
        ("IN", "INV-2026-00000042", "numbering.national"),
        ("IT", "RECHNUNG", "numbering.national"),
        ("FR", "F 2026 42", "numbering.national"),
        ("NO", "42 42", "numbering.national"),
        ("DE", "RE-2026-00042", None),
    ],
)
def test_a_number_that_the_country_refuses_is_found(country, number, code):
    codes = {one.code for one in found(sound(country) | {"number": number}, B2B)}
    assert ("numbering.national" in codes) is (code is not None)


def test_a_small_invoice_may_say_less():
    data = sound("AT")
    data["lines"][0]["price"] = "300"
    data["buyer"].pop("vat_id")
    assert "content.at.buyer_uid" not in {one.code for one in found(data, B2B)}
    data["lines"][0]["price"] = "8000"
    assert "content.at.buyer_uid" not in {one.code for one in found(data, B2B)}
    data["lines"][0]["price"] = "9000"
    [finding] = [one for one in found(data, B2B) if one.code == "content.at.buyer_uid"]
    assert (finding.severity, finding.source) == (Severity.ERROR, "UStG 1994 § 11 (1) Z 3 lit. b")


def test_a_small_invoice_spares_neither_company_law_nor_what_crosses_a_border():
    data = sound("DE") | {"notes": []}
    data["lines"][0]["price"] = "10"
    data["seller"] |= {"legal_form": "", "registration": {"value": "1"}}
    assert "content.de.register" in {one.code for one in found(data, B2B)}
    small, whole = sound("GB"), sound("GB")
    small["lines"][0]["price"] = whole["lines"][0]["price"] = "10"
    small["seller"]["registration"] = whole["seller"]["registration"] = {"value": "1"}
    whole["lines"][0] |= {"category": "AE", "rate": "0"}
    assert "content.gb.company" not in {one.code for one in found(small, B2B)}
    assert "content.gb.company" in {one.code for one in found(whole, B2B)}


def test_a_threshold_in_another_currency_neither_spares_nor_asks_less():
    data = sound("AT") | {"currency": "USD", "tax_currency": "EUR", "tax_rate_of_exchange": "0.9"}
    data["lines"][0]["price"] = "300"
    data["buyer"].pop("vat_id")
    assert "content.at.buyer_uid" in {one.code for one in found(data, B2B)}


def test_a_draft_names_the_source_of_its_rate_of_exchange():
    data = sound("DE") | {"currency": "USD", "tax_currency": "EUR", "tax_rate_of_exchange": "0.9", "number": ""}
    assert "content.tax_rate_source" in {one.code for one in found(data, B2B)}
    assert "content.tax_rate_source" not in {one.code for one in found(data | {"tax_rate_source": "ECB"}, B2B)}
    assert "content.tax_rate_source" not in {one.code for one in found(data | {"number": "1"}, B2B)}


def test_a_country_without_recorded_law_is_said_and_not_guessed():
    data = sound("DE")
    data["seller"]["address"]["country"] = "BR"
    [finding] = [one for one in found(data, B2B) if one.code == "content.country"]
    assert finding.severity is Severity.INFO


def test_tax_rounded_elsewhere_than_the_country_wants_warns():
    codes = {one.code for one in found(sound("DE") | {"vat_rounding": "per_line"}, B2B)}
    assert "content.rounding" in codes
    assert "content.rounding" in {one.code for one in found(sound("AE") | {"vat_rounding": "per_rate"}, B2B)}


def abroad(
    category: str, rate: str | None, *, unit: str = "C62", nature: str | None = "goods", buyer: str = "FR"
) -> dict:
    data = sound("DE")
    data["buyer"]["address"]["country"] = buyer
    data["buyer"]["vat_id"] = "FR40303265045" if buyer == "FR" else ""
    data["delivery"]["address"] = {"country": buyer}
    line = data["lines"][0] | {"category": category, "unit": unit}
    line.pop("nature")
    line.pop("rate")
    data["lines"] = [line | ({"rate": rate} if rate else {}) | ({"nature": nature} if nature else {})]
    return data


@pytest.mark.parametrize(
    "data, kind, code",
    [
        (abroad("K", "0"), B2B, None),
        (abroad("S", "19"), B2B, "content.vat_treatment"),
        (abroad("AE", "0"), B2B, "content.vat_treatment"),
        (abroad("AE", "0", nature=None), B2B, None),
        (abroad("AE", "0", unit="HUR", nature=None), B2B, None),
        (abroad("K", "0", unit="HUR", nature=None), B2B, "content.vat_treatment"),
        (abroad("S", "19", nature="services"), B2C, None),
        (abroad("S", "20"), B2C, "content.vat_rate"),
        (abroad("S", "18"), B2C, "content.vat_rate"),
        (abroad("S", "19", buyer="CH"), B2B, "content.vat_treatment"),
        (abroad("O", None, nature="services", buyer="CH"), B2B, None),
        (abroad("S", "19", nature="event") | {"delivery": {"day": "2026-11-16"}}, None, None),
        (abroad("S", "19", nature="event"), None, "content.vat_rate"),
    ],
)
def test_a_category_that_the_rules_would_not_give_is_said(data, kind, code):
    national = {one.code for one in found(data, kind)} & {"content.vat_treatment", "content.vat_rate"}
    assert national == ({code} if code else set())


def test_at_home_the_user_knows_about_exemptions_and_reverse_charge():
    data = sound("DE") | {"exemptions": [{"category": "E", "reason": "§ 4 Nr. 14 UStG"}]}
    data["lines"][0] |= {"category": "E", "rate": "0"}
    assert "content.vat_treatment" not in {one.code for one in found(data, B2B)}


def test_without_a_date_of_issue_the_law_of_no_day_is_asked():
    data = sound("DE")
    data.pop("issued")
    data["seller"].pop("legal_form")
    data["seller"].pop("registration")
    assert not any(one.code.startswith("content.de") for one in found(data, B2B))


@pytest.mark.parametrize(
    "country, particulars, text",
    [
        ("DE", {"form": "GmbH", "directors": "Eva Brandt"}, "GmbH, Geschäftsführung: Eva Brandt"),
        ("DE", {"directors": "Geschäftsführerin Eva Brandt"}, "Geschäftsführerin Eva Brandt"),
        ("FR", {"form": "SAS", "capital": "100 000 EUR"}, "SAS, capital 100 000 EUR"),
        ("GB", {"register": "England", "office": "9 Quay"}, "registered in England, registered office 9 Quay"),
        ("JP", {"form": "KK"}, "KK"),
        ("DE", {}, ""),
    ],
)  # fmt: skip
def test_a_bare_particular_gets_the_words_of_its_country(country, particulars, text):
    assert letterhead(country, particulars) == text


# rules()


def test_the_rules_of_an_invoice_from_germany_to_france():
    asked = rules("DE", "FR", "", B2B, DAY)
    assert asked.governing.country == "DE"
    goods, services = asked.treatments
    assert (goods.decision.treatment, goods.vatex) == (Treatment.INTRA_COMMUNITY, "VATEX-EU-IC")
    assert goods.wording.startswith("Livraison intracommunautaire")
    assert "/ Steuerfreie innergemeinschaftliche Lieferung nach § 4 Nr. 1 Buchst. b" in goods.wording
    assert services.wording == "Autoliquidation / Steuerschuldnerschaft des Leistungsempfängers"
    assert {one.network for one in asked.in_force} == {"approved platform"}
    assert {one.duty for one in asked.in_force} == {"receive"}
    assert [one.since for one in asked.coming] == [date(2030, 7, 1)]
    codes = {one.code for one in asked.contents}
    assert "content.fr.endpoint" not in codes
    assert "content.de.register" in codes
    assert "UStG § 19 (1)" not in asked.unconfirmed
    assert {one.since for one in rules("FR", "FR", "", B2B, DAY).coming} == {date(2027, 9, 1)}
    assert rules("DE", "CH", "", B2B, DAY).coming == ()
    assert {one.network for one in rules("DE", "FR", "", B2G, DAY).in_force} == {"Chorus Pro"}
    assert "GmbHG § 35a; AktG § 80; HGB § 37a" not in asked.unconfirmed
    assert "UStG § 14b (1), § 27 (40)" not in asked.unconfirmed
    assert "CGI art. 289 bis; law 2023-1322 art. 91" in asked.unconfirmed


def test_the_law_of_the_day_counts():
    before = rules("FR", "FR", "", B2B, date(2026, 8, 31))
    after = rules("FR", "FR", "", B2B, date(2026, 9, 1))
    assert "content.fr.cadre" not in {one.code for one in before.contents}
    assert "content.fr.cadre" in {one.code for one in after.contents}
    assert [one.whom for one in before.in_force] == []
    assert {one.duty for one in after.in_force} == {"receive", "issue"}


def test_a_public_body_asks_for_its_references_wherever_the_seller_is():
    codes = {one.code for one in rules("AT", "DE", "", B2G, DAY).contents}
    assert {"content.de.leitweg", "content.de.contact"} <= codes
    assert "content.at.order" not in codes
    assert "content.de.leitweg" not in {one.code for one in rules("AT", "DE", "", B2B, DAY).contents}


def test_the_place_of_supply_governs_what_is_taxed_there():
    property_ = rules("DE", "FR", "AT", B2C, DAY, natures=(Nature.REAL_ESTATE,))
    assert property_.governing.country == "AT"
    assert "219a (1)" in property_.why
    assert property_.tax_currency == "EUR"
    unknown = rules("DE", "FR", "CZ", B2C, DAY, natures=(Nature.REAL_ESTATE,))
    assert (unknown.governing.country, unknown.why) == (
        "DE", "The law of CZ is not recorded; that of the seller is shown instead."
    )  # fmt: skip
    assert rules("DE", "GR", "", B2B, DAY).treatments[0].decision.treatment is Treatment.INTRA_COMMUNITY


def test_a_buyer_whose_law_is_not_recorded_is_said():
    asked = rules("DE", "JP", "", B2B, DAY)
    assert not asked.buyer_known
    assert asked.in_force == asked.coming == ()
    assert "Export" in asked.treatments[0].wording


def test_a_seller_whose_law_is_not_recorded_is_refused():
    with pytest.raises(RefusedError) as refusal:
        rules("BR", "DE", "", B2B, DAY)
    assert refusal.value.findings[0].code == "law.country_unknown"


def test_northern_ireland_is_the_united_kingdom_with_goods_in_the_union():
    asked = rules("DE", "XI", "", B2B, DAY)
    assert asked.treatments[0].decision.treatment is Treatment.INTRA_COMMUNITY
    assert known("XI") is known("uk") is pack_of("GB")


def test_every_country_answers_for_every_kind_of_buyer():
    for pack in packs():
        for kind in BuyerKind:
            asked = rules(pack.country, pack.country, "", kind, DAY)
            assert asked.contents
            assert asked.governing is pack
            assert all(one.article for one in asked.contents)


@pytest.mark.parametrize("currency, lacks", [("DKK", False), ("EUR", False), ("SEK", True)])
def test_danish_tax_stands_in_kroner_or_in_euro(currency, lacks):
    codes = {one.code for one in found(sound("DK") | {"currency": currency}, B2B)}
    assert ("content.tax_currency" in codes) is lacks
