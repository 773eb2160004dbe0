"""Calls, promises, plans, disputes and the worklist that says what is next."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fairdue.collections import selectors
from fairdue.collections.models import Dispute, Promise, Task
from fairdue.collections.services import (
    agree_plan,
    cancel_promise,
    finish_task,
    log_call,
    move_dispute,
    open_dispute,
    open_task,
    resolve_dispute,
    settle_promises,
    take_promise,
)
from fairdue.core.findings import RefusedError
from fairdue.core.money import Money
from fairdue.foundation.facts import FactType, NewFact, declare, record
from fairdue.foundation.facts.outbox import relay_all
from fairdue.foundation.facts.reading import FactFilter, logged_facts
from fairdue.foundation.facts.registry import FACT_TYPES
from fairdue.foundation.verifying import verify_tenant
from fairdue.receivables.selectors import holds
from fairdue.receivables.services import Applied, allocate, reverse_allocations
from tests import make

TODAY = date(2026, 4, 6)


@pytest.fixture
def item(ctx, books):
    with ctx.open():
        return make.item(ctx, books, 100_00, issued_on=TODAY - timedelta(days=60), number="RE-7")


def pay(ctx, books, item, amount, on):
    credit = make.payment(ctx, books, amount, on=on)
    return allocate(ctx, lines=[Applied(item, amount, credit)], effective_on=on, today=on)


def promise(ctx, item, amount=100_00, days=4):
    return take_promise(ctx, items=[item], amount=amount, promised_on=TODAY + timedelta(days=days), today=TODAY)


def test_a_promise_holds_its_items_and_no_others(ctx, books, item):
    with ctx.open():
        other = make.item(ctx, books, 50_00, issued_on=TODAY - timedelta(days=60))
        promise(ctx, item)
        found = holds(ctx, debtors=[books.debtor], on=TODAY)
        assert [(h.item_id, h.reason, h.until_on) for h in found] == [
            (item, "promise_to_pay", TODAY + timedelta(days=8)),
        ]  # fmt: skip
        assert other not in {h.item_id for h in found}


def test_a_promise_is_known_as_kept_when_the_money_is_allocated(ctx, books, item):
    with ctx.open():
        made = promise(ctx, item)
        pay(ctx, books, item, 100_00, TODAY + timedelta(days=3))
    relay_all()
    with ctx.open():
        assert Promise.objects.get(id=made).verdict == "kept"
        assert holds(ctx, debtors=[books.debtor], on=TODAY) == []
        assert Task.objects.count() == 0


def test_a_broken_promise_frees_its_items_and_is_on_the_worklist_in_words(ctx, books, item):
    with ctx.open():
        promise(ctx, item)
        assert settle_promises(ctx, today=TODAY + timedelta(days=7)) == 0
        assert settle_promises(ctx, today=TODAY + timedelta(days=8)) == 1
        assert settle_promises(ctx, today=TODAY + timedelta(days=8)) == 0
        (row,) = selectors.worklist(ctx, today=TODAY + timedelta(days=8))
        assert row.reason == "100.00 EUR promised by 10 Apr 2026, all of it missing"
        assert (row.kind, row.overdue, row.currency) == ("promise_broken", 100_00, "EUR")
        assert holds(ctx, debtors=[books.debtor], on=TODAY) == []


def test_a_partly_kept_promise_tells_what_is_missing(ctx, books, item):
    with ctx.open():
        promise(ctx, item)
        pay(ctx, books, item, 30_00, TODAY + timedelta(days=1))
        settle_promises(ctx, today=TODAY + timedelta(days=8))
        assert "promised by 10 Apr 2026, 70.00 EUR missing" in Task.objects.get().reason


def test_a_payment_that_bounced_does_not_keep_a_promise(ctx, books, item):
    with ctx.open():
        made = promise(ctx, item, amount=50_00)
        group = pay(ctx, books, item, 20_00, TODAY + timedelta(days=1))
        back = TODAY + timedelta(days=2)
        reverse_allocations(ctx, group=group, effective_on=back, today=back, reason="returned")
        settle_promises(ctx, today=TODAY + timedelta(days=8))
        assert Promise.objects.get(id=made).verdict == "broken"


@pytest.mark.parametrize(
    "change, code",
    [
        ({"amount": 0}, "promise.amount"),
        ({"amount": 100_01}, "promise.amount"),
        ({"days": -1}, "promise.date"),
    ],
)
def test_a_promise_that_cannot_be_is_refused(ctx, item, change, code):
    with ctx.open(), pytest.raises(RefusedError) as refusal:
        promise(ctx, item, **change)
    assert refusal.value.findings[0].code == code


def test_an_item_has_one_open_promise(ctx, item):
    with ctx.open():
        first = promise(ctx, item)
        with pytest.raises(RefusedError):
            promise(ctx, item)
        cancel_promise(ctx, promise=first, today=TODAY)
        promise(ctx, item)
        with pytest.raises(RefusedError):
            cancel_promise(ctx, promise=first, today=TODAY)
        with pytest.raises(RefusedError):
            take_promise(ctx, items=[], amount=1, promised_on=TODAY, today=TODAY)


def test_a_promise_is_of_one_customer(ctx, books, item):
    with ctx.open():
        other = make.Books(books.creditor, make.debtor(ctx, books.creditor, name="Other"))
        stranger = make.item(ctx, other, 10_00, issued_on=TODAY - timedelta(days=60))
        with pytest.raises(RefusedError):
            take_promise(ctx, items=[item, stranger], amount=1, promised_on=TODAY, today=TODAY)


def test_a_plan_is_broken_by_its_first_missed_instalment_and_completed_by_the_last(ctx, books, item):
    with ctx.open():
        plan = agree_plan(ctx, items=[item], count=4, first_on=TODAY, frequency="weekly", today=TODAY)
        pay(ctx, books, item, 25_00, TODAY)
        settle_promises(ctx, today=TODAY + timedelta(days=8))
        assert Promise.objects.get(id=plan).verdict == "open"
        pay(ctx, books, item, 75_00, TODAY + timedelta(days=8))
        settle_promises(ctx, today=TODAY + timedelta(days=8))
        assert Promise.objects.get(id=plan).verdict == "kept"
        again = make.item(ctx, books, 90_00, issued_on=TODAY - timedelta(days=60))
        broken = agree_plan(ctx, items=[again], count=3, first_on=TODAY, frequency="monthly", today=TODAY)
        settle_promises(ctx, today=TODAY + timedelta(days=2))
        assert Promise.objects.get(id=broken).verdict == "broken"
        assert Task.objects.get().reason.startswith("90.00 EUR in instalments by")


def test_promises_are_told_as_of_a_day(ctx, books, item):
    with ctx.open():
        promise(ctx, item)
        states = [selectors.promises(ctx, today=TODAY + timedelta(days=d))[0].state for d in (0, 7, 8)]
        assert states == ["open", "open", "broken"]
        pay(ctx, books, item, 40_00, TODAY)
        (row,) = selectors.promises(ctx, today=TODAY + timedelta(days=8), debtor=books.debtor, q="kauf")
        assert (row.state, row.received, row.numbers) == ("partly_kept", 40_00, "RE-7")
        pay(ctx, books, item, 60_00, TODAY)
        assert selectors.promises(ctx, today=TODAY)[0].state == "kept"


@pytest.mark.parametrize("outcome", [code for code, _ in selectors.OUTCOMES])
def test_each_outcome_of_a_call_makes_the_next_task(ctx, books, item, outcome):
    with ctx.open():
        task = open_task(ctx, debtor=books.debtor, kind="call", reason="call", due_on=TODAY, today=TODAY)
        log_call(ctx, debtor=books.debtor, outcome=outcome, today=TODAY, task=task, note="spoke")
        assert Task.objects.get(id=task).state == "done"
        following = Task.objects.exclude(id=task).count()
        assert following == (0 if outcome in {"promise", "dispute"} else 1)
        assert selectors.calls(ctx, debtor=books.debtor)[0].note == "spoke"
        held = {h.reason for h in holds(ctx, debtors=[books.debtor], on=TODAY)}
        assert held == ({"plausible_payment"} if outcome == "paid_already" else set())


def test_what_is_no_outcome_no_debtor_and_no_task_is_refused(ctx, books):
    with ctx.open():
        with pytest.raises(RefusedError):
            log_call(ctx, debtor=books.debtor, outcome="shouted", today=TODAY)
        with pytest.raises(RefusedError):
            log_call(ctx, debtor=books.creditor, outcome="voicemail", today=TODAY)
        with pytest.raises(RefusedError):
            finish_task(ctx, task=books.creditor, outcome="x", today=TODAY)


def test_a_dispute_holds_its_part_until_it_is_resolved(ctx, books, item):
    with ctx.open():
        dispute = open_dispute(ctx, item=item, reason="quality", amount=40_00, today=TODAY, note="two broken")
        (hold,) = holds(ctx, debtors=[books.debtor], on=TODAY)
        assert (hold.amount, hold.item_id) == (40_00, item)
        (row,) = selectors.disputes(ctx, state="ours")
        assert (row.amount, row.reason_word, row.number) == (40_00, "Quality or damage", "RE-7")
        assert selectors.worklist(ctx, today=TODAY) == []
        assert [r.kind for r in selectors.worklist(ctx, today=TODAY + timedelta(days=7))] == ["dispute"]
        move_dispute(ctx, dispute=dispute, clock="theirs", today=TODAY + timedelta(days=7))
        assert selectors.worklist(ctx, today=TODAY + timedelta(days=30)) == []
        resolve_dispute(ctx, dispute=dispute, outcome="rejected", today=TODAY + timedelta(days=9))
        assert holds(ctx, debtors=[books.debtor], on=TODAY) == []
        assert selectors.disputes(ctx, state="resolved", id_=dispute)[0].outcome_word == "Rejected, to be paid"
        with pytest.raises(RefusedError):
            resolve_dispute(ctx, dispute=dispute, outcome="rejected", today=TODAY)


@pytest.mark.parametrize(
    "change, code",
    [({"reason": "mood"}, "dispute.reason"), ({"amount": 100_01}, "dispute.amount"), ({"amount": 0}, "dispute.amount")],
)
def test_a_dispute_that_cannot_be_is_refused(ctx, item, change, code):
    with ctx.open(), pytest.raises(RefusedError) as refusal:
        open_dispute(ctx, **({"item": item, "reason": "price", "today": TODAY} | change))
    assert refusal.value.findings[0].code == code


def test_a_deduction_opens_one_dispute_however_often_it_is_told(ctx, books, item):
    if "cash.deduction_recorded" not in FACT_TYPES:
        declare(FactType("cash.deduction_recorded", "Deduction", "payments"))
    payload = {"item": str(item), "amount": {"minor": 12_00, "currency": "EUR"}, "reason": "short delivery"}
    with ctx.open():
        fact = NewFact("cash.deduction_recorded", TODAY, item, books.creditor, books.debtor, payload)
        record(ctx, fact)
    relay_all()
    relay_all()
    with ctx.open():
        row = Dispute.objects.get()
        assert (row.amount, row.reason, row.note, row.source_id) == (12_00, "deduction", "short delivery", fact.id)
        assert open_dispute(ctx, item=item, reason="price", source=fact.id, today=TODAY) == row.id


def test_a_deduction_of_what_was_settled_since_opens_nothing(ctx, books, item):
    payload = {"item": str(item), "amount": {"minor": 12_00, "currency": "EUR"}, "reason": "bonus"}
    with ctx.open():
        record(ctx, NewFact("cash.deduction_recorded", TODAY, item, books.creditor, books.debtor, payload))
        pay(ctx, books, item, 100_00, TODAY)
    relay_all()
    with ctx.open():
        assert Dispute.objects.count() == 0


def test_the_worklist_pages_in_order_with_one_query_and_loses_nothing(ctx, books):
    with ctx.open():
        for n in range(12):
            debtor = make.debtor(ctx, books.creditor, name=f"Customer {n}")
            make.item(ctx, make.Books(books.creditor, debtor), 10 ** (3 + n % 4), issued_on=date(2026, 1, 1))
            kind = ("call", "follow_up", "promise_broken")[n % 3]
            open_task(ctx, debtor=debtor, kind=kind, reason="why", due_on=TODAY - timedelta(days=n % 2), today=TODAY)
        seen, after = [], None
        while True:
            with CaptureQueriesContext(
                connection,
            ) as queries:
                rows = selectors.worklist(ctx, today=TODAY, after=after, limit=5)
            assert len(queries) == 1
            if not rows:
                break
            seen += rows
            after = (rows[-1].priority, rows[-1].overdue, rows[-1].id)
        assert len(seen) == len({row.id for row in seen}) == 12
        assert [r.priority for r in seen] == sorted((r.priority for r in seen), reverse=True)
        assert selectors.work_counts(ctx, today=TODAY)["call"] == 4
        assert len(selectors.worklist(ctx, today=TODAY, kind="call", q="customer 3")) == 1


def test_verify_finds_an_open_promise_without_its_hold(ctx, item):
    with ctx.open():
        promise(ctx, item)
    assert [f for f in verify_tenant(ctx) if f.code.startswith("collections")] == []
    with ctx.open():
        from fairdue.receivables.models import Hold

        Hold.objects.update(released_on=TODAY)
    codes = [f.code for f in verify_tenant(ctx)]
    assert "collections.promise_unheld" in codes


def worked_priorities():
    page = Path(__file__).parents[3] / "docs" / "rules" / "worklist.md"
    lines = page.read_text("utf-8").partition("## Worked numbers")[2].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")][2:]


@pytest.mark.parametrize("kind, overdue, days, priority", worked_priorities())
def test_the_worked_priorities_of_the_rules_page(ctx, books, kind, overdue, days, priority):
    amount = Money.parse(overdue, "EUR").minor
    with ctx.open():
        if amount:
            make.item(ctx, books, amount, issued_on=TODAY - timedelta(days=60))
        due_on = TODAY - timedelta(days=int(days))
        open_task(ctx, debtor=books.debtor, kind=kind, reason="why", due_on=due_on, today=due_on)
        assert selectors.worklist(ctx, today=TODAY)[0].priority == int(priority)


def test_a_customer_has_one_open_call(ctx, books):
    with ctx.open():
        assert open_task(ctx, debtor=books.debtor, kind="call", reason="a", due_on=TODAY, today=TODAY)
        assert open_task(ctx, debtor=books.debtor, kind="call", reason="b", due_on=TODAY, today=TODAY) is None


@pytest.mark.parametrize(
    ("bounced", "paid", "verdict", "held", "tasks"),
    [(2, 100_00, "open", 1, 0), (30, 100_00, "broken", 0, 1), (30, 60_00, "partly_kept", 0, 1)],
)
def test_a_kept_promise_is_reopened_when_its_payment_bounces(ctx, books, item, bounced, paid, verdict, held, tasks):
    with ctx.open():
        made = promise(ctx, item)
        group = pay(ctx, books, item, paid, TODAY + timedelta(days=1))
        if paid < 100_00:
            group = pay(ctx, books, item, 100_00 - paid, TODAY + timedelta(days=1))
    relay_all()
    with ctx.open():
        assert Promise.objects.get(id=made).verdict == "kept"
        back = TODAY + timedelta(days=bounced)
        reverse_allocations(ctx, group=group, effective_on=back, today=back, reason="returned")
    for _ in range(2):
        relay_all()
        with ctx.open():
            assert Promise.objects.get(id=made).verdict == verdict
            assert len(holds(ctx, debtors=[books.debtor], on=back)) == held
            assert Task.objects.filter(kind="promise_broken").count() == tasks
            facts = logged_facts(ctx, FactFilter(subject=made, type="promise.reopened"))
            assert len(facts) == 1
    with ctx.open():
        assert verify_tenant(ctx) == []


def test_a_promise_reopened_is_kept_again_by_new_money_and_reopened_again(ctx, books, item):
    with ctx.open():
        made = promise(ctx, item)
    for day in (1, 2):
        with ctx.open():
            group = pay(ctx, books, item, 100_00, TODAY + timedelta(days=day))
        relay_all()
        with ctx.open():
            assert Promise.objects.get(id=made).verdict == "kept"
            back = TODAY + timedelta(days=day)
            reverse_allocations(ctx, group=group, effective_on=back, today=back, reason="returned")
        relay_all()
        with ctx.open():
            assert Promise.objects.get(id=made).verdict == "open"
            (row,) = selectors.promises(ctx, today=back, debtor=books.debtor)
            assert (row.state, row.received) == ("open", 0)
