"""Master data: completeness is a reasoned score, duplicates are found by points, merges lose nothing."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairdue.core.findings import RefusedError
from fairdue.core.parties.completeness import EXPECTATIONS, MANDATES, Circumstances, completeness
from fairdue.core.parties.duplicates import BLOCK_LIMIT, Verdict, blocking_keys, compare, find_duplicates
from fairdue.core.parties.merge import Winner, plan_merge
from fairdue.core.parties.models import (
    Address,
    AddressKind,
    Contact,
    ContactRole,
    Identifier,
    Party,
    PartyKind,
    Scheme,
    VerificationState,
)
from fairdue.core.parties.names import LEGAL_FORMS, fingerprint, normal_name, similarity, transliterate

RULES = Path(__file__).parents[2] / "docs" / "rules"
TODAY = date(2026, 11, 1)
COMPLETE = Party(
    "1",
    "Dupont",
    country="FR",
    language="fr",
    addresses=(
        Address(street="1 rue X", postcode="75001", city="Paris", country="FR", state=VerificationState.MATCHED),
    ),
    contacts=(Contact("Ann", ContactRole.ACCOUNTS_PAYABLE, "ap@dupont.example", "+33123456789"),),
    identifiers=(Identifier(Scheme.VAT, "FR40303265045"), Identifier(Scheme.REGISTER, "303265045")),
    ibans=("FR7630006000011234567890189",),
    payment_terms_days=30,
    credit_limit_minor=100_00,
    credit_limit_currency="EUR",
)


def table(page, first):
    """Rows of the markdown table on `page` whose header starts with `first`."""
    lines = (RULES / page).read_text(encoding="utf-8").splitlines()
    start = next(index for index, line in enumerate(lines) if line.startswith(f"| {first} |"))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            return rows
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def party_with(kind, country, has):
    if has == "everything":
        return replace(COMPLETE, kind=PartyKind(kind), country=country)
    have = has.split()
    state = VerificationState.MATCHED if "address_state" in have else VerificationState.UNCHECKED
    return Party(
        "1",
        "Dupont" if "name" in have else "",
        PartyKind(kind),
        country=country,
        language="fr" if "language" in have else "",
        addresses=(replace(COMPLETE.addresses[0], state=state),) if "address" in have else (),
        contacts=(Contact(email="a@b.example" if "email" in have else "", phone="123" if "phone" in have else ""),),
        identifiers=(Identifier(Scheme.VAT, "X"),) if "vat" in have else (),
        ibans=("X",) if "bank_account" in have else (),
    )


@pytest.mark.parametrize("kind, country, has, applies, present, score", table("completeness.md", "kind"))
def test_the_worked_scores_hold(kind, country, has, applies, present, score):
    party = party_with(kind, country, has)
    result = completeness(party, seller_country="DE", today=TODAY)
    missing = sum(gap.weight for gap in result.gaps)
    at = Circumstances("DE", TODAY)
    whole = sum(item.gap.weight for item in EXPECTATIONS if item.applies(party, at))
    assert (whole, whole - missing, result.score) == (int(applies), int(present), int(score))


def test_the_page_lists_every_expectation_with_its_weight():
    assert [(row[0], int(row[1])) for row in table("completeness.md", "code")] == [
        (item.gap.code, item.gap.weight) for item in EXPECTATIONS
    ]


def test_the_page_lists_every_mandate():
    assert {row[0]: row[1] for row in table("completeness.md", "country")} == {
        country: mandate.since.isoformat() for country, mandate in MANDATES.items()
    }


def test_a_missing_vat_number_across_the_border_names_the_article_and_comes_first():
    party = replace(COMPLETE, identifiers=())
    gap = completeness(party, seller_country="DE", today=TODAY).gaps[0]
    assert gap.code == "vat_cross_border"
    assert "226(4)" in gap.source


@pytest.mark.parametrize("day, expected", [(date(2025, 12, 31), False), (date(2026, 1, 1), True)])
def test_a_mandate_counts_from_its_first_day(day, expected):
    party = Party("1", "X", country="BE")
    codes = {gap.code for gap in completeness(party, seller_country="BE", today=day).gaps}
    assert ("channel" in codes) is expected


def test_a_returned_letter_and_a_bounced_mail_are_gaps_again():
    party = replace(
        COMPLETE,
        addresses=(replace(COMPLETE.addresses[0], state=VerificationState.RETURNED),),
        contacts=(replace(COMPLETE.contacts[0], state=VerificationState.RETURNED),),
    )
    assert {gap.code for gap in completeness(party, seller_country="DE", today=TODAY).gaps} == {
        "address_state",
        "email",
    }


@given(st.lists(st.sampled_from("name address email phone language bank_account vat".split())))
def test_more_data_never_lowers_the_present_weight(has):
    def missing(words):
        gaps = completeness(party_with("business", "FR", " ".join(words)), seller_country="DE", today=TODAY).gaps
        return {gap.code for gap in gaps} - {"address_state"}

    assert missing([*has, "email"]) <= missing(has)


@pytest.mark.parametrize("name, comparable", table("duplicates.md", "name"))
def test_the_worked_names_hold(name, comparable):
    assert normal_name(name) == comparable


@given(st.text(max_size=40))
def test_a_normal_name_is_already_normal(name):
    once = normal_name(name)
    assert normal_name(once) == once
    assert transliterate(name.upper()) is not None


@given(st.sampled_from(["dupont", "acme tools", "soehne"]), st.sampled_from(LEGAL_FORMS))
def test_a_legal_form_at_the_end_never_matters(name, form):
    assert normal_name(f"{name} {' '.join(form)}") == name


def test_word_order_does_not_matter_for_the_fingerprint():
    assert fingerprint("Bau Schmidt GmbH") == fingerprint("Schmidt Bau GmbH & Co. KG")


def test_nothing_is_like_nothing():
    assert similarity("", "") == 0
    assert similarity("acme", "acme") == 100


def described(ident, text):
    name, postcode, street, vat, mail = text.split(";")
    return Party(
        ident,
        name,
        addresses=(Address(street=street, postcode=postcode),) if postcode else (),
        identifiers=(Identifier(Scheme.VAT, vat),) if vat else (),
        contacts=(Contact(email=mail),) if mail else (),
    )


@pytest.mark.parametrize("left, right, points, score, verdict", table("duplicates.md", "left"))
def test_the_worked_pairs_hold(left, right, points, score, verdict):
    pair = compare(described("b", right), described("a", left))
    assert sorted(reason.points for reason in pair.reasons) == sorted(
        int(part) for part in points.replace("-", "+-").split("+") if part
    )
    assert (pair.left, pair.right, pair.score, pair.verdict) == ("a", "b", int(score), Verdict(verdict))


def test_every_reason_is_reached():
    left = replace(
        COMPLETE,
        id="l",
        kind=PartyKind.CONSUMER,
        identifiers=tuple(Identifier(scheme, "A1") for scheme in Scheme),
    )
    right = replace(left, id="r", kind=PartyKind.BUSINESS, country="DE", name="Duponts")
    texts = {reason.text for reason in compare(left, right).reasons}
    assert {"same bank account", "same e-mail address", "same phone number", "different countries"} <= texts
    assert "one is a business, the other is not" in texts
    other = replace(right, identifiers=tuple(Identifier(scheme, "B2") for scheme in Scheme), name="Dubonet")
    texts = {reason.text for reason in compare(left, other).reasons}
    assert {"different VAT numbers", "different LEIs"} <= texts
    assert "different EORI numbers" not in texts


def test_a_city_alone_counts_less_than_a_postcode():
    left = Party("l", "Acme", addresses=(Address(city="Wien"),))
    right = Party("r", "Acme", addresses=(Address(AddressKind.REGISTERED, city=" WIEN "),))
    assert {reason.points for reason in compare(left, right).reasons} == {45, 10}


def test_somewhat_alike_names_get_less():
    assert compare(Party("l", "Schmidt Bau"), Party("r", "Schmid Bau AG")).reasons[0].points == 35
    assert compare(Party("l", "Schmidt Bau"), Party("r", "Schmidt Dach")).reasons[0].points == 20


def test_a_phone_extension_and_a_free_mailbox_are_no_keys():
    keys = blocking_keys(Party("1", "", contacts=(Contact(email="x@gmail.com", phone="12"),)))
    assert keys == {"mail:x@gmail.com"}


def test_duplicates_are_found_once_and_refusals_are_remembered():
    left, right = described("a", "Acme Ltd;1010;Ring 1;;"), described("b", "ACME;1010;Ring 1;;")
    stranger = described("c", "Bolt;;;;")
    found = find_duplicates([left, right, stranger])
    assert [(pair.left, pair.right) for pair in found.pairs] == [("a", "b")]
    assert not find_duplicates([left, right], frozenset({frozenset("ab")})).pairs


def test_a_key_that_everybody_shares_is_skipped_and_named():
    crowd = [
        Party(str(index), f"Firm{index:04}x", contacts=(Contact(email="a@head.example"),))
        for index in range(BLOCK_LIMIT + 1)
    ]
    found = find_duplicates(crowd)
    assert "mail:a@head.example" in found.skipped_keys
    assert not found.pairs


@given(
    st.permutations(
        [
            described("a", "Acme Ltd;1;R 1;;"),
            described("b", "Acme;1;R 1;;"),
            described("c", "Acme AG;1;R 1;;"),
        ]
    )
)
def test_the_order_of_the_records_does_not_matter(records):
    assert find_duplicates(records) == find_duplicates(sorted(records, key=lambda party: party.id))


OTHER = Party("2", "Dupont SAS", country="FR", language="en", credit_limit_minor=50_00, credit_limit_currency="EUR")


def plans(plan):
    return {field.field: (field.winner, field.reason) for field in plan.fields}


def test_the_survivor_keeps_its_values_and_the_smaller_limit_stands():
    plan = plan_merge(COMPLETE, OTHER)
    assert (plan.result.id, plan.result.name, plan.result.language) == ("1", "Dupont", "fr")
    assert plan.result.credit_limit_minor == 50_00
    assert plans(plan)["country"] == (Winner.SURVIVOR, "both say the same")
    assert plan.findings == ()


def test_a_person_may_choose_per_field():
    choices = {
        "language": Winner.MERGED,
        "credit_limit_minor": Winner.SURVIVOR,
        "payment_terms_days": Winner.MERGED,
    }
    plan = plan_merge(COMPLETE, OTHER, choices)
    assert (plan.result.language, plan.result.credit_limit_minor, plan.result.payment_terms_days) == (
        "en",
        100_00,
        30,
    )
    assert plans(plan)["language"] == (Winner.MERGED, "chosen by a person")


def test_what_the_survivor_lacks_comes_from_the_other_and_lists_are_united():
    plan = plan_merge(OTHER, COMPLETE)
    assert plan.result.payment_terms_days == 30
    assert plan.result.contacts == COMPLETE.contacts
    assert plan.result.identifiers == COMPLETE.identifiers
    assert plans(plan)["payment_terms_days"] == (Winner.MERGED, "the survivor had none")


def test_of_equal_entries_the_better_verified_stays_once():
    better = replace(
        COMPLETE,
        id="2",
        addresses=(replace(COMPLETE.addresses[0], street="1 RUE X", state=VerificationState.CONFIRMED),),
        contacts=(*COMPLETE.contacts, Contact("Bo", phone="1"), Contact("Bo", phone="1")),
        identifiers=(Identifier(Scheme.VAT, "FR40303265045", VerificationState.MATCHED),),
    )
    result = plan_merge(COMPLETE, better).result
    assert [address.state for address in result.addresses] == [VerificationState.CONFIRMED]
    assert len(result.contacts) == 2
    assert result.identifiers[0].state is VerificationState.MATCHED
    assert plan_merge(better, COMPLETE).result.addresses == better.addresses


def test_merging_with_an_empty_record_changes_nothing():
    assert plan_merge(COMPLETE, Party("2", "")).result == COMPLETE


def test_different_numbers_and_limits_in_two_currencies_are_named():
    other = replace(COMPLETE, id="2", credit_limit_currency="USD", identifiers=(Identifier(Scheme.VAT, "DE1"),))
    found = plan_merge(COMPLETE, other)
    assert [finding.code for finding in found.findings] == ["merge.identifier", "merge.limit_currency"]
    assert found.result.credit_limit_currency == "EUR"


@pytest.mark.parametrize(
    "other, code",
    [
        (replace(OTHER, id="1"), "merge.same"),
        (replace(OTHER, kind=PartyKind.CONSUMER), "merge.kind"),
        (replace(OTHER, parent_id="1"), "merge.parent"),
    ],
)
def test_what_cannot_be_one_party_is_refused(other, code):
    with pytest.raises(RefusedError) as refusal:
        plan_merge(COMPLETE, other)
    assert [finding.code for finding in refusal.value.findings] == [code]
