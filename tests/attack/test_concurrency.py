"""Eight people do the same at the same moment: nothing is over-allocated, no number is lost, nobody sees a deadlock."""

import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db import connection

from fairdue.core.findings import RefusedError
from fairdue.core.ledger import AccountRole
from fairdue.foundation.verifying import verify_tenant
from fairdue.receivables.models import Credit, OpenItem
from fairdue.receivables.services import (
    Applied,
    OpenItemDraft,
    allocate,
    assign_credit,
    close_period,
    open_items,
    reopen_period,
    reverse_allocations,
    withdraw_credit,
)
from tests import make

THREADS = 8
TODAY = make.TODAY


def at_once(work, threads=THREADS):
    """Run `work(n)` in so many threads that start together; a refusal is an answer, everything else is a failure."""
    barrier = threading.Barrier(threads)

    def run(number):
        barrier.wait()
        try:
            return work(number)
        except RefusedError as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, range(threads)))


def refusals(answers):
    return Counter(answer.findings[0].code for answer in answers if isinstance(answer, RefusedError))


def sums(ctx):
    with ctx.open():
        items = [(row.amount, row.residual) for row in OpenItem.objects.all()]
        credits_ = [(row.amount, row.unapplied) for row in Credit.objects.all()]
    return items, credits_


def test_one_payment_is_not_spent_twice(ctx, books):
    with ctx.open():
        items = [make.item(ctx, books, 1000) for _ in range(THREADS)]
        money = make.payment(ctx, books, 2500)

    def pay(number):
        with ctx.open():
            return allocate(ctx, lines=[Applied(items[number], 1000, money)], effective_on=TODAY, today=TODAY)

    answers = at_once(pay)
    assert refusals(answers) == {"allocation.exceeds_credit": 6}
    assert sums(ctx)[1] == [(2500, 500)]
    assert verify_tenant(ctx) == []


def test_one_item_is_not_paid_twice(ctx, books):
    with ctx.open():
        item = make.item(ctx, books, 1000)
        money = [make.payment(ctx, books, 1000) for _ in range(THREADS)]

    def pay(number):
        with ctx.open():
            return allocate(ctx, lines=[Applied(item, 1000, money[number])], effective_on=TODAY, today=TODAY)

    answers = at_once(pay)
    assert refusals(answers) == {"allocation.exceeds_item": THREADS - 1}
    assert sums(ctx)[0] == [(1000, 0)]
    assert verify_tenant(ctx) == []


def test_an_undo_by_eight_people_is_one_undo(ctx, books):
    with ctx.open():
        item, money = make.item(ctx, books, 1000), make.payment(ctx, books, 1000)
        group = allocate(ctx, lines=[Applied(item, 700, money)], effective_on=TODAY, today=TODAY)

    def undo(_):
        with ctx.open():
            return reverse_allocations(ctx, group=group, effective_on=TODAY, today=TODAY, reason="mistake")

    answers = at_once(undo)
    assert refusals(answers) == {"allocation.nothing_to_reverse": THREADS - 1}
    assert sums(ctx) == ([(1000, 1000)], [(1000, 1000)])


def test_eight_people_on_the_same_rows_in_every_order(ctx, books):
    with ctx.open():
        items = [make.item(ctx, books, 1000 + n) for n in range(6)]
        money = [make.payment(ctx, books, 900 + n, debtor_known=n % 2 == 0) for n in range(6)]
    groups: list = []
    done: Counter = Counter()

    def apply(dice):
        count = dice.randint(1, 4)
        lines = [Applied(dice.choice(items), dice.randint(1, 400), dice.choice(money)) for _ in range(count)]
        groups.append(allocate(ctx, lines=lines, effective_on=TODAY, today=TODAY))

    def undo(dice):
        if groups:
            reverse_allocations(ctx, group=dice.choice(groups), effective_on=TODAY, today=TODAY, reason="x")

    def give_up(dice):
        lines = [Applied(item, 1, kind="write_off", reason="x") for item in dice.sample(items, 3)]
        groups.append(allocate(ctx, lines=lines, effective_on=TODAY, today=TODAY))

    def pay_back(dice):
        withdraw_credit(
            ctx, credit=dice.choice(money), amount=dice.randint(1, 50), effective_on=TODAY, today=TODAY, reason="x"
        )

    def assign(dice):
        assign_credit(ctx, credit=dice.choice(money), debtor=books.debtor, today=TODAY)

    def work(number):
        dice = random.Random(number)
        for _ in range(25):
            action = dice.choice([apply, apply, apply, undo, undo, give_up, pay_back, assign])
            try:
                with ctx.open():
                    action(dice)
                done[action.__name__] += 1
            except RefusedError:
                done["refused"] += 1

    at_once(work)
    assert set(done) == {"apply", "undo", "give_up", "pay_back", "assign", "refused"}
    items_now, credits_now = sums(ctx)
    assert all(0 <= left <= amount for amount, left in items_now + credits_now)
    assert verify_tenant(ctx) == []


def test_a_month_is_closed_while_others_book_into_it(ctx, books):
    month = date(2026, 1, 1)

    def work(number):
        dice, booked, refused = random.Random(number), 0, 0
        for _ in range(12):
            try:
                with ctx.open():
                    if number == 0 and dice.random() < 0.5:
                        close_period(ctx, creditor=books.creditor, month=month, today=TODAY)
                    elif number == 0:
                        reopen_period(ctx, creditor=books.creditor, month=month, today=TODAY, reason="late bill")
                    else:
                        make.item(ctx, books, 100, issued_on=date(2026, 1, dice.randint(1, 31)))
                        booked += 1
            except RefusedError as error:
                assert error.findings[0].code == "period.closed"  # noqa: PT017 - any other refusal is a fault
                refused += 1
        return booked, refused

    answers = at_once(work)
    assert sum(booked for booked, _ in answers) == len(sums(ctx)[0])
    with ctx.open():
        close_period(ctx, creditor=books.creditor, month=month, today=TODAY)
    assert verify_tenant(ctx) == []


def test_bookings_that_open_the_same_months_in_every_order_do_not_wait_in_a_circle(ctx):
    """One command takes its locks in one order, however its items are mixed."""
    with ctx.open():
        all_books = [make.books(ctx) for _ in range(4)]

    def draft(one, number, turn):
        day = date(2026, 1, 1) + timedelta(days=31 * turn)
        contra = ((AccountRole.REVENUE, 100),)
        return OpenItemDraft(
            one.creditor, one.debtor, "invoice", f"M{number}-{turn}", "EUR", 100, 100, day, day, contra
        )

    def work(number):
        dice = random.Random(number)
        for turn in range(6):
            drafts = [draft(one, number, turn + more) for one in all_books for more in (0, 9)]
            dice.shuffle(drafts)
            with ctx.open():
                open_items(ctx, items=drafts, today=TODAY)

    at_once(work)
    assert len(sums(ctx)[0]) == THREADS * 6 * 4 * 2
    assert verify_tenant(ctx) == []


@pytest.mark.skipif(not apps.is_installed("fairdue.invoicing"), reason="the invoicing room is not installed")
def test_numbers_have_no_gap_however_many_issue_and_fail(ctx, books):
    from fairdue.invoicing.models import Invoice
    from fairdue.invoicing.services import issue_invoices, write_draft

    class ChangedMindError(Exception):
        """What ends a transaction after the number was drawn."""

    line = {
        "id": "1",
        "name": "Milling",
        "quantity": "2",
        "unit": "C62",
        "price": "50.00",
        "category": "S",
        "rate": "19",
    }
    with ctx.open():
        make.able_to_bill(books, email="ar@nordwind.example", bic="SOGEDEFF", settings={"formats": ["ubl"]})
        drafts = [
            write_draft(
                ctx, creditor=books.creditor, debtor=books.debtor, currency="EUR", today=TODAY,
                content={"lines": [line], "delivery": {"day": "2026-03-01"}},
            )
            for _ in range(THREADS * 9)
        ]  # fmt: skip

    def issue(dice, batch):
        with ctx.open():
            issue_invoices(ctx, drafts=batch, today=TODAY)
            if dice.random() < 0.4:
                raise ChangedMindError

    def work(number):
        dice, issued = random.Random(number), 0
        own = drafts[number * 9 : number * 9 + 9]
        while own:
            batch = [own.pop() for _ in range(min(len(own), dice.randint(1, 3)))]
            try:
                issue(dice, batch)
            except ChangedMindError:
                continue
            issued += len(batch)
        return issued

    issued = sum(at_once(work))
    assert 0 < issued < len(drafts)
    with ctx.open():
        rows = list(Invoice.objects.order_by("counter").values_list("counter", "number"))
    assert [counter for counter, _ in rows] == list(range(1, issued + 1))
    assert len({number for _, number in rows}) == issued
    assert verify_tenant(ctx) == []


@pytest.mark.skipif(not apps.is_installed("fairdue.invoicing"), reason="the invoicing room is not installed")
def test_a_draft_that_eight_people_issue_is_one_invoice(ctx, books):
    from fairdue.invoicing.models import Invoice
    from fairdue.invoicing.services import issue_invoice, write_draft

    line = {
        "id": "1",
        "name": "Milling",
        "quantity": "2",
        "unit": "C62",
        "price": "50.00",
        "category": "S",
        "rate": "19",
    }
    with ctx.open():
        make.able_to_bill(books, email="ar@nordwind.example", bic="SOGEDEFF", settings={"formats": ["ubl"]})
        draft = write_draft(
            ctx, creditor=books.creditor, debtor=books.debtor, currency="EUR", today=TODAY,
            content={"lines": [line], "delivery": {"day": "2026-03-01"}},
        )  # fmt: skip

    def issue(_):
        with ctx.open():
            return issue_invoice(ctx, draft=draft, today=TODAY)

    answers = at_once(issue)
    assert refusals(answers) == {"draft.closed": THREADS - 1}
    with ctx.open():
        assert Invoice.objects.count() == OpenItem.objects.count() == 1
