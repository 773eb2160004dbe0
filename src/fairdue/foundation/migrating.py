"""Migrate as the owner, then give the other roles what they need on tables without a tenant."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.db import connections
from django.db.migrations.state import ProjectState

from fairdue.foundation.database import role
from fairdue.foundation.sqlfiles import sql
from fairdue.foundation.tenancy import TenantForeignKey, TenantModel


def platform_tables() -> list[str]:
    """Return the tables without tenant rows: sign-in, sessions, the job queue, the platform's own."""
    tables = [
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if not issubclass(model, TenantModel) and model._meta.managed
    ]
    tables += [m._meta.db_table for m in apps.get_app_config("procrastinate").get_models() if not m._meta.managed]
    return sorted({*tables, "django_migrations", "periodic_run"})


def grant_platform() -> None:
    """Let the app role use the platform tables and the client role none; the loader reads all, for backups."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        existing = {row[0] for row in cursor.fetchall()}
        for table in platform_tables():
            if table in existing:
                cursor.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON "{table}" TO {role("app")}')
                cursor.execute(f'GRANT SELECT ON "{table}" TO {role("loader")}')
        cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role('app')}, {role('loader')}")
        cursor.execute(f"GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {role('loader')}")


@contextmanager
def _narrow_reloads() -> Iterator[None]:
    """Let a step of a migration build the model anew that it changes, not all that are related to it.

    Every tenant table is related to the tenant and so to every other: Django builds all of them again for each
    constraint and index, which took nine tenths of a first migration. A new model, and a step that Django itself
    marks as one whose relations may wait (`delay`), need the model alone; `is_delayed` makes Django build all of
    them before Python code in a migration sees them.
    """
    kind: Any = ProjectState
    whole = kind._find_reload_model  # noqa: SLF001 - there is no public place to narrow it

    def narrow(state: Any, app_label: str, model_name: str, delay: bool = False) -> set[tuple[str, str]]:  # noqa: FBT001, FBT002 - Django's signature
        if delay or model_name not in state.apps.all_models[app_label]:
            state.is_delayed = True
            return {(app_label, model_name)}
        return whole(state, app_label, model_name, delay)

    kind._find_reload_model = narrow  # noqa: SLF001
    try:
        yield
    finally:
        kind._find_reload_model = whole  # noqa: SLF001


def migrate_all(verbosity: int = 0) -> None:
    """Bring the database up to the code."""
    with _narrow_reloads():
        call_command("migrate", database="owner", verbosity=verbosity, interactive=False)
    grant_platform()
    watch_first_rows()


def referenced_tables() -> set[str]:
    """Return the tables of tenants that composite foreign keys point to."""
    return {
        field.remote_field.model._meta.db_table
        for model in apps.get_models()
        if issubclass(model, TenantModel)
        for field in (*model._meta.private_fields, *model._meta.local_fields)
        if isinstance(field, TenantForeignKey)
    }


def watch_first_rows() -> None:
    """Let the planner know of the first rows of every table that foreign keys point to (see sql/first_rows.sql)."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(sql("foundation", "first_rows"))
        for table in sorted(referenced_tables()):
            cursor.execute(
                f'CREATE OR REPLACE TRIGGER "{table}_first_rows" AFTER INSERT ON "{table}" '
                "FOR EACH STATEMENT EXECUTE FUNCTION fairdue_first_rows()"
            )


def analyze(*tables: str) -> None:
    """Let the planner look at tables after a bulk load; plans made while they were empty are made anew."""
    with connections["owner"].cursor() as cursor:
        for table in tables:
            cursor.execute(f'ANALYZE "{table}"')


def empty_database() -> None:
    """Throw away every table and all rows of the installation's database. For the demo only."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC")
    for connection in connections.all(initialized_only=True):
        connection.close()
