"""Many tenants share a few connections; whatever goes wrong in one, the next sees its own rows only."""

# ruff: noqa: PT012 - what is raised at the end of a visit must pass through the whole context

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from fairdue.foundation.context import Ctx, TenantId
from fairdue.foundation.database import role
from fairdue.foundation.models import Tenant
from fairdue.foundation.tenancy import current_tenant, tenant_context
from fairdue.foundation.tenancy.context import TenantContextError
from tests.attack.raw import rows

THREADS, TENANTS, TURNS = 8, 56, 60
SEEN = "SELECT tenant_id, id FROM creditor"
STATE = "SELECT current_setting('fairdue.tenant', true), current_setting('fairdue.creditor', true), current_user"


class TroubleError(Exception):
    """What a view may raise at any moment."""


@pytest.fixture(scope="module")
def tenants(database):
    """Each tenant has two creditors; returns {tenant: [creditors]}."""
    from fairdue.parties.models import Creditor

    made: dict[int, list[UUID]] = {}
    for number in range(TENANTS):
        tenant = Tenant.objects.create(slug=f"pool-{number}", name=f"Pool {number}").pk
        with tenant_context(tenant):
            made[tenant] = [
                Creditor.objects.create(tenant_id=tenant, code=code, name=code, country="DE", currency="EUR").id
                for code in ("A", "B")
            ]
    return made


class Visitor:
    """One thread's visits; every look at the data is checked."""

    def __init__(self, seed, tenants):
        self.random = random.Random(seed)
        self.tenants = tenants
        self.looks = 0
        self.reached: set[str] = set()

    def run(self):
        visits = [getattr(self, name) for name in dir(self) if name.startswith("visit_")]
        for turn in range(TURNS):
            visit = visits[turn % len(visits)] if turn < len(visits) else self.random.choice(visits)
            visit(*self.random.sample(sorted(self.tenants), 2))
            self.reached.add(visit.__name__)
            self.nothing()
            if self.random.random() < 0.5:
                connection.close()  # hands the connection to another thread
        connection.close()
        return self

    def look(self, tenant, creditor=None):
        wanted = {(tenant, one) for one in self.tenants[tenant] if creditor in {None, one}}
        assert set(rows(SEEN)) == wanted
        assert rows(STATE) == [(str(tenant), str(creditor or ""), role("client" if creditor else "app"))]
        assert current_tenant() == tenant
        self.looks += 1

    def nothing(self):
        assert rows(SEEN) == []
        assert rows("SELECT coalesce(current_setting('fairdue.tenant', true), ''), current_user") == [("", role("app"))]
        assert current_tenant() is None
        self.looks += 1

    def visit_plain(self, one, _):
        with tenant_context(one):
            self.look(one)

    def visit_exception(self, one, _):
        with pytest.raises(TroubleError), tenant_context(one):
            self.look(one)
            raise TroubleError

    def visit_database_error(self, one, _):
        with pytest.raises(DatabaseError), tenant_context(one):
            rows("SELECT 1 / 0")

    def visit_nested(self, one, two):
        with tenant_context(one):
            with tenant_context(two):
                self.look(two)
            self.look(one)

    def visit_nested_exception(self, one, two):
        with tenant_context(one):
            with pytest.raises(TroubleError), tenant_context(two):
                self.look(two)
                raise TroubleError
            self.look(one)
            with pytest.raises(DatabaseError), tenant_context(two):
                rows("SELECT 1 / 0")
            self.look(one)

    def visit_nested_same(self, one, _):
        with tenant_context(one):
            with tenant_context(one):
                self.look(one)
            self.look(one)

    def visit_creditor(self, one, _):
        creditor = self.random.choice(self.tenants[one])
        with tenant_context(one, creditor):
            self.look(one, creditor)

    def visit_creditor_inside(self, one, two):
        creditor = self.random.choice(self.tenants[two])
        with tenant_context(one):
            with tenant_context(two, creditor):
                self.look(two, creditor)
            self.look(one)
            with pytest.raises(TroubleError), tenant_context(two, creditor):
                raise TroubleError
            self.look(one)

    def visit_widening(self, one, two):
        creditor = self.tenants[one][0]
        with tenant_context(one, creditor):
            for wider in ((one, None), (one, self.tenants[one][1]), (two, None)):
                with pytest.raises(TenantContextError), tenant_context(*wider):
                    raise AssertionError("the context was widened")
            self.look(one, creditor)

    def visit_savepoints(self, one, two):
        with tenant_context(one):
            with pytest.raises(TroubleError), transaction.atomic():
                with tenant_context(two):
                    self.look(two)
                raise TroubleError
            self.look(one)
            mark = transaction.savepoint_create()
            rows("UPDATE creditor SET name = 'changed'")
            transaction.savepoint_rollback(mark)
            self.look(one)

    def visit_inside_a_plain_transaction(self, one, two):
        with transaction.atomic():
            with tenant_context(one):
                self.look(one)
            self.nothing()
            with tenant_context(two, self.tenants[two][0]):
                self.look(two, self.tenants[two][0])
            self.nothing()
            with pytest.raises(TroubleError), tenant_context(one):
                raise TroubleError
            self.nothing()

    def visit_rollback_asked_for(self, one, two):
        with tenant_context(one):
            with tenant_context(two):
                transaction.set_rollback(True)
            transaction.set_rollback(False)

    def visit_lost_connection(self, one, _):
        with pytest.raises(DatabaseError), tenant_context(one):
            self.look(one)
            rows("SELECT pg_terminate_backend(pg_backend_pid())")
        connection.close()


def test_no_thread_ever_sees_a_row_of_another_tenant(tenants):
    barrier = threading.Barrier(THREADS)

    def work(seed):
        barrier.wait()
        try:
            return Visitor(seed, tenants).run()
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        done = list(pool.map(work, range(THREADS)))
    assert sum(visitor.looks for visitor in done) > THREADS * TURNS
    assert {name for visitor in done for name in visitor.reached} == {v for v in dir(Visitor) if v.startswith("visit_")}


def test_the_pool_really_shares_connections(tenants):
    with ThreadPoolExecutor(THREADS) as pool:
        backends = list(pool.map(_backend, sorted(tenants)))
    assert len(set(backends)) < len(backends)


def _backend(tenant):
    try:
        with tenant_context(tenant):
            return rows("SELECT pg_backend_pid()")[0][0]
    finally:
        connection.close()


def test_a_tenant_is_a_number_and_a_creditor_a_uuid(tenants):
    for wrong in (("1", None), ("1'; SET ROLE NONE; --", None), (1, "x"), (None, None), (1.0, None)):
        with pytest.raises(TenantContextError), tenant_context(*wrong):
            raise AssertionError("opened")


def test_a_model_outside_a_context_refuses(tenants):
    from fairdue.parties.models import Creditor

    with pytest.raises(TenantContextError, match="outside a tenant context"):
        Creditor.objects.count()
    context = Ctx(TenantId(min(tenants)))
    with context.open():
        assert Creditor.objects.count() == 2
