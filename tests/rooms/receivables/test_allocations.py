"""Money on items: many to many, nothing over-allocated, nothing lost, everything reversible."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from fairdue.core.findings import RefusedError
from fairdue.core.ledger import AccountRole
from fairdue.foundation.models import Fact
from fairdue.receivables import selectors
from fairdue.receivables.services import (
    Applied,
    add_rates,
    allocate,
    close_period,
    reverse_allocations,
    withdraw_credit,
)
from fairdue.receivables.services.books import RateDraft
from tests import make

TODAY = make.TODAY


def balances(ctx, books, as_of=TODAY):
    return {
        row.code: row.balance
        for row in selectors.trial_balance(ctx, creditor=books.creditor, as_of=as_of)
        if row.balance
    }


def test_one_payment_pays_two_items_and_leaves_the_rest_on_account(ctx, books):
    with ctx.open():
        first, second = make.item(ctx, books, 10000), make.item(ctx, books, 5000)
        money = make.payment(ctx, books, 16000)
        allocate(
            ctx, lines=[Applied(first, 10000, money), Applied(second, 5000, money)], effective_on=TODAY, today=TODAY
        )
        assert (make.residual(first), make.residual(second), make.unapplied(money)) == (0, 0, 1000)
        assert balances(ctx, books) == {"1200": 16000, "1590": -1000, "4400": -15000}


def test_two_payments_and_a_discount_settle_one_item(ctx, books):
    with ctx.open():
        item = make.item(ctx, books, 10000)
        one, two = make.payment(ctx, books, 4000), make.payment(ctx, books, 5800)
        lines = [Applied(item, 4000, one), Applied(item, 5800, two), Applied(item, 200, kind="discount")]
        allocate(ctx, lines=lines, effective_on=TODAY, today=TODAY)
        assert make.residual(item) == 0
        assert balances(ctx, books) == {"1200": 9800, "4400": -10000, "6730": 200}
        assert Fact.objects.filter(subject_id=item, type="item.settled").count() == 1


@pytest.mark.parametrize("amount", [10001, 0, -1])
def test_what_does_not_fit_the_residual_is_refused_whole(ctx, books, amount):
    with ctx.open():
        item, money = make.item(ctx, books, 10000), make.payment(ctx, books, 20000)
        with pytest.raises(RefusedError, match="residual"):
            allocate(ctx, lines=[Applied(item, amount, money)], effective_on=TODAY, today=TODAY)
        assert (make.residual(item), make.unapplied(money)) == (10000, 20000)


def test_the_database_itself_refuses_an_over_allocation(ctx, books):
    with ctx.open():
        item, money = make.item(ctx, books, 10000), make.payment(ctx, books, 20000)
        statement = (
            "INSERT INTO allocation (tenant_id, id, creditor_id, kind, item_id, credit_id, amount, credit_amount,"
            " functional_item, functional_credit, effective_on, group_id, reason, account_role) VALUES (%s,"
            " gen_random_uuid(), %s, 'applied', %s, %s, 10001, 10001, 10001, 10001, %s, gen_random_uuid(), '', '')"
        )
        with pytest.raises(IntegrityError, match=r"open_item_(residual|functional)"), transaction.atomic():
            connection.cursor().execute(statement, [ctx.tenant, books.creditor, item, money, TODAY])


def test_an_undo_opens_the_item_again_and_can_not_be_repeated(ctx, books):
    with ctx.open():
        item, money = make.item(ctx, books, 10000), make.payment(ctx, books, 10000)
        before = balances(ctx, books)
        group = allocate(ctx, lines=[Applied(item, 10000, money)], effective_on=TODAY, today=TODAY)
        reverse_allocations(ctx, group=group, effective_on=TODAY, today=TODAY, reason="wrong customer")
        assert (make.residual(item), make.unapplied(money)) == (10000, 10000)
        assert balances(ctx, books) == before
        with pytest.raises(RefusedError, match="nothing left"):
            reverse_allocations(ctx, group=group, effective_on=TODAY, today=TODAY, reason="again")


def test_a_dollar_invoice_paid_at_another_rate_books_the_exchange_loss(ctx, books):
    with ctx.open():
        paid_on = date(2026, 3, 30)
        add_rates(
            ctx,
            rates=[
                RateDraft("USD", "EUR", TODAY, Decimal("0.92"), "ECB"),
                RateDraft("USD", "EUR", paid_on, Decimal("0.90"), "ECB"),
            ],
        )
        item = make.item(ctx, books, 100000, currency="USD")
        money = make.payment(ctx, books, 100000, currency="USD", on=paid_on)
        allocate(ctx, lines=[Applied(item, 40000, money)], effective_on=paid_on, today=paid_on)
        allocate(ctx, lines=[Applied(item, 60000, money)], effective_on=paid_on, today=paid_on)
        assert balances(ctx, books, paid_on) == {"1200": 90000, "4400": -92000, "6880": 2000}


def test_euros_pay_a_dollar_item_through_the_clearing_account(ctx, books):
    with ctx.open():
        add_rates(ctx, rates=[RateDraft("USD", "EUR", TODAY, Decimal("0.92"), "ECB")])
        item, money = make.item(ctx, books, 10000, currency="USD"), make.payment(ctx, books, 9300)
        with pytest.raises(RefusedError, match="how much"):
            allocate(ctx, lines=[Applied(item, 10000, money)], effective_on=TODAY, today=TODAY)
        group = allocate(ctx, lines=[Applied(item, 10000, money, 9300)], effective_on=TODAY, today=TODAY)
        assert balances(ctx, books) == {"1200": 9300, "4400": -9200, "4860": -100}
        reverse_allocations(ctx, group=group, effective_on=TODAY, today=TODAY, reason="test")
        assert (make.residual(item), make.unapplied(money)) == (10000, 9300)


def test_a_missing_rate_refuses(ctx, books):
    with ctx.open(), pytest.raises(RefusedError, match="no exchange rate"):
        make.item(ctx, books, 100, currency="USD")


def test_money_that_the_bank_takes_back_leaves_the_credit(ctx, books):
    with ctx.open():
        money = make.payment(ctx, books, 10000)
        withdraw_credit(ctx, credit=money, amount=10000, effective_on=TODAY, today=TODAY, reason="returned AC04")
        assert make.unapplied(money) == 0
        assert balances(ctx, books) == {}
        with pytest.raises(RefusedError, match="unapplied"):
            withdraw_credit(ctx, credit=money, amount=1, effective_on=TODAY, today=TODAY, reason="again")


def test_a_closed_month_refuses_by_service_and_by_database(ctx, books):
    with ctx.open():
        make.item(ctx, books, 100, issued_on=date(2026, 1, 15))
        close_period(ctx, creditor=books.creditor, month=date(2026, 1, 1), today=TODAY)
        with pytest.raises(RefusedError, match="January 2026 is closed"):
            make.item(ctx, books, 100, issued_on=date(2026, 1, 31))
        make.item(ctx, books, 100, issued_on=date(2026, 1, 31), booked_on=TODAY)


def test_balances_are_told_as_of_both_axes(ctx, books):
    with ctx.open():
        item, money = make.item(ctx, books, 10000), make.payment(ctx, books, 10000)
    from fairdue.foundation import clock

    before = clock.now()
    with ctx.open():
        allocate(ctx, lines=[Applied(item, 10000, money)], effective_on=TODAY, today=TODAY)
        now_row = selectors.balances(ctx, as_of=TODAY)
        then_row = selectors.balances(ctx, as_of=TODAY, recorded=before)
        early = selectors.balances(ctx, as_of=date(2026, 3, 1))
    assert now_row == []
    assert [(row.open, row.unapplied) for row in then_row] == [(10000, 10000)]
    assert early == []


def test_the_same_key_gives_the_same_answer_once(ctx, books):
    with ctx.open():
        item, money = make.item(ctx, books, 10000), make.payment(ctx, books, 20000)
        call = {"lines": [Applied(item, 5000, money)], "effective_on": TODAY, "today": TODAY}
        assert allocate(ctx, **call, key="k1") == allocate(ctx, **call, key="k1")
        assert make.residual(item) == 5000
        with pytest.raises(RefusedError, match="another request"):
            allocate(ctx, lines=[Applied(item, 1, money)], effective_on=TODAY, today=TODAY, key="k1")


def test_a_small_difference_goes_to_its_own_account(ctx, books):
    with ctx.open():
        item, money = make.item(ctx, books, 10000), make.payment(ctx, books, 9998)
        small = Applied(item, 2, kind="write_off", reason="bank fee", account=AccountRole.SMALL_DIFFERENCE)
        group = allocate(ctx, lines=[Applied(item, 9998, money), small], effective_on=TODAY, today=TODAY)
        assert balances(ctx, books) == {"1200": 9998, "4400": -10000, "6935": 2}
        reverse_allocations(ctx, group=group, effective_on=TODAY, today=TODAY, reason="x")
        assert balances(ctx, books) == {"1200": 9998, "1590": -9998, "1400": 10000, "4400": -10000}
