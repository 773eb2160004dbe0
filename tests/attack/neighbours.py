"""An agency with two clients: one whose user looks around, and a neighbour who has one of everything.

The ids of the neighbour's rows come from the catalog of tables, so that a new table is attacked on the day its rows
are made here. Every text of the neighbour's holds a word that nobody else may read.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from uuid import UUID

import psycopg

from fairdue.collections import services as collections
from fairdue.demo.desk import keep_desk
from fairdue.foundation.context import Ctx, TenantId
from fairdue.foundation.models import OutboxRow, Tenant
from fairdue.insurance.services import file_claim
from fairdue.invoicing import services as invoicing
from fairdue.invoicing.services.orders import OrderDraft, OrderLineDraft
from fairdue.parties.models import Debtor
from fairdue.receivables.services import Applied, HoldDraft, allocate, place_holds, propose_write_off
from tests import make
from tests.attack.catalog import tenant_models
from tests.rooms.insurance import given
from tests.rooms.invoicing.test_delivering import LINE

CANARY = "Geheimrat"
TODAY = date(2026, 11, 20)


@dataclass
class Agency:
    """The tenant, the client who looks, the neighbour, and the neighbour's ids by table."""

    ctx: Ctx
    mine: make.Books
    other: make.Books
    ids: dict[str, list[UUID]] = field(default_factory=dict)

    def snapshot(self):
        """Return how many rows each table has for the tenant, and the newest transaction that wrote one."""
        with admin() as connection:
            return {
                table: connection.execute(
                    f"SELECT count(*), max(xmin::text::bigint) FROM {table} WHERE tenant_id = %s",
                    [self.ctx.tenant],
                ).fetchone()
                for table in sorted(tenant_models())
            }


def admin():
    """Return a connection that no policy stops."""
    return psycopg.connect(os.environ["DATABASE_URL"], dbname=os.environ["FAIRDUE_DATABASE"])


def agency(slug):
    """Make the agency; its open work is taken away, so that no later test does it."""
    tenant = Tenant.objects.create(slug=f"{slug}-{os.getpid()}", name="Agency")
    ctx = Ctx(TenantId(tenant.pk), "user:00000000-0000-0000-0000-000000000001")
    with ctx.open():
        mine = make.books(ctx, name="Mine GmbH")
        make.item(ctx, mine, number="MINE-1", issued_on=TODAY - timedelta(60))
        seller = make.creditor(ctx, name=f"{CANARY} AG")
    keep_desk(SimpleNamespace(ctx=ctx, plan=SimpleNamespace(today=TODAY), creditors={"NORD": seller}))
    with ctx.open():
        other = make.Books(seller, make.debtor(ctx, seller, name=f"{CANARY} KG", email=f"{CANARY}@neighbour.example"))
        _collect(ctx, other)
        _insure(ctx, other)
        _bill(ctx, other)
        Debtor.objects.filter(creditor_id=seller).exclude(id=other.debtor).update(name=f"{CANARY} & Sons")
        OutboxRow.objects.all().delete()
    made = Agency(ctx, mine, other)
    with admin() as connection:
        connection.execute("DELETE FROM procrastinate_jobs WHERE (args->>'tenant')::bigint = %s", [ctx.tenant])
        made.ids = {table: _ids(connection, table, made) for table in tenant_models()}
    return made


def _ids(connection, table, made):
    column = tenant_models()[table].access.creditor
    narrowed = f"AND {column} = '{made.other.creditor}'" if column else ""
    found = connection.execute(f"SELECT id FROM {table} WHERE tenant_id = {made.ctx.tenant} {narrowed} LIMIT 500")
    return [row[0] for row in found.fetchall()]


def _collect(ctx, books):
    item = make.item(ctx, books, number=f"{CANARY}-1", issued_on=TODAY - timedelta(90))
    late = make.item(ctx, books, number=f"{CANARY}-2", issued_on=TODAY - timedelta(80))
    planned = make.item(ctx, books, number=f"{CANARY}-3", issued_on=TODAY - timedelta(70))
    make.item(ctx, books, number=f"{CANARY}-4", issued_on=TODAY - timedelta(60))
    credit = make.payment(ctx, books, 500, on=TODAY)
    allocate(ctx, lines=[Applied(item, 100, credit)], effective_on=TODAY, today=TODAY)
    hold = HoldDraft(books.creditor, books.debtor, "manual", TODAY, item=item, note=CANARY)
    place_holds(ctx, holds=[hold], today=TODAY)
    collections.open_dispute(ctx, item=item, reason="price", amount=100, note=CANARY, today=TODAY)
    collections.take_promise(ctx, items=[late], amount=1000, promised_on=TODAY + timedelta(5), today=TODAY, note=CANARY)
    collections.agree_plan(
        ctx, items=[planned], count=3, first_on=TODAY + timedelta(9), frequency="monthly", today=TODAY, note=CANARY
    )
    collections.open_task(ctx, debtor=books.debtor, kind="call", reason=CANARY, due_on=TODAY, today=TODAY)
    collections.log_call(ctx, debtor=books.debtor, outcome="no_answer", note=CANARY, today=TODAY)
    collections.send_notice(ctx, debtor=books.debtor, template="notice", today=TODAY)
    propose_write_off(ctx, item=late, amount=5000, reason=CANARY, today=TODAY)


def _insure(ctx, books):
    policy = given.policy(ctx, books, number=f"{CANARY}-TC")
    given.limit(ctx, books, policy, 5_000_000)
    insured = make.Books(books.creditor, make.debtor(ctx, books.creditor, name=CANARY))
    given.limit(ctx, insured, policy, 5_000_000)
    given.invoice(ctx, insured, 11900, on=date(2026, 1, 10), number=f"{CANARY}-TC-1")
    file_claim(ctx, policy=policy, debtor=insured.debtor, today=TODAY)


def _bill(ctx, books):
    make.able_to_bill(books, email="ar@nordwind.example")
    content = {"lines": [LINE | {"name": CANARY}], "delivery": {"day": "2026-11-01"}}
    drafts = [
        invoicing.write_draft(
            ctx, creditor=books.creditor, debtor=books.debtor, content=content, currency="EUR", today=TODAY
        )
        for _ in range(2)
    ]
    invoicing.issue_invoice(ctx, draft=drafts[0], today=TODAY)
    line = OrderLineDraft(CANARY, Decimal(1), Decimal("50.00"))
    order = OrderDraft(books.creditor, books.debtor, f"{CANARY}-PO", TODAY, "EUR", (line,))
    invoicing.accept_orders(ctx, orders=[order], today=TODAY)
