"""Invoices issued and posted a second, without documents: in bulk, and one at a time through the service.

Run: `.venv/bin/python benchmarks/invoice_issue.py [COUNT]`. Needs an empty data folder (FAIRDUE_DATA) or a
DATABASE_URL; the CPU seconds are those of this process, the database has its own.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import date
from pathlib import Path
from uuid import uuid4

TODAY = date(2026, 3, 2)
LINES = [
    {"id": str(n), "name": f"Item {n}", "quantity": "3", "unit": "C62", "price": "19.99", "category": "S", "rate": "19"}
    for n in range(1, 6)
]
CONTENT = {"lines": LINES, "delivery": {"day": "2026-03-01"}}


def database_cpu() -> float:
    """Return the CPU seconds of the backend that serves this process; zero where it runs elsewhere."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return 0.0
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main(count: int) -> None:
    """Issue `count` invoices of five lines in bulk and a tenth of them singly."""
    from fairdue.cli import base

    base.start()
    from fairdue.foundation.migrating import migrate_all

    migrate_all()
    from fairdue.foundation.context import Ctx, TenantId
    from fairdue.foundation.models import Tenant
    from fairdue.invoicing import services
    from fairdue.parties.models import Creditor, Debtor
    from fairdue.receivables.services import open_books

    ctx = Ctx(TenantId(Tenant.objects.create(slug=f"bench-{uuid4().hex[:8]}", name="Bench").pk))
    with ctx.open():
        creditor = Creditor.objects.create(
            tenant_id=ctx.tenant, code="B", name="Bench GmbH", country="DE", currency="EUR", street="Weg 1",
            postcode="10115", city="Berlin", vat_id="DE129273398", iban="DE75512108001245126199",
        )  # fmt: skip
        open_books(ctx, creditor=creditor.id)
        debtor = Debtor.objects.create(
            tenant_id=ctx.tenant, creditor_id=creditor.id, external_id="1", name="Buyer KG", country="DE",
            street="Platz 2", postcode="20095", city="Hamburg",
        )  # fmt: skip
    for name, size, chunk in (("bulk, 1,000 a transaction", count, 1000), ("one at a time", count // 10, 1)):
        with ctx.open():
            drafts = [
                services.write_draft(
                    ctx, creditor=creditor.id, debtor=debtor.id, content=CONTENT, currency="EUR", today=TODAY
                )
                for _ in range(size)
            ]
        server, wall, cpu = database_cpu(), time.perf_counter(), time.process_time()
        for start in range(0, size, chunk):
            with ctx.open():
                services.issue_invoices(ctx, drafts=drafts[start : start + chunk], today=TODAY)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        server = database_cpu() - server
        each = f"{cpu / size * 1000:6.2f} ms CPU + {server / size * 1000:6.2f} ms in the database each"
        print(f"{name:28} {size / wall:8.0f}/s   {each}   ({size} invoices)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 4000)
