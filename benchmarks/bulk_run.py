"""A bulk run end to end: issued, written as hybrid PDF, judged by the official rules, queued for delivery.

Run: `.venv/bin/python benchmarks/bulk_run.py [COUNT] [--workers N] [--kill]`. Needs an empty data folder
(FAIRDUE_DATA). Mail of the tenant is held back, so that nothing but the queueing is measured. The workers are
`fairdue worker` as in production; CPU seconds are those of workers, their rule processes and the database. `--kill`
kills every worker with SIGKILL at a third of the way and starts new ones; at the end each draft has one invoice, the
numbers have no gap, and `verify` finds nothing, or the benchmark fails.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

TODAY = date(2026, 3, 2)
DEBTORS = 500
TICK = 2.0
SECOND = os.sysconf("SC_CLK_TCK")


def lines(number: int) -> list[dict[str, str]]:
    """Return five lines that no other number has."""
    rate = {"unit": "C62", "category": "S", "rate": "19"}
    return [
        {"id": str(n), "name": f"Item {n}", "quantity": "3", "price": f"{number % 997 + n}.99", **rate}
        for n in range(1, 6)
    ]


def fields_of(process: Path) -> list[str]:
    """Return the figures of one process; empty where it has gone."""
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def cpu_of(roots: set[int]) -> float:
    """Return the CPU seconds of processes with all their children, ended ones included."""
    known = {
        int(one.name): fields for one in Path("/proc").iterdir() if one.name.isdigit() and (fields := fields_of(one))
    }
    mine, more = set(), {pid for pid in roots if pid in known}
    while more:
        mine |= more
        more = {pid for pid, fields in known.items() if int(fields[1]) in mine and pid not in mine}
    return sum(sum(int(known[pid][at]) for at in range(11, 15)) for pid in mine) / SECOND


def postmaster() -> int:
    """Return the process that the backends of the embedded database belong to."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    return int(fields_of(Path(f"/proc/{backend}"))[1])


def prepared(count: int) -> tuple[Any, Any]:
    """Return the context and the creditor of a fresh tenant with `count` drafts."""
    from fairdue.foundation.context import Ctx, TenantId
    from fairdue.foundation.mail.holding import KEY
    from fairdue.foundation.models import Tenant
    from fairdue.invoicing.models import Draft
    from fairdue.parties.models import Creditor, Debtor
    from fairdue.receivables.services import open_books

    settings = {KEY: "a benchmark sends nothing"}
    ctx = Ctx(TenantId(Tenant.objects.create(slug=f"bulk-{uuid4().hex[:8]}", name="Bench", settings=settings).pk))
    with ctx.open():
        creditor = Creditor.objects.create(
            tenant_id=ctx.tenant, code="B", name="Bench GmbH", country="DE", currency="EUR", street="Weg 1",
            postcode="10115", city="Berlin", vat_id="DE129273398", iban="DE75512108001245126199",
            email="ar@bench.example", settings={"formats": ["factur-x"], "delivery": "email"},
        )  # fmt: skip
        open_books(ctx, creditor=creditor.id)
        debtors = Debtor.objects.bulk_create(
            Debtor(
                tenant_id=ctx.tenant, creditor_id=creditor.id, external_id=str(n), name=f"Buyer {n} KG", country="DE",
                search_name=f"buyer {n} kg", street=f"Platz {n}", postcode="20095", city="Hamburg",
                email=f"ap{n}@buyer.example", language="de",
            )
            for n in range(DEBTORS)
        )  # fmt: skip
        Draft.objects.bulk_create(
            Draft(
                tenant_id=ctx.tenant, creditor_id=creditor.id, debtor_id=debtors[n % DEBTORS].id, currency="EUR",
                content={"lines": lines(n), "delivery": {"day": "2026-03-01"}}, written_by="bench",
            )
            for n in range(count)
        )  # fmt: skip
    return ctx, creditor.id


def started() -> subprocess.Popen[bytes]:
    """Start one worker, as an operator does."""
    return subprocess.Popen([sys.executable, "-m", "fairdue", "worker"])


def queued(ctx: Any) -> int:
    """Return how many invoices are on their way to the buyer."""
    from fairdue.invoicing.models import Delivery

    with ctx.open():
        return Delivery.objects.count()


def watched(ctx: Any, run: Any, count: int, workers: list[subprocess.Popen[bytes]], *, kill: bool) -> float:
    """Follow a run to its end; returns CPU seconds of workers that were killed."""
    from fairdue.invoicing import selectors

    spent, killed, told = 0.0, not kill, 0
    while True:
        with ctx.open():
            now = selectors.run_progress(ctx, run)
        sent = queued(ctx)
        if (now.row.decided + now.written) * 10 // (2 * count) > told:
            told = (now.row.decided + now.written) * 10 // (2 * count)
            print(f"  issued {now.row.issued:6}  valid {now.valid:6}  failed {now.failed}  queued {sent:6}", flush=True)
        if not killed and now.written * 3 >= count:
            spent, killed = cpu_of({one.pid for one in workers}), True
            for one in workers:
                one.send_signal(signal.SIGKILL)
                one.wait()
            print("  killed every worker; new ones take up their jobs within a minute or so", flush=True)
            workers[:] = [started() for _ in workers]
        if now.written + now.unwritten >= now.wanted and not now.row.waiting and sent >= now.row.issued:
            return spent
        time.sleep(TICK)


def proven(ctx: Any, creditor: Any, count: int) -> None:
    """Fail unless each draft has one invoice, numbers run from 1 without a gap, and nothing is found by `verify`."""
    from fairdue.foundation.verifying import INVARIANTS
    from fairdue.invoicing.models import Document, Invoice

    with ctx.open():
        rows = list(Invoice.objects.filter(creditor_id=creditor).values_list("counter", "draft_id"))
        assert sorted(counter for counter, _ in rows) == list(range(1, count + 1))
        assert len({draft for _, draft in rows}) == count
        assert Document.objects.filter(state="valid").count() == count
        found = [finding for name in INVARIANTS for finding in INVARIANTS[name](ctx)]
        assert not found, found[:3]


def main(count: int, workers: int, *, kill: bool) -> None:
    """Make drafts, run them, tell the figures."""
    from fairdue.cli import base

    base.start()
    from fairdue.foundation.migrating import migrate_all

    migrate_all()
    from fairdue.invoicing import services

    ctx, creditor = prepared(count)
    running = [started() for _ in range(workers)]
    time.sleep(6)  # so that starting Python is not counted
    server = postmaster()
    before, database, began = cpu_of({one.pid for one in running}), cpu_of({server}), time.perf_counter()
    with ctx.open():
        run = services.start_run(ctx, today=TODAY, creditor=creditor)
    try:
        killed = watched(ctx, run, count, running, kill=kill)
        wall = time.perf_counter() - began
        spent = cpu_of({one.pid for one in running}) + killed - before
        database = cpu_of({server}) - database
    finally:
        for one in running:
            one.terminate()
            one.wait()
    proven(ctx, creditor, count)
    print(f"{count} invoices: {wall:.1f} s on the clock, {count / wall:.0f}/s with {workers} workers")
    each = f"workers and rules {spent / count * 1000:.2f} ms, database {database / count * 1000:.2f} ms each"
    print(f"CPU: {each}; {2 * count / (spent + database):.0f}/s on two cores of which nobody else takes anything")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", nargs="?", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--kill", action="store_true")
    chosen = parser.parse_args()
    main(chosen.count, chosen.workers, kill=chosen.kill)
