"""Each row breaks one sound invoice in one place; the last column is the rule that must be named."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from fairdue.core.findings import Severity, errors
from fairdue.core.invoice.check import FindingClass, check, class_of
from fairdue.core.invoice.check.text import clean
from fairdue.core.invoice.document_types import ISSUED, DocumentType
from fairdue.core.invoice.model import PaymentCard, PaymentMeans
from fairdue.core.invoice.wire import from_wire, to_wire
from tests.core.pages import broken as rewritten

INVOICES = Path(__file__).parents[1] / "golden" / "invoices"
SAMPLES = sorted(path.stem for path in INVOICES.glob("*.json"))

# sample | path | new value as JSON, - to delete | code
TABLE = r"""
domestic_de | number | "" | BR-02
domestic_de | specification | " " | BR-01
domestic_de | issued | - | BR-03
exempt | currency | "" | BR-05
exempt | currency | "EUX" | BR-CL-04
domestic_de | tax_currency | "ZZZ" | BR-CL-05
domestic_de | tax_currency | "USD" | BR-53
domestic_de | tax_rate_of_exchange | "0" | BR-53
domestic_de | tax_point_code | "7" | BR-CL-06
payee_and_direct_debit | tax_point_code | "5" | BR-CO-03
payee_and_direct_debit | period | {} | BR-CO-19
payee_and_direct_debit | period.start | "2026-11-30" | BR-29
domestic_de | lines.1.period | {} | BR-CO-20
domestic_de | lines.1.period.start | "2026-11-30" | BR-30
domestic_de | notes.0.text | "" | BR-NOTE
domestic_de | notes.0.subject | "XXZ" | BR-CL-08
domestic_de | terms.due | "2026-11-01" | terms.before_issue
domestic_de | terms.due | "2027-11-01" | terms.long
credit_note | preceding | [] | content.preceding
credit_note | preceding.0.number | "" | BR-55
credit_note | preceding.0.day | "2026-12-24" | content.preceding
corrected | preceding | [] | content.preceding
intra_community | delivery.address.country | "" | BR-57
intra_community | delivery.address.country | "XX" | BR-CL-14
intra_community | delivery.location | {"value": "1", "scheme": "9999"} | BR-CL-26
intra_community | delivery.address | - | BR-IC-12
intra_community | delivery.day | - | BR-IC-11
intra_community | buyer.vat_id | - | BR-IC-02
intra_community | seller.vat_id | - | BR-IC-02
intra_community | lines.0.rate | "19" | BR-IC-05
domestic_de | seller.name | "" | BR-06
domestic_de | buyer.name | " " | BR-07
domestic_de | seller.address.country | "" | BR-09
domestic_de | buyer.address.country | "" | BR-11
domestic_de | buyer.address.country | "UK" | BR-CL-14
domestic_de | buyer.address.city | "" | content.address
outside_scope_chf | buyer.address | {"city": "Bern", "country": "CH"} | content.address
domestic_de | buyer.vat_id | "136695976" | BR-CO-09
domestic_de | buyer.identifiers.0.scheme | "12" | BR-CL-10
domestic_de | seller.registration.scheme | "HRB" | BR-CL-11
domestic_de | seller.endpoint.scheme | "" | BR-62
domestic_de | seller.endpoint.value | "" | BR-62
domestic_de | buyer.endpoint.scheme | "" | BR-63
domestic_de | buyer.endpoint.scheme | "MAIL" | BR-CL-25
outside_scope_chf | seller.identifiers | [] | BR-CO-26
payee_and_direct_debit | payee.name | "" | BR-17
payee_and_direct_debit | payee.identifier.scheme | "X" | BR-CL-10
payee_and_direct_debit | tax_representative.name | "" | BR-18
payee_and_direct_debit | tax_representative.vat_id | "" | BR-56
payee_and_direct_debit | tax_representative.address.country | "" | BR-20
domestic_de | lines | [] | BR-16
domestic_de | lines.0.id | "" | BR-21
domestic_de | lines.0.id | "2" | BR-21
domestic_de | lines.0.unit | "" | BR-23
domestic_de | lines.0.unit | "pieces" | BR-CL-23
domestic_de | lines.0.name | "" | BR-25
domestic_de | lines.0.price | "-1" | BR-27
domestic_de | lines.3.gross_price | "-1" | BR-28
domestic_de | lines.3.gross_price | "12.39" | BR-PRICE
domestic_de | lines.3.price_quantity | "0" | BR-PRICE
domestic_de | lines.2.standard_item.scheme | "" | BR-64
domestic_de | lines.2.standard_item.scheme | "GTIN" | BR-CL-21
domestic_de | lines.2.classifications.0.scheme | "" | BR-65
domestic_de | lines.2.classifications.0.scheme | "???" | BR-CL-13
domestic_de | lines.2.origin_country | "Germany" | BR-CL-15
domestic_de | lines.2.attributes.0.value | "" | BR-54
domestic_de | lines.2.attributes.0.name | "" | BR-54
domestic_de | adjustments.0.reason | "" | BR-38 unless coded
domestic_de | adjustments.0 | {"amount": "1", "charge": true, "category": "S", "rate": "19"} | BR-38
domestic_de | adjustments.1 | {"amount": "1", "category": "S", "rate": "19"} | BR-33
domestic_de | adjustments.0.category | - | BR-37
domestic_de | adjustments.1.category | - | BR-32
domestic_de | adjustments.0.amount | "-1" | BR-ADJUSTMENT
domestic_de | adjustments.0.reason_code | "95" | BR-CL-20
domestic_de | adjustments.1.reason_code | "FC" | BR-CL-19
domestic_de | adjustments.0.rate | "0" | BR-S-07
domestic_de | adjustments.1.rate | "0" | BR-S-06
domestic_de | lines.0.adjustments.0 | {"amount": "1"} | BR-42
domestic_de | lines.0.adjustments.0 | {"amount": "1", "charge": true} | BR-44
domestic_de | lines.0.adjustments.0.base | - | BR-ADJUSTMENT
domestic_de | lines.0.adjustments.0.amount | "37.48" | BR-ADJUSTMENT
domestic_de | lines.0.rate | - | BR-48
domestic_de | lines.0.rate | "0" | BR-S-05
domestic_de | lines.0.rate | "100" | BR-S-05
domestic_de | lines.0.category | "O" | BR-O-05
domestic_de | lines.0.category | "O" | BR-O-11
domestic_de | lines.0.category | "Z" | BR-Z-05
domestic_de | exemptions | [{"category": "S", "reason": "none"}] | BR-S-10
domestic_de | exemptions | [{"category": "E", "code": "VATEX-1"}] | BR-CL-22
domestic_de | seller.vat_id | - | BR-S-02
zero_and_standard_gb | exemptions | [{"category": "Z", "reason": "none"}] | BR-Z-10
zero_and_standard_gb | seller.vat_id | - | BR-Z-02
exempt | exemptions | [] | BR-E-10
exempt | exemptions | [{"category": "E"}] | BR-E-10
exempt | lines.0.rate | "19" | BR-E-05
reverse_charge | buyer.vat_id | - | sound with registration
reverse_charge | buyer | {"name":"B","address":{"city":"P","postcode":"1","country":"FR"}} | BR-AE-02
reverse_charge | seller.vat_id | - | BR-AE-02
export_usd | seller.vat_id | - | BR-G-02
export_usd | adjustments | [{"amount": "1", "reason": "r", "category": "K", "rate": "0"}] | BR-IC-03
export_usd | adjustments | [{"amount":"1","charge":true,"reason":"r","category":"K","rate":"0"}] | BR-IC-04
outside_scope_chf | seller.vat_id | "CHE123456788" | BR-O-02
outside_scope_chf | buyer.vat_id | "CHE123456788" | BR-O-02
outside_scope_chf | tax_representative | {"name":"T","vat_id":"DE1","address":{"city":"B","country":"DE"}} | BR-O-02
domestic_de | payment.code | "" | BR-49
domestic_de | payment.code | "999" | BR-CL-16
domestic_de | payment.transfers | [] | BR-61
domestic_de | payment.transfers.0.account | "" | BR-50
domestic_de | payment.transfers.0.account | "DE76512108001245126199" | content.iban
domestic_de | payment | - | content.payment
credit_note | payment | - | sound without payment means
payee_and_direct_debit | payee | {"name": "Factor Bank AG"} | sound with a bare payee
payee_and_direct_debit | payment.debit | - | BR-DEBIT
domestic_de | terms.early.0.percent | "100" | content.discount
domestic_de | terms.early.0.days | -1 | content.discount
domestic_de | delivery | - | content.supply
standard_jpy | tax_currency | - | content.tax_currency
domestic_de | seller.name | "A\u0007" | format.characters
domestic_de | lines.0.quantity | "1e14" | format.number
domestic_de | lines.0.price | "0.0000000000001" | format.number
domestic_de | lines.0.quantity | "-30" | content.negative
credit_note | lines.0.quantity | "-30" | content.negative
domestic_de | prepaid | "-1" | content.prepaid
domestic_de | prepaid | "1678.64" | content.prepaid
zero_and_standard_gb | currency | "KWD" | content.tax_currency
outside_scope_chf | lines.0.price | "1.005" | sound in two decimals
"""
ROWS = [tuple(part.strip() for part in line.split("|")) for line in TABLE.strip().splitlines()]


def load(name: str) -> dict:
    return json.loads((INVOICES / f"{name}.json").read_text())


def changed(data: dict, path: str, value: str) -> dict:
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    target = data
    for step in way:
        target = target[step]
    if value == "-":
        del target[last]
    else:
        target[last] = json.loads(value)
    return data


def findings(name: str, path: str, value: str):
    invoice, unreadable = from_wire(changed(load(name), path, value))
    assert invoice is not None, unreadable
    return check(invoice, numbered=True)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sound_invoice_earns_no_finding(name):
    invoice, unreadable = from_wire(load(name))
    assert unreadable == ()
    assert check(invoice, numbered=True) == ()


@pytest.mark.parametrize("name, path, value, code", [row for row in ROWS if " " not in row[3]])
def test_a_broken_invoice_names_the_rule(name, path, value, code):
    assert code in {finding.code for finding in findings(name, path, value)}


@pytest.mark.parametrize("name, path, value, code", [row for row in ROWS if " " in row[3]])
def test_what_looks_broken_and_is_not(name, path, value, code):
    assert errors(findings(name, path, value)) == ()


def test_all_violations_are_found_at_once_and_errors_come_first():
    data = changed(changed(load("domestic_de"), "seller.name", '""'), "lines.0.unit", '"x"')
    data = changed(data, "payment", "-")
    found = check(from_wire(data)[0])
    assert {"BR-06", "BR-CL-23", "content.payment"} <= {one.code for one in found}
    weights = [one.severity for one in found]
    assert weights == sorted(weights, key=[Severity.ERROR, Severity.WARNING, Severity.INFO].index)


def test_control_characters_leave_and_everything_else_stays():
    assert clean("A\u0007B\ud800") == "AB"
    assert clean("Жук 日本 é") == "Жук 日本 é"


def test_every_finding_points_at_the_field_and_names_its_source():
    [found] = errors(findings("domestic_de", "lines.1.unit", '"hours"'))
    assert (found.code, found.path) == ("BR-CL-23", "lines[1].unit")
    assert found.source == "EN 16931-1 BR-CL-23"


def test_the_number_is_asked_for_only_when_it_must_be_there():
    invoice = replace(from_wire(load("domestic_de"))[0], number="")
    assert check(invoice) == ()
    assert [one.code for one in check(invoice, numbered=True)] == ["BR-02"]


def test_a_field_that_is_null_counts_as_not_given():
    data = load("domestic_de")
    assert from_wire({**data, "tax_currency": None}) == from_wire({**data, "tax_currency": ""})
    invoice, found = from_wire({**data, "buyer": None, "seller": None})
    assert invoice is None
    assert {(one.path, one.message) for one in found} == {
        ("buyer", "This field is missing."),
        ("seller", "This field is missing."),
    }


def test_a_number_without_end_is_a_finding_and_no_crash():
    invoice = from_wire(load("domestic_de"))[0]
    lines = (replace(invoice.lines[0], price=Decimal("NaN"), quantity=Decimal("Infinity")),)
    broken = replace(invoice, lines=lines, tax_rate_of_exchange=Decimal("NaN"), tax_currency="USD")
    paths = {one.path for one in check(broken) if one.code == "format.number"}
    assert paths == {"lines[0].price", "lines[0].quantity", "tax_rate_of_exchange"}


def test_a_total_beyond_any_ledger_is_refused():
    data = changed(load("domestic_de"), "lines.0.quantity", '"9999999999999"')
    data = changed(data, "lines.0.price", '"9999999999999"')
    assert "format.number" in {one.code for one in check(from_wire(data)[0])}


def test_a_currency_with_three_decimals_may_not_need_the_third():
    data = changed(load("outside_scope_chf"), "currency", '"KWD"')
    data = changed(data, "seller.address.country", '"KW"')
    assert errors(check(from_wire(data)[0])) == ()
    data = changed(data, "lines.0.price", '"2400.001"')
    assert [one.code for one in errors(check(from_wire(data)[0]))] == ["BR-DEC-23"]


def test_an_unknown_currency_is_one_finding_and_stops_the_sums_only():
    invoice = replace(from_wire(load("reverse_charge"))[0], currency="XXQ")
    assert [one.code for one in errors(check(invoice))] == ["BR-CL-04"]


@pytest.mark.parametrize(
    "code, kind",
    [
        ("BR-CO-15", FindingClass.BUSINESS_RULE),
        ("PEPPOL-EN16931-R001", FindingClass.BUSINESS_RULE),
        ("UBL-CR-001", FindingClass.FORMAT),
        ("CII-SR-009", FindingClass.FORMAT),
        ("xsd", FindingClass.FORMAT),
        ("format.field", FindingClass.FORMAT),
        ("content.supply", FindingClass.CONTENT),
        ("BR-DE-TMP-32", FindingClass.CONTENT),
    ],
)
def test_findings_fall_into_the_three_classes_of_the_authorities(code, kind):
    assert class_of(code) is kind


@pytest.mark.parametrize("name", SAMPLES)
def test_the_wire_form_gives_the_invoice_back(name):
    invoice, _ = from_wire(load(name))
    again, unreadable = from_wire(json.loads(json.dumps(to_wire(invoice))))
    assert (again, unreadable) == (invoice, ())


UNREADABLE = r"""
[] |  | An object
{"currency": "EUR"} | seller | missing
{"currency": 5} | currency | A text
PATCH lines.0.quantity 1.5 | lines[0].quantity | as text
PATCH lines.0.quantity "many" | lines[0].quantity | not a number
PATCH lines.0.quantity "NaN" | lines[0].quantity | not a number
PATCH lines.0.quantity true | lines[0].quantity | as text
PATCH lines.0.quantity "11111111111111111111111111111111111111111" | lines[0].quantity | not a number
PATCH lines.0.category "X" | lines[0].category | not a valid
PATCH lines.0.adjustments.0.amount "1.005" | lines[0].adjustments[0].amount | more decimals
PATCH lines.0.adjustments.0.charge "yes" | lines[0].adjustments[0].charge | true or false
PATCH terms.early.0.days "10" | terms.early[0].days | whole number
PATCH terms.early.0.days true | terms.early[0].days | whole number
PATCH issued "16.11.2026" | issued | date
PATCH issued 20261116 | issued | date
PATCH lines "none" | lines | list
PATCH lines.0 7 | lines[0] | An object
PATCH colour "red" | colour | No such field
PATCH currency "XXQ" | prepaid | Without a known currency
"""


@pytest.mark.parametrize(
    "change, path, words",
    [tuple(part.strip() for part in line.split("|")) for line in UNREADABLE.strip().splitlines()],
)
def test_what_cannot_be_read_is_named_and_never_becomes_nothing(change, path, words):
    if change.startswith("PATCH "):
        _, where, value = change.split(" ", 2)
        data = changed(load("domestic_de"), where, value)
    else:
        data = json.loads(change)
    invoice, found = from_wire(data)
    assert invoice is None
    assert any(one.path == path and words in one.message for one in found), found


def test_whole_numbers_may_stand_without_quotes():
    invoice, found = from_wire(changed(load("exempt"), "lines.0.quantity", "2"))
    assert found == ()
    assert invoice.lines[0].quantity == 2


def test_a_draft_with_an_unknown_currency_can_still_be_kept():
    invoice = replace(from_wire(load("domestic_de"))[0], currency="XXQ")
    assert to_wire(invoice)["prepaid"] == "10000"


@pytest.mark.parametrize("digits, told", [("1234", False), ("4111 1111 1111 1111", True)])
def test_a_full_card_number_is_warned_about(digits, told):
    invoice, _ = from_wire(load("domestic_de"))
    paid = replace(invoice, payment=PaymentMeans("48", card=PaymentCard(digits)))
    assert ("BR-51" in {one.code for one in check(paid)}) is told


def test_a_type_that_is_not_issued_comes_nearest_to_one_that_is():
    assert {one.usual for one in DocumentType} == ISSUED
    assert (DocumentType("326").usual, DocumentType("396").usual) == (DocumentType.INVOICE, DocumentType.CREDIT_NOTE)
    assert [one for one in ISSUED if one.usual is not one] == []


ESCAPED = """
domestic_de | lines.0.rate              | "0.3"                                | BR-CO-17              | warning
domestic_de | lines.0.order             | {"number": " "}                      | content.line_document | error
domestic_de | lines.0.despatch          | {"number": ""}                       | content.line_document | error
exempt      | lines.0.category          | "L"                                  | BR-AF-05              | warning
exempt      | currency                  | "XAU"                                | format.currency       | error
credit_note | buyer.identifiers         | [{"value": "D-1"}, {"value": "D-2"}] | UBL-SR-16             | error
outside_scope_chf | seller.identifiers.0.value | " "                            | BR-CO-26              | error
"""


@pytest.mark.parametrize("row", ESCAPED.strip().splitlines())
def test_what_changed_samples_taught_is_found(row):
    sample, place, value, code, weight = (cell.strip() for cell in row.split("|"))
    data = json.loads((INVOICES / f"{sample}.json").read_text("utf-8"))
    assert code not in {one.code for one in check(from_wire(data)[0])}
    changed = rewritten(data, f"`{place}` = {value}")
    assert (code, weight) in {(one.code, one.severity.value) for one in check(from_wire(changed)[0])}
