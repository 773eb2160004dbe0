"""The embedded PostgreSQL: found, initialised, started, shared by several processes, stopped by the last."""

from fairdue.foundation.localdb.server import LocalServer, LocalServerError

__all__ = ["LocalServer", "LocalServerError"]
