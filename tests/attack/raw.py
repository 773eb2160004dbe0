"""Speak SQL past the services, as the app role, the owner or the loader."""

from __future__ import annotations

from contextlib import contextmanager
from uuid import uuid4

import pytest
from django.db import DatabaseError, connections, transaction

from tests import make


def rows(statement, parameters=(), using="default"):
    """Return what a statement gives, or how many rows it changed."""
    with connections[using].cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else cursor.rowcount


def refused(statement, parameters=(), *, match, using="default"):
    """Expect the database to refuse a statement; the surrounding transaction lives on."""
    with pytest.raises(DatabaseError, match=match), transaction.atomic(using=using):
        rows(statement, parameters, using)


@contextmanager
def as_owner(tenant):
    """Open a transaction of the owner that names a tenant (row-level security is forced on the owner too)."""
    with transaction.atomic(using="owner"):
        rows(f"SET LOCAL fairdue.tenant = '{tenant:d}'", using="owner")
        yield


@contextmanager
def as_superuser(tenant):
    """Open a transaction that no trigger, policy or key stops: how a tampering administrator works."""
    import os

    import psycopg

    with psycopg.connect(os.environ["DATABASE_URL"], dbname=os.environ["FAIRDUE_DATABASE"]) as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute(f"SET fairdue.tenant = '{tenant:d}'")
        yield admin


def filled(ctx, books):
    """Give a tenant a row in each table of the heart and return the ids that attacks name."""
    from fairdue.receivables.services import Applied, HoldDraft, allocate, place_holds

    with ctx.open():
        item, money = make.item(ctx, books, 10000), make.payment(ctx, books, 10000)
        group = allocate(ctx, lines=[Applied(item, 4000, money)], effective_on=make.TODAY, today=make.TODAY)
        draft = HoldDraft(books.creditor, books.debtor, "dispute", make.TODAY, item=item)
        (hold,) = place_holds(ctx, holds=[draft], today=make.TODAY)
        (allocation,) = (row[0] for row in rows("SELECT id FROM allocation WHERE group_id = %s", [group]))
        (account,) = (
            row[0] for row in rows("SELECT id FROM account WHERE role = 'bank' AND creditor_id = %s", [books.creditor])
        )
        entry = rows("SELECT id FROM journal_entry WHERE source_id = %s LIMIT 1", [group])[0][0]
    return {
        "item": item, "credit": money, "group": group, "hold": hold, "allocation": allocation, "account": account,
        "entry": entry, "creditor": books.creditor, "debtor": books.debtor, "new": uuid4(), "today": make.TODAY,
        "tenant": ctx.tenant,
    }  # fmt: skip
