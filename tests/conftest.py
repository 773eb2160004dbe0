"""One embedded PostgreSQL for the run, migrated once; each test works in tenants of its own.

Tests commit for real, under row-level security, as the app role: what they prove holds in production.
`DATABASE_URL` runs the same tests on another server.
"""

from __future__ import annotations

import atexit
import itertools
import os
import socket
from pathlib import Path

import hypothesis
import pytest

ROOT = Path(__file__).parent.parent
NEEDS_DATABASE = ("rooms", "stories", "web", "portal", "sim", "attack", "api")
_COUNTER = itertools.count(1)
# How long an example takes says how busy the machine is, not whether the rule holds.
# A change is judged by the same examples everywhere; `make shuffle` looks for new ones.
hypothesis.settings.register_profile(
    "fairdue",
    deadline=None,
    derandomize="FAIRDUE_SHUFFLE" not in os.environ,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("fairdue")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """A test that asks for Chromium is a browser test: its event loop may not live beside the jobs of other tests."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


def pytest_configure(config):
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    os.environ.setdefault("FAIRDUE_DATA", str(ROOT / ".var" / "test"))
    os.environ["FAIRDUE_DATABASE"] = f"fairdue_test{worker}"
    os.environ["FAIRDUE_ROLE_PREFIX"] = "fairdue_test"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fairdue.settings")
    os.environ.setdefault("FAIRDUE_SECRET_KEY", "a secret for tests only, never used elsewhere")
    from fairdue.foundation import database as fairdue_database
    from fairdue.foundation.localdb import LocalServer

    if "DATABASE_URL" not in os.environ:
        server = LocalServer(fairdue_database.data_folder(), durable=False)
        os.environ["DATABASE_URL"] = server.start()
        atexit.register(server.release)
    import django

    django.setup()
    from django.conf import settings

    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # WhiteNoise warns about a missing one


@pytest.fixture(autouse=True)
def _no_network(monkeypatch):
    """Only this machine may be spoken to."""
    connect = socket.socket.connect

    def guarded(self, address):
        if isinstance(address, tuple) and address[0] not in {"127.0.0.1", "::1", "localhost"}:
            raise RuntimeError(f"a test may not reach {address[0]}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session")
def database():
    """The migrated test database; starts empty at each run."""
    from fairdue.foundation import database as fairdue_database

    admin_url = os.environ["DATABASE_URL"]
    name = os.environ["FAIRDUE_DATABASE"]
    _recreate(admin_url, name)
    fairdue_database.prepare(admin_url, name)
    from django.test.utils import setup_test_environment

    setup_test_environment()
    from fairdue.foundation.migrating import migrate_all

    migrate_all()
    _load_what_loads_late()
    yield
    from django.db import connections

    connections.close_all()


def _load_what_loads_late():
    """Load the groups of the command line now: one first loaded while a test has something patched keeps the patch."""
    from fairdue.cli.main import parser

    parser()


def _recreate(admin_url, name):
    from psycopg import sql

    from fairdue.foundation import database as fairdue_database

    with fairdue_database._admin(admin_url) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(autouse=True)
def _database_where_needed(request):
    parts = Path(request.node.path).relative_to(ROOT / "tests").parts
    if parts[0] in NEEDS_DATABASE and "no_database" not in request.keywords:
        request.getfixturevalue("database")
        _forget_failures()
        _forget_the_night()


def _forget_failures():
    """Every test comes from one address: what others tried in vain must not count against it."""
    from fairdue.foundation.models import SharedValue
    from fairdue.portal.models import Failure

    Failure.objects.all().delete()
    SharedValue.objects.all().delete()


def _forget_the_night():
    """A worker that an earlier test had queues the night of all tenants so far; no later test waits for thousands."""
    from django.db import connection

    from fairdue.foundation.jobs.queue import FOR_ALL

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE status = 'todo' AND priority = %s", [FOR_ALL])


@pytest.fixture
def ctx(database):
    """The context of a fresh tenant."""
    from fairdue.foundation.context import Ctx, TenantId
    from fairdue.foundation.models import Tenant

    tenant = Tenant.objects.create(slug=f"t{next(_COUNTER)}-{os.getpid()}", name="Test tenant")
    context = Ctx(TenantId(tenant.pk), "user:00000000-0000-0000-0000-000000000001")
    yield context
    _leave_no_work(context)


@pytest.fixture
def other_ctx(database):
    """A second tenant, which must never see the first."""
    from fairdue.foundation.context import Ctx, TenantId
    from fairdue.foundation.models import Tenant

    tenant = Tenant.objects.create(slug=f"o{next(_COUNTER)}-{os.getpid()}", name="Other tenant")
    context = Ctx(TenantId(tenant.pk), "user:00000000-0000-0000-0000-000000000002")
    yield context
    _leave_no_work(context)


def _leave_no_work(ctx):
    """Take a tenant's open outbox rows and jobs away, so that no later test does this one's work."""
    from django.db import connection

    from fairdue.foundation.models import OutboxRow

    with ctx.open():
        OutboxRow.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE status = 'todo' AND (args->>'tenant')::bigint = %s", [ctx.tenant]
        )


@pytest.fixture
def books(ctx):
    """A creditor with its chart and one debtor, as the makers in `tests.make` write them."""
    from tests import make

    with ctx.open():
        return make.books(ctx)
