"""How fast the worklist, a customer, cash and the reports are with few and with many open items behind them.

Run: python benchmarks/pages.py [few] [many] [rounds]
Uses a database of its own in the data folder (or DATABASE_URL). Prints for each page the median and the 95th percentile
of wall and CPU milliseconds through Django's test client, the size, and the number of statements at both sizes.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from datetime import date
from typing import Any

os.environ.setdefault("FAIRDUE_DATABASE", "fairdue_bench")
os.environ.setdefault("FAIRDUE_SECRET_KEY", "a secret for measurements only, never used elsewhere")
os.environ["FAIRDUE_TODAY"] = "2026-03-02"

from fairdue.cli import base

TARGET_MILLISECONDS = 150
AIMED = ("worklist", "customer", "cash")
"""The pages of the daily work have an aim; what the figures of a whole ledger take is told beside them."""
TODAY = date(2026, 3, 2)
SEED = 12
OK = 200


def prepared(items: int) -> tuple[Any, Any]:
    """Return a signed-in client of a tenant with so many items, and the customer with the most of them."""
    from django.contrib.auth import get_user_model
    from django.db import connection
    from django.test import Client

    from fairdue.cli.seed import Size, seed_tenant
    from fairdue.foundation.accounts import invite_user
    from fairdue.foundation.context import Ctx, TenantId
    from fairdue.foundation.models import Tenant

    slug, _ = seed_tenant(SEED, 1, Size(max(1, items // 10), items, items // 5, 500), TODAY)
    ctx = Ctx(TenantId(Tenant.objects.get(slug=slug).pk))
    address = f"bench@{slug}.example"
    user = get_user_model().objects.filter(email=address).first()
    with ctx.open():
        if user is None:
            made = invite_user(ctx, email=address, role="admin", today=TODAY)
            user = get_user_model().objects.get(id=made)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT debtor_id FROM open_item WHERE tenant_id = %s GROUP BY 1 ORDER BY count(*) DESC LIMIT 1",
                [ctx.tenant],
            )
            row = cursor.fetchone()
    assert row is not None
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client, row[0]


def measured(client: Any, path: str, rounds: int) -> tuple[list[float], list[float], int, int]:
    """Return wall and CPU milliseconds of each round, the statements and the bytes of one answer."""
    from django.db import connection

    seen: list[str] = []

    def count(execute: Any, statement: str, *rest: Any) -> Any:
        seen.append(statement)
        return execute(statement, *rest)

    client.get(path)
    with connection.execute_wrapper(count):
        answer = client.get(path)
    assert answer.status_code == OK, (path, answer.status_code)
    wall, cpu = [], []
    for _ in range(rounds):
        started, worked = time.perf_counter(), time.process_time()
        client.get(path)
        wall.append((time.perf_counter() - started) * 1000)
        cpu.append((time.process_time() - worked) * 1000)
    return wall, cpu, len(seen), len(answer.content)


def pages_of(customer: Any) -> list[tuple[str, str]]:
    """Return what is measured: a name and its address."""
    return [
        ("worklist", "/w"),
        ("customer", f"/customers/{customer}"),
        ("cash", "/cash"),
        ("dashboard", "/dashboard"),
        ("aging", "/reports/aging"),
    ]


def p95(values: list[float]) -> float:
    return sorted(values)[min(len(values) - 1, round(len(values) * 0.95))]


def main() -> int:
    few, many, rounds = (int(word) for word in (*sys.argv[1:], *("1000", "100000", "40")[len(sys.argv) - 1 :]))
    base.start()
    import logging
    from pathlib import Path

    from django.conf import settings

    from fairdue.foundation.migrating import migrate_all

    migrate_all()
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    settings.ALLOWED_HOSTS.append("testserver")
    logging.disable(logging.INFO)
    slowest = dict.fromkeys(AIMED, 0.0)
    counts: dict[str, list[int]] = {}
    print(f"{'page':<12}{'items':>8}{'median':>10}{'p95':>10}{'CPU p95':>10}{'KB':>7}{'statements':>12}")
    for items in (few, many):
        client, customer = prepared(items)
        for name, path in pages_of(customer):
            wall, cpu, statements, size = measured(client, path, rounds)
            counts.setdefault(name, []).append(statements)
            if name in slowest:
                slowest[name] = max(slowest[name], p95(wall))
            print(
                f"{name:<12}{items:>8}{statistics.median(wall):>7.0f} ms{p95(wall):>7.0f} ms{p95(cpu):>7.0f} ms"
                f"{size / 1024:>7.0f}{statements:>12}"
            )
    same = {name: len(set(seen)) == 1 for name, seen in counts.items()}
    constant = ", ".join(f"{name} {'yes' if yes else 'NO'}" for name, yes in same.items())
    print(f"statements the same at both sizes: {constant}")
    met = max(slowest.values()) <= TARGET_MILLISECONDS
    print(f"target p95 {TARGET_MILLISECONDS} ms wall of {', '.join(AIMED)}: {'met' if met else 'MISSED'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
