"""Where a transaction may wait for longer than others: for work outside of the database, or for other transactions."""

from __future__ import annotations

from django.db import connection


def be_patient() -> None:
    """Let the running transaction be idle for an hour at most; the database ends others after a minute.

    For a command that reads a large file between two of its statements. It holds for this transaction only.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = '1h'")


def wait_for_others() -> None:
    """Let the running transaction wait a minute for rows that others hold; a person's is refused after seconds.

    For jobs that work side by side on the rows of one owner.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '1min'")
