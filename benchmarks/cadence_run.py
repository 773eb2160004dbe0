"""How long a cadence run over many open items takes: every debtor gets a message, the worst night.

Run: python benchmarks/cadence_run.py [items] [items per debtor]
Uses a database of its own in the data folder (or DATABASE_URL). Prints wall and CPU seconds of the run, of the dry
run and of a second run of the same night, and the ratio against reading the same items without deciding.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import date, timedelta
from hashlib import md5
from uuid import UUID

os.environ.setdefault("FAIRDUE_DATABASE", "fairdue_bench")
os.environ.setdefault("FAIRDUE_SECRET_KEY", "a secret for measurements only, never used elsewhere")

from fairdue.cli import base

TARGET_SECONDS = 20
DUE = date(2026, 4, 1)
FILL = """
INSERT INTO open_item (tenant_id, id, creditor_id, debtor_id, kind, number, currency, amount, residual,
    functional_amount, functional_residual, net_amount, issued_on, due_on, reference, order_number,
    end_to_end_id, notes)
SELECT %(tenant)s, md5('i' || n)::uuid, %(creditor)s, md5('d' || (1 + n %% %(debtors)s))::uuid, 'invoice', 'RE-' || n,
       'EUR', 11900, 11900, 11900, 11900, 10000, %(due)s::date - 30 - n %% 40, %(due)s::date - n %% 40, '', '', '', ''
FROM generate_series(1, %(items)s) n
"""


def timed(name: str, call):  # noqa: ANN001, ANN201
    wall, cpu = time.perf_counter(), time.process_time()
    answer = call()
    seconds = time.perf_counter() - wall
    print(f"{name:<28}{seconds:8.2f} s wall {time.process_time() - cpu:8.2f} s CPU  {answer}")
    return seconds


def _analyze() -> None:
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")


def main() -> int:
    items, each = (int(word) for word in (*sys.argv[1:], *("100000", "5")[len(sys.argv) - 1 :]))
    debtors = items // each
    base.start()
    from django.db import connection

    from fairdue.collections import bulk
    from fairdue.collections.ladders import load_ladders
    from fairdue.collections.services.run import preview_run, run_cadence
    from fairdue.foundation.context import Ctx, TenantId
    from fairdue.foundation.ids import uuid7
    from fairdue.foundation.migrating import migrate_all
    from fairdue.foundation.models import Tenant
    from fairdue.parties.models import Creditor, Debtor

    migrate_all()
    tenant = Tenant.objects.create(slug=f"bench-{time.time_ns()}", name="Bench")
    ctx = Ctx(TenantId(tenant.pk))
    with ctx.open():
        creditor = uuid7()
        Creditor.objects.create(
            tenant_id=ctx.tenant, id=creditor, code="C", name="Nordwind GmbH", country="DE", currency="EUR"
        )
        Debtor.objects.bulk_create(
            Debtor(
                tenant_id=ctx.tenant, id=UUID(md5(f"d{n}".encode()).hexdigest()), creditor_id=creditor,
                external_id=f"D{n}",
                name=f"Customer {n}", search_name=f"customer {n}", country="DE",
                language=("de", "en", "fr")[n % 3],
                email=f"ap{n}@example.org", street="Street 1", postcode="10115", city="Berlin",
            )
            for n in range(1, debtors + 1)
        )  # fmt: skip
    _analyze()
    with ctx.open():
        parameters = {"tenant": ctx.tenant, "creditor": creditor, "debtors": debtors, "items": items, "due": DUE}
        with connection.cursor() as cursor:
            cursor.execute(FILL, parameters)
    _analyze()
    today = DUE + timedelta(days=6)

    def read() -> int:
        with ctx.open():
            found = bulk.candidates(ctx, today, load_ladders().narrowing(), None, None)
            return sum(len(rows) for rows in bulk.load_items(ctx, found, today, 7).values())

    print(f"{items} open items of {debtors} debtors")
    bare = timed("read only", read)
    timed("dry run", lambda: sum(len(planned) for planned, _ in preview_run(ctx, today=today)))
    ran = timed("run", lambda: run_cadence(ctx, today=today).notices)
    timed("the same night again", lambda: run_cadence(ctx, today=today).notices)
    print(
        f"ratio run / read {ran / bare:.1f}; target {TARGET_SECONDS} s: {'met' if ran <= TARGET_SECONDS else 'missed'}"
    )
    return 0 if ran <= TARGET_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
