"""Lists that were cut off, money that came twice, and numbers with a slip."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from fairdue.core.matching import (
    Step,
)
from fairdue.core.matching.near import one_slip
from fairdue.core.money import decimal_of
from tests.core.matched import DAY, gone, item, one, paid


def test_a_standing_order_that_names_an_old_invoice_pays_the_oldest_over_the_amount():
    items = [gone("RE-2025-00001", 5000), item("RE-2026-00009", 5000, due=DAY), item("RE-2026-00002", 5000, due=DAY)]
    proposal = one(paid("50.00", "RE-2025-00001", "A"), items)
    assert (proposal.step, [part.item for part in proposal.allocations]) == (Step.STALE, ["RE-2026-00002"])


def test_money_that_came_twice_goes_on_account():
    proposal = one(paid("50.00", "RE-2025-00001", "A"), [gone("RE-2025-00001", 5000)])
    assert (proposal.rule, proposal.grade, proposal.debtor) == ("numbers.paid_already", "whole payer one same", "A")
    other = one(paid("51.00", "RE-2025-00001", "A"), [gone("RE-2025-00001", 5000)])
    assert other.grade == "whole payer one other"


# Lists that name only a part.


def test_a_list_that_was_cut_off_is_completed_in_the_order_of_due_dates():
    items = [item(f"RE-2026-1000{at}", 1000 + at, due=DAY + dt.timedelta(days=at)) for at in range(6)]
    total = sum(one_.residual for one_ in items[:5])
    proposal = one(paid(str(decimal_of(total, "EUR")), "RE-2026-10000, RE-2026-10001, RE-20", "A"), items)
    assert (proposal.step, len(proposal.allocations)) == (Step.COMPLETED, 5)
    assert proposal.arithmetic == "2 items 20.01 + 3 more of the customer 30.09 = 50.10 EUR"
    assert proposal.grade.endswith("run cut")
    twin = replace(items[5], id="twin", number="RE-2026-10009", residual=items[4].residual)
    assert one(paid(str(decimal_of(total, "EUR")), "RE-2026-10000 RE-2026-10001", "A"), [*items, twin]).grade.endswith(
        "run equal"
    )


def test_a_list_is_not_completed_by_items_of_two_customers():
    items = [item("RE-2026-10001", 1000), item("RE-2026-10002", 1000, "B"), item("RE-2026-10003", 700)]
    assert one(paid("27.00", "RE-2026-10001 RE-2026-10002", "A"), items).step is not Step.COMPLETED


# Slips.


@pytest.mark.parametrize(
    ("said", "meant", "slip"),
    [
        ("4711", "4711", False), ("4712", "4711", True), ("471", "4711", True), ("47111", "4711", True),
        ("4171", "4711", True), ("7411", "4711", True), ("4117", "4711", False), ("1111", "4711", False),
        ("47", "4711", False), ("", "1", True), ("ab", "ba", True), ("aXc", "abc", True),
    ],
)  # fmt: skip
def test_one_slip_is_one_change_one_more_one_less_or_one_swap(said, meant, slip):
    assert one_slip(said, meant) is slip
    assert one_slip(meant, said) is slip


def test_a_slip_decides_between_items_over_the_same_amount():
    items = [item("RE-2026-10021", 5000), item("RE-2026-10057", 5000)]
    proposal = one(paid("50.00", "RE-2026-10058", "A"), items)
    assert (proposal.step, proposal.allocations[0].item) == (Step.TYPO, "RE-2026-10057")
    assert "is RE-2026-10057 but for one slip" in proposal.reason


def test_a_slip_that_hits_somebody_elses_item_is_left_to_a_person():
    items = [item("RE-2026-10021", 5000, "A"), item("RE-2026-10022", 5000, "B")]
    proposal = one(paid("50.00", "RE-2026-10022", "A"), items)
    assert (proposal.step, proposal.automatic) == (Step.TYPO, False)
    assert [other.grade for other in proposal.alternatives][:1] == ["whole rival one"]


# No customer's money.
