"""The quick statements say what the plain ones say: pages of the aging, history by months, pages of open items."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from fairdue.foundation import clock
from fairdue.receivables.selectors import trial_balance
from fairdue.receivables.services import Applied, add_rates, allocate, reverse_allocations
from fairdue.receivables.services.books import RateDraft
from fairdue.reporting.aging import ItemFilter, aging, aging_page, open_items, standing
from fairdue.reporting.expected import cash_expected, trend_and_expected
from fairdue.reporting.figures import history, trend
from fairdue.reporting.ledger import journal
from fairdue.reporting.scope import Scope
from tests import make

AS_OF = date(2026, 6, 30)
ROWS = st.lists(
    st.tuples(
        st.integers(0, 2),  # the customer
        st.sampled_from(["EUR", "USD"]),
        st.integers(-200, 20),  # issued, days from AS_OF
        st.integers(0, 60),  # the payment term
        st.integers(1, 10**6),
        st.integers(0, 100),  # percent paid
        st.integers(-190, 20),  # paid, days from AS_OF
        st.booleans(),  # taken back
    ),
    min_size=1,
    max_size=8,
)
SLOW = settings(
    max_examples=12,
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def _write(ctx, books, customers, rows):
    """Write items, payments and reversals; part of every payment stays on account."""
    for place, currency, issued_in, term, amount, percent, paid_in, back in rows:
        one = make.Books(books.creditor, customers[place])
        issued = AS_OF + timedelta(days=issued_in)
        item = make.item(ctx, one, amount, issued_on=issued, days=term, currency=currency)
        part = amount * percent // 100
        if not part:
            continue
        paid = AS_OF + timedelta(days=paid_in)
        credit = make.payment(ctx, one, part + 7, on=paid, currency=currency)
        group = allocate(ctx, lines=[Applied(item, part, credit)], effective_on=paid, today=paid)
        if back:
            day = paid + timedelta(days=9)
            reverse_allocations(ctx, group=group, effective_on=day, today=day, reason="returned")


def _books(ctx):
    books = make.books(ctx)
    days = [AS_OF + timedelta(days=place) for place in range(-210, 40)]
    add_rates(ctx, rates=[RateDraft("USD", "EUR", day, Decimal("0.9"), "ECB") for day in days])
    return books, [books.debtor, *(make.debtor(ctx, books.creditor, name=name) for name in ("B", "C"))]


@SLOW
@given(ROWS, ROWS, st.integers(-150, 30))
def test_pages_of_the_aging_together_are_the_aging_on_both_axes(ctx, before, after, offset):
    with ctx.open():
        books, customers = _books(ctx)
        make.payment(ctx, books, 55, on=AS_OF - timedelta(days=100), debtor_known=False)
        _write(ctx, books, customers, before)
    known = clock.now()
    with ctx.open():
        _write(ctx, books, customers, after)
        for recorded in (None, known):
            scope = Scope(AS_OF + timedelta(days=offset), recorded, creditor=books.creditor)
            whole, pages, count = aging(ctx, scope), [], None
            sums = sorted(aging(ctx, scope, by="currency"), key=lambda row: row.currency)
            while count is None or len(pages) < count:
                page = aging_page(ctx, scope, skip=len(pages), limit=2)
                assert page.totals == sums
                count = page.count
                assert len(page.rows) == min(2, count - len(pages))
                pages += page.rows
            assert sorted(pages, key=repr) == sorted(whole, key=repr)
            assert [(row.currency, -row.overdue, -row.total) for row in pages] == sorted(
                (row.currency, -row.overdue, -row.total) for row in whole
            )
            top = [row for row in whole if row.overdue and row.debtor_id]
            assert {row.debtor_id for row in standing(ctx, scope)[1]} == {row.debtor_id for row in top}


@SLOW
@given(ROWS, st.sampled_from([date(2026, 6, 30), date(2026, 6, 12), date(2026, 3, 31)]))
def test_each_month_of_the_history_is_the_aging_of_its_last_day(ctx, rows, as_of):
    with ctx.open():
        books, customers = _books(ctx)
        _write(ctx, books, customers, rows)
        found = history(ctx, Scope(as_of, creditor=books.creditor), windows=7)
        for currency, months in found.items():
            for month in months:
                day = Scope(month.ends_on, creditor=books.creditor)
                line = [row for row in aging(ctx, day, by="currency") if row.currency == currency]
                assert month.receivable == sum(row.total - row.unapplied for row in line)
                assert month.not_due == sum(row.buckets[0] for row in line)
                first = month.ends_on - timedelta(days=month.days - 1)
                sold = sum(
                    amount
                    for _, code, issued_in, _, amount, *_ in rows
                    if code == currency and first <= AS_OF + timedelta(days=issued_in) <= month.ends_on
                )
                assert month.sales == sold


@SLOW
@given(ROWS, ROWS, st.integers(-150, 30))
def test_what_the_dashboard_reads_at_once_is_what_the_reports_read_one_by_one(ctx, before, after, offset):
    with ctx.open():
        books, customers = _books(ctx)
        _write(ctx, books, customers, before)
    known = clock.now()
    with ctx.open():
        _write(ctx, books, customers, after)
        for recorded in (None, known):
            scope = Scope(AS_OF + timedelta(days=offset), recorded, creditor=books.creditor)
            assert trend_and_expected(ctx, scope) == (trend(ctx, scope), cash_expected(ctx, scope))


@SLOW
@given(ROWS, ROWS, st.integers(-150, 30), st.sampled_from([None, "EUR"]))
def test_pages_of_open_items_together_are_what_the_aging_sums(ctx, before, after, offset, currency):
    with ctx.open():
        books, customers = _books(ctx)
        _write(ctx, books, customers, before)
    known = clock.now()
    with ctx.open():
        _write(ctx, books, customers, after)
        for recorded in (None, known):
            scope = Scope(AS_OF + timedelta(days=offset), recorded, creditor=books.creditor)
            shown = open_items(ctx, scope, ItemFilter(currency=currency), limit=None)
            pages, cursor = [], ItemFilter(currency=currency)
            while page := open_items(ctx, scope, cursor, limit=2):
                pages += page
                cursor = ItemFilter(currency=currency, after=(page[-1].due_on, page[-1].item_id))
            assert pages == shown
            lines = [row for row in aging(ctx, scope, by="currency") if currency in {None, row.currency}]
            assert len(shown) == sum(row.items for row in lines)
            for line in lines:
                assert line.total == sum(row.open for row in shown if row.currency == line.currency)


@SLOW
@given(ROWS, ROWS, st.integers(-150, 30))
def test_the_trial_balance_is_the_sum_of_the_journal_on_both_axes(ctx, before, after, offset):
    with ctx.open():
        books, customers = _books(ctx)
        _write(ctx, books, customers, before)
    known = clock.now()
    with ctx.open():
        _write(ctx, books, customers, after)
        for recorded in (None, known):
            scope = Scope(AS_OF + timedelta(days=offset), recorded, creditor=books.creditor)
            lines = journal(ctx, scope, from_on=date.min, limit=None)
            for row in trial_balance(ctx, creditor=books.creditor, as_of=scope.as_of, recorded=recorded):
                own = [line.functional for line in lines if line.account_code == row.code]
                assert row.debit == sum(amount for amount in own if amount > 0)
                assert row.credit == -sum(amount for amount in own if amount < 0)
