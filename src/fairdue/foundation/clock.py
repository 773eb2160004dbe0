"""The one place where the time enters. Business code takes `today` as an argument.

`FAIRDUE_TODAY` (ISO date) moves the business date of a whole process, for rehearsals and stories.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return datetime.now(UTC)


def today(timezone: str = "UTC") -> date:
    """Return the business date at the edge, in the tenant's `timezone`."""
    fixed = os.environ.get("FAIRDUE_TODAY")
    return date.fromisoformat(fixed) if fixed else now().astimezone(ZoneInfo(timezone)).date()
