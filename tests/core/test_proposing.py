"""What a draft leaves open and the law decides is proposed, told with its reason, and never overrules anybody."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from fairdue.core.findings import Severity
from fairdue.core.invoice.check import check
from fairdue.core.invoice.model import EarlyPayment, Exemption, Note, PaymentTerms, VatCategory
from fairdue.core.invoice.parties import Address, Party
from fairdue.core.invoice.proposing import categorised, complemented
from fairdue.core.invoice.wire import from_wire
from fairdue.core.vat.rounding import VatRounding
from fairdue.core.vat.supply import BuyerKind, Scheme
from tests.core.lawful import sound
from tests.core.test_vat import DAY

B2B, B2C = BuyerKind.B2B, BuyerKind.B2C
SELLER = Party("Nordlicht GmbH", Address("DE", city="Hamburg"), vat_id="DE129273398")
BUYERS = {
    "DE": Party("Müller KG", Address("DE", city="Berlin"), vat_id="DE136695976"),
    "FR": Party("Seine SAS", Address("FR", city="Paris"), vat_id="FR40303265045"),
    "CH": Party("Aare AG", Address("CH", city="Bern")),
}


def line(**fields) -> dict:
    return {"id": "1", "name": "n", "quantity": "1", "unit": "C62", "price": "100"} | fields


def proposed(one: dict, buyer: str = "FR", kind: BuyerKind = B2B, **more):
    content, told = categorised({"lines": [one]} | more, SELLER, BUYERS[buyer], kind, DAY)
    [done] = content["lines"]
    return done.get("category"), done.get("rate"), told


# line | buyer | kind | category | rate
@pytest.mark.parametrize(
    "one, buyer, kind, category, rate",
    [
        (line(nature="goods"), "FR", B2B, "K", "0"),
        (line(nature="services"), "FR", B2B, "AE", "0"),
        (line(unit="HUR"), "FR", B2B, "AE", "0"),
        (line(nature="nonsense", unit="DAY"), "FR", B2B, "AE", "0"),
        (line(), "DE", B2B, "S", "19"),
        (line(), "FR", B2C, "S", "19"),
        (line(nature="goods"), "CH", B2B, "G", "0"),
        (line(nature="services", rate="0"), "CH", B2B, "O", None),
    ],
)
def test_a_line_without_category_gets_the_one_of_the_law(one, buyer, kind, category, rate):
    found, percent, [told] = proposed(one, buyer, kind)
    assert (found, percent) == (category, rate)
    assert (told.code, told.severity, told.path) == ("content.vat_proposed", Severity.INFO, "lines[0].category")
    assert told.message.startswith(f"Proposed: {category}")
    assert told.source.startswith("Directive 2006/112/EC Art.")


def test_a_line_that_could_be_goods_or_services_is_asked_about():
    category, _, [told] = proposed(line())
    assert category is None
    assert (told.code, told.severity) == ("content.nature", Severity.ERROR)
    assert told.message == "Say whether this line is goods or services: K for goods or AE for services."


def test_a_service_whose_place_must_be_named_is_asked_about():
    assert proposed(line(nature="event"))[2][0].message.startswith("Say where this service takes place")
    category, rate, _ = proposed(line(nature="event"), delivery={"address": {"country": "DE"}})
    assert (category, rate) == ("S", "19")


@pytest.mark.parametrize(
    "more", [{"delivery": "soon"}, {"delivery": {"address": "there"}}, {"delivery": {"address": {}}}]
)
def test_an_unreadable_place_is_left_to_the_reader(more):
    assert proposed(line(nature="goods"), **more)[0] == "K"


def test_what_somebody_wrote_stays():
    assert proposed(line(category="S", rate="7"))[0:2] == ("S", "7")
    assert proposed(line(rate="7.00")) == ("S", "7.00", ())
    for content in ({}, {"lines": "none"}, {"lines": [7]}):
        assert categorised(content, SELLER, BUYERS["FR"], B2B, DAY) == (content, ())
    mixed, _ = categorised({"lines": [7, line(unit="HUR")]}, SELLER, BUYERS["FR"], B2B, DAY)
    assert mixed["lines"][0] == 7


def test_an_unconfirmed_decision_says_so():
    swiss = replace(SELLER, address=Address("CH", city="Bern"))
    _, [told] = categorised({"lines": [line(nature="services")]}, swiss, BUYERS["DE"], B2B, DAY)
    assert told.source == "Law of the seller's country (not confirmed)"


def test_a_small_business_writes_its_exemption():
    content, _ = categorised(
        {"lines": [line(nature="services")]}, SELLER, BUYERS["DE"], B2B, DAY, Scheme.SMALL_BUSINESS
    )
    assert content["lines"][0]["category"] == "E"
    invoice = made("DE", "DE", VatCategory.EXEMPT)
    [why] = complemented(invoice, B2B, Scheme.SMALL_BUSINESS).exemptions
    assert why.reason == "Steuerfreier Umsatz nach § 19 UStG (Kleinunternehmer)"
    assert complemented(invoice, B2B).exemptions == ()


def made(seller: str, buyer: str, category: VatCategory, language: str = "de"):
    invoice, unreadable = from_wire(sound(seller))
    assert unreadable == ()
    other, _ = from_wire(sound(buyer))
    lines = tuple(
        replace(one, category=category, rate=None if category is VatCategory.OUTSIDE_SCOPE else Decimal(0))
        for one in invoice.lines
    )
    return replace(invoice, buyer=other.buyer, lines=lines, language=language, notes=())


def test_the_wording_stands_in_the_language_of_the_buyer_and_of_the_seller():
    [why] = complemented(made("DE", "FR", VatCategory.INTRA_COMMUNITY, "fr"), B2B).exemptions
    assert why.reason == (
        "Livraison intracommunautaire exonérée de TVA, article 138 de la directive 2006/112/CE / "
        "Steuerfreie innergemeinschaftliche Lieferung nach § 4 Nr. 1 Buchst. b, § 6a UStG"
    )
    assert why.code == "VATEX-EU-IC"
    [french] = complemented(made("FR", "DE", VatCategory.REVERSE_CHARGE), B2B).exemptions
    assert (french.reason, french.code) == (
        "Steuerschuldnerschaft des Leistungsempfängers / Autoliquidation",
        "VATEX-FR-AE",
    )
    [building] = complemented(made("AT", "AT", VatCategory.REVERSE_CHARGE), B2B).exemptions
    assert building.reason == "Übergang der Steuerschuld auf den Leistungsempfänger gemäß § 19 UStG 1994"


def test_a_given_wording_and_taxed_lines_get_none():
    given = replace(
        made("DE", "FR", VatCategory.INTRA_COMMUNITY), exemptions=(Exemption(VatCategory.INTRA_COMMUNITY, "x"),)
    )
    assert complemented(given, B2B).exemptions == given.exemptions
    assert complemented(made("DE", "DE", VatCategory.STANDARD), B2B).exemptions == ()


def test_french_notes_stand_once_and_follow_the_terms():
    invoice = made("FR", "FR", VatCategory.STANDARD)
    done = complemented(invoice, B2B)
    assert [note.subject for note in done.notes] == ["PMD", "PMT", "AAB"]
    assert done.notes[2].text == "Pas d'escompte pour paiement anticipé."
    assert complemented(done, B2B).notes == done.notes
    assert complemented(invoice, B2C).notes == ()
    early = replace(invoice, terms=PaymentTerms(DAY, early=(EarlyPayment(Decimal("2.0"), 10),)))
    assert complemented(early, B2B).notes[2].text == "Escompte de 2 % pour paiement sous 10 jours."
    assert not {"content.fr.pmd", "content.fr.pmt", "content.fr.aab"} & {one.code for one in check(done, kind=B2B)}


def test_a_title_and_a_rounding_come_from_the_country():
    dirham = complemented(replace(made("AE", "AE", VatCategory.STANDARD), vat_rounding=VatRounding.PER_RATE), B2B)
    assert dirham.notes == (Note("Tax invoice"),)
    assert dirham.vat_rounding is VatRounding.PER_LINE
    assert complemented(dirham, B2B).notes == dirham.notes
    chosen = complemented(replace(made("BE", "BE", VatCategory.STANDARD), vat_rounding=VatRounding.TOTAL), B2B)
    assert chosen.vat_rounding is VatRounding.TOTAL
    assert "content.rounding" in {one.code for one in check(chosen, kind=B2B)}


def test_a_credit_note_gets_no_standing_notes():
    data = sound("FR") | {"type": "381", "preceding": [{"number": "1"}], "notes": []}
    assert complemented(from_wire(data)[0], B2B).notes == ()


def test_nothing_is_proposed_without_a_date_or_for_a_country_without_recorded_law():
    invoice = made("FR", "FR", VatCategory.STANDARD)
    undated = replace(invoice, issued=None)
    assert complemented(undated, B2B) is undated
    elsewhere = replace(invoice, seller=replace(invoice.seller, address=Address("BR")))
    assert complemented(elsewhere, B2B) is elsewhere


def test_the_day_of_supply_decides_the_rate():
    content = {"lines": [line()]}
    found, _ = categorised(content, SELLER, BUYERS["DE"], B2B, date(2020, 8, 1))
    assert found["lines"][0]["rate"] == "16"


def american(**address) -> Party:
    return Party("Hudson Inc", Address("US", "Main 1", postcode="94105", city="SF", **address), tax_number="12-3456789")


@pytest.mark.parametrize(
    "postcode, recorded, category, rate, says",
    [
        ("10001", {"NY": "8.875"}, "S", "8.875", "Sales tax of NY"),
        ("10001", {"NY": "8", "100": "8.5"}, "S", "8.5", "Sales tax of NY"),
        ("97201", {"OR": "0"}, "O", None, "No sales tax is collected in OR"),
        ("75001", {"NY": "8.875"}, "O", None, "not decided"),
        ("75001", {"TX": "a lot"}, "O", None, "not decided"),
        ("75001", {"TX": "100"}, "O", None, "not decided"),
        ("75001", None, "O", None, "not decided"),
    ],
)
def test_sales_tax_is_the_rate_that_the_operator_recorded(postcode, recorded, category, rate, says):
    buyer = Party("B", Address("US", postcode=postcode))
    content, [told] = categorised({"lines": [line()]}, american(), buyer, B2B, DAY, recorded=recorded)
    assert (content["lines"][0]["category"], content["lines"][0].get("rate")) == (category, rate)
    assert says in told.message


def test_sales_tax_follows_the_delivery_address():
    content = {"lines": [line()], "delivery": {"address": {"country": "US", "postcode": "10001"}}}
    found, _ = categorised(content, american(), american(), B2B, DAY, recorded={"NY": "8", "CA": "7.25"})
    assert found["lines"][0]["rate"] == "8"


def test_an_american_invoice_without_tax_never_speaks_of_vat():
    data = sound("US") | {"exemptions": []}
    invoice, _ = from_wire(data)
    made = complemented(invoice, B2B)
    assert [one.reason for one in made.exemptions] == ["No sales tax charged"]
    assert made.exemptions[0].code == ""
    taxed = sound("US")
    taxed["lines"][0] |= {"category": "S", "rate": "8.875"}
    found, _ = from_wire(taxed)
    assert not [one for one in check(found, kind=B2B) if one.code in {"content.vat_treatment", "content.us.untaxed"}]


def test_goods_that_nobody_sent_elsewhere_went_to_the_buyer():
    goods = complemented(made("DE", "FR", VatCategory.INTRA_COMMUNITY), B2B)
    assert goods.delivery.address == goods.buyer.address
    sent = replace(goods, delivery=replace(goods.delivery, address=Address("AT", city="Wien")))
    assert complemented(sent, B2B).delivery.address.city == "Wien"
    assert complemented(replace(goods, delivery=None), B2B).delivery.address == goods.buyer.address
    services = made("DE", "FR", VatCategory.REVERSE_CHARGE)
    assert complemented(replace(services, delivery=None), B2B).delivery is None


def test_what_our_formats_write_otherwise_refuses_nothing():
    invoice = made("CH", "DE", VatCategory.OUTSIDE_SCOPE)
    invoice = replace(invoice, seller=replace(invoice.seller, vat_id="CHE-107.787.577 MWST"))
    assert {one.code for one in check(invoice)} >= {"BR-O-02"}
    assert "BR-O-02" not in {one.code for one in check(invoice, ours=True)}
    bare = replace(invoice.seller, vat_id="83914571673", address=replace(invoice.seller.address, country="AU"))
    invoice = replace(invoice, seller=bare)
    assert "BR-CO-09" in {one.code for one in check(invoice)}
    assert "BR-CO-09" not in {one.code for one in check(invoice, ours=True)}
