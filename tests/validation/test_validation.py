"""Master data checks: what is right is stored in one form, what is wrong is said in a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairdue.core.parties.models import Address, Contact, Identifier, Party, Scheme
from fairdue.parties.validation import (
    check_address,
    check_bic,
    check_currency,
    check_email,
    check_eori,
    check_iban,
    check_language,
    check_lei,
    check_party,
    check_peppol,
    check_phone,
    check_register,
    check_vat,
    format_address,
)
from fairdue.parties.validation.addresses import _rules
from fairdue.parties.validation.money import masked


def answer(checked):
    return checked.findings[0].code if checked.findings else checked.value


@pytest.mark.parametrize(
    "text, country, expected",
    [
        ("DE 136 695 976", "DE", "DE136695976"),
        ("136695976", "DE", "DE136695976"),
        ("DE136695977", "DE", "vat.invalid"),
        ("FR40303265045", "FR", "FR40303265045"),
        ("ATU57194903", "AT", "ATU57194903"),
        ("BE697449992", "BE", "BE0697449992"),
        ("EL094259216", "GR", "EL094259216"),
        ("GR094259216", "GR", "EL094259216"),
        ("NL004495445B01", "NL", "NL004495445B01"),
        ("GB980780684", "GB", "GB980780684"),
        ("XI980780684", "GB", "XI980780684"),
        ("GB980780685", "GB", "vat.invalid"),
        ("CHE-107.787.577 IVA", "CH", "CHE-107.787.577 IVA"),
        ("CHE107787577", "CH", "CHE-107.787.577 MWST"),
        ("CHE107787578", "CH", "vat.invalid"),
        ("NO995525828MVA", "NO", "NO995525828MVA"),
        ("FR40303265045", "DE", "vat.other_country"),
        ("US123", "US", "vat.unknown_country"),
        ("123", "", "vat.unknown_country"),
        ("", "DE", ""),
    ],
)
def test_vat_numbers(text, country, expected):
    assert answer(check_vat(text, country)) == expected


def test_a_number_of_another_country_is_doubtful_but_not_refused():
    assert check_vat("FR40303265045", "DE").valid
    assert not check_vat("DE136695977", "DE").valid


@given(st.text(max_size=20), st.sampled_from(["", "DE", "GB", "CH", "GR", "US", "ZZ"]))
def test_no_text_breaks_a_check(text, country):
    for checked in (
        check_vat(text, country),
        check_register(text, country),
        check_eori(text),
        check_peppol(text),
        check_lei(text),
        check_phone(text, country),
        check_email(text),
        check_language(text),
        check_iban(text),
        check_bic(text),
        check_currency(text),
    ):
        assert isinstance(checked.value, str)
    assert isinstance(check_address(Address(text, text, text, text, text, country)), tuple)


@pytest.mark.parametrize(
    "text, country, expected",
    [
        ("Amtsgericht München, HRB 12345 B", "DE", "München, HRB 12345 B"),
        ("HRB 12345", "DE", "register.court"),
        ("12345", "DE", "register.invalid"),
        ("1234567", "GB", "01234567"),
        ("SC123456", "GB", "SC123456"),
        ("12345678X", "GB", "register.invalid"),
        ("RCS Paris 552 100 554", "FR", "552100554"),
        ("552 100 554 00013", "FR", "55210055400013"),
        ("552100555", "FR", "register.invalid"),
        ("KvK 12345678", "NL", "12345678"),
        ("1234567", "NL", "register.invalid"),
        ("FN 123456A", "AT", "FN 123456 a"),
        ("123456", "AT", "register.invalid"),
        ("CHE-107.787.577", "CH", "CHE107787577"),
        ("CHE-107.787.578", "CH", "register.invalid"),
        (" anything  goes ", "JP", "anything goes"),
    ],
)
def test_register_numbers(text, country, expected):
    assert answer(check_register(text, country)) == expected


@pytest.mark.parametrize(
    "text, expected",
    [
        ("0208:0403170701", "0208:0403170701"),
        ("iso6523-actorid-upis::0088:4035811991014", "0088:4035811991014"),
        ("0088:4035811991015", "peppol.value"),
        ("0208:0403170702", "peppol.value"),
        ("0204:991-33333TEST-33", "0204:991-33333TEST-33"),
        ("9930:DE136695976", "9930:DE136695976"),
        ("9925:BE0403170701", "9925:BE0403170701"),
        ("7777:1", "peppol.scheme"),
        ("0208", "peppol.invalid"),
        ("208:1", "peppol.invalid"),
    ],
)
def test_peppol_ids(text, expected):
    assert answer(check_peppol(text)) == expected


@pytest.mark.parametrize(
    "check, text, expected",
    [
        (check_eori, "DE123456789012345", "DE123456789012345"),
        (check_eori, "GB123456789000", "GB123456789000"),
        (check_eori, "GB12345678", "eori.invalid"),
        (check_eori, "US123", "eori.invalid"),
        (check_lei, "5493 001KJTIIGC8Y1R12", "5493001KJTIIGC8Y1R12"),
        (check_lei, "5493001KJTIIGC8Y1R13", "lei.invalid"),
        (check_email, " Ann@M\u00fcller.de ", "Ann@xn--mller-kva.de"),
        (check_email, "ann@gmial.com", "email.typo"),
        (check_email, "ann@@x.de", "email.invalid"),
        (check_email, "a..b@x.de", "email.invalid"),
        (check_email, "a\r\nBcc: b@x.de", "email.invalid"),
        (check_email, "ann@localhost", "email.domain"),
        (check_email, "ann@1.2.3.4", "email.domain"),
        (check_email, f"ann@{'x' * 70}.de", "email.domain"),
        (check_language, "de_ch", "de-CH"),
        (check_language, "FR", "fr"),
        (check_language, "german", "language.unknown"),
        (check_iban, "de89 3704 0044 0532 0130 00", "DE89370400440532013000"),
        (check_iban, "DE88 3704 0044 0532 0130 00", "iban.invalid"),
        (check_iban, "US89370400440532013000", "iban.invalid"),
        (check_iban, "DE8937040044053201300", "iban.invalid"),
        (check_bic, "deutdeff", "DEUTDEFF"),
        (check_bic, "DEUTXXFF1", "bic.invalid"),
        (check_currency, "eur", "EUR"),
        (check_currency, "EUX", "currency.unknown"),
    ],
)
def test_other_values(check, text, expected):
    assert answer(check(text)) == expected


def test_a_wrong_account_is_never_shown_whole():
    finding = check_iban("DE88370400440532013000").findings[0]
    assert "0532" not in finding.message
    assert masked("DE88") == "…"


@pytest.mark.parametrize(
    "text, country, expected",
    [
        ("030 123456", "DE", "+4930123456"),
        ("+33 1 23 45 67 89", "", "+33123456789"),
        ("030 123456", "", "phone.invalid"),
        ("12", "DE", "phone.invalid"),
    ],
)
def test_phones(text, country, expected):
    assert answer(check_phone(text, country)) == expected


@pytest.mark.parametrize(
    "fields, codes",
    [
        ({"street": "Am Markt 1", "postcode": "10115", "city": "Berlin", "country": "DE"}, []),
        (
            {"street": "Am Markt 1", "postcode": "1234", "city": "Berlin", "country": "DE"},
            ["address.postcode"],
        ),
        ({"country": "DE"}, ["address.missing"] * 3),
        (
            {"street": "1 Main", "postcode": "10001", "city": "LA", "region": "CA", "country": "US"},
            ["address.postcode_region"],
        ),
        (
            {"street": "1 Main", "postcode": "10001", "city": "LA", "region": "Nowhere", "country": "US"},
            ["address.region"],
        ),
        ({"street": "x", "country": "ZZ"}, ["address.country"]),
        ({"street": "x", "country": "../etc"}, ["address.country"]),
    ],
)
def test_addresses(fields, codes):
    assert [finding.code for finding in check_address(Address(**fields))] == codes


def test_the_rules_of_a_country_are_read_once():
    _rules.cache_clear()
    address = Address(street="x", postcode="100000", city="Anywhere", country="CN", region="Beijing Shi")
    for number in range(50):
        check_address(Address(street="x", postcode="100000", city=f"City {number}", country="CN"))
    check_address(address)
    assert _rules.cache_info().misses <= 4


def test_an_envelope_follows_its_destination():
    assert format_address("A Ltd", Address(street="1 High St", postcode="sw1a 1aa", city="London", country="GB")) == (
        "A Ltd",
        "1 High St",
        "LONDON",
        "SW1A 1AA",
        "UNITED KINGDOM",
    )
    assert format_address("A", Address(street="x", city="y", country="ZZ")) == ("A", "x", "y", "ZZ")


def test_a_whole_party_is_checked_at_once():
    party = Party(
        "1",
        "Acme",
        country="DE",
        language="xx-yy-zz",
        addresses=(Address(country="DE"),),
        contacts=(Contact(email="x", phone="1", language="??"),),
        identifiers=(
            Identifier(Scheme.VAT, "DE1"),
            Identifier(Scheme.REGISTER, "1"),
            Identifier(Scheme.EORI, "1"),
            Identifier(Scheme.LEI, "1"),
            Identifier(Scheme.PEPPOL, "1"),
            Identifier(Scheme.GLN, "1"),
        ),
        ibans=("DE1",),
    )
    paths = [finding.path for finding in check_party(party)]
    assert {
        "identifiers.vat",
        "identifiers.lei",
        "addresses[0].city",
        "contacts[0].email",
        "ibans[0]",
        "language",
    } <= set(paths)
    assert "identifiers.gln" not in paths
