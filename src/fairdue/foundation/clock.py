"""The one place where the time enters. Business code takes `today` as an argument.

`FAIRDUE_TODAY` (ISO date) moves the business date of a whole process, for rehearsals and stories.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterator


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return datetime.now(UTC)


def today(timezone: str = "UTC") -> date:
    """Return the business date at the edge, in the tenant's `timezone`."""
    fixed = os.environ.get("FAIRDUE_TODAY")
    return date.fromisoformat(fixed) if fixed else now().astimezone(ZoneInfo(timezone)).date()


@contextmanager
def rehearsed(day: date) -> Iterator[None]:
    """Move the business date of this process within a block; for loaders that nothing else runs beside."""
    before = os.environ.get("FAIRDUE_TODAY")
    os.environ["FAIRDUE_TODAY"] = day.isoformat()
    try:
        yield
    finally:
        if before is None:
            del os.environ["FAIRDUE_TODAY"]
        else:
            os.environ["FAIRDUE_TODAY"] = before
