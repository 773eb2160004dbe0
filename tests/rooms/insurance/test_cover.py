"""Cover of each item and day, derived from events; limits as events; duties with their clock."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from fairdue.core.findings import RefusedError
from fairdue.core.insurance.limits import LimitChange
from fairdue.core.insurance.obligations import Duty, Standing
from fairdue.core.insurance.policy import Policy
from fairdue.core.insurance.premium import PremiumTerms
from fairdue.insurance import selectors
from fairdue.insurance.books import policy_on
from fairdue.insurance.models import LimitDecision
from fairdue.insurance.services import (
    LimitDraft,
    PolicyDraft,
    change_terms,
    decide_limits,
    declare_turnover,
    keep_duty,
    take_out_policy,
)
from fairdue.receivables.services import HoldDraft, place_holds
from tests import make
from tests.rooms.insurance import given

MARCH = date(2026, 3, 1)


def cover_of(ctx, books, policy, day):
    row = policy_on(ctx, policy, day)
    return next(c for c in selectors.covers(ctx, row, day) if c.debtor_id == books.debtor)


def test_cover_follows_limit_delivery_and_what_is_open(ctx, books):
    with ctx.open():
        policy = given.policy(ctx, books)
        given.limit(ctx, books, policy, 100_000_00)
        first = given.invoice(ctx, books, 71_400_00, net=60_000_00, on=MARCH)
        given.invoice(ctx, books, 59_500_00, net=50_000_00, on=MARCH + timedelta(days=3))
        found = cover_of(ctx, books, policy, date(2026, 3, 10))
        assert (found.limit, found.exposure, found.insured, found.headroom) == (
            100_000_00, 110_000_00, 100_000_00, 0,
        )  # fmt: skip
        given.pay(ctx, books, 35_700_00, first, date(2026, 3, 12))
        later = cover_of(ctx, books, policy, date(2026, 3, 12))
        assert (later.exposure, later.insured, later.headroom) == (80_000_00, 80_000_00, 20_000_00)
        before = cover_of(ctx, books, policy, date(2026, 3, 11))
        assert before.insured == 100_000_00


def test_a_withdrawal_acts_on_later_deliveries_only(ctx, books):
    with ctx.open():
        policy = given.policy(ctx, books)
        given.limit(ctx, books, policy, 10_000_00)
        given.invoice(ctx, books, 4_000_00, on=MARCH)
        given.limit(ctx, books, policy, 0, on=date(2026, 3, 5), change=LimitChange.WITHDRAWN)
        given.invoice(ctx, books, 3_000_00, on=date(2026, 3, 6))
        found = cover_of(ctx, books, policy, date(2026, 3, 10))
        assert [row.cover.insured for row in found.items] == [4_000_00, 0]
        assert found.headroom == -4_000_00
        assert found.limit_words == "withdrawn 2026-03-05"
        assert "no limit in force" in found.items[1].cover.reasons[0].message


def test_a_dispute_takes_its_part_out_of_cover_while_it_lasts(ctx, books):
    with ctx.open():
        policy = given.policy(ctx, books)
        given.limit(ctx, books, policy, 100_000_00)
        item = given.invoice(ctx, books, 11_900_00, net=10_000_00, on=MARCH)
        hold = HoldDraft(books.creditor, books.debtor, "dispute", date(2026, 3, 5), item=item, amount=1_190_00)
        place_holds(ctx, holds=[hold], today=date(2026, 3, 5))
        assert cover_of(ctx, books, policy, date(2026, 3, 4)).insured == 10_000_00
        assert cover_of(ctx, books, policy, date(2026, 3, 6)).insured == 9_000_00


def test_deliveries_while_an_item_is_unpaid_beyond_extension_are_not_insured_even_when_it_is_paid_later(ctx, books):
    with ctx.open():
        policy = given.policy(ctx, books)
        given.limit(ctx, books, policy, 100_000_00)
        old = given.invoice(ctx, books, 1_000_00, on=date(2026, 1, 5), days=10)
        given.invoice(ctx, books, 2_000_00, on=date(2026, 4, 1), days=30)
        assert cover_of(ctx, books, policy, date(2026, 4, 2)).stopped_since == date(2026, 3, 17)
        given.pay(ctx, books, 1_000_00, old, date(2026, 4, 10))
        found = cover_of(ctx, books, policy, date(2026, 4, 20))
        assert (found.stopped_since, found.exposure, found.insured) == (None, 2_000_00, 0)


def test_public_bodies_private_persons_and_those_without_limit_are_not_insured(ctx, books):
    with ctx.open():
        policy = given.policy(ctx, books)
        given.limit(ctx, books, policy, 5_000_00)
        town = make.Books(books.creditor, make.debtor(ctx, books.creditor, name="Stadt Neuss", kind="public"))
        given.limit(ctx, town, policy, 5_000_00)
        given.invoice(ctx, town, 1_000_00, on=MARCH)
        free = make.Books(books.creditor, make.debtor(ctx, books.creditor, name="Ohne Limit OHG"))
        given.invoice(ctx, free, 1_000_00, on=MARCH)
        rows = {c.debtor_name: c for c in selectors.covers(ctx, policy_on(ctx, policy, MARCH), MARCH)}
        assert {name: row.insured for name, row in rows.items()} == {
            "Stadt Neuss": 0, "Ohne Limit OHG": 0, "Kaufmann KG": 0,
        }  # fmt: skip
        assert rows["Kaufmann KG"].headroom == 5_000_00


def test_the_number_of_statements_does_not_grow_with_the_debtors(ctx, books):
    with ctx.open():
        policy = given.policy(ctx, books)

        def statements():
            with CaptureQueriesContext(connection) as caught:
                selectors.covers(ctx, policy_on(ctx, policy, MARCH), MARCH)
            return len(caught)

        def add(name):
            one = make.Books(books.creditor, make.debtor(ctx, books.creditor, name=name))
            given.limit(ctx, one, policy, 1_000_00)
            given.invoice(ctx, one, 500_00, on=MARCH)

        add("A")
        few = statements()
        for name in "BCDEFGH":
            add(name)
        assert statements() == few


def test_the_database_refuses_a_change_of_a_limit_decision(ctx, books):
    with ctx.open():
        policy = given.policy(ctx, books)
        given.limit(ctx, books, policy, 5_000_00)
    with pytest.raises(DatabaseError), ctx.open():
        LimitDecision.objects.update(amount=1)


def test_policies_limits_and_terms_out_of_range_are_refused(ctx, books):
    with ctx.open():
        policy = given.policy(ctx, books, discretionary_limit=5_000_00)
        with pytest.raises(RefusedError, match="recorded already"):
            given.policy(ctx, books)
        with pytest.raises(RefusedError, match="insured percentage"):
            given.policy(ctx, books, number="X", insured_percentage=Decimal(101))
        with pytest.raises(RefusedError, match="a number and an insurer"):
            take_out_policy(ctx, policy=PolicyDraft(books.creditor, " ", Policy("EUR", number="Y")), today=MARCH)
        for draft in (
            LimitDraft(books.debtor, MARCH, LimitChange.GRANTED, -1),
            LimitDraft(books.debtor, MARCH, LimitChange.GRANTED, 1, percentage=Decimal(0)),
            LimitDraft(books.debtor, MARCH, LimitChange.GRANTED, 1, until_on=date(2026, 2, 1)),
            LimitDraft(books.debtor, MARCH, LimitChange.DISCRETIONARY, 5_000_01),
        ):
            with pytest.raises(RefusedError):
                decide_limits(ctx, policy=policy, limits=[draft], today=MARCH)
        with pytest.raises(RefusedError, match="outside the policy period"):
            change_terms(
                ctx, policy=policy, valid_from=date(2027, 1, 1), terms=Policy("EUR"), premium=None, today=MARCH
            )
        with pytest.raises(RefusedError, match="insured percentage"):
            change_terms(ctx, policy=policy, valid_from=MARCH, terms=Policy("EUR", insured_percentage=Decimal(0)),
                         premium=None, today=MARCH)  # fmt: skip


def test_terms_are_versions_and_each_day_has_its_own(ctx, books):
    with ctx.open():
        policy = given.policy(ctx, books)
        change_terms(ctx, policy=policy, valid_from=MARCH, terms=Policy("EUR", insured_percentage=Decimal(80)),
                     premium=None, today=MARCH)  # fmt: skip
        assert policy_on(ctx, policy, date(2026, 2, 28)).terms.insured_percentage == 90
        after = policy_on(ctx, policy, MARCH)
        assert (after.terms.insured_percentage, after.terms.number) == (80, "TC-2026")
        with pytest.raises(RefusedError, match="no such policy"):
            policy_on(ctx, books.debtor, MARCH)


def duty_rows(ctx, policy, today, **more):
    row = policy_on(ctx, policy, today)
    return [(d.duty, d.standing, d.on) for d in selectors.duties(ctx, row, today, **more)]


def test_the_claims_clock_shows_what_is_due_and_what_was_done(ctx, books):
    with ctx.open():
        policy = given.policy(ctx, books)
        given.limit(ctx, books, policy, 100_000_00)
        item = given.invoice(ctx, books, 1_000_00, on=date(2026, 2, 1), days=28)
        end = date(2026, 3, 1) + timedelta(days=60)
        assert duty_rows(ctx, policy, end) == []
        due = duty_rows(ctx, policy, end + timedelta(days=1))
        assert due == [
            (Duty.STOP_DELIVERIES, Standing.DUE, end + timedelta(days=1)),
            (Duty.MANDATE, Standing.DUE, end + timedelta(days=30)),
            (Duty.NOTIFY, Standing.DUE, end + timedelta(days=30)),
            (Duty.CLAIM, Standing.DUE, end + timedelta(days=90)),
        ]
        done = keep_duty(ctx, policy=policy, items=[item, item], duty=Duty.NOTIFY, done_on=end + timedelta(days=2),
                         today=end + timedelta(days=2))  # fmt: skip
        assert done == [item]
        again = keep_duty(
            ctx, policy=policy, items=[item], duty=Duty.NOTIFY, done_on=end, today=end + timedelta(days=3)
        )
        assert again == []
        late = duty_rows(ctx, policy, end + timedelta(days=31))
        assert (Duty.MANDATE, Standing.LATE, end + timedelta(days=30)) in late
        assert Duty.NOTIFY not in [duty for duty, _, _ in late]
        everything = duty_rows(ctx, policy, end, everything=True)
        assert Duty.PAYOUT in [duty for duty, _, _ in everything]


def test_duties_are_kept_in_the_past_and_for_own_items(ctx, books):
    with ctx.open():
        policy = given.policy(ctx, books)
        item = given.invoice(ctx, books, 1_000_00, on=MARCH)
        keep = {"policy": policy, "today": MARCH}
        with pytest.raises(RefusedError, match="not recorded by hand"):
            keep_duty(ctx, items=[item], duty=Duty.CLAIM, done_on=MARCH, **keep)
        with pytest.raises(RefusedError, match="future"):
            keep_duty(ctx, items=[item], duty=Duty.NOTIFY, done_on=date(2026, 3, 2), **keep)
        with pytest.raises(RefusedError, match="none of this creditor"):
            keep_duty(ctx, items=[books.debtor], duty=Duty.NOTIFY, done_on=MARCH, **keep)


PREMIUM = PremiumTerms(Decimal("0.18"), 24_000_000_00, liability_multiple=Decimal(25))


def test_turnover_is_counted_from_the_books_and_the_premium_follows(ctx, books):
    with ctx.open():
        policy = given.policy(ctx, books, premium=PREMIUM)
        given.limit(ctx, books, policy, 100_000_00)
        given.invoice(ctx, books, 11_900_00, net=10_000_00, on=date(2026, 1, 15))
        town = make.Books(books.creditor, make.debtor(ctx, books.creditor, name="Stadt Neuss", kind="public"))
        given.invoice(ctx, town, 5_000_00, on=date(2026, 1, 16))
        free = make.Books(books.creditor, make.debtor(ctx, books.creditor, name="Ohne Limit OHG"))
        given.invoice(ctx, free, 7_000_00, on=date(2026, 1, 17))
        row = policy_on(ctx, policy, MARCH)
        counted = selectors.insurable_turnover(ctx, row, date(2026, 1, 1), date(2026, 1, 31))
        assert {one.debtor_name: (one.net, one.left_out) for one in counted} == {
            "Kaufmann KG": (10_000_00, ""),
            "Ohne Limit OHG": (7_000_00, "no limit"),
            "Stadt Neuss": (5_000_00, "public body"),
        }
        period = {"policy": policy, "starts_on": date(2026, 1, 1), "ends_on": date(2026, 1, 31), "today": MARCH}
        declare_turnover(ctx, **period)
        assert [d.turnover for d in selectors.declarations(policy)] == [10_000_00]
        declare_turnover(ctx, turnover=22_500_000_00, **period)
        assert [(d.revision, d.turnover) for d in selectors.declarations(policy)] == [(1, 22_500_000_00)]
        premium = selectors.premium_of(row)
        assert (premium.due, premium.adjustment, premium.maximum_liability) == (
            40_500_00, 5_940_00, 1_012_500_00,
        )  # fmt: skip
        with pytest.raises(RefusedError):
            declare_turnover(ctx, turnover=-1, **period)
        with pytest.raises(RefusedError):
            declare_turnover(ctx, **(period | {"ends_on": date(2025, 1, 1)}))
        assert selectors.premium_of(policy_on(ctx, given.policy(ctx, books, number="B"), MARCH)) is None


def test_another_tenant_sees_no_policy(ctx, other_ctx, books):
    with ctx.open():
        given.policy(ctx, books)
    with other_ctx.open():
        assert selectors.policies_on(other_ctx, MARCH) == []
        assert selectors.claims(other_ctx) == []
