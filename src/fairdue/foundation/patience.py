"""Let the database wait for work that is done outside of it, where a transaction has to stay open meanwhile."""

from __future__ import annotations

from django.db import connection


def be_patient() -> None:
    """Let the running transaction be idle for an hour at most; the database ends others after a minute.

    For a command that reads a large file between two of its statements. It holds for this transaction only.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = '1h'")
