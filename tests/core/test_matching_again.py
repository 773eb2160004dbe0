"""A second look at the text: what looks like a digit, ends alone, slips; and what the text states of a difference."""

from __future__ import annotations

from pathlib import Path

import pytest

from fairdue.core.matching import AdjustmentKind, Ledger, Payers, Policy, match
from fairdue.core.matching.again import looked_again
from fairdue.core.matching.deductions import reason_in, stated_for
from tests.core.pages import table
from tests.core.test_matching_doubts import item, only, paid, told

PAGE = Path(__file__).parents[2] / "docs" / "rules" / "matching.md"
ITEMS = [item("90018288", 64_931), item("90018619", 303_689), item("90020761", 12_345), item("2026/4811", 22_579)]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Rg-Nr: 90018288 u. 18619", "90018619"),  # by its end
        ("Rg-Nr: 90018288 u. 018619", "90018619"),  # with a zero before its end
        ("Rg-Nr: 90018288, 9OOI8GI9", "90018619"),  # letters for digits
        ("Rg-Nr: 90018288, 90018691", "90018619"),  # two digits swapped
        ("Rg-Nr: 90018288, 202G/4B11", "2026/4811"),
        ("Rg-Nr: 90018288, 55555", ""),
        ("Rg-Nr: 90018288", ""),
        ("Rg-Nr: 90018288 v. 01.02.2026", ""),
    ],
)
def test_further_numbers_of_the_customer_are_found_where_the_first_look_does_not_make_the_amount(text, named):
    total = ITEMS[0].residual + sum(one.residual for one in ITEMS if one.number == named)
    proposal = only(paid(total if named else total + 7_777, text), ITEMS)
    wanted = {"90018288", named} - {""}
    assert {part.item for part in proposal.allocations} == wanted
    assert proposal.rule == ("numbers.exact" if named else "numbers.over")
    if named:
        assert proposal.grade == "part payer few again"
        assert proposal.automatic


def test_what_looks_like_a_number_of_letters_names_an_item_by_itself():
    proposal = only(paid(22_579, "Rechnung Nr. 202G/4B11"), ITEMS)
    assert (proposal.rule, proposal.allocations[0].item) == ("numbers.exact", "2026/4811")


def test_one_slip_alone_is_left_to_the_payer_and_the_amount():
    proposal = only(paid(303_689, "90018691"), ITEMS)
    assert proposal.rule == "payer.typo"
    assert looked_again(paid(1, "90018691"), ITEMS, []) == []


def test_a_number_too_short_to_be_known_in_spite_of_a_slip_is_not_found_by_one():
    short = item("R-471", 22_579)
    assert looked_again(paid(1, "90018288 4711"), [ITEMS[0], short], looked_again(paid(1, "90018288"), ITEMS, [])) == []


def test_an_end_that_two_items_share_names_neither():
    twins = [item("90018288", 64_931), item("90118619", 50_000), item("90018619", 50_000)]
    assert only(paid(114_931, "90018288, 18619"), twins).rule != "numbers.exact"


def test_a_number_that_is_named_already_is_not_named_again():
    found = looked_again(paid(1, "90018288 18619 018619"), ITEMS, [])
    assert [one.item for one in found] == ["90018288", "90018619"]


def test_nothing_is_compared_without_items():
    assert looked_again(paid(1, "90018288"), [], []) == []


def test_money_goes_on_account_by_a_person_where_the_text_seems_to_name_more():
    proposal = only(paid(70_000, "90018288 u. 18619"), ITEMS)
    assert (proposal.rule, proposal.on_account, proposal.automatic) == ("numbers.over", 5_069, False)
    assert only(paid(70_000, "90018288"), ITEMS).automatic


def test_the_discount_of_a_list_is_taken_over_all_that_a_second_look_finds():
    day = ITEMS[0].due
    bills = [item("90018288", 100_000, discount=2_000, discount_until=day), item("90018619", 50_000)]
    proposal = only(paid(148_000, "90018288, 18619 abz. Skonto"), bills)
    assert (proposal.rule, proposal.automatic) == ("numbers.discount", True)


def test_a_head_office_names_the_items_of_its_branches_by_their_ends():
    branches = [item("90018288", 64_931, "B1", head="A"), item("90018619", 303_689, "B2", head="A")]
    proposal = only(paid(368_620, "90018288, 18619"), branches)
    assert (proposal.rule, proposal.automatic) == ("numbers.exact", True)


def _cents(amount: str) -> int:
    return int(amount.replace(".", ""))


def test_the_worked_cases_of_the_second_look_are_those_of_the_page():
    for case in table(PAGE, "open"):
        bills = [item(one.split()[0], _cents(one.split()[1])) for one in case["open"].split(", ")]
        proposal = only(paid(_cents(case["paid"]), case["text"]), bills)
        parts = [f"{part.item} {part.amount // 100}.{part.amount % 100:02d}" for part in proposal.allocations]
        assert (", ".join(parts), proposal.automatic) == (case["allocations"], case["automatic"] == "yes"), case


# What the text says of a difference.


def test_what_is_not_paid_stays_open_where_the_text_states_it():
    bills = [item("RE-2026-10021", 50_000), item("RE-2026-10022", 80_000, due=9)]
    proposal = only(paid(127_000, "RE-2026-10021 Fehlmenge -30,00, RE-2026-10022"), bills)
    assert {part.item: part.amount for part in proposal.allocations} == {
        "RE-2026-10021": 47_000, "RE-2026-10022": 80_000,
    }  # fmt: skip
    assert (proposal.rule, proposal.grade, proposal.automatic) == ("numbers.short", "whole payer one", True)
    assert [(one.item, one.amount) for one in proposal.deductions] == [("RE-2026-10021", 3_000)]


def test_an_amount_at_the_end_of_a_list_may_be_meant_for_any_of_it():
    bills = [item("RE-2026-10021", 50_000), item("RE-2026-10022", 80_000, due=9)]
    proposal = only(paid(127_000, "RE-2026-10021, RE-2026-10022 Fehlmenge -30,00"), bills)
    assert {part.item: part.amount for part in proposal.allocations}["RE-2026-10022"] == 77_000
    assert not proposal.automatic


@pytest.mark.parametrize(
    ("text", "gap", "stated"),
    [
        ("RE-2026-10021 -1.030,00, RE-2026-10022", 103_000, ("RE-2026-10021", False)),
        ("RE-2026-10021, RE-2026-10022 -30.00", 3_000, ("RE-2026-10022", True)),
        ("-30,00 RE-2026-10021, RE-2026-10022", 3_000, None),  # behind no number
        ("RE-2026-10021 30,00, RE-2026-10022 30,00", 3_000, None),  # stated twice
        ("RE-2026-10021, RE-2026-10022", 3_000, None),
    ],
)
def test_the_item_behind_whose_number_an_amount_stands(text, gap, stated):
    bills = [item("RE-2026-10021", 500_000), item("RE-2026-10022", 800_000)]
    found = stated_for(paid(1, text), bills, gap)
    assert (found and (found.item.number, found.last)) == stated


def test_with_one_item_there_is_nothing_to_choose():
    assert stated_for(paid(1, "RE-2026-10021 -30,00"), [item("RE-2026-10021", 50_000)], 3_000) is None


def test_more_than_an_item_has_is_not_what_is_not_paid_of_it():
    bills = [item("RE-2026-10021", 2_000), item("RE-2026-10022", 80_000)]
    assert only(paid(79_000, "RE-2026-10021 -30,00, RE-2026-10022"), bills).rule == "numbers.short"


def test_a_few_cents_more_than_a_list_are_no_reason_to_look():
    bills = [item("RE-2026-10021", 50_000), item("RE-2026-10022", 80_000)]
    proposal = only(paid(130_002, "RE-2026-10021, RE-2026-10022"), bills)
    assert (proposal.rule, proposal.on_account, proposal.automatic) == ("numbers.over", 2, True)
    assert not only(paid(130_900, "RE-2026-10021, RE-2026-10022"), bills).automatic


@pytest.mark.parametrize(
    ("text", "amount", "step"),
    [
        ("RE-2026-10021 ritenuta 4%", 96_000, "withholding"),
        ("RE-2026-10021 WHT 2,5 %", 97_500, "withholding"),
        ("RE-2026-10021 ritenuta", 96_000, "short"),
        ("RE-2026-10021 ritenuta 4%", 94_000, "short"),
    ],
)
def test_tax_is_withheld_at_the_rate_that_the_text_states(text, amount, step):
    proposal = only(paid(amount, text), [item("RE-2026-10021", 100_000)])
    assert proposal.step == step
    kinds = {part.adjustment_kind for part in proposal.allocations}
    assert kinds == {AdjustmentKind.WITHHOLDING_TAX if step == "withholding" else AdjustmentKind.NONE}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("marchandise abîmée", "complaint"), ("Ware beschädigt", "complaint"), ("Ware beschaedigt", "complaint"),
        ("merce danneggiata", "complaint"), ("contestazione", "complaint"), ("mercancía dañada", "complaint"),
        ("uszkodzony towar", "complaint"), ("reklamacja", "complaint"), ("klacht 12", "complaint"),
        ("manco levering", "shortage"), ("falta material", "shortage"), ("short delivery", "shortage"),
        ("price query", "price"), ("Danke", None),
    ],
)  # fmt: skip
def test_a_reason_is_understood_in_many_languages(text, reason):
    found = reason_in(paid(1, text))
    assert (found and found[0]) == reason


# How much of a number stands there, and who pays.


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        ("0026616", True),  # with its zeros
        ("INV 26616", True),  # behind its letters
        ("invoice INV-26616", True),
        ("26616", False),
        ("NV 26616", False),
    ],
)
def test_a_number_with_its_zeros_or_its_letters_stands_for_itself(text, sure):
    bill = item("INV0026616", 50_000, "C")
    (proposal,) = match([paid(50_000, text)], Ledger([bill]), Payers([], {}), Policy())
    assert (proposal.rule, proposal.automatic) == ("numbers.exact", sure)


def test_digits_between_letters_are_not_a_number_with_its_zeros():
    bill = item("RE0026616A", 50_000, "C")
    (proposal,) = match([paid(50_000, "0026616")], Ledger([bill]), Payers([], {}), Policy())
    assert not proposal.automatic


def test_a_longer_number_hides_one_inside_it():
    bills = [item("20264811", 100), item("90004811", 200)]
    assert [one.item for one in looked_again(paid(1, "20264B11"), bills, [])] == ["20264811"]


def test_an_account_that_pays_for_two_customers_with_the_same_amount_open_says_nothing():
    payers = Payers([], {"ACC": {"A": 5, "B": 3}})
    mine, other = item("RE-2026-10021", 50_000, "A"), item("RE-2026-10022", 50_000, "B")
    (unclear,) = match([paid(50_000, "")], Ledger([mine, other]), payers, Policy())
    assert not unclear.automatic
    (clear,) = match([paid(50_000, "")], Ledger([mine]), payers, Policy())
    assert clear.confidence > unclear.confidence


def test_two_payments_of_one_day_do_not_look_again_for_what_one_took():
    first, second = told([paid(303_689, "90018619"), paid(64_931, "90018288 18619", at=1)], ITEMS)
    assert [part.item for part in first.allocations] == ["90018619"]
    assert [part.item for part in second.allocations] == ["90018288"]


def test_a_short_number_with_a_letter_does_not_stand_for_itself():
    bill = item("A123", 50_000, "C")
    (proposal,) = match([paid(50_000, "A123")], Ledger([bill]), Payers([], {}), Policy())
    assert (proposal.rule, proposal.automatic) == ("numbers.exact", False)
