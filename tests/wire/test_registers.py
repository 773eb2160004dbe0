"""Registers: answers in the shape that their documentation gives, written here by hand; none was recorded live."""

from __future__ import annotations

import json
import urllib.error

import pytest

from fairdue.core.parties.evidence import Layer, Outcome
from fairdue.core.parties.models import Address, Contact, Identifier, Party, Scheme
from fairdue.foundation import outward
from fairdue.parties.verification import asking
from fairdue.parties.verification.asking import Question, UnreachableError, ask, fetch
from fairdue.parties.verification.examining import examine
from fairdue.parties.verification.registers import REGISTERS, enabled

LEI = "529900T8BM49AURSDO55"
GLEIF = {"data": {"attributes": {"entity": {
    "legalName": {"name": "Acme Limited"}, "status": "ACTIVE",
    "legalAddress": {"addressLines": ["1 High Street"], "city": "London", "postalCode": "SW1A 1AA"}}}}}  # fmt: skip
SIRET = {"header": {"statut": 200}, "etablissement": {
    "uniteLegale": {"denominationUniteLegale": "DUPONT SA"},
    "periodesEtablissement": [{"etatAdministratifEtablissement": "A"}],
    "adresseEtablissement": {"numeroVoieEtablissement": "3", "typeVoieEtablissement": "RUE",
                             "libelleVoieEtablissement": "DE LA PAIX", "codePostalEtablissement": "75002",
                             "libelleCommuneEtablissement": "PARIS 2"}}}  # fmt: skip
SIREN = {"uniteLegale": {"periodesUniteLegale": [
    {"denominationUniteLegale": "DUPONT SA", "etatAdministratifUniteLegale": "A"}]}}  # fmt: skip
HOUSE = {"company_name": "ACME LIMITED", "company_status": "active",
         "registered_office_address": {"address_line_1": "1 High Street", "locality": "London",
                                       "postal_code": "SW1A 1AA"}}  # fmt: skip


def vies(said="VALID", valid=True, name="NORDWIND GMBH", address="WEG 1\n10115 BERLIN"):
    return {"isValid": valid, "userError": said, "name": name, "address": address}


def answers(status, data):
    return lambda _: (status, data if isinstance(data, bytes) else json.dumps(data).encode())


@pytest.fixture(autouse=True)
def _keys(monkeypatch):
    monkeypatch.setenv("FAIRDUE_SIRENE_KEY", "key-of-a-test")
    monkeypatch.setenv("FAIRDUE_COMPANIES_HOUSE_KEY", "key-of-a-test")


CASES = [
    # register, number, status, answer, outcome, postcode or words
    ("vies", "ATU12345675", 200, vies(), "passed", "10115"),
    ("vies", "NL123456789B01", 200, vies(address="WEG 1\n1012 AB AMSTERDAM"), "passed", "1012 AB"),
    ("vies", "DE129273398", 200, vies(name="---", address="---"), "passed", ""),
    ("vies", "DE129273398", 200, vies("INVALID", valid=False), "failed", "not valid"),
    ("vies", "DE129273398", 200, vies("MS_UNAVAILABLE", valid=False), "not_checked", "MS_UNAVAILABLE"),
    ("vies", "DE129273398", 500, {}, "not_checked", "status 500"),
    ("vies", "DE129273398", 200, b"<html>", "not_checked", "unknown form"),
    ("sirene", "73282932000074", 200, SIRET, "passed", "75002"),
    ("sirene", "732829320", 200, SIREN, "passed", ""),
    ("sirene", "732829320", 404, {}, "failed", "does not know"),
    ("sirene", "732829320", 401, {}, "not_checked", "key is refused"),
    ("gleif", LEI, 200, GLEIF, "passed", "SW1A 1AA"),
    ("gleif", LEI, 404, {}, "failed", "does not know"),
    ("gleif", LEI, 429, {}, "not_checked", "too many"),
    ("companies_house", "01234567", 200, HOUSE, "passed", "SW1A 1AA"),
    ("companies_house", "01234567", 200, HOUSE | {"company_status": "dissolved"}, "failed", "dissolved"),
    ("companies_house", "01234567", 404, {}, "failed", "does not know"),
    ("companies_house", "01234567", 503, {}, "not_checked", "status 503"),
]


@pytest.mark.parametrize("case", CASES, ids=[f"{one[0]}-{one[2]}-{one[4]}-{n}" for n, one in enumerate(CASES)])
def test_an_answer_is_a_yes_a_no_or_not_checked(case):
    code, number, status, data, outcome, words = case
    answer = ask(REGISTERS[code], number, answers(status, data))
    assert answer.outcome is Outcome(outcome)
    assert words in (answer.postcode if outcome == "passed" else answer.detail)


def test_a_ceased_place_and_an_inactive_entity_are_not_in_force():
    closed = json.loads(json.dumps(SIRET))
    closed["etablissement"]["periodesEtablissement"][0]["etatAdministratifEtablissement"] = "F"
    assert ask(REGISTERS["sirene"], "73282932000074", answers(200, closed)).detail == "73282932000074 has ceased"
    gone = json.loads(json.dumps(GLEIF))
    gone["data"]["attributes"]["entity"]["status"] = "INACTIVE"
    assert ask(REGISTERS["gleif"], LEI, answers(200, gone)).outcome is Outcome.FAILED


def test_without_a_key_nothing_is_asked(monkeypatch):
    monkeypatch.delenv("FAIRDUE_SIRENE_KEY")
    monkeypatch.delenv("FAIRDUE_COMPANIES_HOUSE_KEY")
    for code in ("sirene", "companies_house"):
        answer = ask(REGISTERS[code], "732829320", lambda _: pytest.fail("asked"))
        assert answer.outcome is Outcome.NOT_CHECKED
        assert "is not set" in answer.detail


def test_no_register_is_asked_by_default(monkeypatch):
    monkeypatch.delenv("FAIRDUE_REGISTERS", raising=False)
    assert enabled() == ()
    monkeypatch.setenv("FAIRDUE_REGISTERS", "gleif, vies, nobody")
    assert [one.code for one in enabled()] == ["gleif", "vies"]


def test_silence_on_the_line_is_not_checked(monkeypatch):
    def silent(*_args, **_kwargs):
        raise urllib.error.URLError("timed out")

    monkeypatch.setattr(outward, "ask", silent)
    answer = ask(REGISTERS["gleif"], LEI)
    assert (answer.outcome, "timed out" in answer.detail) == (Outcome.NOT_CHECKED, True)
    with pytest.raises(UnreachableError, match="https only"):
        fetch(Question("http://register.example/"))
    assert asking.SECONDS <= 10


def acme(**more):
    values = {
        "id": "1", "name": "Acme Ltd", "country": "GB",
        "addresses": (Address(street="1 High Street", city="London", postcode="SW1A 1AA", country="GB"),),
        "contacts": (Contact(email="ap@acme.example"),),
        "identifiers": (Identifier(Scheme.REGISTER, "01234567"), Identifier(Scheme.LEI, LEI)),
    }  # fmt: skip
    return Party(**(values | more))


def test_a_party_is_looked_at_in_every_layer():
    found = examine(acme(), [REGISTERS["companies_house"], REGISTERS["vies"]], answers(200, HOUSE))
    said = {(one.what, one.layer): one for one in found}
    assert said["address", Layer.SYNTAX].outcome is Outcome.PASSED
    assert said["address", Layer.REGISTER].outcome is Outcome.PASSED
    assert said["register", Layer.REGISTER].detail == "ACME LIMITED, 1 High Street, London, SW1A 1AA"
    assert said["email", Layer.DOMAIN].outcome is Outcome.NOT_CHECKED
    assert not any(one.source == "VIES" for one in found)  # no VAT number, nothing to ask


def test_another_postcode_in_the_register_is_said():
    moved = HOUSE | {"registered_office_address": {"postal_code": "M1 1AE", "locality": "Manchester"}}
    found = examine(acme(), [REGISTERS["companies_house"]], answers(200, moved))
    [about] = [one for one in found if one.what == "address" and one.layer is Layer.REGISTER]
    assert (about.outcome, "Manchester" in about.detail) == (Outcome.FAILED, True)


def test_nothing_is_asked_about_nothing():
    assert examine(acme(addresses=(), contacts=(), identifiers=()), list(REGISTERS.values())) == []
