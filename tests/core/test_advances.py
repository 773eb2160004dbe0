"""Money on account meets items, worked by hand on docs/rules/advances.md."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairdue.core.matching import Item, Payment, Policy
from fairdue.core.matching.advances import OnAccount, meet
from fairdue.core.money import Money, decimal_of
from tests.core.pages import table

PAGE = Path(__file__).parents[2] / "docs/rules/advances.md"
DAY = dt.date(2026, 3, 2)


def minor(text):
    return Money.parse(text, "EUR").minor


def item(row):
    return Item(
        row["number"], row["number"], row["customer"], "EUR", minor(row["open"]), dt.date.fromisoformat(row["due"]),
        order_number=row["order"], held=row["held"],
    )  # fmt: skip


ITEMS = [item(row) for row in table(PAGE, "held")]


def money(amount, text="", debtor="A", refused="", at=0):
    payment = Payment(f"P{at}", amount, "EUR", DAY, texts=(text,), payer_name="Somebody else")
    sets = frozenset({frozenset(refused.split(", "))}) if refused else frozenset()
    return OnAccount(debtor, payment, sets)


@pytest.mark.parametrize("row", table(PAGE, "proposed for"))
def test_the_worked_advances_meet_the_items_of_the_page(row):
    found = meet([money(minor(row["on account"]), row["said"], refused=row["refused"])], ITEMS, Policy())
    said = ", ".join(f"{number} {decimal_of(amount, 'EUR')}" for one in found for number, amount in one.parts)
    assert (said, found[0].rule if found else "") == (row["proposed for"], row["rule"])


def test_two_payments_share_the_items_the_older_first():
    found = meet([money(15000, at=2), money(10000, at=1)], ITEMS, Policy())
    assert [(one.payment, one.amount) for one in found] == [("P1", 10000), ("P2", 15000)]
    assert meet([money(100, debtor="nobody")], ITEMS, Policy()) == ()


@given(
    st.lists(
        st.tuples(st.integers(1, 60000), st.sampled_from(["", "RE-2026-10002", "PO-88123", "10001 10003"])), max_size=6
    )
)
def test_no_money_and_no_item_is_ever_used_twice(given_):
    asked = [money(amount, text, at=at) for at, (amount, text) in enumerate(given_)]
    found = meet(asked, ITEMS, Policy())
    have = {one.payment.id: one.payment.amount for one in asked}
    assert all(0 < one.amount <= have[one.payment] for one in found)
    for known in ITEMS:
        assert sum(part for one in found for number, part in one.parts if number == known.id) <= known.residual
