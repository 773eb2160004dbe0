"""Claims answer what happens to their items: money, money that goes back, and disputes. Told by facts only."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from fairdue.collections.services import open_dispute, resolve_dispute
from fairdue.foundation.jobs import drain
from fairdue.foundation.models import Fact
from fairdue.foundation.verifying import verify_tenant
from fairdue.insurance import selectors
from fairdue.insurance.services import file_due_claims, run, share_recovery, withdraw_claim
from fairdue.receivables.selectors import holds
from fairdue.receivables.services import Applied, allocate, reverse_allocations, withdraw_credit
from tests import make
from tests.rooms.insurance import given as insured

DELIVERED = date(2026, 2, 1)
FILED = date(2026, 7, 31)
LATER = FILED + timedelta(days=5)


@pytest.fixture
def claim(ctx, books):
    """A claim over two items that waits for its date of loss."""
    with ctx.open():
        insured.limit(ctx, books, insured.policy(ctx, books), 100_000_00)
        items = [insured.invoice(ctx, books, 11_900_00, net=10_000_00, on=DELIVERED, days=30) for _ in range(2)]
    file_due_claims(ctx, today=FILED)
    drain()
    with ctx.open():
        (row,) = selectors.claims(ctx)
    return row, items


def pay(ctx, books, item, amount, on=LATER):
    """A payment comes in and is allocated; returns its credit and the group of its allocation."""
    with ctx.open():
        credit = make.payment(ctx, books, amount, on=on)
        group = allocate(ctx, lines=[Applied(item, amount, credit)], effective_on=on, today=on)
    drain()
    return credit, group


def told(ctx, *kinds):
    with ctx.open():
        rows = Fact.objects.filter(type__in=kinds).order_by("recorded_at", "id")
        return [(row.type, row.payload["amount"]["minor"]) for row in rows if "amount" in row.payload]


def state(ctx):
    with ctx.open():
        (row,) = selectors.claims(ctx)
        return row.state


def test_a_waiting_claim_hears_of_a_part_and_ends_when_all_is_paid(ctx, books, claim):
    _, (first, second) = claim
    pay(ctx, books, first, 11_900_00)
    assert state(ctx) == "filed"
    assert told(ctx, "claim.reduced") == [("claim.reduced", 11_900_00)]
    pay(ctx, books, second, 11_900_00)
    assert state(ctx) == "withdrawn"
    with ctx.open():
        assert holds(ctx, debtors=[books.debtor]) == []
        (fact,) = Fact.objects.filter(type="claim.withdrawn")
        assert (fact.payload["reason"], fact.debtor_id) == (
            "everything that is claimed is paid or credited",
            books.debtor,
        )
    assert run(ctx, today=date(2027, 3, 1)).indemnified == ()


def test_a_claim_waits_again_when_the_money_that_ended_it_goes_back(ctx, books, claim):
    _, (first, second) = claim
    pay(ctx, books, first, 11_900_00)
    credit, group = pay(ctx, books, second, 11_900_00)
    with ctx.open():
        reverse_allocations(ctx, group=group, effective_on=LATER, today=LATER, reason="MD06")
        withdraw_credit(ctx, credit=credit, amount=11_900_00, effective_on=LATER, today=LATER, reason="MD06")
    drain()
    assert state(ctx) == "filed"
    assert told(ctx, "claim.reopened") == [("claim.reopened", 11_900_00)]
    with ctx.open():
        (hold,) = holds(ctx, debtors=[books.debtor])
        assert (hold.item_id, hold.reason) == (second, "filed_claim")
    (indemnified,) = run(ctx, today=date(2027, 3, 1)).indemnified
    with ctx.open():
        (row,) = selectors.claims(ctx)
        assert (row.id, row.state) == (indemnified, "indemnified")
        assert 0 < row.indemnity <= 10_000_00


def test_a_claim_that_a_person_withdrew_stays_withdrawn(ctx, books, claim):
    row, (first, _) = claim
    _, group = pay(ctx, books, first, 1_000_00)
    with ctx.open():
        withdraw_claim(ctx, claim=row.id, reason="settled with the customer", today=LATER)
        reverse_allocations(ctx, group=group, effective_on=LATER, today=LATER, reason="MD06")
    drain()
    assert state(ctx) == "withdrawn"
    assert told(ctx, "claim.reopened") == []


def test_disputes_over_claimed_items_are_told_to_the_claim(ctx, books, claim):
    _, (first, _) = claim
    with ctx.open():
        dispute = open_dispute(ctx, item=first, reason="quality", amount=900_00, today=LATER)
    drain()
    with ctx.open():
        resolve_dispute(ctx, dispute=dispute, outcome="rejected", today=LATER)
    drain()
    said = [("claim.contested", 900_00), ("claim.uncontested", 900_00)]
    assert told(ctx, "claim.contested", "claim.uncontested") == said


def test_money_after_the_indemnity_is_noticed_and_money_that_is_shared_is_not(ctx, books, claim):
    row, (first, _) = claim
    run(ctx, today=date(2027, 3, 1))
    drain()
    assert told(ctx, "recovery.noticed", "claim.reduced") == []  # the indemnity itself is the insurer's
    day = date(2027, 4, 1)
    pay(ctx, books, first, 500_00, on=day)
    assert told(ctx, "recovery.noticed") == [("recovery.noticed", 500_00)]
    with ctx.open():
        credit = make.payment(ctx, books, 1_000_00, on=day)
        share_recovery(ctx, claim=row.id, credit=credit, today=day)
    drain()
    assert told(ctx, "recovery.noticed") == [("recovery.noticed", 500_00)]
    assert verify_tenant(ctx) == []


def test_money_on_account_of_a_customer_whose_claim_is_indemnified_is_noticed(ctx, books, claim):
    from fairdue.foundation.facts import NewFact, record

    run(ctx, today=date(2027, 3, 1))
    with ctx.open():
        other = make.debtor(ctx, books.creditor, name="Andere")
        for debtor in (books.debtor, other):
            payload = {"amount": {"minor": 700_00, "currency": "EUR"}, "reason": "", "credit": None}
            record(ctx, NewFact("cash.put_on_account", date(2027, 4, 1), None, books.creditor, debtor, payload))
        from fairdue.insurance.consumers import notice_on_account

        notice_on_account(ctx, list(Fact.objects.filter(type="cash.put_on_account").order_by("id")))
        (fact,) = Fact.objects.filter(type="recovery.noticed")
        assert (fact.debtor_id, fact.payload["amount"]["minor"]) == (books.debtor, 700_00)
