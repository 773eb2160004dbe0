"""Reports worked by hand, on both axes; the set-based sums agree with the pure rules."""

import csv
import io
import json
import os
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from fairdue.cli.main import main
from fairdue.core.kpi.aging import Aged, age
from fairdue.core.kpi.expected import Awaited
from fairdue.core.kpi.expected import cash_expected as expected_by_rule
from fairdue.foundation import clock
from fairdue.foundation.tabular.cells import guarded
from fairdue.receivables.selectors import balances
from fairdue.receivables.services import Applied, HoldDraft, allocate, place_holds, reverse_allocations
from fairdue.reporting import tables
from fairdue.reporting.aging import aging, bucket_filter, open_items, standing, top_debtors
from fairdue.reporting.expected import DOUBTFUL, LATER, cash_expected, expected_items
from fairdue.reporting.exports import Format, Table, written
from fairdue.reporting.figures import days_late, figures, history, promises_kept, trend
from fairdue.reporting.ledger import journal
from fairdue.reporting.scope import Scope
from tests import make

AS_OF = date(2026, 6, 30)


def item(ctx, books, amount, due, *, issued=None, **more):
    issued = issued or min(due, date(2026, 1, 10))
    return make.item(ctx, books, amount, issued_on=issued, days=(due - issued).days, **more)


def pay(ctx, books, item_id, amount, on):
    credit = make.payment(ctx, books, amount, on=on)
    return allocate(ctx, lines=[Applied(item_id, amount, credit)], effective_on=on, today=on)


@pytest.fixture
def worked(ctx, books):
    """The table of docs/rules/aging.md in the books."""
    with ctx.open():
        for due, amount in (
            ("2026-07-15", 100_000), ("2026-06-30", 200_000), ("2026-06-29", 30_000), ("2026-05-31", 40_000),
            ("2026-05-30", 50_000), ("2026-05-01", 60_000), ("2026-04-30", 7_000), ("2026-04-01", 8_000),
            ("2026-03-31", 900),
        ):  # fmt: skip
            item(ctx, books, amount, date.fromisoformat(due))
    return books


def test_the_aging_page_in_the_books(ctx, worked):
    with ctx.open():
        (row,) = aging(ctx, Scope(AS_OF))
        assert row.buckets == (300_000, 70_000, 110_000, 15_000, 900)
        assert (row.total, row.overdue, row.items) == (495_900, 195_900, 9)
        assert row.oldest_due_on == date(2026, 3, 31)
        (by_creditor,) = aging(ctx, Scope(AS_OF), by="creditor")
        assert (by_creditor.buckets, by_creditor.debtor_name) == (row.buckets, "payer unknown")
        (by_currency,) = aging(ctx, Scope(AS_OF), by="currency")
        assert (by_currency.buckets, by_currency.creditor_name) == (row.buckets, "")


def test_every_bucket_leads_to_its_items(ctx, worked):
    with ctx.open():
        scope = Scope(AS_OF)
        (row,) = aging(ctx, scope)
        for place, amount in enumerate(row.buckets):
            found = open_items(ctx, scope, bucket_filter(scope, place, "EUR"))
            assert sum(one.open for one in found) == amount
        first = open_items(ctx, scope, limit=4)
        rest = open_items(ctx, scope, type(bucket_filter(scope, 0))(after=(first[-1].due_on, first[-1].item_id)))
        assert [one.due_on for one in first + rest] == sorted(one.due_on for one in first + rest)
        assert len(first + rest) == 9
        assert first[0].days_past_due(AS_OF) == 91
        assert rest[-1].days_past_due(AS_OF) == 0


def test_a_report_of_the_past_is_the_same_for_ever(ctx, books):
    """Both axes: a payment effective in May but recorded in July is in May's books, not in what June knew."""
    with ctx.open():
        one = item(ctx, books, 100_000, date(2026, 5, 1))
        two = item(ctx, books, 50_000, date(2026, 5, 1))
        pay(ctx, books, one, 40_000, date(2026, 5, 20))
    known = clock.now()
    with ctx.open():
        late = pay(ctx, books, two, 50_000, date(2026, 5, 25))
    with ctx.open():
        assert aging(ctx, Scope(date(2026, 5, 19)))[0].total == 150_000
        assert aging(ctx, Scope(date(2026, 5, 20)))[0].total == 110_000
        assert aging(ctx, Scope(AS_OF))[0].total == 60_000
        assert aging(ctx, Scope(AS_OF, recorded=known))[0].total == 110_000
        assert aging(ctx, Scope(AS_OF, recorded=datetime(2020, 1, 1, tzinfo=UTC))) == []
    with ctx.open():
        reverse_allocations(ctx, group=late, effective_on=date(2026, 6, 15), today=AS_OF, reason="returned")
    with ctx.open():
        assert aging(ctx, Scope(date(2026, 6, 14)))[0].total == 60_000
        assert aging(ctx, Scope(AS_OF))[0].total == 110_000
        assert aging(ctx, Scope(AS_OF))[0].unapplied == 50_000
        assert aging(ctx, Scope(AS_OF, recorded=known))[0].total == 110_000


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(-120, 60), st.integers(1, 10**6), st.integers(0, 100), st.integers(-60, 20)),
        min_size=1,
        max_size=6,
    ),
    st.integers(-90, 30),
)
def test_the_set_based_aging_is_the_pure_one_and_agrees_with_the_heart(ctx, rows, offset):
    as_of = AS_OF + timedelta(days=offset)
    with ctx.open():
        books = make.books(ctx)
        expected = []
        for due_in, amount, percent, paid_in in rows:
            due, paid_on = AS_OF + timedelta(days=due_in), AS_OF + timedelta(days=paid_in)
            issued = min(due, date(2026, 1, 10))
            one = item(ctx, books, amount, due, issued=issued)
            part = amount * percent // 100
            if part:
                pay(ctx, books, one, part, paid_on)
            left = amount - (part if paid_on <= as_of else 0)
            if issued <= as_of:
                expected.append(Aged(due, left, "EUR"))
        scope = Scope(as_of, creditor=books.creditor)
        found = {row.currency: row.buckets for row in aging(ctx, scope)}
        assert found.get("EUR", (0,) * 5) == (age(expected, as_of) or [type("", (), {"buckets": (0,) * 5})])[0].buckets
        heart = balances(ctx, as_of=as_of, creditor=books.creditor)
        assert sum(row.open for row in heart) == sum(sum(buckets) for buckets in found.values())
        assert sum(row.overdue for row in heart) == sum(sum(buckets[1:]) for buckets in found.values())
        mine = aging(ctx, scope)
        assert sum(row.unapplied for row in heart) == sum(row.unapplied for row in mine)


def test_the_standing_of_the_dashboard_is_the_aging_by_currency_and_the_most_overdue_of_it(ctx, worked):
    with ctx.open():
        other = make.creditor(ctx, currency="USD", country="US", name="West Inc")
        for number, currency in enumerate(("EUR", "EUR", "USD", "USD", "USD")):
            creditor = other if currency == "USD" else worked.creditor
            one = make.Books(creditor, make.debtor(ctx, creditor, name=f"More {number}"))
            item(ctx, one, 1_000 * (number + 1), date(2026, 5, 1), currency=currency)
            make.payment(ctx, one, 10 + number, on=AS_OF, currency=currency)
        make.payment(ctx, worked, 77, on=AS_OF, debtor_known=False)
        totals, top = standing(ctx, Scope(AS_OF), limit=2)
        lines = aging(ctx, Scope(AS_OF))
        assert totals == aging(ctx, Scope(AS_OF), by="currency")
        assert standing(ctx, Scope(AS_OF, datetime(2020, 1, 1, tzinfo=UTC))) == ([], [])
    assert all(row in lines for row in top)
    assert [(row.currency, row.overdue) for row in top] == [
        ("EUR", 195_900), ("EUR", 2_000), ("USD", 5_000), ("USD", 4_000),
    ]  # fmt: skip


def test_top_debtors_are_those_with_the_most_overdue(ctx, books):
    with ctx.open():
        for name, amount in (("A", 10), ("B", 30), ("C", 20)):
            one = make.Books(books.creditor, make.debtor(ctx, books.creditor, name=name))
            item(ctx, one, amount, date(2026, 5, 1))
        item(ctx, books, 99, date(2026, 8, 1))
        assert [(row.debtor_name, row.overdue) for row in top_debtors(ctx, Scope(AS_OF), limit=2)] == [
            ("B", 30), ("C", 20),
        ]  # fmt: skip


def test_dso_and_cei_by_hand(ctx, books):
    """Windows are calendar months at a month end: April, May, June of sales; 4,000 open at the end of March."""
    with ctx.open():
        old = item(ctx, books, 400_000, date(2026, 4, 15), issued=date(2026, 3, 15))
        item(ctx, books, 300_000, date(2026, 5, 20), issued=date(2026, 4, 20))
        may = item(ctx, books, 200_000, date(2026, 6, 20), issued=date(2026, 5, 20))
        item(ctx, books, 400_000, date(2026, 7, 20), issued=date(2026, 6, 20))
        pay(ctx, books, old, 400_000, date(2026, 4, 25))
        pay(ctx, books, may, 50_000, date(2026, 6, 25))
        make.payment(ctx, books, 10_000, on=date(2026, 6, 29))
        rows = history(ctx, Scope(AS_OF), windows=4)["EUR"]
        assert [(w.ends_on, w.days, w.receivable, w.not_due, w.sales) for w in rows] == [
            (date(2026, 6, 30), 30, 840_000, 400_000, 400_000),
            (date(2026, 5, 31), 31, 500_000, 200_000, 200_000),
            (date(2026, 4, 30), 30, 300_000, 300_000, 300_000),
            (date(2026, 3, 31), 31, 400_000, 400_000, 400_000),
            (date(2026, 2, 28), 28, 0, 0, 0),
        ]
        (found,) = figures(ctx, Scope(AS_OF))
        # 8,400 / 9,000 x 91; 4,000 / 9,000 x 91; (4,000 + 3,000 - 8,400) / (4,000 + 3,000 - 4,000).
        assert (found.dso, found.best_possible, found.delinquent) == (
            Decimal("84.93"), Decimal("40.44"), Decimal("44.49"),
        )  # fmt: skip
        assert found.effectiveness == Decimal("-46.67")
        # 8,400 = 4,000 of June + 2,000 of May + 2,400 of 3,000 in April: 30 + 31 + 24 days.
        assert (found.countback.days, found.countback.complete) == (Decimal("85.00"), True)
        assert (found.beginning, found.sales, found.days, found.overdue) == (400_000, 900_000, 91, 440_000)
        # 400,000 ten days late and 50,000 five days late.
        assert days_late(ctx, Scope(AS_OF))["EUR"] == Decimal("9.44")
        ends = [one.ends_on for one in trend(ctx, Scope(AS_OF), points=3)["EUR"]]
        assert ends == [date(2026, 4, 30), date(2026, 5, 31), date(2026, 6, 30)]


def test_cash_expected_follows_promise_habit_and_holds(ctx, books):
    with ctx.open():
        paid = item(ctx, books, 10_000, date(2026, 6, 1))
        pay(ctx, books, paid, 10_000, date(2026, 6, 8))
        item(ctx, books, 1_000, date(2026, 7, 1))
        item(ctx, books, 2_000, date(2026, 9, 30))
        item(ctx, books, 4_000, date(2026, 3, 1))
        disputed = item(ctx, books, 8_000, date(2026, 7, 10))
        hold = HoldDraft(books.creditor, books.debtor, "dispute", AS_OF, item=disputed, amount=3_000)
        place_holds(ctx, holds=[hold], today=AS_OF)
        found = cash_expected(ctx, Scope(AS_OF), weeks=4)["EUR"]
        assert (found.weeks, found.later, found.doubtful) == ((0, 1_000, 5_000, 0), 2_000, 7_000)
        failed = make.Books(books.creditor, make.debtor(ctx, books.creditor, name="Insolvent"))
        item(ctx, failed, 16_000, date(2026, 7, 1))
        hold = HoldDraft(books.creditor, failed.debtor, "insolvency", AS_OF)
        place_holds(ctx, holds=[hold], today=AS_OF)
        assert cash_expected(ctx, Scope(AS_OF), weeks=4)["EUR"].doubtful == 23_000


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(-130, 120), st.integers(1, 10**6), st.booleans()), min_size=1, max_size=6))
def test_the_set_based_expectation_is_the_pure_one(ctx, rows):
    with ctx.open():
        books = make.books(ctx)
        awaited = []
        for due_in, amount, held in rows:
            due = AS_OF + timedelta(days=due_in)
            one = item(ctx, books, amount, due)
            if held:
                hold = HoldDraft(books.creditor, books.debtor, "filed_claim", AS_OF, item=one)
                place_holds(ctx, holds=[hold], today=AS_OF)
            awaited.append(Awaited(amount, due, held=held))
        scope = Scope(AS_OF, creditor=books.creditor)
        found = cash_expected(ctx, scope)["EUR"]
        assert found == expected_by_rule(awaited, AS_OF)
        weeks = {**dict(enumerate(found.weeks)), LATER: found.later, DOUBTFUL: found.doubtful}
        for week, amount in weeks.items():
            assert sum(row.amount for row in expected_items(ctx, scope, weeks=(week,))) == amount
        # As known at an instant yet to come, the same is rolled back from what nothing undoes.
        later = Scope(AS_OF, creditor=books.creditor, recorded=clock.now() + timedelta(days=1))
        assert cash_expected(ctx, later)["EUR"] == found
        assert aging(ctx, later) == aging(ctx, scope)


def test_the_items_behind_cash_expected_say_what_their_day_rests_on(ctx, books):
    with ctx.open():
        paid = item(ctx, books, 10_000, date(2026, 6, 1))
        pay(ctx, books, paid, 10_000, date(2026, 6, 8))
        usual = item(ctx, books, 1_000, date(2026, 7, 1))
        dispute = item(ctx, books, 8_000, date(2026, 7, 10))
        hold = HoldDraft(books.creditor, books.debtor, "dispute", AS_OF, item=dispute, amount=3_000)
        place_holds(ctx, holds=[hold], today=AS_OF)
        old = item(ctx, books, 4_000, date(2026, 3, 1))
        found = [
            (row.item_id, row.day, row.week, row.why, row.amount)
            for row in expected_items(ctx, Scope(AS_OF), limit=None)
        ]
        assert found == [
            (old, date(2026, 3, 8), DOUBTFUL, "doubtful", 4_000),
            (usual, date(2026, 7, 8), 1, "habit", 1_000),
            (dispute, date(2026, 7, 17), DOUBTFUL, "held", 3_000),
            (dispute, date(2026, 7, 17), 2, "habit", 5_000),
        ]
        pages = [expected_items(ctx, Scope(AS_OF), limit=1)]
        while pages[-1]:
            pages.append(expected_items(ctx, Scope(AS_OF), after=pages[-1][0].key, limit=1))
        assert [(row.item_id, row.week) for page in pages for row in page] == [(one[0], one[2]) for one in found]
        assert expected_items(ctx, Scope(AS_OF), currency="USD") == []


def test_cash_expected_of_a_past_day_counts_what_was_open_then(ctx, books):
    with ctx.open():
        one = item(ctx, books, 10_000, date(2026, 6, 20))
        pay(ctx, books, one, 10_000, date(2026, 6, 25))
        item(ctx, books, 500, date(2026, 7, 20), issued=date(2026, 6, 28))
        before = cash_expected(ctx, Scope(date(2026, 6, 18)))["EUR"]
        assert (before.weeks[0], before.later, before.doubtful, before.total) == (10_000, 0, 0, 10_000)
        assert cash_expected(ctx, Scope(AS_OF))["EUR"].total == 500


def test_no_promise_no_rate(ctx, books):
    with ctx.open():
        assert promises_kept(ctx, Scope(AS_OF)) == {}


def test_the_journal_in_pages_keeps_entries_together(ctx, worked):
    with ctx.open():
        scope = Scope(AS_OF, creditor=worked.creditor)
        everything = journal(ctx, scope, from_on=date(2026, 1, 1), limit=None)
        assert sum(row.amount for row in everything) == 0
        seen, after = [], (date.min, everything[0].entry_id.__class__(int=0))
        while page := journal(ctx, scope, from_on=date(2026, 1, 1), after=after, limit=5):
            assert sum(row.amount for row in page) == 0
            seen += page
            after = (page[-1].booked_on, page[-1].entry_id)
        assert seen == everything


def test_another_tenant_and_another_creditor_see_nothing(ctx, other_ctx, worked):
    with other_ctx.open():
        assert aging(other_ctx, Scope(AS_OF)) == []
    with ctx.open():
        other = make.creditor(ctx)
        assert aging(ctx, Scope(AS_OF, creditor=other)) == []
        assert aging(ctx, Scope(AS_OF, debtor=worked.debtor))[0].total == 495_900


TABLE = Table(
    "aging",
    (("as_of", "2026-06-30"),),
    ("Customer", "Open"),
    [["=1+1", Decimal("-12.50")], ["@SUM(A1)", Decimal(7)], ["Kaufmann", None], ["  +x", Decimal("1234.50")]],
)


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\tx", "\rx", " =1", "\n=1", "\0=1", "＝1"])
def test_text_that_a_spreadsheet_would_run_is_prefixed(text):
    assert guarded(text).startswith("'")


@pytest.mark.parametrize("text", ["", "Kaufmann", "RE-1", "a=b", "0-1", "'x"])
def test_other_text_stays(text):
    assert guarded(text) == text


def test_csv_keeps_amounts_numeric_and_text_harmless():
    content = written(TABLE, Format.CSV)
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows == [
        ["Customer", "Open"], ["'=1+1", "-12.50"], ["'@SUM(A1)", "7"], ["Kaufmann", ""], ["'  +x", "1234.50"],
    ]  # fmt: skip


def test_xlsx_cells_are_typed():
    book = load_workbook(io.BytesIO(written(TABLE, Format.XLSX)))
    cells = [[(cell.value, cell.data_type) for cell in row] for row in book.active.iter_rows(min_row=2)]
    assert cells[0] == [("=1+1", "s"), (-12.5, "n")]
    assert cells[3][0] == ("  +x", "s")


def test_json_keeps_decimals_as_text_and_text_table_aligns():
    answer = json.loads(written(TABLE, Format.JSON))
    assert answer["rows"][0] == {"customer": "=1+1", "open": "-12.50"}
    assert answer["as_of"] == "2026-06-30"
    lines = written(TABLE, Format.TABLE).decode().splitlines()
    assert lines[1].split() == ["Customer", "Open"]
    assert lines[-1] == "  +x      1,234.50"


@pytest.mark.parametrize("name", [*tables.SIMPLE, "trial-balance", "journal"])
def test_every_report_of_the_command_line(ctx, worked, name, tmp_path, monkeypatch):
    from fairdue.foundation.models import Tenant
    from fairdue.parties.selectors import creditor

    monkeypatch.setenv("FAIRDUE_PREPARED", os.environ["DATABASE_URL"])
    slug = Tenant.objects.get(id=ctx.tenant).slug
    with ctx.open():
        code = creditor(ctx, worked.creditor).code
    out = tmp_path / "report.json"
    words = ["report", name, "--tenant", slug, "--creditor", code, "--as-of", "2026-06-30", "--out", str(out)]
    if name == "journal":
        words += ["--from", "2026-01-01"]
    assert main([*words, "--format", "json"]) == 0
    answer = json.loads(out.read_bytes())
    assert answer["report"] in {name, "aging"}
    rows = answer["rows"]
    expected_total = {"aging": "4959.00", "top": "4959.00"}
    if name in expected_total:
        assert rows[0]["total"] == expected_total[name]
    if name == "arrears":
        assert sum(Decimal(row["open"]) for row in rows) == Decimal("1959.00")
    if name == "trial-balance":
        assert rows[-1]["balance"] == "0.00"
    for form in ("csv", "xlsx", "table"):
        assert main([*words, "--format", form]) == 0
        assert out.stat().st_size > 10


def test_books_belong_to_one_creditor(ctx, worked, monkeypatch, capsys):
    from fairdue.foundation.models import Tenant

    monkeypatch.setenv("FAIRDUE_PREPARED", os.environ["DATABASE_URL"])
    slug = Tenant.objects.get(id=ctx.tenant).slug
    assert main(["report", "trial-balance", "--tenant", slug]) == 1
    assert "--creditor" in capsys.readouterr().err
    assert main(["report", "journal", "--tenant", slug]) == 1
    assert main(["report", "aging", "--tenant", slug, "--as-of", "2026-06-30", "--by", "currency"]) == 0
    assert "4,959.00" in capsys.readouterr().out
