"""Django's PostgreSQL engine; on Citus (`"CITUS": True`) bulk inserts are plain VALUES lists.

Citus refuses `INSERT … SELECT unnest(…)` under row-level security because it turns it into COPY.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import base, features


def close_pools() -> None:
    """Close every pool of this process, whichever thread opened it; the next connection opens a new one."""
    pools: dict[str, Any] = vars(base.DatabaseWrapper)["_connection_pools"]  # a wrapper knows its own thread's only
    while pools:
        pools.popitem()[1].close()


class DatabaseFeatures(features.DatabaseFeatures):
    """The features that the switch changes."""

    def __init__(self, connection: Any) -> None:
        super().__init__(connection)
        if connection.settings_dict.get("CITUS"):
            connection.ops.compiler_module = "fairdue.foundation.tenancy.backend.compiler"


class DatabaseWrapper(base.DatabaseWrapper):
    """The engine."""

    features_class = DatabaseFeatures
