"""What explains a difference between a payment and its items: discounts, charges, small amounts."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from fairdue.core.matching import (
    AdjustmentKind,
    Allocation,
    Policy,
    Step,
    Tolerance,
)
from fairdue.core.money import decimal_of
from tests.core.matched import DAY, item, one, paid

NO_CHARGES = {"EUR": Tolerance(100, 2500, 51)}


def test_a_discount_that_is_taken_late_is_proposed_for_two_weeks_and_posted_as_the_creditor_chose():
    items = [item("RE-2026-00001", 10000, discount=200, discount_until=DAY - dt.timedelta(days=10))]
    late = paid("98.00", "RE-2026-00001", "A")
    proposal = one(late, items, Policy(tolerances=NO_CHARGES))
    assert (proposal.step, proposal.automatic) == (Step.LATE_DISCOUNT, False)
    assert proposal.reason.endswith("granting it is the creditor's choice.")
    assert proposal.allocations[0] == Allocation("RE-2026-00001", 9800, 200, AdjustmentKind.DISCOUNT)
    for days, posted in ((6, False), (7, True)):
        chosen = one(late, items, Policy(tolerances=NO_CHARGES, late_discount_posted_days=days))
        assert (chosen.step, chosen.automatic) == (Step.LATE_DISCOUNT, posted)
    strict = one(late, items, Policy(tolerances=NO_CHARGES, late_discount_days=0))
    assert strict.step is Step.SHORT


@pytest.mark.parametrize(
    "currency, left, paid_, step",
    [
        ("EUR", 10000, 9900, Step.SMALL_DIFFERENCE),
        ("EUR", 10000, 9899, Step.SHORT),
        ("JPY", 10000, 9850, Step.SMALL_DIFFERENCE),
        ("JPY", 10000, 9849, Step.SHORT),
        ("SEK", 100000, 99000, Step.SMALL_DIFFERENCE),
        ("KWD", 10000, 9999, Step.SHORT),
    ],
)
def test_a_small_difference_is_small_in_its_own_currency(currency, left, paid_, step):
    items = [replace(item("RE-2026-00001", left), currency=currency)]
    payment = replace(paid("1.00", "RE-2026-00001", "A"), amount=paid_, currency=currency)
    assert one(payment, items).step is step
    own = Policy(tolerances={currency: Tolerance(0, 0)})
    assert one(payment, items, own).step is Step.SHORT


def test_some_of_the_discounts_may_be_taken():
    items = [item(f"RE-2026-1000{at}", 10000 + at, discount=200 + 10 * at, discount_until=DAY) for at in range(3)]
    proposal = one(paid("297.83", "RE-2026-10000 RE-2026-10001 RE-2026-10002", "A"), items)
    assert (proposal.step, [part.adjustment for part in proposal.allocations]) == (Step.DISCOUNT, [0, 0, 220])


def test_a_discount_that_is_long_gone_is_a_short_payment():
    items = [item("RE-2026-00001", 10000, discount=201, discount_until=DAY - dt.timedelta(days=60))]
    assert one(paid("97.99", "RE-2026-00001", "A"), items).step is Step.SHORT


@pytest.mark.parametrize("off", [-1, 0, 1])
def test_each_discount_may_be_rounded_by_one_cent(off):
    items = [item("RE-2026-00001", 10000, discount=200, discount_until=DAY), item("RE-2026-00002", 5000)]
    amount = str(decimal_of(14800 + off, "EUR"))
    proposal = one(paid(amount, "RE-2026-00001 RE-2026-00002", "A"), items)
    assert proposal.step is Step.DISCOUNT
    assert sum(part.adjustment for part in proposal.allocations) == 200 - off


def test_a_discount_of_one_cent_cannot_be_rounded_away():
    items = [item(f"RE-2026-0000{at}", 10000, discount=1, discount_until=DAY) for at in (1, 2)]
    proposal = one(paid("199.99", "RE-2026-00001 RE-2026-00002", "A"), items)
    assert proposal.step is Step.SMALL_DIFFERENCE


def test_a_stated_charge_explains_any_difference():
    proposal = one(paid("201.33", "RE-2026-04713", "A", charges=3667))
    assert (proposal.step, proposal.allocations[0].adjustment) == (Step.CHARGE, 3667)
    assert "stated bank charge 36.67" in proposal.arithmetic


def test_an_adjustment_never_eats_an_item():
    items = [item("RE-2026-00001", 50), item("RE-2026-00002", 40)]
    text = "RE-2026-00001 RE-2026-00002"
    assert one(paid("0.01", text, "A", charges=89), items).step is Step.SHORT
    assert one(paid("0.51", text, "A"), items).step is Step.SMALL_DIFFERENCE
