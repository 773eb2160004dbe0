"""What commands with a database share: the running installation, the tenant, the business date."""

from __future__ import annotations

import argparse
import atexit
import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING

from fairdue.core.findings import refuse

if TYPE_CHECKING:
    from uuid import UUID

    from fairdue.foundation.context import Ctx


WATCHED_DAYS = 28
"""So long cash application of a new tenant only proposes."""


def add_scope(parser: argparse.ArgumentParser) -> None:
    """Add --tenant, --creditor, --today and --json."""
    parser.add_argument("--tenant", help="the tenant's short name (needed when there is more than one)")
    parser.add_argument("--creditor", help="the creditor's code; all creditors when left out")
    parser.add_argument("--today", type=date.fromisoformat, help="the business date, by default today")
    parser.add_argument("--json", action="store_true", help="answer as JSON")


def start() -> None:
    """Bring up the installation: the embedded database unless DATABASE_URL is set, roles, Django."""
    start_database()
    start_application()


def start_application() -> None:
    """Set up Django and the logs, once."""
    import django
    from django.conf import settings

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fairdue.settings")
    if not settings.configured or not _ready():
        from fairdue.foundation import logs

        logs.configure(os.environ.get("FAIRDUE_LOG_LEVEL", "WARNING"))
        django.setup()
        atexit.register(close_connections)
        _collect_seldom()


def _collect_seldom() -> None:
    """Look for garbage after more objects, and never among what stays.

    A run over many rows makes objects by the hundred thousand that reference counting frees. With Python's defaults
    the search for circles walks all of them, and all of the program, again and again: a fifth of a matching run.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def close_connections() -> None:
    """Close the connections of this thread and the pools of all; otherwise leaving waits for the pools' threads."""
    from django.db import connections

    from fairdue.foundation.tenancy.backend.base import close_pools

    for connection in connections.all(initialized_only=True):
        connection.close()
    close_pools()


def _ready() -> bool:
    from django.apps import apps

    return apps.ready


def start_database() -> None:
    """Start the embedded PostgreSQL if no DATABASE_URL is set, and prepare roles and database."""
    from fairdue.foundation import database
    from fairdue.foundation.localdb import LocalServer

    if sys.flags.optimize:
        raise SystemExit("fairdue does not run under python -O: its assertions guard money")
    if os.environ.get("FAIRDUE_OWNER_URL"):
        return  # a DBA made the roles and the database
    if os.environ.get("FAIRDUE_PREPARED") == os.environ.get("DATABASE_URL", "-"):
        return
    if "DATABASE_URL" not in os.environ:
        server = LocalServer(database.data_folder())
        os.environ["DATABASE_URL"] = server.start()
        atexit.register(server.release)
    database.prepare(os.environ["DATABASE_URL"])
    os.environ["FAIRDUE_PREPARED"] = os.environ["DATABASE_URL"]


@contextmanager
def tenant_scope(args: argparse.Namespace) -> Iterator[Ctx]:
    """Open the tenant that the arguments name, in one transaction."""
    ctx = ctx_of(args)
    with ctx.open():
        yield ctx


def ctx_of(args: argparse.Namespace) -> Ctx:
    """Return the context of the tenant that the arguments name, or the only one there is."""
    start()
    from fairdue.foundation.context import Ctx, TenantId
    from fairdue.foundation.models import Tenant

    slug = getattr(args, "tenant", None)
    tenants = list(Tenant.objects.filter(slug=slug) if slug else Tenant.objects.all()[:2])
    if not tenants:
        raise refuse(
            "tenant.unknown", "--tenant", f"There is no tenant {slug!r}." if slug else "There is no tenant yet."
        )
    if len(tenants) > 1:
        raise refuse("tenant.ambiguous", "--tenant", "There are several tenants; name one with --tenant.")
    return Ctx(TenantId(tenants[0].pk), "system:cli")


def business_date(args: argparse.Namespace, ctx: Ctx) -> date:
    """Return the business date of the call: --today, else the tenant's today."""
    from fairdue.foundation import clock
    from fairdue.foundation.models import Tenant

    given: date | None = getattr(args, "today", None)
    return given or clock.today(Tenant.objects.get(id=ctx.tenant).timezone)


def creditor_of(args: argparse.Namespace, ctx: Ctx) -> UUID | None:
    """Return the creditor that the arguments name, None for all; call inside the tenant's context."""
    code = getattr(args, "creditor", None)
    if not code:
        return None
    from fairdue.parties.selectors import creditor_by_code

    found = creditor_by_code(ctx, code)
    if found is None:
        raise refuse("creditor.unknown", "--creditor", f"There is no creditor {code!r}.")
    return found.id
