"""The index of a run: credit notes and counts of a customer, and keys that the database has found already."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairdue.core.matching import (
    Allocation,
    Item,
    KeyKind,
    Ledger,
    Payers,
    Payment,
    Policy,
    item_keys,
    match,
    payment_keys,
)

DAY = dt.date(2026, 3, 2)
KNOWN = Payers([("A", "Muster GmbH"), ("B", "Beispiel AG")], {})
NAMES = {"A": "Muster GmbH", "B": "Beispiel AG"}
TEXTS = st.sampled_from(["RE-2026-{:05d}", "re 2026 {:d}", "{:d}", "RE-2026-{:05d} bis 10006", "PO 7{:d}", "Danke"])
DAYS = st.lists(
    st.tuples(st.sampled_from("AB"), st.integers(0, 9), st.sampled_from([0, 0, -250, 1_250]), TEXTS), max_size=8
)


def item(number: str, residual: int, debtor: str = "A", due: int = 0, **given) -> Item:
    return Item(number, number, debtor, "EUR", residual, DAY + dt.timedelta(days=due), amount=abs(residual), **given)


WORLD = [
    item(f"RE-2026-{10_000 + at}", 1_000 + 250 * (at % 4), "AB"[at % 2], at % 3, order_number=f"PO 7{10_000 + at}")
    for at in range(10)
] + [item("GS-2026-20001", -250), item("RE-2025-10001", 0, "B")]


def asked_of(payments: list[Payment], items: list[Item]) -> list[tuple[KeyKind, str, str]]:
    """Return what the database finds under the keys that payments ask for."""
    asked = {key for payment in payments for key in payment_keys(payment)}
    return [(key.kind, key.value, one.id) for one in items for key in item_keys(one) if key in asked]


def payments_of(rows) -> list[Payment]:
    return [
        Payment(f"P{at}", amount + off, "EUR", DAY, (text.format(10_000 + which),), payer_name=NAMES[who])
        for at, (who, which, off, text) in enumerate(rows)
        for amount in [1_000 + 250 * (which % 4)]
    ]


@given(DAYS)
def test_keys_that_the_database_found_give_the_same_proposals_as_all_keys(rows):
    payments = payments_of(rows)
    whole = Ledger(WORLD)
    few = Ledger(WORLD, asked_of(payments, WORLD))
    for ledger in (few, few.again()):
        assert match(payments, ledger, KNOWN, Policy()) == match(payments, whole.again(), KNOWN, Policy())


def test_keys_that_the_database_found_reach_items():
    """The property above speaks of days on which keys lead somewhere."""
    payments = payments_of([("A", 0, 0, "RE-2026-{:05d}"), ("B", 1, 0, "PO 7{:d}"), ("A", 2, 0, "{:d}")])
    found = asked_of(payments, WORLD)
    assert {kind for kind, _, _ in found} >= {KeyKind.NUMBER, KeyKind.ORDER, KeyKind.DIGITS, KeyKind.TAIL}
    assert all(one.allocations for one in match(payments, Ledger(WORLD, found), KNOWN, Policy()))


def test_a_key_of_an_item_that_is_not_there_is_left_out():
    ledger = Ledger(
        [*WORLD, item("X", 5)],
        [(KeyKind.NUMBER, "RE202610000", "gone"), (KeyKind.NUMBER, "RE202610000", "RE-2026-10000")],
    )
    assert [one.id for one in ledger.find(KeyKind.NUMBER, "RE202610000")] == ["RE-2026-10000"]


@pytest.mark.parametrize(
    ("low", "high", "found"),
    [
        (10_000, 10_004, ["RE-2026-10002"]), (10_000, 10_005, ["RE-2026-10004", "RE-2026-10002"]),
        (9_000, 20_000, ["RE-2026-10000", "RE-2026-10006", "RE-2026-10004", "RE-2026-10002", "RE-2026-10008"]),
        (10_004, 10_004, []),
    ],
)  # fmt: skip
def test_the_counts_between_two_are_found_by_key_or_in_the_list_of_the_customer(low, high, found):
    """Few counts are looked up one by one, many among what the customer has open; oldest due first either way."""
    assert [one.id for one in Ledger(WORLD).numbered("A", low, high)] == found


def test_credit_notes_leave_their_list_when_they_are_used_up():
    ledger = Ledger([*WORLD, item("GS-2026-20002", -100, due=-1), item("GS-2026-20003", -100, "B")])
    assert [one.id for one in ledger.notes_of("A")] == ["GS-2026-20002", "GS-2026-20001"]
    ledger.claim([Allocation("GS-2026-20001", -250), Allocation("GS-2026-20002", -40)])
    assert [one.id for one in ledger.notes_of("A")] == ["GS-2026-20002"]
    assert not ledger.notes_of("nobody")
