"""How fast the heart opens and posts items in bulk, records payments, and allocates.

Run: python benchmarks/heart.py [items]
Uses a database of its own in the data folder (or DATABASE_URL). Prints wall and CPU seconds of this process and the
rate; the ratio is against posting the same number of journal entries alone.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import date, timedelta
from itertools import batched
from uuid import uuid4

os.environ.setdefault("FAIRDUE_DATABASE", "fairdue_bench")
os.environ.setdefault("FAIRDUE_SECRET_KEY", "a secret for measurements only, never used elsewhere")

from fairdue.cli import base

TARGET_RATE = 1000
TODAY = date(2026, 3, 2)
CHUNK = 5000


def told(name: str, count: int, call) -> float:  # noqa: ANN001
    wall, cpu = time.perf_counter(), time.process_time()
    call()
    seconds = time.perf_counter() - wall
    print(f"{name:<22}{seconds:8.2f} s wall{time.process_time() - cpu:8.2f} s CPU{count / seconds:10.0f} /s")
    return seconds


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    base.start()
    from django.apps import apps

    from fairdue.core.ledger import AccountRole, Entry, against
    from fairdue.foundation.accounts import create_tenant
    from fairdue.foundation.context import Ctx
    from fairdue.foundation.migrating import analyze, migrate_all
    from fairdue.foundation.tenancy import TenantModel
    from fairdue.parties.services import CreditorDraft, DebtorDraft, create_creditor, create_debtors
    from fairdue.receivables.services import (
        Applied,
        CreditDraft,
        OpenItemDraft,
        allocate,
        open_books,
        open_items,
        post,
        record_credits,
    )

    migrate_all()
    ctx = Ctx(create_tenant(slug=f"heart-{uuid4().hex[:12]}", name="Heart", today=TODAY))
    with ctx.open():
        creditor = create_creditor(ctx, draft=CreditorDraft("N", "Nordwind GmbH", "DE", "EUR"), today=TODAY)
        open_books(ctx, creditor=creditor)
        drafts = [DebtorDraft(creditor, f"{n}", f"Kunde {n} GmbH", country="DE") for n in range(max(1, count // 10))]
        debtors = create_debtors(ctx, debtors=drafts, today=TODAY)
    analyze(*(model._meta.db_table for model in apps.get_models() if issubclass(model, TenantModel)))
    sale = ((AccountRole.REVENUE, 10000), (AccountRole.TAX, 1900))
    items = [
        OpenItemDraft(creditor, debtors[n % len(debtors)], "invoice", f"RE-{n:07d}", "EUR", 11900, 10000, TODAY,
                      TODAY + timedelta(30), sale)
        for n in range(count)
    ]  # fmt: skip
    credits_ = [
        CreditDraft(
            creditor, item.debtor, "payment", f"P-{item.number}", "EUR", 11900, TODAY, ((AccountRole.BANK, 11900),)
        )
        for item in items
    ]
    lines = against(AccountRole.RECEIVABLE, debtors[0], 11900, 11900, tuple((role, -part) for role, part in sale))
    entries = [Entry(creditor, TODAY, "trial", "EUR", lines, None, item.number) for item in items]

    def each(things, call) -> None:  # noqa: ANN001
        for chunk in batched(things, CHUNK):
            with ctx.open():
                call(list(chunk))

    posting = told("post entries alone", count, lambda: each(entries, lambda some: post(ctx, some)))
    opening = told(
        "open and post items", count, lambda: each(items, lambda some: open_items(ctx, items=some, today=TODAY))
    )
    told("record payments", count, lambda: each(credits_, lambda some: record_credits(ctx, credits_=some, today=TODAY)))
    pairs = [Applied(item.id, 11900, money.id) for item, money in zip(items, credits_, strict=True)]
    told(
        "allocate", count, lambda: each(pairs, lambda some: allocate(ctx, lines=some, effective_on=TODAY, today=TODAY))
    )
    print(f"opening takes {opening / posting:.1f} times the posting alone")
    print(f"target {TARGET_RATE:,} items/s opened and posted: {'met' if count / opening >= TARGET_RATE else 'MISSED'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
