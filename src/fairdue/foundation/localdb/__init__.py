"""The embedded PostgreSQL: found, initialised, started, shared by several processes, stopped by the last."""

from fairdue.foundation.localdb.binaries import LocalServerError
from fairdue.foundation.localdb.server import LocalServer

__all__ = ["LocalServer", "LocalServerError"]
