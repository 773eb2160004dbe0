"""A client user of an agency sees one creditor and writes nothing, in every table of every room.

Rows are made for each table from the catalog, not by the services, so that a new table is attacked on the day
it is born. The client role is the wall behind forgotten filters; that a context is not widened is the law of
`tenant_context`, for whoever can run raw SQL on the application's connection can leave any role it took on.
"""

import os
from uuid import uuid4

import psycopg
import pytest
from django.db import DatabaseError

from fairdue.foundation.context import Ctx
from fairdue.foundation.database import role
from fairdue.foundation.tenancy.context import TenantContextError
from fairdue.receivables import selectors
from fairdue.receivables.services import Applied, allocate, assign_credit
from tests import make
from tests.attack.catalog import tenant_models
from tests.attack.raw import filled, refused, rows

MODELS = tenant_models()
NARROWED = sorted(table for table, model in MODELS.items() if model.access.creditor)
HIDDEN = sorted(set(MODELS) - set(NARROWED))
_COLUMNS = """
SELECT a.attname, format_type(a.atttypid, NULL), a.atttypmod FROM pg_attribute a
WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attnotnull AND a.attgenerated = ''
"""
_CHECKS = "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'c'"
ANY_VALUE = {
    "uuid": "gen_random_uuid()", "bigint": "1", "integer": "1", "smallint": "1", "numeric": "1", "date": "'2026-03-02'",
    "text": "''", "character varying": "left(gen_random_uuid()::text, {length})", "character": "'x'",
    "jsonb": "'{{}}'", "boolean": "false", "timestamp with time zone": "now()", "bytea": "''::bytea",
    "double precision": "1", "time without time zone": "'08:00'", "interval": "'1 day'",
}  # fmt: skip


class Stage:
    """A superuser's transaction with rows of two creditors and of another tenant; it is never committed."""

    def __init__(self, admin, table):
        self.admin, self.table = admin, table
        for (check,) in admin.execute(_CHECKS, [table]).fetchall():
            admin.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{check}"')
        self.columns = admin.execute(_COLUMNS, [table]).fetchall()

    def add(self, **given):
        values = {name: _any(kind, modifier) for name, kind, modifier in self.columns}
        values |= {name: f"'{value}'" for name, value in given.items()}
        names = ", ".join(f'"{name}"' for name in values)
        self.admin.execute(f"INSERT INTO {self.table} ({names}) VALUES ({', '.join(values.values())})")

    def become(self, tenant, creditor):
        self.admin.execute(f"SET LOCAL fairdue.tenant = '{tenant}'")
        self.admin.execute(f"SET LOCAL fairdue.creditor = '{creditor}'")
        self.admin.execute(f"SET LOCAL ROLE {role('client')}")

    def seen(self, column):
        return [tuple(row) for row in self.admin.execute(f"SELECT tenant_id, {column} FROM {self.table}").fetchall()]

    def refuses(self, statement):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), self.admin.transaction():
            self.admin.execute(statement)


def _any(kind, modifier):
    if kind.endswith("[]"):
        return "'{}'"
    return ANY_VALUE[kind].format(length=min(modifier - 4, 36) if modifier > 4 else 36)


@pytest.fixture
def stage(database, request):
    from django.db import connections

    connections.close_all()
    with psycopg.connect(os.environ["DATABASE_URL"], dbname=os.environ["FAIRDUE_DATABASE"]) as admin:
        admin.execute("SET LOCAL session_replication_role = replica")
        yield Stage(admin, request.param)
        admin.rollback()


@pytest.mark.parametrize("stage", NARROWED, indirect=True)
def test_a_client_sees_the_rows_of_one_creditor_and_writes_none(stage):
    column = MODELS[stage.table].access.creditor
    mine, other = uuid4(), uuid4()
    for tenant, creditor in ((101, mine), (101, other), (102, mine)):
        stage.add(tenant_id=tenant, **{column: creditor})
    stage.become(101, mine)
    assert stage.seen(column) == [(101, mine)]
    stage.become(102, other)
    assert stage.seen(column) == []
    stage.become(101, "")
    assert stage.seen(column) == []
    stage.become("", mine)
    assert stage.seen(column) == []
    stage.become(101, mine)
    assert MODELS[stage.table].access.client == "select"
    for statement in (
        f"UPDATE {stage.table} SET tenant_id = tenant_id", f"DELETE FROM {stage.table}", f"TRUNCATE {stage.table}",
        f"INSERT INTO {stage.table} (tenant_id, id) VALUES (101, gen_random_uuid())",
        f"SELECT 1 FROM {stage.table} FOR UPDATE",
    ):  # fmt: skip
        stage.refuses(statement)


@pytest.mark.parametrize("stage", HIDDEN, indirect=True)
def test_a_table_without_a_creditor_does_not_exist_for_a_client(stage):
    stage.become(101, uuid4())
    stage.refuses(f"SELECT count(*) FROM {stage.table}")


def test_platform_tables_do_not_exist_for_a_client(ctx, books):
    with Ctx(ctx.tenant, ctx.actor, books.creditor).open():
        for table in ("app_user", "membership", "api_key", "tenant", "django_session", "procrastinate_jobs"):
            refused(f"SELECT count(*) FROM {table}", match="permission denied")


@pytest.fixture
def two(ctx, books):
    """Two clients of one agency, each with an item, money and a hold; returns the first one's context."""
    first = filled(ctx, books)
    with ctx.open():
        second = filled(ctx, make.books(ctx))
    return Ctx(ctx.tenant, ctx.actor, books.creditor), first, second


def test_the_doors_show_a_client_its_own_books(two):
    client, first, second = two
    with client.open():
        assert {row.id for row in selectors.items(client)} == {first["item"]}
        assert {row.id for row in selectors.credits_(client)} == {first["credit"]}
        assert {row.item_id for row in selectors.allocations(client)} == {first["item"]}
        assert {row.debtor_id for row in selectors.balances(client, as_of=make.TODAY)} == {first["debtor"]}
        assert selectors.holds(client, debtors=[second["debtor"]]) == []
        assert selectors.items(client, ids=[second["item"]]) == []
        assert selectors.trial_balance(client, creditor=second["creditor"], as_of=make.TODAY) == []
        assert any(row.balance for row in selectors.trial_balance(client, creditor=first["creditor"], as_of=make.TODAY))


def test_a_client_can_not_command_the_books(two):
    client, first, second = two
    today = {"today": make.TODAY}
    with client.open():
        for item, credit in ((first["item"], first["credit"]), (second["item"], second["credit"])):
            line = Applied(item, 100, credit)
            with pytest.raises(DatabaseError, match="permission denied"), client.open():
                allocate(client, lines=[line], effective_on=make.TODAY, **today)
            with pytest.raises(DatabaseError, match="permission denied"), client.open():
                assign_credit(client, credit=credit, debtor=None, **today)
        refused("SELECT fairdue_post(1,null,null,null,null,null,null,null,null,null,null,null,null,null,null)",
                match="permission denied")  # fmt: skip


def test_a_client_context_is_not_widened_from_within(two):
    client, first, second = two
    wide = Ctx(client.tenant, client.actor)
    sideways = Ctx(client.tenant, client.actor, second["creditor"])
    with client.open():
        for other in (wide, sideways):
            with pytest.raises(TenantContextError), other.open():
                raise AssertionError("the context was widened")
        with client.open():
            assert rows("SELECT id FROM creditor") == [(first["creditor"],)]
    with wide.open(), client.open():
        assert rows("SELECT id FROM creditor") == [(first["creditor"],)]
