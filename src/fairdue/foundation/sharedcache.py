"""Short-lived values that every worker and machine sees: tries to sign in, codes that were used.

Django's own cache lives in one process, so N workers would give N times as many tries, and a code could be used once
in each. This one is a table. Values are JSON, never pickles: who writes to a table must not run code.
"""

from __future__ import annotations

import json
import math
from datetime import timedelta
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import connection

SWEEP_EVERY = 500
"""One write in so many takes away what has expired."""
FOREVER = 10 * 365 * 86_400
_SET = """
INSERT INTO shared_value AS v (key, value, expires_at)
VALUES (%(key)s, %(value)s, clock_timestamp() + %(lasts)s)
ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at
"""
_ADD = f"{_SET} WHERE v.expires_at <= clock_timestamp()"
_GET = "SELECT value::text FROM shared_value WHERE key = %s AND expires_at > clock_timestamp()"
_TOUCH = "UPDATE shared_value SET expires_at = clock_timestamp() + %s WHERE key = %s AND expires_at > clock_timestamp()"
_DELETE = "DELETE FROM shared_value WHERE key = %s"
_SWEEP = "DELETE FROM shared_value WHERE expires_at <= clock_timestamp()"


class SharedCache(BaseCache):
    """A Django cache in the table `shared_value`; `add` is decided by the database, so one of many wins."""

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        del location
        super().__init__(params)
        self.writes = 0

    def _run(self, statement: str, parameters: Any) -> int:
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return int(cursor.rowcount)

    def _write(self, statement: str, key: str, value: Any, timeout: Any, version: int | None) -> bool:
        self.writes += 1
        if self.writes % SWEEP_EVERY == 1:
            self._run(_SWEEP, None)
        kept = {"key": self._key(key, version), "value": json.dumps(value), "lasts": self._lasts(timeout)}
        return self._run(statement, kept) == 1

    def _key(self, key: str, version: int | None) -> str:
        made = self.make_key(key, version)
        self.validate_key(made)
        return str(made)

    def _lasts(self, timeout: Any) -> timedelta:
        seconds = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        return timedelta(seconds=FOREVER if seconds is None else math.ceil(seconds))

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Keep a value unless there is one; of many who try at once one is told that it did."""
        return self._write(_ADD, key, value, timeout, version)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """Return a value that has not expired, else `default`."""
        with connection.cursor() as cursor:
            cursor.execute(_GET, [self._key(key, version)])
            row = cursor.fetchone()
        return default if row is None else json.loads(row[0])

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Keep a value in place of what was there."""
        self._write(_SET, key, value, timeout, version)

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Let a value last longer; tells whether it was there."""
        return self._run(_TOUCH, [self._lasts(timeout), self._key(key, version)]) == 1

    def delete(self, key: str, version: int | None = None) -> bool:
        """Take a value away; tells whether it was there."""
        return self._run(_DELETE, [self._key(key, version)]) == 1

    def clear(self) -> None:
        """Take every value away."""
        self._run("DELETE FROM shared_value", None)
