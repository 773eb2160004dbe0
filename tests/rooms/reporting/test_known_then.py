"""A report of a day as known at an instant is the same for ever, whatever is recorded afterwards, a merge included."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from fairdue.collections.services import cancel_promise, settle_promises, take_promise
from fairdue.foundation import clock
from fairdue.foundation.facts.outbox import relay_all
from fairdue.parties.services import merge_debtors
from fairdue.receivables.selectors import balances
from fairdue.receivables.services import (
    Applied,
    HoldDraft,
    allocate,
    place_holds,
    release_holds,
    reverse_allocations,
    withdraw_credit,
)
from fairdue.reporting import tables
from fairdue.reporting.aging import aging, open_items
from fairdue.reporting.expected import cash_expected, expected_items
from fairdue.reporting.figures import days_late, history, promises_kept
from fairdue.reporting.scope import Scope
from tests import make

DAY = date(2026, 6, 30)
EARLIER = DAY - timedelta(days=45)


def item(ctx, books, amount, due_in, number):
    due = DAY + timedelta(days=due_in)
    return make.item(ctx, books, amount, issued_on=due - timedelta(days=30), days=30, number=number)


def pay(ctx, books, item_id, amount, on):
    credit = make.payment(ctx, books, amount, on=on)
    return credit, allocate(ctx, lines=[Applied(item_id, amount, credit)], effective_on=on, today=on)


def promised(ctx, item_id, amount, *, by, made):
    return take_promise(
        ctx, items=[item_id], amount=amount, promised_on=DAY + timedelta(days=by), today=DAY + timedelta(days=made)
    )


def hold(ctx, books, reason, **more):
    (placed,) = place_holds(ctx, holds=[HoldDraft(books.creditor, books.debtor, reason, EARLIER, **more)], today=DAY)
    return placed


def everything(ctx, books, recorded):
    """Return the lines of every report of two days."""
    found = {}
    for day in (DAY, EARLIER):
        scope = Scope(day, recorded, creditor=books.creditor)
        for name, table in tables.SIMPLE.items():
            found[name, day] = table(ctx, scope).rows
        found["trial", day] = tables.trial_balance_table(ctx, scope, "EUR").rows
        found["journal", day] = tables.journal_table(ctx, scope, EARLIER - timedelta(days=90), "EUR").rows
        found["balances", day] = balances(ctx, as_of=day, recorded=recorded, creditor=books.creditor)
    return found


def test_what_is_recorded_later_changes_no_report_as_it_was_known(ctx, books):
    with ctx.open():
        insolvent = make.Books(books.creditor, make.debtor(ctx, books.creditor, name="Insolvent"))
        open_, paid, contested, doubted, waits, kept, taken_back = (
            item(ctx, books, 1_000 * (place + 1), due_in, f"K-{place}")
            for place, due_in in enumerate((-20, -60, -10, 5, -5, -80, -3))
        )
        item(ctx, insolvent, 9_000, -15, "K-I")
        money, group = pay(ctx, books, paid, 2_000, DAY - timedelta(days=40))
        loose = make.payment(ctx, books, 333, on=DAY - timedelta(days=20))
        first = hold(ctx, books, "dispute", item=contested)
        barred = hold(ctx, insolvent, "insolvency")
        promised(ctx, waits, 5_000, by=10, made=-2)
        promised(ctx, open_, 1_000, by=-1, made=-3)
        given_up = promised(ctx, taken_back, 7_000, by=12, made=-2)
        promised(ctx, kept, 6_000, by=-30, made=-50)
        settle_promises(ctx, today=DAY - timedelta(days=20))
    known = clock.now()
    with ctx.open():
        before = everything(ctx, books, known)
        assert before == everything(ctx, books, None)
    with ctx.open():
        pay(ctx, books, open_, 400, DAY - timedelta(days=1))
        pay(ctx, books, kept, 6_000, DAY - timedelta(days=31))
        reverse_allocations(ctx, group=group, effective_on=DAY - timedelta(days=2), today=DAY, reason="returned")
        withdraw_credit(
            ctx, credit=money, amount=2_000, effective_on=DAY - timedelta(days=2), today=DAY, reason="returned"
        )
        withdraw_credit(ctx, credit=loose, amount=33, effective_on=DAY - timedelta(days=2), today=DAY, reason="back")
        item(ctx, books, 44_000, -33, "K-late")
        release_holds(ctx, holds=[first, barred], today=DAY - timedelta(days=5))
        hold(ctx, books, "filed_claim", item=doubted)
        cancel_promise(ctx, promise=given_up, today=DAY - timedelta(days=1))
        promised(ctx, taken_back, 7_000, by=3, made=0)
        settle_promises(ctx, today=DAY + timedelta(days=20))
    with ctx.open():
        after = everything(ctx, books, known)
        assert {name for name, rows in before.items() if rows != after[name]} == set()
        now = everything(ctx, books, None)
        # Each report would have changed, had it not been asked as known then.
        assert {name for name, _ in before} == {name for name, day in before if now[name, day] != before[name, day]}


@pytest.mark.parametrize("recorded", ["before", "after", None])
def test_after_a_merge_one_customer_stands_for_any_day_as_the_sums_say(ctx, books, recorded):
    """What was allocated under the merged record is taken off the items that moved to the one that stays."""
    with ctx.open():
        twin = make.Books(books.creditor, make.debtor(ctx, books.creditor, name="Kaufmann KG (alt)"))
        mine = item(ctx, books, 1_000, -60, "M-1")
        theirs, other = (item(ctx, twin, amount, -60, f"M-{amount}") for amount in (2_000, 4_000))
        pay(ctx, books, mine, 100, DAY - timedelta(days=50))
        pay(ctx, twin, theirs, 2_000, DAY - timedelta(days=30))
        pay(ctx, twin, other, 500, DAY - timedelta(days=10))
        make.payment(ctx, twin, 77, on=DAY - timedelta(days=9))
        hold(ctx, twin, "insolvency")
    instants = {"before": clock.now(), None: None}
    with ctx.open():
        merge_debtors(ctx, survivor=books.debtor, merged=twin.debtor, today=DAY)
    relay_all()
    instants["after"] = clock.now()
    with ctx.open():
        for back, owed in ((70, 7_000), (45, 6_900), (20, 4_900), (0, 4_400)):
            day = DAY - timedelta(days=back)
            scope = Scope(day, instants[recorded], creditor=books.creditor)
            whole = Scope(day, instants[recorded], books.creditor, books.debtor)
            (line,) = aging(ctx, scope)
            assert (line.debtor_id, line.total) == (books.debtor, owed)
            assert aging(ctx, whole) == [line]
            assert sum(row.open for row in open_items(ctx, whole)) == owed
            assert history(ctx, whole) == history(ctx, scope)
            assert cash_expected(ctx, whole) == cash_expected(ctx, scope)
            assert expected_items(ctx, whole) == expected_items(ctx, scope)
            if recorded != "after" and back < 45:
                assert cash_expected(ctx, scope)["EUR"].doubtful == owed
            assert days_late(ctx, whole) == days_late(ctx, scope)
            assert promises_kept(ctx, whole) == promises_kept(ctx, scope) == {}
            (row,) = balances(ctx, as_of=day, recorded=instants[recorded], debtor=books.debtor)
            assert (row.open, row.unapplied) == (line.total, line.unapplied)
