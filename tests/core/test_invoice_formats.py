"""What single formats ask beyond the standard: sound samples broken in one place, and what is found."""

# ruff: noqa: E501 - the table has one row a rule

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairdue.core.findings import errors
from fairdue.core.invoice.check import check
from fairdue.core.invoice.formats import RULES, format_findings
from fairdue.core.invoice.formats.ksef import cleared, kind, margin, rate_code, split_payment, stated
from fairdue.core.invoice.formats.peppol_numbers import greek, number_findings
from fairdue.core.invoice.model import Advance, AdvanceTax, DocumentType, Minor, Period, SupportingDocument, VatCategory
from fairdue.core.invoice.parties import Identifier, Payee
from fairdue.core.invoice.totals import totals
from fairdue.core.invoice.wire import from_wire
from tests.core.pages import broken

GOLDEN = Path(__file__).parents[1] / "golden"
SAMPLES = {"de": "invoices/domestic_de", "it": "national/italy_invoice", "pl": "national/poland_invoice",
           "final": "national/poland_final", "fr": "national/france_ctc", "euro": "national/poland_in_euro"}  # fmt: skip
HOMES = {
    "nl": ("NL", "NL004495445B01", "12345678", "0106", "NL91ABNA0417164300"),
    "dk": ("DK", "DK13585628", "13585628", "0184", "DK5000400440116243"),
    "se": ("SE", "SE556016068001", "5560160680", "", "SE4550000000058398257466"),
    "itp": ("IT", "IT01234567897", "", "", "IT60X0542811101000000123456"),
    "gr": ("GR", "EL094259216", "094259216", "", "GR1601101250000000012300695"),
    "no": ("NO", "NO995525828MVA", "995525828", "0192", "NO9386011117947"),
}
GLN = "7300010000001"
MARK = [{"reference": "400001", "description": "##M.AR.K##"},
        {"reference": "u", "description": "##INVOICE|URL##", "location": "https://mydata.example/1"}]  # fmt: skip
ROWS = """
de | xrechnung-ubl | | -
de | xrechnung-cii | no `references` | BR-DE-15 references.buyer
de | xrechnung-pdf | no `payment` | BR-DE-1 payment
de | xrechnung-ubl | `type` = "381", `preceding` = [{"number": "1"}], no `payment`, no `terms` | -
de | xrechnung-ubl | no `seller.contact` | BR-DE-2 seller.contact
de | xrechnung-ubl | `seller.contact` = {} | BR-DE-5 seller.contact.name, BR-DE-6 seller.contact.phone, BR-DE-7 seller.contact.email
de | xrechnung-ubl | no `seller.address.postcode` | BR-DE-4 seller.address.postcode
de | xrechnung-ubl | `seller.address.city` = " " | BR-DE-3 seller.address.city
de | xrechnung-ubl | no `buyer.address.postcode` | BR-DE-9 buyer.address.postcode
de | xrechnung-ubl | `buyer.address.city` = "" | BR-DE-8 buyer.address.city
de | xrechnung-ubl | `delivery.address` = {"country": "DE"} | BR-DE-10 delivery.address.city, BR-DE-11 delivery.address.postcode
de | xrechnung-ubl | no `delivery` | -
de | xrechnung-ubl | `documents` = [{"reference": "1", "content": "QQ==", "filename": "a"}, {"reference": "2", "content": "QQ==", "filename": "a"}] | BR-DE-22 documents[1].filename
de | xrechnung-ubl | `documents` = [{"reference": "1", "location": "a.pdf"}, {"reference": "2", "location": "https://a.example"}] | BR-TMP-2 documents[0].location
de | xrechnung-ubl | `payment` = {"code": "30"} | BR-DE-23-a payment.transfers
de | xrechnung-ubl | `payment.card` = {"number": "1234"} | BR-DE-23-b payment.code
de | xrechnung-ubl | `payment.code` = "48" | BR-DE-24-a payment.card, BR-DE-24-b payment.code
de | xrechnung-ubl | `payment` = {"code": "59", "debit": {"mandate": "M"}} | BR-DE-30 payment.debit.creditor_id, BR-DE-31 payment.debit.debtor_account
de | xrechnung-ubl | `payment` = {"code": "59", "debit": {"mandate": "M", "creditor_id": "C", "debtor_account": "A"}} | -
de | xrechnung-ubl | `payment` = {"code": "97"} | -
de | xrechnung-ubl | no `seller.endpoint`, no `buyer.endpoint` | PEPPOL-EN16931-R010 buyer.endpoint, PEPPOL-EN16931-R020 seller.endpoint
de | xrechnung-ubl | `tax_currency` = "EUR", `tax_rate_of_exchange` = "1" | PEPPOL-EN16931-R005 tax_currency
de | xrechnung-ubl | `adjustments.0.base` = "95.00" | PEPPOL-EN16931-R042 adjustments[0].percent
de | xrechnung-ubl | no `lines.0.adjustments.0.percent` | PEPPOL-EN16931-R042 lines[0].adjustments[0].percent
de | peppol-bis | | format.peppol buyer.endpoint, format.peppol seller.endpoint
de | peppol-bis | `seller.endpoint` = {"value": "1", "scheme": "9930"}, no `buyer.endpoint` | format.peppol buyer.endpoint
de | peppol-bis | `type` = "389", `seller.endpoint.scheme` = "9930", `buyer.endpoint.scheme` = "9930" | format.peppol type
de | peppol-bis | no `references`, `seller.endpoint.scheme` = "9930", `buyer.endpoint.scheme` = "9930" | PEPPOL-EN16931-R003 references.buyer
nl | peppol-bis | | -
nl | peppol-bis | no `seller.address.street` | NL-R-002 seller.address
nl | peppol-bis | `seller.registration` = {"value": "KvK 1"} | NL-R-003 seller.registration
nl | peppol-bis | no `buyer.address.postcode` | NL-R-004 buyer.address
nl | peppol-bis | `buyer.registration` = {"value": "1", "scheme": "0088"} | NL-R-005 buyer.registration, PEPPOL-COMMON-R040 buyer.registration
nl | peppol-bis | no `buyer.registration` | -
nl | peppol-bis | `buyer.address.country` = "BE", no `buyer.address.postcode`, `buyer.registration` = {"value": "1"} | -
nl | peppol-bis | no `payment` | NL-R-007 payment
nl | peppol-bis | `payment.code` = "10" | NL-R-008 payment.code
nl | peppol-bis | `lines.0.order_line` = "1", no `references.order` | NL-R-009 references.order
nl | peppol-bis | `lines.0.order_line` = "1" | -
nl | peppol-bis | `lines.0.category` = "O", no `lines.0.rate`, `buyer.registration` = {"value": "1", "scheme": "0106"} | -
dk | peppol-bis | | -
dk | peppol-bis | no `seller.registration` | DK-R-014 seller.registration
dk | peppol-bis | `seller.registration` = {"value": "CVR 1"} | DK-R-014 seller.registration
se | peppol-bis | | -
se | peppol-bis | `seller.vat_id` = "SE1" | SE-R-001 seller.vat_id
se | peppol-bis | no `seller.vat_id`, no `seller.registration` | -
se | peppol-bis | `seller.registration` = {"value": "556016-0680"} | SE-R-003 seller.registration
se | peppol-bis | `lines.0.rate` = "19" | SE-R-006 lines[0].rate
se | peppol-bis | `lines.0.category` = "Z", `lines.0.rate` = "0" | -
no | peppol-bis | | -
no | peppol-bis | `seller.vat_id` = "NO1" | NO-R-001 seller.vat_id
no | peppol-bis | no `seller.vat_id` | -
itp | peppol-bis | | -
itp | peppol-bis | `seller.tax_number` = "123" | IT-R-001 seller.tax_number
itp | peppol-bis | `seller.tax_number` = "01234567897" | -
itp | peppol-bis | no `seller.address.street`, no `seller.address.postcode`, `seller.address.city` = "" | IT-R-002 seller.address.street, IT-R-003 seller.address.city, IT-R-004 seller.address.postcode
gr | peppol-bis | | -
gr | peppol-bis | `number` = "RE-1" | GR-R-001-1 number
gr | peppol-bis | `tax_representative` = {"name": "R", "vat_id": "EL000000000", "address": {"country": "GR"}} | -
gr | peppol-bis | `seller.trading_name` = "", `seller.endpoint` = {"value": "094259216", "scheme": "0210"} | GR-R-002 seller.trading_name, GR-R-009 seller.endpoint, PEPPOL-COMMON-R045 seller.endpoint
gr | peppol-bis | `seller.endpoint` = {"value": "094259217", "scheme": "9933"}, `buyer.endpoint` = {"value": "1", "scheme": "9930"} | GR-R-009 seller.endpoint, GR-R-010 buyer.endpoint
gr | peppol-bis | `buyer.address.country` = "CY", `buyer.vat_id` = "CY10259033P", `buyer.endpoint` = {"value": "1", "scheme": "9930"}, no `buyer.trading_name` | GR-R-005 buyer.trading_name
gr | peppol-bis | `buyer.vat_id` = "EL094259217" | GR-R-006 buyer.vat_id
gr | peppol-bis | `seller.vat_id` = "GR094259216" | GR-R-003 seller.vat_id
gr | peppol-bis | `documents` = [] | GR-R-004-1 documents, GR-S-008-1 documents
gr | peppol-bis | `documents.0.reference` = "x", `documents.1.location` = "" | GR-R-004-2 documents, GR-R-008-3 documents
fr | ctc-fr-ubl | | -
fr | ctc-fr-cii | `buyer.address.country` = "DE" | format.ctc_fr buyer.address.country
fr | ctc-fr-pdf | no `process` | BR-FR-08 process
fr | ctc-fr-ubl | no `buyer.registration`, no `seller.endpoint` | BR-FR-10 buyer.registration, BR-FR-12 seller.endpoint
fr | ctc-fr-ubl | `seller.registration` = {"value": "RCS"} | BR-FR-10 seller.registration
it | fatturapa | | -
it | fatturapa | `seller.vat_id` = "DE136695976" | format.fattura seller.vat_id
it | fatturapa | `buyer.vat_id` = "IT01234567897" | format.fattura buyer.vat_id
it | fatturapa | no `buyer.vat_id`, no `buyer.identifiers` | format.fattura buyer.vat_id
it | fatturapa | no `buyer.vat_id` | -
it | fatturapa | `buyer.endpoint` = {"value": "ABC12345", "scheme": "0205"} | format.fattura buyer.endpoint.value
it | fatturapa | `buyer.endpoint` = {"value": "ABC1234", "scheme": "0201"} | format.fattura buyer.endpoint.value
it | fatturapa | no `buyer.endpoint` | -
it | fatturapa | no `buyer.address.street` | format.fattura buyer.address
it | fatturapa | `seller.address.postcode` = "2012" | format.fattura seller.address.postcode
it | fatturapa | `buyer.address.country` = "AT", `buyer.address.postcode` = "1010" | -
it | fatturapa | `number` = "2026/AB" | -
it | fatturapa | `number` = "ABC" | format.fattura number
it | fatturapa | `number` = "123456789012345678901" | format.fattura number
it | fatturapa | `rounding` = "0.01" | format.fattura rounding
it | fatturapa | `lines.0.rate` = "22.125" | format.fattura vat[0]
it | fatturapa | `lines.0.category` = "L" | format.fattura vat[0]
it | fatturapa | `lines.0.price` = "99999999999.99" | format.fattura lines
it | fatturapa | `payment.transfers.0.bic` = "SHORT" | format.fattura payment.transfers[0].bic
it | fatturapa | no `payment` | -
it | fatturapa | `seller.contact.email` = "a@b" | format.fattura seller.contact.email
it | fatturapa | no `seller.contact` | -
pl | ksef-fa3 | | -
pl | ksef-fa3 | `seller.vat_id` = "PL0260250274" | format.ksef seller.vat_id
pl | ksef-fa3 | `buyer.vat_id` = "PL526" | format.ksef buyer.vat_id
pl | ksef-fa3 | no `buyer.vat_id` | -
pl | ksef-fa3 | no `buyer.address.street`, `buyer.address.city` = "" | format.ksef buyer.address
pl | ksef-fa3 | `type` = "381", `preceding` = [{"number": "1"}] | format.ksef preceding
pl | ksef-fa3 | `type` = "381", `preceding` = [{"number": "1", "day": "1999-01-01"}] | format.ksef preceding[0].day
pl | ksef-fa3 | `delivery.day` = "2099-01-01" | format.ksef delivery.day
pl | ksef-fa3 | no `delivery` | -
pl | ksef-fa3 | `lines.0.rate` = "19" | format.ksef vat[0]
pl | ksef-fa3 | `lines.0.category` = "L" | format.ksef vat[0]
pl | ksef-fa3 | `lines.0.category` = "AE", `lines.0.rate` = "0" | -
pl | ksef-fa3 | `payment.transfers.0` = {"account": "12345", "bic": "X"} | format.ksef payment.transfers[0].account, format.ksef payment.transfers[0].bic
pl | ksef-fa3 | no `payment`, no `seller.contact` | -
pl | ksef-fa3 | `seller.contact.email` = "x" | format.ksef seller.contact.email
pl | ksef-fa3 | `type` = "386" | format.ksef ordered
pl | ksef-fa3 | `type` = "386", `ordered` = [{"id": "1", "name": "x", "quantity": "1", "unit": "C62", "price": "1.00", "category": "S", "rate": "23"}] | -
final | ksef-fa3 | | -
final | ksef-fa3 | `prepaid` = "400.00" | format.ksef prepaid
final | ksef-fa3 | `advances.0.rows.0.rate` = "8" | format.ksef advances[0]
euro | ksef-fa3 | | -
euro | ksef-fa3 | no `tax_currency` | format.ksef tax_currency
pl | ubl | no `seller.contact` | -
"""


def sample(name):
    country, vat, register, scheme, account = HOMES.get(name, ("", "", "", "", ""))
    data = json.loads((GOLDEN / f"{SAMPLES.get(name, SAMPLES['de'])}.json").read_text("utf-8"))
    endpoint = {"value": register, "scheme": "9933"} if country == "GR" else None
    if country:
        for party in (data["seller"], data["buyer"]):
            party["address"]["country"] = country
            party["registration"] = {"value": register, "scheme": scheme}
            party["endpoint"] = endpoint or {"value": GLN, "scheme": "0088"}
            party["vat_id"] = vat
            if country == "GR":
                party["trading_name"] = party["name"]
        if country == "GR":
            data |= {
                "number": f"{register}|{date.fromisoformat(data['issued']):%d/%m/%Y}|0|1.1|A|7",
                "documents": [dict(one) for one in MARK],
            }
        data["payment"] = {"code": "30", "transfers": [{"account": account}]}
        data["lines"] = [{**data["lines"][0], "rate": "25"}]
        data["adjustments"] = []
    return data


@pytest.mark.parametrize("row", ROWS.strip().splitlines())
def test_what_a_format_asks_is_found(row):
    name, code, cell, wanted = (part.strip() for part in row.split("|"))
    invoice, unreadable = from_wire(broken(sample(name), cell))
    assert unreadable == ()
    found = sorted({f"{one.code} {one.path}" for one in format_findings(invoice, totals(invoice), code)})
    assert ", ".join(found) == ("" if wanted == "-" else wanted)


@pytest.mark.parametrize("code", RULES)
def test_the_samples_of_each_format_break_no_other_rule(code):
    name = {"fatturapa": "it", "ksef-fa3": "pl", "peppol-bis": "nl"}.get(code, "fr" if code.startswith("ctc") else "de")
    invoice, _ = from_wire(sample(name))
    assert errors(check(invoice, numbered=True)) == ()


def test_a_line_keeps_within_the_period_of_the_invoice():
    invoice, _ = from_wire(sample("de"))
    day = invoice.issued
    early, late = day.replace(day=1), day.replace(day=28)
    whole = replace(invoice, period=Period(day, day))
    for period, wanted in (
        (Period(early, day), "PEPPOL-EN16931-R110"),
        (Period(day, late), "PEPPOL-EN16931-R111"),
        (Period(day, day), ""),
        (Period(), ""),
    ):
        one = replace(whole, lines=(replace(invoice.lines[0], period=period),))
        found = {item.code for item in format_findings(one, totals(one), "xrechnung-ubl")}
        assert found == ({wanted} if wanted else set())


def test_polish_rates_have_their_codes():
    invoice, _ = from_wire(sample("pl"))
    assert rate_code(invoice, VatCategory.STANDARD, None) == ""
    assert rate_code(invoice, VatCategory.REVERSE_CHARGE, None) == "oo"
    abroad = replace(invoice, buyer=replace(invoice.buyer, address=replace(invoice.buyer.address, country="DE")))
    assert rate_code(abroad, VatCategory.REVERSE_CHARGE, None) == "np II"


KINDS = """
380 | plain    | VAT
384 | plain    | VAT
386 | ordered  | ZAL
380 | advances | ROZ
384 | advances | ROZ
381 | plain    | KOR
381 | ordered  | KOR_ZAL
503 | plain    | KOR_ZAL
381 | advances | KOR_ROZ
"""


@pytest.mark.parametrize("row", KINDS.strip().splitlines())
def test_an_advance_and_the_invoice_that_settles_it_have_kinds_of_their_own_in_poland(row):
    code, has, wanted = (part.strip() for part in row.split("|"))
    invoice = from_wire(sample("final"))[0]
    changed = {
        "plain": {"advances": ()}, "advances": {}, "ordered": {"advances": (), "ordered": invoice.lines},
    }[has]  # fmt: skip
    assert kind(replace(invoice, type=DocumentType(code), **changed)) == wanted


def test_a_settling_invoice_states_what_is_left_of_each_rate():
    invoice = from_wire(sample("final"))[0]
    rows = [(row.rate, row.basis, row.tax) for row in stated(invoice, totals(invoice))]
    assert rows == [(23, 70000, 16100), (5, 7000, 350)]
    whole = Advance("A", (AdvanceTax(VatCategory.STANDARD, Minor(70000), Minor(16100), invoice.lines[0].rate),))
    more = replace(invoice, advances=(*invoice.advances, whole))
    assert [(row.basis, row.tax) for row in stated(more, totals(more))] == [(0, 0), (7000, 350)]
    plain = replace(invoice, advances=())
    assert stated(plain, totals(plain)) == totals(plain).vat


@pytest.mark.parametrize(
    ("text", "known"),
    [("7251801126-20261001-A1B2C3D4E5F6-07", True), ("7251801126-20261001-A1B2C3-D4E5F6-07", True),
     ("FV/2026/1", False), ("", False), ("7251801126-20261301-A1B2C3D4E5F6-07", False)],
)  # fmt: skip
def test_a_number_of_ksef_is_told_from_any_other(text, known):
    assert cleared(text) == (text if known else "")


NUMBERS = """
0088 | 7300010000001 | yes
0088 | 7300010000002 | no
0088 | 7 | no
0192 | 995525828 | yes
0192 | 995525829 | no
0192 | 000000000 | no
0184 | DK13585628 | yes
0184 | 1358562 | no
0208 | 0403170701 | yes
0208 | 0403170702 | no
0208 | 403170701 | no
0201 | UFXXXX | yes
0201 | UF | no
0210 | RSSMRA80A01H501U | yes
0210 | 01234567897 | yes
0210 | RSSMRA | no
9907 | 01234567897 | yes
9907 | X | no
0211 | IT01234567897 | yes
0211 | IT01234567890 | no
0211 | DE136695976 | yes
0007 | 5560160680 | yes
0007 | 5560160681 | no
0151 | 51824753556 | yes
0151 | 51824753557 | no
0151 | 5182475355 | no
9930 | anything | yes
"""


@pytest.mark.parametrize("row", NUMBERS.strip().splitlines())
def test_a_number_is_judged_by_the_register_that_it_names(row):
    scheme, value, right = (part.strip() for part in row.split("|"))
    invoice = from_wire(sample("nl"))[0]
    buyer = replace(invoice.buyer, endpoint=Identifier(value, scheme))
    found = [one for one in number_findings(replace(invoice, buyer=buyer)) if one.path == "buyer.endpoint"]
    assert [one.code[:-2] for one in found] == ([] if right == "yes" else ["PEPPOL-COMMON-R0"])
    payee = Payee("P", Identifier(value, scheme))
    told = [one.path for one in number_findings(replace(invoice, payee=payee))]
    assert told == ([] if right == "yes" or scheme == "9907" else ["payee.identifier"])


def test_only_peppol_asks_a_codice_fiscale_of_endpoints_alone():
    invoice = from_wire(sample("nl"))[0]
    buyer = replace(invoice.buyer, identifiers=(Identifier("X", "9907"), Identifier("1", "0151")))
    assert [one.path for one in number_findings(replace(invoice, buyer=buyer))] == ["buyer.identifiers[1]"]


@pytest.mark.parametrize(("text", "right"), [("094259216", True), ("094259217", False), ("94259216", False)])
def test_greek_tax_numbers_have_a_check_digit(text, right):
    assert greek(text) is right


def greek_codes(**changes):
    invoice = replace(from_wire(sample("gr"))[0], **changes)
    return sorted(one.code for one in format_findings(invoice, totals(invoice), "peppol-bis"))


def test_each_part_of_a_greek_number_is_judged():
    assert greek_codes(number="||x|9.9||") == [f"GR-R-001-{at}" for at in range(2, 8)]
    assert greek_codes(number="094259216|01/01/2020|0|1.1|A|7", issued=None) == ["GR-R-001-3"]
    assert greek_codes(number="094259217|16/11/2026|0|1.1|A|7", issued=date(2026, 11, 16)) == ["GR-R-001-2"]


def test_a_greek_invoice_names_one_address_to_verify_it():
    documents = tuple(SupportingDocument(one["reference"], one["description"], "https://a.example") for one in MARK)
    assert greek_codes(documents=documents) == []
    assert greek_codes(documents=(*documents, documents[1])) == ["GR-R-008-2"]
    assert greek_codes(documents=documents[:1]) == ["GR-S-008-1"]


def test_no_national_rule_of_peppol_is_for_belgium_or_austria():
    for country in ("BE", "AT"):
        invoice = from_wire(sample("itp"))[0]
        home = replace(invoice.seller.address, country=country, street="")
        seller = replace(invoice.seller, address=home)
        bare = replace(invoice, seller=seller)
        assert format_findings(bare, totals(bare), "peppol-bis") == ()


def test_a_polish_margin_scheme_and_the_words_of_split_payment_are_told():
    data = sample("pl")
    assert (margin(from_wire(data)[0]), split_payment(from_wire(data)[0])) == ("", False)
    data["exemptions"][0] = {"category": "E", "code": "VATEX-EU-I"}
    data["notes"] = [{"text": "Uwaga"}, {"text": "Mechanizm  podzielonej płatności."}]
    invoice = from_wire(data)[0]
    assert (margin(invoice), split_payment(invoice)) == ("3_2", True)
    assert rate_code(invoice, VatCategory.EXEMPT, None) == ""
    assert format_findings(invoice, totals(invoice), "ksef-fa3") == ()


@given(
    st.lists(st.tuples(st.sampled_from(["23", "8", "5"]), st.integers(1, 999_999)), min_size=1, max_size=5),
    st.lists(st.integers(0, 40), max_size=3),
)
def test_advances_and_the_invoice_that_settles_them_state_the_whole_once(rows, shares):
    invoice = from_wire(sample("final"))[0]
    line = replace(invoice.lines[0], quantity=Decimal(1))
    lines = tuple(replace(line, id=str(at), price=Decimal(net) / 100, rate=Decimal(rate)) for at, (rate, net) in
                  enumerate(rows, 1))  # fmt: skip
    plain = replace(invoice, lines=lines, advances=(), prepaid=Minor(0))
    whole = totals(plain)
    advances = tuple(
        Advance(f"A{at}", tuple(
            AdvanceTax(row.category, Minor(row.basis * share // 100), Minor(row.tax * share // 100), row.rate)
            for row in whole.vat
        ))
        for at, share in enumerate(shares)
    )  # fmt: skip
    left = stated(replace(plain, advances=advances), whole)
    for at, row in enumerate(whole.vat):
        before = [one.rows[at] for one in advances]
        assert sum(one.basis for one in before) + left[at].basis == row.basis
        assert sum(one.tax for one in before) + left[at].tax == row.tax
    owed = sum(row.basis + row.tax for row in left)
    assert owed + sum(one.gross for one in advances) == whole.gross
