"""The calendar of TARGET."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairdue.core.bankdays import after, closed_days, easter, on_or_after


@pytest.mark.parametrize(
    "day", ["1818-03-22", "1943-04-25", "2000-04-23", "2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28"]
)
def test_easter_falls_on_the_known_days(day):
    assert easter(int(day[:4])) == date.fromisoformat(day)


def test_the_closing_days_of_2026_are_those_of_the_central_bank():
    days = ["2026-01-01", "2026-04-03", "2026-04-06", "2026-05-01", "2026-12-25", "2026-12-26"]
    assert sorted(closed_days(2026)) == [date.fromisoformat(day) for day in days]


@pytest.mark.parametrize(
    "day, count, expected",
    [
        ("2026-04-02", 1, "2026-04-07"),
        ("2026-04-30", 1, "2026-05-04"),
        ("2026-12-24", 1, "2026-12-28"),
        ("2026-12-31", 1, "2027-01-04"),
        ("2026-03-02", 0, "2026-03-02"),
    ],
)
def test_bank_days_jump_over_closing_days(day, count, expected):
    assert after(date.fromisoformat(day), count) == date.fromisoformat(expected)


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_the_next_bank_day_is_open_and_within_five_days(day):
    found = on_or_after(day)
    assert found.isoweekday() < 6
    assert found not in closed_days(found.year)
    assert day <= found <= day + timedelta(days=5)
