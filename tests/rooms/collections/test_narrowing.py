"""Narrowing in SQL loses nothing: it finds every debtor for whom the pure rule finds a step."""

from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fairdue.collections.bulk import candidates
from fairdue.collections.ladders import load_ladders
from fairdue.collections.services import log_call, run_cadence
from fairdue.collections.services.run import decide
from fairdue.receivables.services import HoldDraft, place_holds
from tests import make

DAY = date(2026, 4, 1)
DEBTORS = st.lists(
    st.tuples(
        st.lists(st.tuples(st.integers(-20, 60), st.integers(1, 10_000)), max_size=3),
        st.sampled_from(["", "whole", "item", "part", "over"]),
        st.none() | st.integers(0, 6),
    ),
    min_size=1,
    max_size=6,
)


def build(ctx, books, told):
    debtors = []
    for items, hold, call in told:
        debtor = make.debtor(ctx, books.creditor)
        mine = make.Books(books.creditor, debtor)
        ids = [make.item(ctx, mine, amount, issued_on=DAY - timedelta(days=late + 30)) for late, amount in items]
        if hold and ids:
            place_holds(ctx, holds=[draft(mine, hold, ids[0])], today=DAY)
        if call is not None:
            log_call(ctx, debtor=debtor, outcome="voicemail", today=DAY - timedelta(days=call))
        debtors.append(debtor)
    return debtors


def draft(books, hold, item):
    on = None if hold in {"whole", "over"} else item
    until = DAY if hold == "over" else None
    return HoldDraft(
        books.creditor, books.debtor, "manual", DAY - timedelta(days=9), on, until, 1 if hold == "part" else None
    )


@given(DEBTORS, st.integers(0, 12))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_debtor_with_a_step_is_a_candidate(ctx, told, later):
    with ctx.open():
        debtors = build(ctx, make.books(ctx), told)
    run_cadence(ctx, today=DAY, debtors=debtors)
    today = DAY + timedelta(days=later)
    with ctx.open():
        ladders = load_ladders()
        everyone, _ = decide(ctx, debtors, ladders, today)
        narrow = set(candidates(ctx, today, ladders.narrowing(), None, debtors))
    assert {one.debtor.id for one in everyone} <= narrow
