"""How fast payments go through the room: import, match against open items, post, on a real database.

Run: FAIRDUE_DATA=/some/empty/folder python benchmarks/cash_apply.py [payments] [open items]
Prints CPU seconds of this process (the database works beside it) and the time on the clock; and the rate of
the pure rules alone, without a database.
"""

from __future__ import annotations

import datetime as dt
import sys
import time
from typing import TYPE_CHECKING, Any

from fairdue.core.matching import Item, Ledger, Payers, Payment, Policy, match

if TYPE_CHECKING:
    from collections.abc import Callable

TODAY = dt.date(2026, 3, 2)
ACCOUNT = "DE02120300000000202051"
DEBTORS = 400


def timed(words: str, count: int, work: Callable[[], Any]) -> Any:
    cpu, clock = time.process_time(), time.perf_counter()
    answer = work()
    cpu, clock = time.process_time() - cpu, time.perf_counter() - clock
    print(f"{words}: {count:,} in {clock:.1f} s ({cpu:.1f} CPU s here) = {count / clock:,.0f}/s")
    return answer


def pure(payments: int, items: int) -> None:
    ledger = Ledger(
        Item(str(at), f"RE-2026-{at:06d}", str(at % DEBTORS), "EUR", 1000 + at, TODAY) for at in range(items)
    )
    named = [
        Payment(str(at), 1000 + at, "EUR", TODAY, (f"Rechnung RE-2026-{at:06d}",), payer_name=f"Kunde {at % DEBTORS}")
        for at in range(payments)
    ]
    payers = Payers([(str(at), f"Kunde {at} GmbH") for at in range(DEBTORS)], {})
    found = timed("rules alone", payments, lambda: match(named, ledger, payers, Policy()))
    assert all(one.automatic for one in found)


def camt(payments: int) -> bytes:
    from camt_parse import HEAD, TAIL

    entry = (
        '<Ntry><Amt Ccy="EUR">{a}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-03-02</Dt>'
        "</BookgDt><AcctSvcrRef>B{n}</AcctSvcrRef><NtryDtls><TxDtls><RltdPties><Dbtr><Pty><Nm>Kunde {d} GmbH</Nm></Pty>"
        "</Dbtr></RltdPties><RmtInf><Ustrd>Rechnung RE-2026-{n:06d}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
    )
    amounts = [1000 + at for at in range(payments)]
    total = sum(amounts)
    head = HEAD.replace("{closing}.00", f"{total // 100}.{total % 100:02d}")
    lines = (
        entry.format(a=f"{amount // 100}.{amount % 100:02d}", n=at, d=at % DEBTORS) for at, amount in enumerate(amounts)
    )
    return (head + "".join(lines) + TAIL).encode()


def main() -> int:
    payments = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    items = int(sys.argv[2]) if len(sys.argv) > 2 else 20_000  # noqa: PLR2004 - the second argument
    pure(payments, items)
    from fairdue.cli import base

    base.start()
    from fairdue.cash.services import add_bank_account, import_statements, run_matching
    from fairdue.core.ledger import AccountRole
    from fairdue.foundation.context import Ctx, TenantId
    from fairdue.foundation.files import store
    from fairdue.foundation.migrating import migrate_all
    from fairdue.foundation.models import Tenant
    from fairdue.parties.models import Creditor, Debtor
    from fairdue.receivables.services import OpenItemDraft, open_books, open_items

    migrate_all()
    tenant = Tenant.objects.create(slug=f"bench-{time.time_ns()}", name="Bench")
    ctx = Ctx(TenantId(tenant.pk))
    with ctx.open():
        creditor = Creditor.objects.create(
            tenant_id=ctx.tenant, code="B", name="Bench", country="DE", currency="EUR"
        ).id
        open_books(ctx, creditor=creditor)
        add_bank_account(ctx, creditor=creditor, number=ACCOUNT, currency="EUR", today=TODAY)
        debtors = [
            Debtor(tenant_id=ctx.tenant, creditor_id=creditor, external_id=str(at), name=f"Kunde {at} GmbH",
                   search_name=f"kunde {at}", country="DE")
            for at in range(DEBTORS)
        ]  # fmt: skip
        Debtor.objects.bulk_create(debtors)
        drafts = [
            OpenItemDraft(creditor, debtors[at % DEBTORS].id, "invoice", f"RE-2026-{at:06d}", "EUR", 1000 + at,
                          1000 + at, TODAY, TODAY, ((AccountRole.REVENUE, 1000 + at),))
            for at in range(items)
        ]  # fmt: skip
        for start in range(0, items, 5000):
            open_items(ctx, items=drafts[start : start + 5000], today=TODAY)
    with ctx.open():
        file = store(ctx, content=camt(payments), name="bench.xml", media_type="application/xml").id
        timed("import of lines", payments, lambda: import_statements(ctx, file=file, today=TODAY))

    from fairdue.cash.bulk import index_missing

    with ctx.open():
        timed("keys of open items", items, lambda: index_missing(ctx, creditor))

    def rounds() -> int:
        total = 0
        while True:
            with ctx.open():
                count = run_matching(ctx, creditor=creditor, today=TODAY)
            total += count
            if not count:
                return total

    assert timed(f"match and post against {items:,} items", payments, rounds) == payments
    return 0


if __name__ == "__main__":
    sys.exit(main())
