"""The worked numbers of the aging and DSO pages, executed, and what is always true of them."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairdue.core.kpi.aging import Aged, age, bucket_of, days_past_due, labels
from fairdue.core.kpi.dso import (
    MonthSales,
    Paid,
    best_possible_dso,
    collection_effectiveness,
    days_delinquent,
    days_late_weighted,
    dso_countback,
    dso_simple,
    turnover,
)
from fairdue.core.kpi.expected import Awaited, cash_expected
from fairdue.core.kpi.promises import Promised, kept_rate

PAGES = Path(__file__).parents[2] / "docs" / "rules"
AS_OF = date(2026, 6, 30)
DAYS = st.integers(-400, 400).map(lambda days: AS_OF + timedelta(days=days))


def tables(page):
    """Return every table of a page: rows as dictionaries from header to cell."""
    found, header = [], None
    for line in (PAGES / f"{page}.md").read_text(encoding="utf-8").splitlines():
        if not line.startswith("|"):
            header = None
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if header is None:
            header = cells
            found.append([])
        elif not set(line) <= set("|-: "):
            found[-1].append(dict(zip(header, cells, strict=True)))
    return found


def minor(text):
    return int(Decimal(text.replace(",", "")).scaleb(2))


def parts(text):
    return [part.strip() for part in text.split(", ")]


def shown(figure):
    return "–" if figure is None else str(figure)


def day(text):
    return date.fromisoformat(text) if text else None


def test_the_aging_page():
    rows, (sums,) = tables("aging")[:2]
    for row in rows:
        assert labels()[bucket_of(days_past_due(day(row["due"]), AS_OF))] == row["bucket"]
    (found,) = age([Aged(day(row["due"]), minor(row["open"]), "EUR") for row in rows], AS_OF)
    assert dict(zip(labels(), found.buckets, strict=True)) == {name: minor(sums[name]) for name in labels()}
    assert found.total == minor(sums["total"])
    assert found.overdue == found.total - minor(sums["not due"])


def test_the_cash_expected_page():
    rows = tables("aging")[2]
    for row in rows:
        item = Awaited(minor(row["open"]), day(row["due"]), int(row["habit days"]), day(row["promised for"]))
        found = cash_expected([item], AS_OF, weeks=4)
        places = {str(place + 1): amount for place, amount in enumerate(found.weeks)}
        places |= {"later": found.later, "doubtful": found.doubtful}
        assert places[row["week"]] == minor(row["open"]), row


def test_the_dso_page_figures():
    for row in tables("dso")[0]:
        receivable, not_due = minor(row["receivable"]), minor(row["not due"])
        sales, days = minor(row["credit sales"]), int(row["days"])
        dso, best = dso_simple(receivable, sales, days), best_possible_dso(not_due, sales, days)
        assert shown(dso) == row["DSO"]
        assert shown(best) == row["best possible"]
        assert shown(days_delinquent(dso, best)) == row["ADD"]
    for row in tables("dso")[1]:
        pairs = zip(parts(row["amounts"]), parts(row["days late"]), strict=True)
        found = days_late_weighted(Paid(minor(amount), int(days)) for amount, days in pairs)
        assert shown(found) == row["weighted"]


def test_the_dso_page_countback():
    for row in tables("dso")[2]:
        months = [
            MonthSales(minor(sales), int(days))
            for sales, days in zip(parts(row["sales newest first"]), parts(row["days"]), strict=True)
        ]
        found = dso_countback(minor(row["receivable"]), months)
        assert shown(found.days) == row["DSO"]
        assert found.complete is (row["complete"] == "yes")


def test_the_dso_page_cei():
    for row in tables("dso")[3]:
        found = collection_effectiveness(
            *(minor(row[name]) for name in ("beginning", "sales", "ending", "ending current")),
            months=int(row["N"]),
        )
        assert shown(found) == row["CEI"]


def test_the_dso_page_promises():
    rows = tables("dso")[4]
    promises = [
        Promised(minor(row["amount"]), day(row["by"]), day(row["met on"]), row["cancelled"] == "yes") for row in rows
    ]
    for row, promise in zip(rows, promises, strict=True):
        one = kept_rate([promise], AS_OF)
        assert (one.due, one.kept) == {"kept": (1, 1), "broken": (1, 0), "not due": (0, 0)}[row["counts as"]]
    found = kept_rate(promises, AS_OF)
    sentence = f"{found.kept} of {found.due} ({found.by_count} %), by value"
    assert sentence in (PAGES / "dso.md").read_text(encoding="utf-8")
    assert str(found.by_value) == "54.55"
    assert kept_rate([], AS_OF).by_count is None


@given(st.lists(st.builds(Aged, DAYS, st.integers(-(10**9), 10**12), st.sampled_from(["EUR", "JPY"]))))
def test_buckets_sum_to_what_is_open_in_each_currency(items):
    for found in age(items, AS_OF):
        assert found.total == sum(item.open for item in items if item.currency == found.currency)


@given(
    st.lists(
        st.builds(
            Awaited,
            st.integers(0, 10**9),
            DAYS,
            st.integers(0, 60),
            st.none() | DAYS,
            st.booleans(),
        )
    )
)
def test_expected_later_and_doubtful_are_everything_open(items):
    found = cash_expected(items, AS_OF)
    assert found.total + found.later + found.doubtful == sum(item.open for item in items)


@given(st.integers(0, 10**9), st.lists(st.builds(MonthSales, st.integers(0, 10**9), st.integers(28, 31))))
def test_countback_never_counts_more_days_than_there_are(receivable, months):
    found = dso_countback(receivable, months)
    assert 0 <= found.days <= sum(month.days for month in months)


@pytest.mark.parametrize("sales, beginning, ending, times", [(300, 100, 100, "3.00"), (1, 0, 0, None)])
def test_turnover(sales, beginning, ending, times):
    assert turnover(sales, beginning, ending) == (None if times is None else Decimal(times))
