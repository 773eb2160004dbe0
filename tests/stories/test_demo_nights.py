"""The nights of the demo: working days of a month, whatever the day on which it is loaded."""

from datetime import date, timedelta

import pytest

from fairdue.demo.load import nights
from fairdue.foundation import clock

pytestmark = pytest.mark.no_database


@pytest.mark.parametrize("today", [date(2026, 11, 20) + timedelta(days=at) for at in range(7)])
def test_a_month_has_two_nights_a_week_and_those_just_gone_none_of_them_at_the_weekend(today):
    found = nights(today)
    days = [today - timedelta(days=ago) for ago in found]
    assert found == sorted(found, reverse=True)
    assert {day.isoweekday() for day in days} <= {1, 2, 3, 4, 5}
    assert len([day for day in days if day.isoweekday() in {2, 5}]) == 8
    assert found[-1] <= 3


def test_the_business_date_moves_within_a_rehearsal_only(monkeypatch):
    monkeypatch.setenv("FAIRDUE_TODAY", "2026-11-23")
    with clock.rehearsed(date(2026, 10, 27)):
        assert clock.today() == date(2026, 10, 27)
    assert clock.today() == date(2026, 11, 23)
    monkeypatch.delenv("FAIRDUE_TODAY")
    with clock.rehearsed(date(2026, 10, 27)):
        assert clock.today() == date(2026, 10, 27)
    assert clock.today() != date(2026, 10, 27)
