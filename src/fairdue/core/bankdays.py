"""The days on which euro payments settle: the calendar of TARGET.

Source: European Central Bank, TARGET closing days (press release of 14 December 2000, long-term calendar): Saturdays,
Sundays, 1 January, Good Friday, Easter Monday, 1 May, 25 and 26 December. Easter by the anonymous Gregorian computus
(Meeus, Astronomical Algorithms, ch. 8).
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from fairdue.core.promise import add_bank_days


def easter(year: int) -> date:
    """Return Easter Sunday of a year of the Gregorian calendar."""
    a, b, c = year % 19, year // 100, year % 100
    d, e, f = b // 4, b % 4, (b + 8) // 25
    h = (19 * a + b - d - (b - f + 1) // 3 + 15) % 30
    k = (32 + 2 * e + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * k) // 451
    month, day = divmod(h + k - 7 * m + 114, 31)
    return date(year, month, day + 1)


@cache
def closed_days(year: int) -> frozenset[date]:
    """Return the days of a year, weekends apart, on which TARGET is closed."""
    sunday = easter(year)
    fixed = {date(year, month, day) for month, day in ((1, 1), (5, 1), (12, 25), (12, 26))}
    return frozenset(fixed | {sunday - timedelta(days=2), sunday + timedelta(days=1)})


def after(day: date, count: int) -> date:
    """Return the day `count` TARGET days after `day`."""
    return add_bank_days(day, count, closed_days(day.year) | closed_days(day.year + 1))


def on_or_after(day: date) -> date:
    """Return `day`, or the first TARGET day after it."""
    return after(day - timedelta(days=1), 1)
