"""Properties of matching: money is conserved, order does not matter, narrowing loses nothing."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from fairdue.core.matching import (
    Allocation,
    KeyKind,
    Ledger,
    Payers,
    Policy,
    Source,
    fund,
    item_keys,
    match,
    narrow,
    payment_keys,
)
from tests.core.matched import CHOSEN, ITEMS, PAID, PAYERS, world


@settings(max_examples=300)
@given(CHOSEN, PAID)
def test_money_is_conserved_and_no_item_is_given_away_twice(rows, payments):
    items, made = world(rows, payments)
    proposals = match(made, Ledger(items), PAYERS, Policy())
    assert [proposal.payment for proposal in proposals] == [payment.id for payment in made]
    left = {one_.id: one_.residual for one_ in items}
    for payment, proposal in zip(made, proposals, strict=True):
        assert sum(part.amount for part in proposal.allocations) + proposal.on_account == payment.amount
        for part in proposal.allocations:
            left[part.item] -= part.reduces
    for one_ in items:
        assert 0 <= left[one_.id] <= one_.residual or one_.residual <= left[one_.id] <= 0


@given(CHOSEN, PAID, st.randoms(use_true_random=False))
def test_the_order_of_items_and_payments_does_not_matter(rows, payments, random):
    items, made = world(rows, payments)
    straight = match(made, Ledger(items), PAYERS, Policy())
    random.shuffle(items)
    random.shuffle(made)
    assert match(made, Ledger(items), PAYERS, Policy()) == straight


@settings(max_examples=300)
@given(CHOSEN, PAID)
def test_narrowing_loses_nothing(rows, payments):
    items, made = world(rows, payments)
    few = narrow(made, items, PAYERS)
    assert match(made, Ledger(few), PAYERS, Policy()) == match(made, Ledger(items), PAYERS, Policy())


def _at_first(payments, items):
    """Return what a run starts with: what is named, ends of numbers of whom it may concern, and their credit notes."""
    keys = {key for payment in payments for key in payment_keys(payment)}
    exact = {(key, payment.amount) for payment in payments for key in payment_keys(payment)}
    named = [
        one_
        for one_ in items
        for key in item_keys(one_)
        if key in keys and (key.kind is not KeyKind.TAIL or (key, one_.residual) in exact)
    ]
    owners = {one_.debtor for one_ in named} | {by.debtor for payment in payments for by in PAYERS.identify(payment)}
    ended = [one_ for one_ in items if one_.debtor in owners and not keys.isdisjoint(item_keys(one_))]
    return {one_.id: one_ for one_ in [*named, *ended, *(i for i in items if i.debtor in owners and i.residual < 0)]}


@settings(max_examples=300)
@given(CHOSEN, PAID)
def test_a_run_that_loads_the_customers_who_are_asked_for_decides_as_one_with_everything(rows, payments):
    items, made = world(rows, payments)
    few, whole = _at_first(made, items), set()
    while True:
        ledger = Ledger(few.values(), whole=whole)
        found = match(made, ledger, PAYERS, Policy())
        if not ledger.missing:
            break
        assert ledger.missing.isdisjoint(whole)
        whole |= ledger.missing
        few |= {one_.id: one_ for one_ in items if whole & {one_.debtor, one_.head}}
    assert found == match(made, Ledger(items), PAYERS, Policy())


def test_who_is_asked_for_by_a_look_aside_is_missing_in_the_run():
    ledger = Ledger(ITEMS, whole={"A"})
    aside = ledger.again()
    assert list(aside.of_debtor("A")) == list(Ledger(ITEMS).of_debtor("A"))
    assert ledger.missing == set()
    aside.of_branches("B")
    assert ledger.missing == {"B"}


def test_a_name_is_known_by_itself_or_because_it_paid_before():
    payers = Payers([("A", "Acme GmbH")], {}, aliases={"schmidt": {"B": 1}, "bank": {"": 3}})
    known = [payers.knows(name) for name in ("ACME", "Schmidt", "Bank", "Acme Nord", "")]
    assert known == [True, True, False, False, False]


@given(CHOSEN, PAID)
def test_what_was_refused_never_comes_again(rows, payments):
    items, made = world(rows, payments)
    first = match(made, Ledger(items), PAYERS, Policy())
    refused = frozenset((proposal.payment, proposal.fingerprint) for proposal in first)
    for proposal in match(made, Ledger(items), PAYERS, Policy(), refused):
        assert (proposal.payment, proposal.fingerprint) not in refused or proposal.source is Source.NONE


def test_credit_notes_pay_first_and_the_payment_pays_the_rest():
    parts = fund([Allocation("A", 11900), Allocation("B", 23800), Allocation("N", -15000)])
    assert [(part.item, part.credit_note, part.amount) for part in parts] == [
        ("A", "N", 11900),
        ("B", "N", 3100),
        ("B", "", 20700),
    ]


def test_a_foreign_part_keeps_both_amounts():
    (part,) = fund([Allocation("A", 11530, settles=12500)])
    assert (part.amount, part.settles) == (11530, 12500)


@given(st.lists(st.integers(1, 50), min_size=1, max_size=6), st.lists(st.integers(1, 20), max_size=4))
def test_funding_loses_nothing(items, notes):
    total = sum(items) - sum(notes)
    if total < 0:
        return
    allocations = [Allocation(f"I{at}", amount) for at, amount in enumerate(items)]
    allocations += [Allocation(f"N{at}", -amount) for at, amount in enumerate(notes)]
    parts = fund(allocations)
    assert sum(part.amount for part in parts if not part.credit_note) == total
    for allocation in allocations:
        drawn = [part.amount for part in parts if allocation.item in {part.item, part.credit_note}]
        assert sum(drawn) == abs(allocation.amount)


# What is paid already.
