"""How often a caller may call: a token bucket in one statement, right across every worker and machine.

The statement touches one row of an unlogged table in its own transaction, so it waits for no disk.
"""

from __future__ import annotations

import math
import os

from django.db import connection

BURST = float(os.environ.get("FAIRDUE_API_BURST", "300"))
"""Calls that may come at once."""
PER_SECOND = float(os.environ.get("FAIRDUE_API_PER_SECOND", "30"))
"""Calls that are given back each second."""
FAILURES = 20.0
"""Calls with a wrong key that may come at once from one address."""
FAILURES_PER_SECOND = 0.1

_TAKE = """
INSERT INTO rate_bucket AS b (caller, tokens, filled_at) VALUES (%(caller)s, %(burst)s - 1, clock_timestamp())
ON CONFLICT (caller) DO UPDATE SET
    tokens = greatest(-1, least(%(burst)s,
        b.tokens + extract(epoch FROM clock_timestamp() - b.filled_at) * %(rate)s) - 1),
    filled_at = clock_timestamp()
RETURNING tokens
"""


def take(caller: str) -> int:
    """Take one call from the caller's bucket; return 0, or the whole seconds to wait when it is empty."""
    return _take(caller, BURST, PER_SECOND)


def take_failure(sender: str) -> int:
    """Count a call from an address that showed no valid key; return 0, or the seconds to wait after too many.

    A valid key is never held up by the failures of others behind the same address.
    """
    return _take(f"failed:{sender}", FAILURES, FAILURES_PER_SECOND)


def _take(caller: str, burst: float, rate: float) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"caller": caller, "burst": burst, "rate": rate})
        row = cursor.fetchone()
    assert row is not None
    return 0 if row[0] >= 0 else max(1, math.ceil(-row[0] / rate))
