"""Claims answer what happens to their items: money, money that goes back, and disputes. Told by facts only."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from fairdue.collections.services import open_dispute, resolve_dispute
from fairdue.core.findings import RefusedError
from fairdue.foundation.approvals import decide, pending
from fairdue.foundation.jobs import drain
from fairdue.foundation.models import Fact
from fairdue.foundation.verifying import verify_tenant
from fairdue.insurance import selectors
from fairdue.insurance.noticing import carry_out
from fairdue.insurance.services import file_due_claims, run, share_recovery, withdraw_claim
from fairdue.receivables.selectors import allocations, credits_, holds
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
            money = make.payment(ctx, books, 700_00, on=date(2027, 4, 1))
            payload = {"amount": {"minor": 700_00, "currency": "EUR"}, "how": "", "credit": str(money)}
            record(ctx, NewFact("cash.put_on_account", date(2027, 4, 1), None, books.creditor, debtor, payload))
        from fairdue.insurance.consumers import notice_on_account

        notice_on_account(ctx, list(Fact.objects.filter(type="cash.put_on_account").order_by("id")))
        (fact,) = Fact.objects.filter(type="recovery.noticed")
        assert (fact.debtor_id, fact.payload["amount"]["minor"]) == (books.debtor, 700_00)
    assert [amount for amount, _ in waiting(ctx)] == [700_00]


def waiting(ctx):
    """The sharings that wait for a person: what there is, and the insurer's part of it."""
    with ctx.open():
        return [(row.payload["amount"], row.payload["insurer"]) for row in pending(ctx, kind="recovery")]


def indemnified(ctx):
    run(ctx, today=date(2027, 3, 1))
    drain()


def decided(ctx, *, approve, on=date(2027, 4, 2)):
    with ctx.open():
        (row,) = pending(ctx, kind="recovery")
        decide(replace(ctx, actor=f"user:{uuid4()}"), approval=row.id, approve=approve, today=on)
    drain()


def test_money_on_a_claimed_item_after_the_indemnity_is_shared_when_a_person_says_so(ctx, books, claim):
    row, (first, _) = claim
    indemnified(ctx)
    credit, _ = pay(ctx, books, first, 500_00, on=date(2027, 4, 1))
    (asked,) = waiting(ctx)
    with ctx.open():
        (task,) = pending(ctx, kind="recovery")
        assert task.permission == "insurance.edit"
        assert task.debtor_id == books.debtor
        assert "each party by its share of the loss" in task.payload["reason"]
        before = sum(one.residual for one in selectors.claim_detail(ctx, row.id).items)
    decided(ctx, approve=True)
    with ctx.open():
        detail = selectors.claim_detail(ctx, row.id)
        (shared,) = detail.recoveries
        assert (shared.amount, shared.insurer) == asked
        assert 0 < shared.insurer < 500_00
        # The insurer's part left the payment, so that much is open again: the indemnity has paid it before.
        assert sum(one.residual for one in detail.items) == before + shared.insurer
        (left,) = credits_(ctx, ids=[credit], only_unapplied=False)
        assert left.unapplied == 0
    assert waiting(ctx) == []
    assert verify_tenant(ctx) == []


def test_the_task_of_a_payment_follows_it_and_ends_when_it_goes_back(ctx, books, claim):
    _, (first, second) = claim
    indemnified(ctx)
    day = date(2027, 4, 1)
    with ctx.open():
        credit = make.payment(ctx, books, 900_00, on=day)
        one = allocate(ctx, lines=[Applied(first, 300_00, credit)], effective_on=day, today=day)
    drain()
    assert [amount for amount, _ in waiting(ctx)] == [900_00]  # what is unapplied of it is recovered, too
    with ctx.open():
        withdraw_credit(ctx, credit=credit, amount=500_00, effective_on=day, today=day, reason="refund")
    drain()
    assert [amount for amount, _ in waiting(ctx)] == [400_00]
    with ctx.open():
        other = allocate(ctx, lines=[Applied(second, 100_00, credit)], effective_on=day, today=day)
    drain()
    assert [amount for amount, _ in waiting(ctx)] == [400_00]
    with ctx.open():
        for group in (one, other):
            reverse_allocations(ctx, group=group, effective_on=day, today=day, reason="MD06")
        withdraw_credit(ctx, credit=credit, amount=400_00, effective_on=day, today=day, reason="MD06")
    drain()
    assert waiting(ctx) == []
    assert verify_tenant(ctx) == []


def test_a_persons_no_is_remembered_and_sharing_on_the_claim_ends_the_task(ctx, books, claim):
    row, (first, second) = claim
    indemnified(ctx)
    day = date(2027, 4, 1)
    credit, _ = pay(ctx, books, first, 500_00, on=day)
    decided(ctx, approve=False)
    with ctx.open():
        more = make.payment(ctx, books, 200_00, on=day)
        allocate(ctx, lines=[Applied(second, 100_00, more)], effective_on=day, today=day)
    drain()
    assert [amount for amount, _ in waiting(ctx)] == [200_00]  # the refused one is not asked again
    with ctx.open():
        share_recovery(ctx, claim=row.id, credit=more, today=day, cost=20_00)
        share_recovery(ctx, claim=row.id, credit=credit, today=day)  # a person may think again
    drain()
    assert waiting(ctx) == []
    with ctx.open():
        found = selectors.claim_detail(ctx, row.id).recoveries
        assert sorted((one.amount, one.cost) for one in found) == [(200_00, 20_00), (500_00, 0)]
    assert verify_tenant(ctx) == []


def test_a_payment_that_changed_between_is_not_shared_by_old_figures(ctx, books, claim):
    _, (first, _) = claim
    indemnified(ctx)
    credit, _ = pay(ctx, books, first, 500_00, on=date(2027, 4, 1))
    with ctx.open():
        (task,) = pending(ctx, kind="recovery")
        payload = task.payload | {"amount": 499_00}
        with pytest.raises(RefusedError, match=r"has changed to 500\.00 EUR"):
            carry_out(ctx, payload, date(2027, 4, 2))
        assert not selectors.claim_detail(ctx, UUID(payload["claim"])).recoveries
    assert UUID(payload["credit"]) == credit


def test_only_the_payments_own_part_of_a_group_is_taken_back(ctx, books, claim):
    row, (first, _) = claim
    indemnified(ctx)
    day = date(2027, 4, 1)
    with ctx.open():
        mine = make.payment(ctx, books, 300_00, on=day)
        other = make.payment(ctx, books, 200_00, on=day)
        lines = [Applied(first, 300_00, mine), Applied(first, 200_00, other)]
        allocate(ctx, lines=lines, effective_on=day, today=day)
        share_recovery(ctx, claim=row.id, credit=mine, today=day)
        (kept,) = [one for one in allocations(ctx, credit=other) if not one.is_reversal]
        assert not kept.reversed
    drain()
    assert [amount for amount, _ in waiting(ctx)] == [200_00]
    assert verify_tenant(ctx) == []
