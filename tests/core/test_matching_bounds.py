"""Searches that end: sums, keys that many items share, and customers whom a payer may be."""

from __future__ import annotations

import datetime as dt
from itertools import chain, combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairdue.core.matching import (
    Allocation,
    Item,
    Key,
    KeyKind,
    Ledger,
    Payers,
    Payment,
    Policy,
    Proposal,
    Step,
    item_keys,
    match,
)
from fairdue.core.matching.again import looked_again
from fairdue.core.matching.amounts import shown
from fairdue.core.matching.by_payer import MOST_PAYERS
from fairdue.core.matching.ledger import MOST_SHARED
from fairdue.core.matching.near import MOST_COMPARED, nearly_named, one_slip
from fairdue.core.matching.subset import MOST_EXACT, MOST_PAIRS, unique_subset
from fairdue.core.matching.text import stem, tail_key
from fairdue.core.money import decimal_of

DAY = dt.date(2026, 3, 2)
NOBODY = Payers([], {})


def item(number: str, residual: int, debtor: str = "A", due: int = 0, **given) -> Item:
    return Item(number, number, debtor, "EUR", residual, DAY + dt.timedelta(days=due), amount=abs(residual), **given)


def paid(amount: int, text: str, payer: str = "", at: int = 0) -> Payment:
    return Payment(f"P{at}", amount, "EUR", DAY, (text,), payer_name=payer)


def only(payment: Payment, items: list[Item], payers: Payers = NOBODY) -> Proposal:
    return match([payment], Ledger(items), payers, Policy())[0]


# Sums.


def by_hand(amounts: list[int], target: int, most: int) -> list[tuple[int, ...]]:
    places = range(len(amounts))
    every = chain.from_iterable(combinations(places, size) for size in range(1, most + 1))
    return [chosen for chosen in every if sum(amounts[at] for at in chosen) == target]


@given(st.lists(st.integers(-6, 9).filter(bool), min_size=1, max_size=9), st.integers(-12, 30))
def test_a_sum_is_found_if_and_only_if_one_choice_makes_it(amounts, target):
    found = by_hand(amounts, target, len(amounts))
    chosen = unique_subset(amounts, target)
    assert (None if chosen is None else tuple(sorted(chosen))) == (found[0] if len(found) == 1 else None)


@given(st.lists(st.integers(-40, 900).filter(bool), min_size=MOST_EXACT + 1, max_size=30), st.integers(-50, 2_000))
def test_in_a_long_account_sums_of_up_to_three_are_found_if_there_is_one_choice(amounts, target):
    found = by_hand(amounts, target, 3)
    chosen = unique_subset(amounts, target)
    assert (None if chosen is None else tuple(sorted(chosen))) == (found[0] if len(found) == 1 else None)


def test_equal_amounts_are_no_choice_and_too_many_items_are_not_searched():
    assert unique_subset([5] * MOST_EXACT, 10) is None
    assert unique_subset([5] * MOST_PAIRS, 10) is None
    assert unique_subset([0, 0], 0) is None
    assert unique_subset([1, *[1_000] * MOST_PAIRS], 1) is None
    assert unique_subset([], 0) is None


@pytest.mark.parametrize(("amounts", "target"), [([300, 500], 900), ([300, -200], -300), ([300, 600], 500)])
def test_a_sum_out_of_reach_or_between_the_steps_is_not_searched(amounts, target):
    assert unique_subset(amounts, target) is None


# Keys that many items share.


def test_the_year_behind_a_number_is_not_what_tells_it_from_others():
    assert [tail_key(number) for number in ("4711/2026", "2026/4711", "R1-2031", "2026-2031", "90104711-01")] == [
        "4711", "4711", "2031", "2031", "90104711",
    ]  # fmt: skip
    assert stem("4711/2026") == stem("4712/2026") != stem("4712/2025")
    assert stem("Abschlag") == "ABSCHLAG"
    assert Key(KeyKind.TAIL, "2026") not in item_keys(item("4711/2026", 100))


def test_a_range_of_numbers_with_the_year_behind_names_what_is_between():
    items = [item(f"{4710 + at}/2026", 1_000 + at, due=at) for at in range(1, 5)]
    found = only(paid(4_010, "4711/2026 - 4714/2026", "Muster"), items, Payers([("A", "Muster")], {}))
    assert (found.rule, len(found.allocations)) == ("numbers.exact", 4)


def test_a_key_that_very_many_items_share_names_those_over_the_amount():
    shared = [item(f"S{at}", 1_000 + at, debtor=f"D{at}", order_number="FRAME-77001") for at in range(MOST_SHARED + 1)]
    ledger = Ledger(shared)
    assert not ledger.find(KeyKind.ORDER, "FRAME77001")
    assert [one.id for one in ledger.find(KeyKind.ORDER, "FRAME77001", 1_007)] == ["S7"]
    assert ledger.find(KeyKind.ORDER, "FRAME77001", 1_009)[0].id == "S9"
    assert len(Ledger(shared[1:]).find(KeyKind.ORDER, "FRAME77001")) == MOST_SHARED
    found = only(paid(1_007, "PO FRAME-77001"), shared)
    assert (found.rule, found.allocations) == ("order.exact", (Allocation("S7", 1_007),))


def test_of_very_many_items_over_one_amount_with_one_key_the_first_are_looked_at():
    same = [item(f"S{at:04}", 1_000, order_number="FRAME-77001") for at in range(MOST_SHARED + 9)]
    found = Ledger(same).find(KeyKind.ORDER, "FRAME77001", 1_000)
    assert [one.id for one in found] == [f"S{at:04}" for at in range(MOST_SHARED)]


def test_only_so_many_equal_items_are_compared_with_the_text():
    equal = [*[item("RE-2026-10000", 1_000)] * MOST_COMPARED, item("RE-2026-77777", 1_000)]
    assert nearly_named(paid(1_000, "RE-2026-77778"), equal) == []
    assert [one.number for one, _ in nearly_named(paid(1_000, "RE-2026-77778"), equal[1:])] == ["RE-2026-77777"]


# Customers whom a payer may be.


def test_of_very_many_namesakes_the_first_are_searched_alone_and_all_of_them_together():
    namesakes = [f"D{at:02}" for at in range(MOST_PAYERS + 3)]
    payers = Payers([(one, "Anna Berg") for one in namesakes], {})
    items = [item(f"RE-{20_000 + at}", 7_000 + at, debtor=one) for at, one in enumerate(namesakes)]
    assert only(paid(7_000, "Danke", "Anna Berg"), items, payers).grade == "one of several"
    assert only(paid(7_000 + MOST_PAYERS, "Danke", "Anna Berg"), items, payers).grade == "several"


# Explanations that are as good as they look.

A = Payers([("A", "Muster")], {"ACC": {"A": 3}})


def test_a_number_of_somebody_else_is_no_rival_where_its_item_leaves_a_rest():
    own, other = item("RE-2026-10021", 5_000), item("RE-2026-10022", 7_000, debtor="B")
    slip = only(paid(5_000, "RE-2026-10022", "Muster"), [own, other], A)
    assert (slip.rule, slip.automatic) == ("payer.typo", True)
    assert "whole other one" in [one.grade for one in slip.alternatives]
    same = only(paid(5_000, "RE-2026-10022", "Muster"), [own, item("RE-2026-10022", 5_000, debtor="B")], A)
    assert (same.rule, same.automatic, same.alternatives[0].grade) == ("payer.typo", False, "whole rival one")


def test_other_items_over_the_amount_do_not_outdo_the_one_that_is_named():
    items = [item("RE-2026-10021", 10_000), item("RE-2026-10098", 50_000)]
    found = only(paid(50_000, "RE-2026-10021", "Muster"), items, A)
    assert (found.rule, found.on_account) == ("numbers.over", 40_000)
    assert [(one.rule, one.confidence) for one in found.alternatives[:1]] == [("payer.exact", 9_500)]
    assert only(paid(50_000, "thanks", "Muster"), items, A).confidence > 9_500
    slip = only(paid(50_000, "RE-2026-10021", "Muster"), [items[0], item("RE-2026-10022", 50_000)], A)
    assert [one.confidence > 9_500 for one in (slip, *slip.alternatives) if one.rule == "payer.typo"] == [True]


def test_a_payment_is_not_short_where_a_credit_note_makes_the_amount():
    items = [item("RE-2026-10021", 5_000), item("GS-2026-00001", -700)]
    found = only(paid(4_300, "RE-2026-10021", "Muster"), items, A)
    assert found.step is Step.CREDIT_NOTES
    assert Step.SHORT not in [one.step for one in found.alternatives]
    assert only(paid(4_301, "RE-2026-10021", "Muster"), items, A).step is Step.SHORT


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("RE-2026-10001, RE-2026-10002, RE-2026-100", "run cut"), ("RE-2026-10001 RE-2026-10002 RE", "run cut"),
        ("RE-2026-10001, RE-2026-10002", "run equal"), ("RE-2026-10001, RE-2026-10002, FA-2", "run equal"),
    ],
)  # fmt: skip
def test_a_list_that_ends_within_the_next_number_was_cut_off_there(text, grade):
    """An older item over the same amount would do as well, unless the text says where it goes on."""
    items = [
        item("RE-2026-09999", 1_300, due=-9),
        *(item(f"RE-2026-1000{at}", 1_000 + 100 * at, due=at) for at in range(5)),
    ]
    found = only(paid(1_100 + 1_200 + 1_300 + 1_400, text, "Muster"), items, A)
    assert (found.step, found.grade.split("few ")[-1]) == (Step.COMPLETED, grade)
    assert [part.item for part in found.allocations] == [f"RE-2026-1000{at}" for at in range(1, 5)]


def test_a_standing_order_says_whether_several_items_are_open_over_its_amount():
    gone = Item("OLD", "RE-2025-00001", "A", "EUR", 0, DAY, amount=5_000)
    once, twice = [gone, item("RE-2026-10021", 5_000)], [gone, item("RE-2026-10021", 5_000), item("RE-2026-1", 5_000)]
    grades = [only(paid(5_000, "RE-2025-00001", "Muster"), items, A).grade for items in (once, twice)]
    assert grades == ["whole payer one same", "whole payer one same many"]


# What is left.


def test_what_is_used_up_leaves_the_lists_of_its_customer_and_its_group():
    items = [item("1", 100, "B", head="H"), item("2", 200, "B", due=1, head="H"), item("3", 0, "B", head="H")]
    ledger = Ledger(items)
    assert [one.id for one in ledger.of_debtor("B")] == [one.id for one in ledger.of_branches("H")] == ["1", "2"]
    ledger.claim([Allocation("1", 40)])
    assert [one.id for one in ledger.of_debtor("B")] == ["1", "2"]
    ledger.claim([Allocation("1", 60)])
    assert [one.id for one in ledger.of_debtor("B")] == [one.id for one in ledger.of_branches("H")] == ["2"]
    ledger.claim([Allocation("1", 0)])
    assert [one.id for one in ledger.of_debtor("B")] == ["2"]
    ledger.claim([Allocation("2", 200)])
    assert not ledger.of_debtor("B")
    assert not ledger.of_debtor("nobody")


# Conservation and independence over a day.

TEXTS = st.sampled_from(["RE-2026-{:05d}", "re 2026 {:d}", "{:d}", "{:05d}/2026", "Danke", "a conto"])
DAYS = st.lists(st.tuples(st.sampled_from("ABC"), st.integers(0, 11), st.integers(-300, 300), TEXTS), max_size=9)
WORLD = [
    item(f"RE-2026-{10_000 + at:05d}", 1_000 + 250 * (at % 5), debtor="ABC"[at % 3], due=at % 4) for at in range(12)
] + [item(f"GS-2026-{20_000 + at}", -250, debtor="ABC"[at % 3]) for at in range(3)]
KNOWN = Payers([("A", "Muster GmbH"), ("B", "Beispiel AG"), ("C", "Sommer SARL")], {})
NAMES = {"A": "Muster GmbH", "B": "Beispiel AG", "C": "Sommer SARL"}


def payments_of(rows) -> list[Payment]:
    return [
        paid(1_000 + 250 * (which % 5) + off, text.format(10_000 + which), NAMES[payer], at)
        for at, (payer, which, off, text) in enumerate(rows)
    ]


@given(DAYS)
def test_every_payment_is_whole_in_its_parts(rows):
    payments = payments_of(rows)
    for payment, one in zip(payments, match(payments, Ledger(WORLD), KNOWN, Policy()), strict=True):
        assert sum(part.amount for part in one.allocations) + one.on_account == payment.amount
        assert one.on_account >= 0


@given(DAYS, st.permutations("ABC"))
def test_payments_of_customers_who_have_nothing_to_do_with_each_other_may_come_in_any_order(rows, customers):
    """The numbers of a payment may name another customer's item: those payments are left out."""
    own = [row for row in rows if "ABC"[row[1] % 3] == row[0]]
    straight = payments_of(own)
    ids = {payment.id: payment for payment in straight}
    renamed = {one: f"Q{customers.index(row[0])}{at:02}" for at, (one, row) in enumerate(zip(ids, own, strict=True))}
    moved = [Payment(renamed[one.id], one.amount, "EUR", DAY, one.texts, payer_name=one.payer_name) for one in straight]
    first = {renamed[one.payment]: one for one in match(straight, Ledger(WORLD), KNOWN, Policy())}
    for one in match(moved, Ledger(WORLD), KNOWN, Policy()):
        assert (one.allocations, one.on_account, one.rule) == (
            first[one.payment].allocations, first[one.payment].on_account, first[one.payment].rule,
        )  # fmt: skip


@given(st.integers(0, 11), st.integers(2, 4), TEXTS)
def test_of_payments_that_came_twice_one_at_most_is_posted_onto_the_item(which, times, text):
    payer = "ABC"[which % 3]
    same = payments_of([(payer, which, 0, text)] * times)
    found = match(same, Ledger(WORLD), KNOWN, Policy())
    posted = [part.item for one in found if one.automatic for part in one.allocations]
    assert len(posted) == len(set(posted))
    named = f"RE-2026-{10_000 + which:05d}"
    assert sum(named in [part.item for part in one.allocations] for one in found) <= 1


def test_a_day_reaches_what_the_properties_speak_of():
    """Every "always" above is met by days on which something happens."""
    plain = [one for one in WORLD if one.residual > 0]
    found = match(
        payments_of([("A", 0, 0, "RE-2026-{:05d}"), ("A", 0, 0, "RE-2026-{:05d}")]), Ledger(plain), KNOWN, Policy()
    )
    assert [one.step for one in found] == [Step.EXACT, Step.PAID_ALREADY]
    assert found[0].automatic


# What is not done for nothing.


def slips(meant: str) -> set[str]:
    """Return every string over these digits that is one slip away."""
    cuts = [(meant[:at], meant[at:]) for at in range(len(meant) + 1)]
    fewer = {one + two[1:] for one, two in cuts if two}
    changed = {one + digit + two[1:] for one, two in cuts if two for digit in "012"}
    more = {one + digit + two for one, two in cuts for digit in "012"}
    swapped = {one + two[1] + two[0] + two[2:] for one, two in cuts if len(two) > 1}
    return (fewer | changed | more | swapped) - {meant}


@given(st.text("012", max_size=6), st.text("012", max_size=6))
def test_a_slip_is_told_as_it_is_by_trying_every_one(said, meant):
    assert one_slip(said, meant) is (said in slips(meant))


@given(st.text("012", min_size=1, max_size=9), st.data())
def test_every_slip_of_a_long_number_is_told(meant, data):
    assert one_slip(data.draw(st.sampled_from(sorted(slips(meant)))), meant)


@given(st.integers(-10_000_000, 10_000_000), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_an_amount_is_shown_as_its_decimal_number(amount, currency):
    assert shown(amount, currency) == f"{decimal_of(amount, currency):,f}"


def test_no_item_is_looked_up_for_a_text_without_further_digits():
    items = iter([item("RE-2026-10001", 5_000)])
    assert looked_again(paid(1, "Vielen Dank"), items, []) == []
    assert next(items).number == "RE-2026-10001"
