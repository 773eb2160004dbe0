"""What a text, a name and an account are evidence of, and what they are no proof of."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from fairdue.core.matching import (
    Ledger,
    NamedDocument,
    Payers,
    Policy,
    Step,
    match,
    narrow,
)
from fairdue.core.money import decimal_of
from tests.core.matched import DAY, ITEMS, PAYERS, item, one, paid, told


def test_paid_items_of_two_customers_say_nothing():
    items = [item("RE-2026-00001", 0, "A"), item("RE-2026-00002", 0, "B")]
    assert one(paid("5.00", "RE-2026-00001 RE-2026-00002"), items).step is Step.UNKNOWN


def test_letters_with_marks_stay_in_their_place():
    payment = paid("119.00", "für Ŀ RE-2026-04711 ½ ß", "A")
    (evidence,) = one(payment).evidence
    assert payment.text[evidence.start : evidence.end] == "RE-2026-04711"


def test_narrowing_follows_documents_and_references():
    payment = paid("119.00", documents=(NamedDocument("2026/04713"),), references=("RF18539007547034",))
    assert {one_.debtor for one_ in narrow([payment], ITEMS, PAYERS)} == {"A"}
    assert {one_.debtor for one_ in narrow([paid("1.00", "RF18 5390 0754 7034")], ITEMS, PAYERS)} == {"A"}


def test_several_short_items_are_paid_oldest_first_and_left_to_a_person():
    proposal = one(paid("300.00", "RE-2026-04713 RE-2026-04711", "A"))
    assert told(proposal) == "04711 119.00, 04713 181.00"
    assert not proposal.automatic


def test_money_over_items_of_two_debtors_is_left_to_a_person():
    proposal = one(paid("500.00", "RE-2026-04711 RE-2026-04714"))
    assert proposal.step is Step.UNKNOWN


def test_one_place_in_the_text_that_names_two_debtors_means_the_payer():
    items = [item("A-100200", 5000, "A"), item("B-100200", 5000, "B")]
    assert [part.item for part in one(paid("50.00", "100200", "B"), items).allocations] == ["B-100200"]
    assert one(paid("100.00", "100200"), items).step is Step.EXACT
    assert not one(paid("50.00", "100200"), items).automatic


def test_a_whole_number_hides_the_number_of_another_item_inside_it():
    items = [item("RE-2026-0001", 5000), item("GS-2026-0001", -5000)]
    proposal = one(paid("50.00", "RE-2026-0001", "A"), items)
    assert [part.item for part in proposal.allocations] == ["RE-2026-0001"]


def test_the_end_of_a_number_alone_counts_with_the_exact_amount_only():
    items = [item("RE-2026-04711", 11900, "A"), item("FA-2025-04711", 5000, "B")]
    proposal = one(paid("119.00", "Nr. 04711"), items)
    assert ([part.item for part in proposal.allocations], proposal.automatic) == (["RE-2026-04711"], False)
    assert one(paid("120.00", "Nr. 04711"), items).step is Step.UNKNOWN


@pytest.mark.parametrize("text", ["RE-2026-04711 bis FA-9001", "RE-2026-04713 bis 04711", "04711 bis 04720"])
def test_only_a_range_of_one_series_in_order_names_what_is_between(text):
    found = {evidence.item for evidence in one(paid("857.00", text, "A")).evidence}
    assert ("RE-2026-04713" in found) is (text == "RE-2026-04713 bis 04711")


def test_a_subset_that_is_not_the_only_one_is_no_proof():
    items = [item(f"I-10000{at}", amount) for at, amount in enumerate((100, 200, 300, 400))]
    assert one(paid("5.00", "", "account A"), items).step is Step.ON_ACCOUNT


def test_two_pairs_over_the_same_amount_are_no_proof_in_a_long_account():
    items = [item(f"I-{100000 + at}", 10**6 + 7**at % 99991, due=DAY + dt.timedelta(days=at)) for at in range(30)]
    items += [item("I-1", 4000), item("I-2", 5000), item("I-3", 3500), item("I-4", 5500)]
    assert one(paid("90.00", "", "account A"), items).step is Step.ON_ACCOUNT


def test_in_a_long_account_sums_of_three_are_found():
    items = [item(f"I-{100000 + at}", 10**6 + 7**at % 99991, due=DAY + dt.timedelta(days=at)) for at in range(30)]
    total = sum(items[at].residual for at in (3, 11, 20))
    proposal = one(paid(str(decimal_of(total, "EUR")), "", "account A"), items)
    assert {part.item for part in proposal.allocations} == {items[at].id for at in (3, 11, 20)}
    pair = items[5].residual + items[9].residual
    assert len(one(paid(str(decimal_of(pair, "EUR")), "", "account A"), items).allocations) == 2


def test_ambiguous_sums_in_a_long_account_go_to_a_person():
    items = [item(f"I-{100000 + at}", 1000 + at % 5, due=DAY + dt.timedelta(days=at)) for at in range(30)]
    assert one(paid("30.08", "", "account A"), items).step is Step.ON_ACCOUNT


def test_a_hundred_items_are_not_searched_for_sums():
    items = [item(f"I-{100000 + at}", 1000 + 7 * at) for at in range(100)]
    assert one(paid("21.21", "", "account A"), items).step is Step.ON_ACCOUNT


def test_an_account_of_a_payment_service_identifies_nobody():
    service = Payers([], {"PSP": {str(at): 1 for at in range(50)}})
    (proposal,) = match([replace(paid("77.70"), payer_account="PSP")], Ledger(ITEMS), service, Policy())
    assert proposal.step is Step.UNKNOWN


def test_a_name_that_the_bank_cut_off_is_as_good_as_the_whole():
    payers = Payers([("A", "Muster Maschinenbau Nord GmbH")], {})
    (identity,) = payers.identify(replace(paid("1.00"), payer_name="MUSTER MASCHINENBAU NO"))
    assert (identity.debtor, identity.by) == ("A", "very alike")


def test_a_number_behind_which_a_part_is_counted_is_found_by_its_main_group():
    items = [item("90004711-01", 5000), item("90004713-01", 7000)]
    proposal = one(paid("120.00", "90004711-01, 90004713", "A"), items)
    assert (proposal.step, len(proposal.allocations)) == (Step.EXACT, 2)


def test_one_item_less_its_discount_is_found_by_the_payer():
    items = [item("I-100001", 10000, discount=200, discount_until=DAY), item("I-100002", 7777)]
    assert one(paid("98.00", "Danke", "account A"), items).rule == "payer.discount"


def test_one_item_less_a_credit_note_is_found_by_the_payer():
    items = [item("I-100001", 5555), item("I-100002", 10000), item("I-100003", -1234)]
    proposal = one(paid("87.66", "Danke", "account A"), items)
    assert (proposal.step, len(proposal.allocations)) == (Step.CREDIT_NOTES, 2)


def test_an_account_that_pays_for_two_is_half_sure_of_each():
    shared = Payers([], {"ACC": {"A": 1, "C": 1}})
    identities = shared.identify(replace(paid("77.70"), payer_account="ACC"))
    assert [(one_.debtor, one_.confidence) for one_ in identities] == [("A", 4995), ("C", 4995)]


def test_a_similar_name_is_weaker_than_the_same_name():
    payers = Payers([("A", "Muster Maschinenbau GmbH"), ("B", "Beispiel AG")], {})
    (same,) = payers.identify(replace(paid("1.00"), payer_name="MUSTER MASCHINENBAU GMBH"))
    (alike,) = payers.identify(replace(paid("1.00"), payer_name="Muster Maschinenbbau"))
    assert same.confidence == 9980
    assert 8000 < alike.confidence < 9500
    assert payers.identify(replace(paid("1.00"), payer_name="Fremd KG")) == ()
    assert payers.identify(replace(paid("1.00"), payer_name="Muster Fremdfirma")) == ()
    assert payers.identify(replace(paid("1.00"), payer_name="...")) == ()


def test_name_and_account_together_count_once():
    payment = replace(paid("77.70", "", "account C"), payer_name="Étoile SARL")
    assert [(one_.debtor, one_.confidence) for one_ in PAYERS.identify(payment)] == [("C", 9990)]


def test_a_payment_on_behalf_of_a_customer_names_the_customer():
    payment = replace(paid("77.70"), payer_name="Zahlstelle GmbH", on_behalf_of="ETOILE SARL")
    assert one(payment).rule == "payer.exact"


def test_own_experience_moves_a_rule():
    payment = paid("77.70", "", "account C")
    burnt = Policy(right={"payer.exact/account": (20, 100)})
    assert one(payment).automatic
    assert not one(payment, policy=burnt).automatic


def test_a_number_without_digits_has_no_keys_but_its_name():
    items = [item("ABC", 100), item("7", 100)]
    assert one(paid("1.00", "ABC 7", "Fremd"), items).step is Step.UNKNOWN
