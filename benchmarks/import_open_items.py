"""Import 100,000 open items (and their 4,000 customers) from CSV: the whole way, posted and with facts.

Run: `python benchmarks/import_open_items.py [--items N] [--debtors N]`; it uses a throw-away database
beside the data folder unless DATABASE_URL is set. Prints wall and CPU seconds of this process.
"""

from __future__ import annotations

import argparse
import atexit
import os
import random
import shutil
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

TODAY = date(2026, 11, 2)


def write_debtors(path: Path, count: int) -> None:
    lines = ["external_id,name,country,city,street,postcode,language,email,payment_terms_days"]
    lines += [
        f"C{n},Firma {n} Handels GmbH,DE,Berlin,Am Markt {n},{10115 + n % 400},de,ap@firma{n}.example,30"
        for n in range(count)
    ]
    path.write_text("\n".join(lines), encoding="utf-8")


def write_items(path: Path, count: int, debtors: int) -> None:
    draw = random.Random(7)
    lines = [
        "number,debtor_external_id,kind,issue_date,due_date,currency,amount,open_amount,order_number,structured_reference"
    ]
    for n in range(count):
        issued = TODAY - timedelta(days=draw.randrange(1, 700))
        amount = draw.randrange(1_000, 2_000_000)
        left = amount if n % 10 else amount // 2
        lines.append(
            f"RE-{n},C{n % debtors},invoice,{issued},{issued + timedelta(days=30)},EUR,"
            f"{amount // 100}.{amount % 100:02},{left // 100}.{left % 100:02},PO-{n},RF{n}"
        )
    path.write_text("\n".join(lines), encoding="utf-8")


def server_cpu() -> float:
    """Return the CPU seconds of the database's process behind this connection, 0 where they cannot be seen."""
    from django.db import connection

    connection.ensure_connection()
    status = Path(f"/proc/{connection.connection.info.backend_pid}/stat")
    if not status.exists():
        return 0.0
    fields = status.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(name: str, work: object) -> object:
    wall, cpu, server = time.perf_counter(), time.process_time(), server_cpu()
    answer = work()  # type: ignore[operator]
    spent = time.process_time() - cpu, server_cpu() - server
    print(
        f"{name}: {time.perf_counter() - wall:.1f} s wall, {spent[0]:.1f} s CPU here, {spent[1]:.1f} s in the database"
    )
    return answer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--debtors", type=int, default=4_000)
    sizes = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="fairdue-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)  # after the server, which is registered later
    os.environ.setdefault("FAIRDUE_DATA", str(folder))
    run(folder, sizes.items, sizes.debtors)


def run(folder: Path, items: int, debtors: int) -> None:
    from fairdue.cli import base

    base.start()
    from fairdue.foundation.context import Ctx, TenantId
    from fairdue.foundation.migrating import migrate_all
    from fairdue.foundation.models import Tenant

    migrate_all()
    tenant = Tenant.objects.create(slug=f"bench-{os.getpid()}", name="Benchmark")
    ctx = Ctx(TenantId(tenant.pk), "system:bench")
    from fairdue.parties.imports import import_run, run_import
    from fairdue.parties.services import CreditorDraft, create_creditor
    from fairdue.receivables.services import open_books

    with ctx.open():
        creditor = create_creditor(ctx, draft=CreditorDraft("B", "Bench GmbH", "DE", "EUR"), today=TODAY)
        open_books(ctx, creditor=creditor)
    write_debtors(folder / "debtors.csv", debtors)
    write_items(folder / "items.csv", items, debtors)

    def bring(kind: str, name: str) -> None:
        with ctx.open():
            made = run_import(ctx, kind=kind, path=folder / name, creditor=creditor, today=TODAY)
            row = import_run(ctx, made)
        assert row is not None
        print(f"  {row.state}: {row.rows} rows, {row.created} new, {row.unchanged} unchanged, {row.refused} refused")

    measure(f"{debtors} customers", lambda: bring("debtors", "debtors.csv"))
    measure(f"{items} open items", lambda: bring("open-items", "items.csv"))
    measure(f"{items} open items again", lambda: bring("open-items", "items.csv"))


if __name__ == "__main__":
    main()
