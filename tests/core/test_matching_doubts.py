"""What looks sure and is not: explanations that a machine leaves to a person, and the better ones beside them."""

from __future__ import annotations

import datetime as dt

import pytest

from fairdue.core.matching import (
    AdjustmentKind,
    Allocation,
    Coded,
    Codes,
    Item,
    Ledger,
    NamedDocument,
    Payers,
    Payment,
    Policy,
    Proposal,
    Treatment,
    match,
)
from fairdue.core.matching.amounts import off_the_rest
from fairdue.core.matching.subset import choices

DAY = dt.date(2026, 3, 2)
PAYERS = Payers([("A", "Muster"), ("B", "Beispiel")], {"ACC": {"A": 3}})


def item(number: str, residual: int, debtor: str = "A", due: int = 0, **given) -> Item:
    given.setdefault("amount", abs(residual))
    return Item(number, number, debtor, "EUR", residual, DAY + dt.timedelta(days=due), **given)


def paid(amount: int, text: str, at: int = 0, **given) -> Payment:
    return Payment(f"P{at}", amount, "EUR", DAY, (text,), payer_account="ACC", **given)


def told(payments: list[Payment], items: list[Item]) -> list[Proposal]:
    return match(payments, Ledger(items), PAYERS, Policy())


def only(payment: Payment, items: list[Item]) -> Proposal:
    return told([payment], items)[0]


# Discounts.


def test_a_discount_on_the_rest_of_an_item_that_an_earlier_payment_of_the_run_took_a_part_of():
    bill = item("RE-2026-10021", 100_000, discount=2_000, discount_until=DAY)
    part, rest = told([paid(40_000, "RE-2026-10021"), paid(58_800, "RE-2026-10021", at=1)], [bill])
    assert part.allocations == (Allocation(bill.id, 40_000),)
    assert rest.allocations == (Allocation(bill.id, 58_800, 1_200, AdjustmentKind.DISCOUNT),)
    assert (rest.rule, rest.automatic) == ("numbers.discount", True)


@pytest.mark.parametrize(
    ("residual", "discount", "left", "off"),
    [(100_000, 2_000, 100_000, 2_000), (100_000, 2_000, 60_000, 1_200), (9_999, 200, 5_001, 100), (100, 2, 0, 0)],
)
def test_the_discount_on_a_rest_is_its_share_half_a_unit_up(residual, discount, left, off):
    assert off_the_rest(item("RE-2026-10021", residual, discount=discount), left) == off


# Credit notes.


def test_a_credit_note_of_just_the_difference_explains_it_before_a_charge_that_nobody_states():
    items = [item("RE-2026-10021", 80_000), item("GS-2026-00017", -2_500)]
    netted = only(paid(77_500, "RE-2026-10021"), items)
    assert (netted.rule, len(netted.allocations)) == ("numbers.credit_notes", 2)
    stated = only(paid(77_500, "RE-2026-10021", charges=2_500), items)
    assert stated.rule == "numbers.charge"


def test_a_short_payment_that_one_of_two_credit_notes_may_explain_waits_for_a_person():
    items = [item("RE-2026-10021", 80_000), item("GS-2026-00017", -13_300), item("GS-2026-00018", -13_300)]
    short = only(paid(66_700, "RE-2026-10021"), items)
    assert (short.rule, short.grade, short.automatic) == ("numbers.short", "whole payer one notes", False)
    assert only(paid(66_700, "RE-2026-10021"), items[:1]).automatic


def test_two_choices_of_credit_notes_are_no_only_one():
    assert sorted(choices([-5, -5], -5)) == [(0,), (1,)]
    assert choices([], -5) == choices([-3], -5) == []


# Short and small.


def test_a_payment_that_leaves_a_named_item_without_any_money_is_not_just_short():
    items = [item("RE-2026-10021", 80_000), item("RE-2026-10022", 90_000, due=5)]
    short = only(paid(70_000, "RE-2026-10021 und RE-2026-10022"), items)
    assert (short.rule, short.grade, short.automatic) == ("numbers.short", "whole payer one left out", False)
    assert len(only(paid(90_000, "RE-2026-10021 und RE-2026-10022 Teil"), items).allocations) == 1


def test_a_difference_for_which_the_payer_gives_a_reason_is_not_written_off_by_a_machine():
    bill = item("RE-2026-10021", 80_000)
    small = only(paid(79_940, "RE-2026-10021"), [bill])
    assert (small.rule, small.automatic) == ("numbers.small_difference", True)
    reasoned = only(paid(79_940, "RE-2026-10021 Abzug Retoure"), [bill])
    assert (reasoned.rule, reasoned.grade, reasoned.automatic) == (
        "numbers.small_difference", "whole payer one told", False,
    )  # fmt: skip


# Numbers.


def test_the_number_of_an_invoice_that_was_paid_over_the_same_amount_is_a_standing_order_not_a_slip():
    old, new = item("RE-2026-10021", 0, amount=5_000), item("RE-2026-10022", 5_000)
    stale = only(paid(5_000, "RE-2026-10021"), [old, new, item("RE-2026-10400", 5_000, due=-9)])
    assert not stale.automatic
    assert "numbers.stale" in [one.rule for one in (stale, *stale.alternatives)]
    other = item("RE-2026-10021", 0, amount=7_000)
    slip = only(paid(5_000, "RE-2026-10021"), [other, new])
    assert slip.allocations == (Allocation(new.id, 5_000),)


def test_a_number_with_one_slip_and_the_exact_amount_comes_before_a_rest_on_another_item():
    named, meant = item("RE-2026-10021", 192_659), item("RE-2026-10012", 647_954)
    found = only(paid(647_954, "RE-2026-10021"), [named, meant])
    assert (found.rule, found.allocations) == ("payer.typo", (Allocation(meant.id, 647_954),))
    assert "numbers.over" in [one.rule for one in found.alternatives]


def test_a_number_whose_item_a_payment_of_the_run_took_without_naming_it_is_not_paid_already():
    bills = [item("RE-2026-10021", 5_000), item("RE-2026-10022", 7_000, due=3), item("RE-2026-10023", 900, due=5)]
    run, named = paid(12_000, "RE-2026-10021 u.a."), paid(7_000, "RE-2026-10022 Nachtrag", at=1)
    first, second = told([run, named], bills)
    assert (first.rule, first.automatic) == ("numbers.completed", True)
    assert (second.rule, second.automatic) == ("numbers.paid_already", False)


def test_a_number_that_two_payments_of_a_run_name_was_paid_twice():
    bill = item("RE-2026-10021", 5_000)
    documents = (NamedDocument(bill.number, bill.residual),)
    first, second = told([paid(5_000, "", documents=documents), paid(5_000, "RE-2026-10021", at=1)], [bill])
    assert (first.rule, first.automatic) == ("documents.exact", True)
    assert (second.rule, second.on_account, second.automatic) == ("numbers.paid_already", 5_000, True)


# The payer alone.


def test_a_choice_of_items_that_is_as_likely_an_accident_waits_for_a_person():
    items = [item(f"RE-2026-1{at:04}", (2 * at + 1) * 100, due=at) for at in range(30)]
    found = only(paid(17_500, "Danke"), [*items, item("RE-2026-19999", 16_900, due=40)])
    assert not found.automatic


def test_an_item_is_a_guess_where_an_equal_one_went_to_a_guess_of_the_same_run():
    equal = [item("RE-2026-10021", 5_000), item("RE-2026-10400", 5_000, due=9)]
    first, second = told([paid(5_000, "Danke"), paid(5_000, "Danke", at=1)], equal)
    assert (first.rule, first.automatic) == ("payer.equal", False)
    assert (second.rule, second.automatic) == ("payer.exact", False)
    assert only(paid(5_000, "Danke"), equal[:1]).automatic


def test_a_payment_that_calls_itself_an_advance_is_not_put_on_an_item_by_its_amount():
    bill = item("RE-2026-10021", 5_100)
    assert only(paid(5_100, "Danke"), [bill]).automatic
    advance = only(paid(5_100, "Anzahlung"), [bill])
    assert not (advance.allocations and advance.automatic)
    assert only(paid(5_100, "Anzahlung RE-2026-10021"), [bill]).automatic


# Codes of the customer in the text.


def coded(*codes: Coded) -> Policy:
    return Policy(codes=Codes({("A", one.code): one for one in codes}))


D07, PRICE = Coded("D07", "bonus", Treatment.DISCOUNT, 5_000, "EUR"), Coded("P1", "price")


def under(policy: Policy, text: str, amount: int, **given) -> Proposal:
    return match([paid(amount, text, **given)], Ledger([item("RE-2026-10021", 80_000)]), PAYERS, policy)[0]


@pytest.mark.parametrize(
    ("text", "amount", "rule", "adjustment", "deduction"),
    [
        ("RE-2026-10021 D07", 76_000, "numbers.deduction", 4_000, None),
        ("RE-2026-10021 (d07)", 76_000, "numbers.deduction", 4_000, None),
        ("RE-2026-10021 D07", 70_000, "numbers.short", 0, ("bonus", "D07")),  # more than is granted
        ("RE-2026-10021 P1", 76_000, "numbers.short", 0, ("price", "P1")),
        ("RE-2026-10021 P1 freight", 76_000, "numbers.short", 0, ("price", "P1")),
        ("RE-2026-10021 D07 P1", 76_001, "numbers.short", 0, None),  # two codes say nothing
        ("RE-2026-10021 XD07", 76_001, "numbers.short", 0, None),  # no word of its own
    ],
)
def test_a_code_in_the_text_says_what_was_taken_off(text, amount, rule, adjustment, deduction):
    found = under(coded(D07, PRICE), text, amount)
    assert (found.rule, found.allocations[0].adjustment) == (rule, adjustment)
    said = next(((one.reason, one.said) for one in found.deductions), None)
    assert (said[0], said[1].upper()) == deduction if said else deduction is None
    if adjustment:
        assert (found.allocations[0].why, found.automatic) == (f"bonus: {found.allocations[0].why[-3:]}", True)


def test_a_code_may_stand_in_a_structured_reference():
    found = under(coded(D07), "RE-2026-10021", 76_000, references=("D07",))
    assert (found.rule, found.allocations[0].adjustment_kind) == ("numbers.deduction", AdjustmentKind.DISCOUNT)


def test_a_code_is_a_reason_against_a_charge_and_a_small_difference():
    assert under(coded(PRICE), "RE-2026-10021 P1", 78_000).rule == "numbers.short"
    assert under(coded(), "RE-2026-10021 P1", 78_000).rule == "numbers.charge"
    small = under(coded(PRICE), "RE-2026-10021 P1", 79_950)
    assert (small.rule, small.automatic) == ("numbers.small_difference", False)


@pytest.mark.parametrize(("code", "text", "found"), [("9", "9", False), ("12", "12", False), ("123", "123", True),
                                                     ("A1", "a1", True), ("A", "A", False)])  # fmt: skip
def test_a_code_of_few_characters_is_not_looked_for_in_a_text(code, text, found):
    known = Codes({("", code): Coded(code, "price")})
    assert (known.named_in("A", "", [text]) is not None) is found
